"""How words are looked up: for templates the request's translations are found once, not once a word.

Names written from right to left keep to themselves (`lms.bidi`) in every sentence, a template's or Python's.
"""

from functools import cached_property
from typing import Any

from flask import Flask, g
from flask_babel import Babel, Domain, format_decimal, get_translations
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from lms.bidi import kept_apart

# From here on a count in a template's sentence has its thousands apart.
_GROUPED = 1_000


class Translating(Babel):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel, whose sentences keep every value from right to left to itself, in Python too."""

    @cached_property
    def domain_instance(self) -> Domain:
        """Return what looks words up for Python."""
        return _Sentences(domain=self.domain)


class _Sentences(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    def gettext(self, string: str, **variables: Any) -> str:
        """Return the translated sentence with its values."""
        return str(super().gettext(string, **_apart(variables)))

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """Return the translated sentence for so many, with its values."""
        return str(super().ngettext(singular, plural, num, **_apart(variables)))


def install(app: Flask) -> None:
    """Give templates their `_` and `ngettext`; call it after Flask-Babel, which installs slower ones."""
    app.jinja_env.install_gettext_callables(_looked_up, _looked_up_plural, newstyle=True)  # type: ignore[attr-defined]  # added by jinja2.ext.i18n
    app.jinja_env.globals.update(gettext=_translated, ngettext=_translated_plural)
    app.add_template_filter(kept_apart)


def _apart(values: dict[str, Any]) -> dict[str, Any]:
    return {key: kept_apart(value) for key, value in values.items()}


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
    count = format_decimal(num) if num >= _GROUPED else num
    return _filled(context, _looked_up_plural(singular, plural, num), {"num": count, **values})


def _filled(context: Context, words: str, values: dict[str, Any]) -> str:
    # Always: a sentence without values may hold `%%` all the same.
    return (Markup(words) if context.eval_ctx.autoescape else words) % _apart(values)  # noqa: S704  # the catalogue's own words; values are escaped
