"""What tests stand on: databases, the cast, the browser that checks every page."""
