"""Reads answers as somebody who looks for a word: pages, and files of every kind down to what they pack."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator

import pikepdf
from werkzeug.test import TestResponse

# A word may be broken at the end of a printed line, and a calendar's long line goes on after a blank.
_BROKEN = re.compile(r"[-\u00ad\u2010]\n\s*")
_FOLDED = re.compile(rb"\r?\n[ \t]")
# When an office file was written, and nothing else, stands in it.
_WRITTEN_AT = "docProps/core.xml"


def text_of(response: TestResponse) -> str:
    """Return every word of an answer: its status, its head and its body, unpacked where it is packed."""
    return "\n".join((response.status, str(response.headers), *parts_of(response.get_data())))


def parts_of(body: bytes) -> Iterator[str]:
    """Yield what a file says: an archive's or office file's members, a PDF's pages and what lies behind them."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in sorted(set(packed.namelist()) - {_WRITTEN_AT}):
                yield name
                yield from parts_of(packed.read(name))
    elif body.startswith(b"%PDF"):
        yield from _printed(body)
    elif body.startswith(b"BEGIN:VCALENDAR"):
        yield _FOLDED.sub(b"", body).decode("utf-8", "replace")
    else:
        yield body.decode("utf-8", "replace")


def _printed(pdf: bytes) -> Iterator[str]:
    read = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = read.stdout.decode("utf-8", "replace")
    yield pages
    yield _BROKEN.sub("", pages)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for each in document.objects:
            yield from _strings(each)
            if isinstance(each, pikepdf.Stream) and each.get("/Type") in ("/Metadata", "/EmbeddedFile"):
                yield each.read_bytes().decode("utf-8", "replace")


def _strings(each: pikepdf.Object) -> Iterator[str]:
    """Yield the strings that stand in one object itself: titles, links, what is said in place of a picture."""
    children: list[object] = []
    if isinstance(each, pikepdf.String):
        yield str(each)
    elif isinstance(each, pikepdf.Array):
        children = list(each)
    elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
        children = [value for _name, value in each.items()]
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _strings(child)
