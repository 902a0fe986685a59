"""How templates look words up: the request's translations found once, not once a word.

A name written from right to left is put into a sentence so that it keeps to itself: otherwise the number or the
day that follows it would be read as its part, and stand before it.
"""

import re
from typing import Any

from flask import Flask, g
from flask_babel import get_translations
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

# Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours, with their forms of presentation.
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def install(app: Flask) -> None:
    """Give templates their `_` and `ngettext`; call it after Flask-Babel, which installs slower ones."""
    app.jinja_env.install_gettext_callables(_looked_up, _looked_up_plural, newstyle=True)  # type: ignore[attr-defined]  # added by jinja2.ext.i18n
    app.jinja_env.globals.update(gettext=_translated, ngettext=_translated_plural)


def kept_apart(value: Any) -> Any:
    """Return a text with letters from right to left between marks that keep it apart, any other value itself."""
    if isinstance(value, str) and _FROM_THE_RIGHT.search(value):
        # Of the value's own type: what is safe HTML stays so, and nothing else becomes it.
        return type(value)(_FIRST_STRONG_ISOLATE) + value + _POP_ISOLATE
    return value


def _translations() -> Any:
    found = g.get("translations")
    if found is None:
        found = g.translations = get_translations()
    return found


def _looked_up(text: str) -> str:
    words: str = _translations().ugettext(text)
    return words


def _looked_up_plural(singular: str, plural: str, number: int) -> str:
    words: str = _translations().ungettext(singular, plural, number)
    return words


@pass_context
def _translated(context: Context, text: str, /, **values: Any) -> str:
    return _filled(context, _looked_up(text), values)


@pass_context
def _translated_plural(context: Context, singular: str, plural: str, num: int, /, **values: Any) -> str:
    return _filled(context, _looked_up_plural(singular, plural, num), {"num": num, **values})


def _filled(context: Context, words: str, values: dict[str, Any]) -> str:
    # Always: a sentence without values may hold `%%` all the same.
    apart = {key: kept_apart(value) for key, value in values.items()}
    return (Markup(words) if context.eval_ctx.autoescape else words) % apart  # noqa: S704  # the catalogue's own words; values are escaped
