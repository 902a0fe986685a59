"""A cartridge as it arrives: its quizzes and banks are read, everything else in it is named as left behind."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from lms.content.reading.names import slug
from lms.interop.brought import Brought, BroughtQuiz, left_out
from lms.interop.cartridge.items import metadata, read_item
from lms.interop.draft import MOST_DRAFTS, Draft, Loss
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_xml import Element, read_xml
from lms.interop.safe_zip import Archive
from lms.interop.shelf import Shelf

FORMAT = "cartridge"
ROOT = "questestinterop"
_CANVAS_FOLDER = "non_cc_assessments/"
_BASE = re.compile(r"^(\$IMS[-_]CC[-_]FILEBASE\$|%24IMS[-_]CC[-_]FILEBASE%24)/?(\.\./)?")
_LEFT = (
    ("imswl_", "a web link"),
    ("imsdt_", "a discussion"),
    ("imsbasiclti_", "a tool of another server"),
    ("webcontent", "a page or a file"),
    ("associatedcontent", "a part of another system"),
    ("assignment_", "an assignment"),
)


@dataclass
class _Cartridge:
    shelf: Shelf
    quizzes: list[BroughtQuiz] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)


def is_cartridge(root: Element) -> bool:
    """Return whether a manifest is a cartridge's."""
    schema = root.first("schema")
    return (schema is not None and "common cartridge" in schema.words.lower()) or "imsccv1p" in root.namespace


def read_package(archive: Archive, manifest: str) -> Brought:
    """Return the quizzes and banks of a cartridge. Raises RefusedFileError when there are none."""
    root = read_xml(archive.read(manifest))
    cartridge = _Cartridge(Shelf(archive))
    titles = {
        item.get("identifierref"): title.words
        for item in root.all("item")
        if item.get("identifierref") and (title := item.child("title")) is not None
    }
    for file in _question_files(archive):
        _take(cartridge, file, archive.read(file))
    for resource in root.all("resource"):
        kind = resource.get("type").lower()
        told = next((words for start, words in _LEFT if kind.startswith(start)), "")
        name = titles.get(resource.get("identifier"), "")
        if told and name:
            what = f"It is {told}; only questions are taken from a cartridge."
            cartridge.losses.append(left_out(name, what, "<resource>", resource.line))
    heading = root.first("title")
    return _brought(cartridge, heading.words if heading is not None else "")


def read_file(body: bytes, file: str) -> Brought:
    """Return what one QTI 1.2 file brought. Raises RefusedFileError when it holds no question."""
    cartridge = _Cartridge(Shelf(None))
    _take(cartridge, file, body)
    return _brought(cartridge, "")


def _brought(cartridge: _Cartridge, title: str) -> Brought:
    if not any(quiz.drafts for quiz in cartridge.quizzes) and not cartridge.losses:
        raise RefusedFileError("There is no quiz and no question bank in it.", "Export the quizzes with it.")
    return Brought(
        FORMAT,
        title or next((quiz.title for quiz in cartridge.quizzes if quiz.title), ""),
        tuple(quiz for quiz in cartridge.quizzes if quiz.drafts),
        media=cartridge.shelf.media(),
        losses=tuple(cartridge.losses),
    )


def _question_files(archive: Archive) -> list[str]:
    """Return the files of questions; where Canvas wrote a quiz twice, its own fuller one."""
    found = [
        name
        for name in archive.names
        if name.lower().endswith((".xml", ".qti")) and ROOT.encode() in archive.read(name)[:2_000]
    ]
    canvas = {posixpath.basename(name).split(".")[0] for name in found if name.startswith(_CANVAS_FOLDER)}
    return [
        name
        for name in found
        if name.startswith(_CANVAS_FOLDER) or posixpath.basename(posixpath.dirname(name)) not in canvas
    ]


def _take(cartridge: _Cartridge, file: str, body: bytes) -> None:
    try:
        root = read_xml(body)
    except RefusedFileError as error:
        cartridge.losses.append(left_out(file, error.what, line=error.line))
        return
    if root.name != ROOT:
        raise RefusedFileError("It is no QTI 1.2.", "Export it as Common Cartridge, or as QTI 2.1.")

    def picture(url: str) -> str:
        base = _BASE.match(url)
        if base is None:
            return cartridge.shelf.address_of(url, file)
        rest = url[base.end() :]
        return cartridge.shelf.address_of(f"web_resources/{rest}", "x") or cartridge.shelf.address_of(rest, "x")

    holders = root.children("assessment", "objectbank")
    for holder in holders or [root]:
        title = holder.get("title") or metadata(holder, "bank_title")
        quiz = _Quiz(cartridge, picture)
        _section(quiz, holder, "")
        drafts, draws = quiz.drafts, quiz.draws
        if len(drafts) + sum(len(each.drafts) for each in cartridge.quizzes) > MOST_DRAFTS:
            raise RefusedFileError(f"There are more than {MOST_DRAFTS} questions in it.", "Split it in two.")
        cartridge.quizzes.append(
            BroughtQuiz(
                title,
                tuple(_drawn(drafts, draws)),
                draws=_all_draws(drafts, draws),
                attempts=_whole(metadata(holder, "cc_maxattempts"), 100),
                minutes_allowed=_whole(metadata(holder, "qmd_timelimit"), 600),
            )
        )


@dataclass
class _Quiz:
    """One quiz or bank while it is read."""

    cartridge: _Cartridge
    picture: Callable[[str], str]
    drafts: list[Draft] = field(default_factory=list)
    draws: list[tuple[int, str]] = field(default_factory=list)


def _section(quiz: _Quiz, holder: Element, pool: str) -> None:
    for each in holder.children():
        if each.name == "item":
            draft, losses = read_item(each, quiz.picture)
            quiz.cartridge.losses += losses
            if draft is not None:
                quiz.drafts.append(replace(draft, pool=pool))
        elif each.name == "section":
            ordering = each.child("selection_ordering")
            count = ordering.first("selection_number") if ordering is not None else None
            asked = _whole(count.words, 1_000) if count is not None else None
            own = slug(each.get("title") or each.get("ident")) if asked else pool
            if asked:
                quiz.draws.append((asked, own))
            bank = ordering.first("sourcebank_ref") if ordering is not None else None
            if bank is not None:
                what = f"It draws from the bank “{bank.words}”; its questions are taken, the drawing is not."
                quiz.cartridge.losses.append(left_out(each.get("title"), what, "<sourcebank_ref>", bank.line))
            _section(quiz, each, own)


def _drawn(drafts: list[Draft], draws: list[tuple[int, str]]) -> list[Draft]:
    """Return the drafts with a pool each where any is drawn: what stood outside is always asked."""
    return [replace(draft, pool=draft.pool or "always") for draft in drafts] if draws else drafts


def _all_draws(drafts: list[Draft], draws: list[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    has = {pool: sum(draft.pool == pool for draft in drafts) for _, pool in draws}
    found = [(min(count, has[pool]), pool) for count, pool in draws if has[pool]]
    always = sum(not draft.pool for draft in drafts)
    return (*([(always, "always")] if always and found else []), *found)


def _whole(text: str, most: int) -> int | None:
    number = unquote(text).strip()
    return int(number) if number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= most else None
