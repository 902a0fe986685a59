"""The desks, asked by every member of the cast."""
