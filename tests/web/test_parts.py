"""The living page of parts: who sees it, that it shows every icon, that both themes can be read."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.settings import ROOT
from tests.support import cast
from tests.support.browser import Browser
from tests.support.doors import Clock

TOKENS = (ROOT / "static/css/tokens.css").read_text("utf-8")
ICONS = (ROOT / "templates/parts/icons.html").read_text("utf-8")
# What is text, and the grounds it stands on; large or decorative things are not listed.
TEXT_ON = {
    "ink": ("paper", "sheet", "sunk", "accent-tint", "good-tint", "attention-tint", "harm-tint", "mark"),
    "ink-soft": ("paper", "sheet", "sunk", "attention-tint"),
    "accent": ("paper", "sheet", "sunk", "accent-tint"),
    "accent-strong": ("paper", "sheet", "accent-tint"),
    "good": ("paper", "sheet", "good-tint"),
    "attention": ("paper", "sheet", "attention-tint"),
    "harm": ("paper", "sheet", "harm-tint"),
    "on-accent": ("accent", "accent-strong"),
    "on-harm": ("harm",),
}


def test_the_page_shows_every_part_to_an_administrator(
    app: Flask, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch, now)
    people = cast.bring_in(session, now)
    page = Browser(app, cast.sign_in(session, people.ada, now)).get("/admin/parts").text
    assert page.count('class="question ') == 8
    assert "problem-summary" in page


def test_it_is_not_there_for_anybody_else(
    app: Flask, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch, now)
    people = cast.bring_in(session, now)
    for name in ("lena", "tom", "mia", "otto"):
        Browser(app, cast.sign_in(session, people.everyone()[name], now)).get("/admin/parts", 404)
    Browser(app).get("/admin/parts", 302)
    Browser(app, cast.sign_in(session, people.ada, now)).post("/admin/parts", status=405)


def test_every_icon_that_a_template_asks_for_is_drawn() -> None:
    drawn = set(re.findall(r'^  "([\w-]+)":', ICONS, re.MULTILINE))
    for path in (ROOT / "templates").rglob("*.html"):
        asked = set(re.findall(r'\b(?:icon|drawn)\("([\w-]+)"\)', path.read_text("utf-8")))
        assert asked <= drawn, f"{path.name} asks for {asked - drawn}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(theme: str) -> None:
    colours = _colours(theme)
    for text, grounds in TEXT_ON.items():
        for ground in grounds:
            ratio = _contrast(colours[text], colours[ground])
            assert ratio >= 4.5, f"--{text} on --{ground} is {ratio:.2f} in the {theme} theme"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_fields_and_the_focus_can_be_seen(theme: str) -> None:
    colours = _colours(theme)
    for edge in ("line-strong", "focus-colour"):
        for ground in ("paper", "sheet", "sunk"):
            assert _contrast(colours[edge], colours[ground]) >= 3, f"--{edge} on --{ground} in the {theme} theme"


def _colours(theme: str) -> dict[str, str]:
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark.split("@media", 1)[0]))
    return found


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
