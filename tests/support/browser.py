"""A browser for route tests that holds every page it sees to the house's rules."""

import re
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")


class Browser:
    """One visitor's browser; `get` and `post` check each HTML page and return the response."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        """Open a browser, signed in when a session token is given."""
        self.client: FlaskClient = app.test_client()
        if token:
            self.client.set_cookie("lantern", token)

    def get(self, path: str, status: int = 200, **options: Any) -> TestResponse:
        """Fetch a page, expect this status, check the page."""
        return self._checked(self.client.get(path, **options), status)

    def post(self, path: str, data: Any = None, status: int = 303, **options: Any) -> TestResponse:
        """Send a form with the visitor's own CSRF token, expect this status, check the page."""
        token = options.pop("csrf_token", None) or self.csrf_token()
        return self._checked(self.client.post(path, data={**(data or {}), "csrf_token": token}, **options), status)

    def csrf_token(self) -> str:
        """Return the token from the sign-in page, or from the learner's home when signed in."""
        for path in ("/sign-in", "/learn/"):
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get(path).text)
            if found:
                return found[1]
        raise AssertionError("no page offered a CSRF token")

    def _checked(self, response: TestResponse, status: int) -> TestResponse:
        where = f"{response.request.method} {response.request.path}"
        assert response.status_code == status, f"{where}: {response.status_code}\n{response.text[:2000]}"
        for name in _HEADERS:
            assert name in response.headers, f"{where}: no {name}"
        if response.mimetype == "text/html" and status not in (301, 302, 303):
            check_page(response.text, where)
        return response


def check_page(text: str, where: str) -> None:
    """Hold one HTML page to the house's rules; raises AssertionError that names page and fault."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parse(text)
    assert not parser.errors, f"{where}: invalid HTML: {parser.errors[:3]}"
    assert len(tree.findall(".//h1")) == 1, f"{where}: needs exactly one h1"
    title = tree.findtext(".//title") or ""
    assert title.strip(" ·") and not title.startswith(" ·"), f"{where}: no title"
    ids = [element.get("id") for element in tree.iter() if isinstance(element.tag, str) and element.get("id")]
    twice = {identifier for identifier in ids if ids.count(identifier) > 1}
    assert not twice, f"{where}: ids used twice: {twice}"
    labelled = {label.get("for") for label in tree.iter("label")}
    inside = {id(child) for label in tree.iter("label") for child in label.iter()}
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        names = dict(element.items())
        assert "style" not in names, f"{where}: style attribute on {element.tag}"
        assert not [name for name in names if name.startswith("on")], f"{where}: inline handler on {element.tag}"
        if element.tag == "script":
            assert names.get("src"), f"{where}: inline script"
        if element.tag in ("input", "select", "textarea") and names.get("type") not in (
            "hidden",
            "submit",
            "button",
        ):
            named = names.get("id") in labelled or id(element) in inside
            named = named or "aria-label" in names or "aria-labelledby" in names
            assert named, f"{where}: {element.tag} {names.get('name')} without a label"
        if element.tag == "img":
            assert "alt" in names, f"{where}: img without alt"
