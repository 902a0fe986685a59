"""The organisation's own words in a lesson: `{{ org.refund_limit }}` marked when compiled, filled when served."""

import html
import re
from collections.abc import Mapping

# Stands for the address of a release's media, which is known only once the release has its hash.
MEDIA_MARK = "\ue002"
_WRITTEN = re.compile(r"\{\{[ \t]*org\.([a-z][a-z0-9_]{0,59})[ \t]*\}\}")
_MARK = re.compile("\ue000([a-z0-9_]+)\ue001")
# A value in an address must itself be an address of the web, or a setting could carry a script.
_ADDRESS = re.compile('(href|src)="\ue000([a-z0-9_]+)\ue001')


def marked(line: str) -> tuple[str, list[tuple[str, int]]]:
    """Return the line with a private mark for each variable, and each variable's name with its column."""
    if "{{" not in line:
        return line, []
    names = [(found[1], found.start() + 1) for found in _WRITTEN.finditer(line)]
    return _WRITTEN.sub("\ue000\\1\ue001", line), names


def filled(safe_html: str, values: Mapping[str, str]) -> str:
    """Return the HTML with each variable's value in its place; one that is not set shows its name in brackets."""
    if "\ue000" not in safe_html:
        return safe_html
    safe_html = _ADDRESS.sub(lambda found: f'{found[1]}="{_address(values.get(found[2], ""))}', safe_html)
    return _MARK.sub(lambda found: html.escape(_shown(found[1], values)), safe_html)


def filled_text(text: str, values: Mapping[str, str]) -> str:
    """Return plain text with each variable's value in its place."""
    return _MARK.sub(lambda found: _shown(found[1], values), text)


def _shown(name: str, values: Mapping[str, str]) -> str:
    return values.get(name) or f"[{name.replace('_', ' ')}]"


def _address(value: str) -> str:
    return html.escape(value) if value.startswith(("https://", "http://", "mailto:")) else "#"
