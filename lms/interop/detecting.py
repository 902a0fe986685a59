"""Which format a file is in, by what is in it rather than by its name, and the reader for it."""

import posixpath
import re
from typing import BinaryIO

from lms.interop.aiken import reading as aiken
from lms.interop.brought import Brought, BroughtQuiz
from lms.interop.cartridge import packages as cartridges
from lms.interop.draft import Taken
from lms.interop.gift import reading as gift
from lms.interop.moodle import reading as moodle
from lms.interop.pages import liascript, site, whole_course
from lms.interop.qti import packages as qti
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_xml import MOST_BYTES as MOST_XML_BYTES
from lms.interop.safe_xml import read_xml
from lms.interop.safe_zip import Archive, opened
from lms.interop.sheet import reading as sheet
from lms.interop.shelf import Shelf

MOST_TEXT_BYTES = 10 * 1024 * 1024
_START = 16 * 1024
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
# XML in UTF-8 or UTF-16; a comment alone may as well begin a text of Markdown.
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<[?A-Za-z!](?!--)|\xff\xfe<\x00|\xfe\xff\x00<", re.DOTALL
)
# By choice only: the same file may be read as questions or as pages.
PAGES = "pages"
GIFT, AIKEN, SHEET = "gift", "aiken", "sheet"
_READERS = {GIFT: gift.read, AIKEN: aiken.read, SHEET: sheet.read}
_AIKEN = re.compile(r"^ANSWER:[ \t]*[A-Z][ \t]*$", re.MULTILINE | re.IGNORECASE)
# An answer in braces, or a name between pairs of colons: GIFT, whatever else it says.
_GIFT = re.compile(r"^::.+?::|^\$CATEGORY:|^[^\n{}]*\{\s*(?:[=~#]|T(?:RUE)?\b|F(?:ALSE)?\b|\})", re.MULTILINE)


def bring(file: BinaryIO, name: str, chosen: str) -> Brought:
    """Return what a file brings, read as `chosen` or, with "", as what it shows itself to be.

    Raises RefusedFileError when it is nothing that is read here, or not what was chosen.
    """
    start = file.read(_START)
    file.seek(0)
    if not start.strip():
        raise RefusedFileError("The file is empty.", "Choose another one.")
    if start.startswith(_ZIPPED):
        with opened(file) as archive:
            if "xl/workbook.xml" not in archive:
                return _from_archive(archive, name, chosen)
        file.seek(0)
        return _one_quiz(SHEET, sheet.read(_whole(file, MOST_TEXT_BYTES), name), name)
    if _MARKUP.match(start):
        return _from_xml(_whole(file, MOST_XML_BYTES), name)
    return _from_text(_whole(file, MOST_TEXT_BYTES), name, chosen)


def _whole(file: BinaryIO, most_bytes: int) -> bytes:
    body = file.read(most_bytes + 1)
    if len(body) > most_bytes:
        most = most_bytes >> 20
        raise RefusedFileError(f"A file of this kind may have at most {most} MB.", "Split it into several.")
    return body


def _from_archive(archive: Archive, name: str, chosen: str) -> Brought:
    manifest = _named(archive, qti.MANIFEST)
    if manifest is not None and cartridges.is_cartridge(read_xml(archive.read(manifest))):
        return cartridges.read_package(archive, manifest)
    front = whole_course.find_front(archive)
    if front is not None and manifest is None:
        return whole_course.read_course(archive, front)
    config = next((found for each in site.CONFIGS if (found := _named(archive, each)) is not None), None)
    if config is not None:
        return site.read_site(archive, config)
    texts = [each for each in archive.names if each.lower().endswith(".md")]
    if texts and manifest is None:
        return _from_pages(archive, texts, chosen)
    if manifest is not None or any(each.lower().endswith(".xml") for each in archive.names):
        return qti.read_package(archive)
    raise RefusedFileError(
        f"Nothing in “{name}” is known here.", "Send a QTI package, a cartridge, a course, or pages of Markdown."
    )


def _from_pages(archive: Archive, texts: list[str], chosen: str) -> Brought:
    if len(texts) == 1 and chosen != PAGES:
        text = archive.read(texts[0]).decode("utf-8-sig", "replace").replace("\r\n", "\n")
        if liascript.is_liascript(text):
            shelf = Shelf(archive)
            brought = liascript.read(text, lambda url: shelf.address_of(url, texts[0]))
            return Brought(
                brought.format, brought.title, brought.quizzes, media=shelf.media(), losses=brought.losses
            )
    return site.read_site(archive, None)


def _named(archive: Archive, wanted: str) -> str | None:
    """Return the member of this name that lies least deep, or None."""
    found = [name for name in archive.names if posixpath.basename(name) == wanted]
    return min(found, key=lambda name: name.count("/"), default=None)


def _from_xml(body: bytes, name: str) -> Brought:
    root = read_xml(body)
    if qti.is_qti(root):
        return qti.read_file(body, name)
    if root.name == "quiz":
        return _one_quiz("moodle", moodle.read(body, name), name)
    if root.name == cartridges.ROOT:
        return cartridges.read_file(body, name)
    raise RefusedFileError(
        f"XML that begins with <{root.name}> is not known here.", "Send QTI, or Moodle XML (<quiz>).", root.line
    )


def _from_text(body: bytes, name: str, chosen: str) -> Brought:
    if chosen in _READERS:
        return _one_quiz(chosen, _READERS[chosen](body, name), name)
    try:
        text = body.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        if name.lower().endswith((".csv", ".tsv")):
            return _one_quiz(SHEET, sheet.read(body, name), name)
        line = body[: error.start].count(b"\n") + 1
        raise RefusedFileError(
            "The file is not saved as UTF-8.", "Save it again and choose UTF-8.", line
        ) from error
    if chosen == liascript.FORMAT or liascript.is_liascript(text):
        return liascript.read(text, lambda _url: "")
    if _GIFT.search(text):
        return _one_quiz(GIFT, gift.read(body, name), name)
    if _AIKEN.search(text):
        return _one_quiz(AIKEN, aiken.read(body, name), name)
    if _is_table(text, name):
        return _one_quiz(SHEET, sheet.read(body, name), name)
    raise RefusedFileError(f"“{name}” is in no format that is known here.", "Choose the format yourself.")


def _is_table(text: str, name: str) -> bool:
    """Return whether a text is a table: by its name, or by a first row that names a column of questions."""
    head = text.split("\n", 1)[0].casefold()
    return name.lower().endswith((".csv", ".tsv")) or ("question" in head and any(s in head for s in ",;\t"))


def _one_quiz(form: str, taken: Taken, name: str) -> Brought:
    """Return what a file of questions brought as one quiz. Raises RefusedFileError when the whole is broken."""
    if not taken.drafts and not taken.losses and len(taken.problems) == 1:
        problem = taken.problems[0]
        raise RefusedFileError(problem.what, problem.cure, problem.line)
    title = name.rsplit(".", 1)[0].removesuffix(".gift") or name
    quizzes = (BroughtQuiz(title, taken.drafts),)
    return Brought(form, title, quizzes, media=taken.media, losses=taken.losses, problems=taken.problems)
