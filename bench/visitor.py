"""One signed-in visitor over plain HTTP, keeping cookies and the form token, as a browser without script does."""

import http.client
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit


@dataclass
class Visitor:
    """A visitor with a session token; one connection, kept alive."""

    origin: str
    token: str
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def __post_init__(self) -> None:
        self.cookies["lantern"] = self.token
        parts = urlsplit(self.origin)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    @property
    def cookie(self) -> str:
        """Return the Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str) -> str:
        """Return the page's text; remembers the form token in it. Raises RuntimeError unless it is a 200."""
        status, body, _location = self._ask("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status}")
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', body)
        self.csrf = found[1] if found else self.csrf
        return body

    def post(self, path: str, **fields: str) -> str:
        """Send a form and return where it leads. Raises RuntimeError unless it is a 303."""
        status, body, location = self._ask("POST", path, urlencode({**fields, "csrf_token": self.csrf}))
        if status != 303:
            raise RuntimeError(f"POST {path}: {status} {body[:300]}")
        return location

    def seconds_for(self, path: str) -> float:
        """Return how long the page took."""
        started = time.perf_counter()
        self.get(path)
        return time.perf_counter() - started

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):  # kept alive too long: as a browser, once more
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        text = answer.read().decode()
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, text, answer.headers.get("Location", "")
