"""How templates look words up: the request's translations found once, not once a word."""

from typing import Any

from flask import Flask, g
from flask_babel import get_translations


def install(app: Flask) -> None:
    """Give templates their `_` and `ngettext`; call it after Flask-Babel, which installs slower ones."""
    app.jinja_env.install_gettext_callables(_translated, _translated_plural, newstyle=True)  # type: ignore[attr-defined]  # added by jinja2.ext.i18n


def _translations() -> Any:
    found = g.get("translations")
    if found is None:
        found = g.translations = get_translations()
    return found


def _translated(text: str) -> str:
    words: str = _translations().ugettext(text)
    return words


def _translated_plural(singular: str, plural: str, number: int) -> str:
    words: str = _translations().ungettext(singular, plural, number)
    return words
