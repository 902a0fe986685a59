"""The command line: `flask courses`, `flask backup` and their like."""

from flask import Flask


def install(app: Flask) -> None:
    """Register every command on this app."""
