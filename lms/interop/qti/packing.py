"""Quizzes as a QTI package: a test each, an item each question, the pictures, and the manifest that names them."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from itertools import groupby

from lms.interop.brought import BroughtQuiz
from lms.interop.draft import Draft, Fate, Given, Loss
from lms.interop.qti.pen import PENS, Pen, attributes
from lms.interop.qti.writing import write_item
from lms.quiz import numbers

_PICTURE = re.compile(r'"\.\./(media/[^"]+)"')
# The same questions give the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_package(
    quizzes: Sequence[BroughtQuiz], title: str, media: Mapping[str, bytes], version: str = "2.1"
) -> Given:
    """Return the quizzes as a package of this version; `media` holds pictures by `media/name`."""
    pen = PENS[version]
    files: dict[str, bytes] = {}
    resources: list[str] = []
    losses: list[Loss] = []
    taken: set[str] = set()
    for number, quiz in enumerate(quizzes, start=1):
        places: list[tuple[Draft, str, str]] = []
        for draft in quiz.drafts:
            identifier = _free(draft.id or f"question-{len(taken) + 1}", taken)
            body, lost = write_item(draft, identifier, pen)
            losses += lost
            if body is None:
                continue
            path = f"items/{identifier}.xml"
            files[path] = body
            pictures = sorted(set(_PICTURE.findall(body.decode())) & media.keys())
            files |= {picture: media[picture] for picture in pictures}
            resources.append(_resource(f"item-{identifier}", f"imsqti_item_{pen.kind}", path, pictures))
            places.append((draft, identifier, path))
        losses += _pools_lost(quiz)
        name = f"test-{number}"
        files[f"{name}.xml"] = _test(pen, name, quiz, places)
        used = [f"item-{identifier}" for _, identifier, _ in places]
        resources.append(_resource(name, f"imsqti_test_{pen.kind}", f"{name}.xml", [], used))
    files = {"imsmanifest.xml": pen.manifest(f"lantern-{_plain(title)}", "".join(resources)), **files}
    return Given(zipped(files), tuple(losses))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of these, the same bytes for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return made.getvalue()


def _free(wanted: str, taken: set[str]) -> str:
    plain = _plain(wanted)
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain}-{number}", number + 1
    taken.add(name.casefold())
    return name


def _plain(text: str) -> str:
    """Return a text as an identifier: begins with a letter, holds letters, digits, dots, dashes."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.")[:80]
    return plain if plain[:1].isalpha() else f"q-{plain}".rstrip("-")


def _resource(
    identifier: str, kind: str, path: str, files: Sequence[str], dependencies: Sequence[str] = ()
) -> str:
    inside = "".join(f"<file{attributes({'href': each})}/>" for each in (path, *files))
    inside += "".join(f"<dependency{attributes({'identifierref': each})}/>" for each in dependencies)
    return f"<resource{attributes({'identifier': identifier, 'type': kind, 'href': path})}>{inside}</resource>"


def _pools_lost(quiz: BroughtQuiz) -> list[Loss]:
    drawn = {pool for _, pool in quiz.draws}
    what = "Its pool is not said there."
    return [
        Loss(draft.line, draft.title, what, Fate.LEFT_OUT)
        for draft in quiz.drafts
        if draft.pool and draft.pool not in drawn
    ]


def _test(pen: Pen, name: str, quiz: BroughtQuiz, places: Sequence[tuple[Draft, str, str]]) -> bytes:
    draws = {pool: count for count, pool in quiz.draws}
    sections = []
    if draws:
        drawn = sorted((place for place in places if place[0].pool in draws), key=lambda place: place[0].pool)
        for number, (pool, group) in enumerate(groupby(drawn, key=lambda place: place[0].pool), start=1):
            members = list(group)
            select = pen.element("selection", {"select": str(min(draws[pool], len(members)))})
            sections.append(_section(pen, f"section-{number}", pool, quiz, members, select))
    else:
        sections.append(_section(pen, "section-1", quiz.title or name, quiz, places, ""))
    limits = (
        [pen.element("timeLimits", {"maxTime": str(quiz.minutes_allowed * 60)})] if quiz.minutes_allowed else []
    )
    return pen.document(
        "assessmentTest",
        {"identifier": name, "title": quiz.title or name},
        pen.element("outcomeDeclaration", {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}),
        *limits,
        pen.element(
            "testPart",
            {"identifier": "part-1", "navigationMode": "nonlinear", "submissionMode": "simultaneous"},
            *([pen.element("itemSessionControl", {"maxAttempts": str(quiz.attempts)})] if quiz.attempts else []),
            *sections,
        ),
        pen.element(
            "outcomeProcessing",
            None,
            pen.element(
                "setOutcomeValue",
                {"identifier": "SCORE"},
                pen.element(
                    "sum",
                    None,
                    pen.element("testVariables", {"variableIdentifier": "SCORE", "weightIdentifier": "POINTS"}),
                ),
            ),
        ),
    )


def _section(
    pen: Pen,
    identifier: str,
    title: str,
    quiz: BroughtQuiz,
    places: Sequence[tuple[Draft, str, str]],
    selection: str,
) -> str:
    references = [
        pen.element(
            "assessmentItemRef",
            {"identifier": item, "href": path},
            pen.element("weight", {"identifier": "POINTS", "value": numbers.plain(draft.points)}),
        )
        for draft, item, path in places
    ]
    ordering = pen.element("ordering", {"shuffle": "true" if quiz.shuffle else "false"})
    return pen.element(
        "assessmentSection",
        {"identifier": identifier, "title": title, "visible": "true"},
        selection,
        ordering,
        *references,
    )
