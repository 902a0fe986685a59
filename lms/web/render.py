"""The one way from a page value to HTML; a template sees only `page` and what the frame needs.

A part of a page is a function of its value, so what one value looked like is kept: the same lesson for the next
learner, the same bar on the next page. Form tokens differ from visitor to visitor; a mark that nobody can guess
stands for them until the page is whole.
"""

import secrets
from collections import OrderedDict
from threading import Lock

from flask import Flask, current_app, g, render_template
from markupsafe import Markup

from lms.web.note import form_token
from lms.web.speech import manner

_TOKEN_MARK = Markup(f"form-token-{secrets.token_hex(16)}")  # noqa: S704  # hexadecimal digits need no escaping
_MOST_CHARACTERS = 3_000_000


def show(template: str, page: object) -> str:
    """Return the template filled with this page value."""
    html = render_template(template, page=page)
    return html.replace(_TOKEN_MARK, form_token()) if _TOKEN_MARK in html else html


def part(template: str, page: object) -> Markup:
    """Return a part of a page filled with this value, kept for the next time the value is the same.

    Beside the value it may hang on language, time zone and date alone: it must not ask the request. A value
    that has no hash is simply filled in.
    """
    if g.get("is_bare"):
        # What somebody is just writing is never the same again; nobody else's part makes room for it.
        return Markup(render_template(template, page=page))  # noqa: S704  # a template of ours, which escapes
    kept: _Kept = current_app.extensions["parts"]
    key = (template, page, manner())
    try:
        found = kept.get(key)
    except TypeError:
        return Markup(render_template(template, page=page))  # noqa: S704  # a template of ours, which escapes
    if found is None:
        found = Markup(render_template(template, page=page))  # noqa: S704  # as above
        kept.keep(key, found)
    return found


class _Kept:
    """The latest parts, up to a total length; what was not asked for longest is forgotten first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: OrderedDict[object, Markup] = OrderedDict()
        self._characters = 0

    def get(self, key: object) -> Markup | None:
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def keep(self, key: object, html: Markup) -> None:
        with self._lock:
            if key in self._found:
                return
            self._found[key] = html
            self._characters += len(html)
            while self._characters > _MOST_CHARACTERS:
                self._characters -= len(self._found.popitem(last=False)[1])


def install(app: Flask) -> None:
    """Give templates `part`, and the mark of the form token."""
    app.extensions["parts"] = _Kept()
    app.jinja_env.globals.update(part=part, csrf_token=lambda: _TOKEN_MARK)
