"""The one way from a page value to HTML; a template sees only `page` and what the frame needs."""

from flask import render_template


def show(template: str, page: object) -> str:
    """Return the template filled with this page value."""
    return render_template(template, page=page)
