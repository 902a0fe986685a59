"""Certificates on paper, for tests: made by a real press, read back with poppler, pikepdf and fontTools."""

import io
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from flask import Flask
from fontTools.ttLib import TTFont

from lms.credentials.certificate import IssuedCertificate
from lms.jobs.rendering import Press
from lms.settings import Environment, Settings
from lms.web.building import build_app
from lms.web.certificates import printed


@dataclass(frozen=True)
class Printer:
    """An app that sets certificates and a warm press that prints them."""

    app: Flask
    press: Press

    def html(self, certificate: IssuedCertificate, paper: str = "a4") -> str:
        """Return the certificate as the HTML that goes to the press."""
        with self.app.app_context():
            return printed(certificate, paper)

    def pdf(self, certificate: IssuedCertificate, paper: str = "a4") -> bytes:
        """Return the certificate as PDF."""
        return self.press.render(self.html(certificate, paper).encode())


@contextmanager
def printer(folder: Path) -> Iterator[Printer]:
    """Hold a printer whose verify address is https://learn.example.org; no database is asked."""
    settings = Settings(
        env=Environment.TEST,
        database_url=f"sqlite:///{folder / 'none.sqlite3'}",
        data_folder=folder,
        courses_folder=folder,
        secret_key="for tests only, and long enough to be one",
        public_url="https://learn.example.org",
    )
    press = Press()
    try:
        yield Printer(build_app(settings), press)
    finally:
        press.stop()


def text_of(pdf: bytes, *options: str) -> str:
    """Return the page's text as poppler reads it, white space made single."""
    read = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


def spoken(pdf: bytes) -> str:
    """Return the text in the order of its tags, as a screen reader says it: `ActualText` where a tag has one."""
    document = pikepdf.open(io.BytesIO(pdf))
    shown = _shown(document)
    return " ".join(" ".join(_said(document.Root.StructTreeRoot, shown)).split())


def _said(element: pikepdf.Object, shown: dict[int, str]) -> Iterator[str]:
    if "/ActualText" in element:
        yield str(element.ActualText)
        return
    children = element.get("/K", pikepdf.Array())
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary):
            yield from _said(child, shown)
        else:
            yield shown[int(child)]


def _shown(document: pikepdf.Pdf) -> dict[int, str]:
    """Return what each marked piece of the first page draws, in the order it is drawn, by its number."""
    page = document.pages[0]
    letters = {str(name): _to_unicode(font) for name, font in page.Resources.Font.items()}
    shown: dict[int, str] = {}
    number, font = -1, ""
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "BDC":
            number = int(operands[1].MCID)
            shown[number] = ""
        elif str(operator) == "Tf":
            font = str(operands[0])
        elif str(operator) in ("TJ", "Tj"):
            shown[number] += "".join(letters[font].get(glyph, "") for glyph in _glyphs(operands[0]))
    return shown


def _glyphs(shown: pikepdf.Object) -> Iterator[int]:
    items = shown if isinstance(shown, pikepdf.Array) else [shown]
    codes = b"".join(bytes(item) for item in items if isinstance(item, pikepdf.String))
    return (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2))


def _to_unicode(font: pikepdf.Object) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]*)>", font.ToUnicode.read_bytes())
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


@dataclass(frozen=True)
class FontLine:
    """One font of a document as poppler lists it."""

    name: str
    is_embedded: bool
    is_subset: bool


def fonts_of(pdf: bytes) -> list[FontLine]:
    """Return the fonts of the document."""
    listed = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True, text=False)
    lines = [line.split() for line in listed.stdout.decode().splitlines()[2:]]
    # name, type (two words or more), encoding, emb, sub, uni, object, generation
    return [FontLine(line[0], line[-5] == "yes", line[-4] == "yes") for line in lines]


def missing_glyphs(pdf: bytes) -> list[tuple[str, int]]:
    """Return (font, glyph) of every glyph shown that its embedded font does not draw: boxes, or nothing at all."""
    document = pikepdf.open(io.BytesIO(pdf))
    page = document.pages[0]
    fonts = {str(name): _EmbeddedFont(font) for name, font in page.Resources.Font.items()}
    missing, current = [], None
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = fonts[str(operands[0])]
        if str(operator) in ("TJ", "Tj"):
            assert current
            missing += [(current.name, glyph) for glyph in _glyphs(operands[0]) if not current.has(glyph)]
    return missing


class _EmbeddedFont:
    def __init__(self, font: pikepdf.Object) -> None:
        self.name = str(font.BaseFont)
        descriptor = font.DescendantFonts[0].FontDescriptor
        key = next(key for key in ("/FontFile3", "/FontFile2", "/FontFile") if key in descriptor)
        self._glyphs = TTFont(io.BytesIO(descriptor[key].read_bytes()), lazy=True).getGlyphOrder()

    def has(self, glyph: int) -> bool:
        return 0 < glyph < len(self._glyphs)
