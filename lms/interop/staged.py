"""What an import would bring, laid out for somebody to look at: plain values that wait on the disk as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lms.interop.refusing import RefusedFileError


@dataclass(frozen=True)
class Note:
    """One thing that is not taken as it was; `fate` is a `draft.Fate`, or `broken`; `line` is 0 where none is."""

    item: str
    what: str
    fate: str
    place: str = ""
    line: int = 0


@dataclass(frozen=True)
class StagedQuestion:
    """One question as it would be written; `plain` is the compiled question for `quiz.storing`, with its key."""

    id: str
    title: str
    markdown: str
    plain: Mapping[str, Any]
    category: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class StagedQuiz:
    """Questions that would stand in one file; `settings` are lines of its front matter besides title and kind."""

    title: str
    settings: tuple[tuple[str, str], ...]
    questions: tuple[StagedQuestion, ...]


@dataclass(frozen=True)
class StagedFile:
    """One lesson, or another whole file of a course; `problems` are (line, what, cure) that the check finds."""

    name: str
    title: str
    kind: str
    text: str
    source: str
    notes: tuple[Note, ...] = ()
    problems: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True)
class Staged:
    """Everything a file would bring; `media` are names and sizes in bytes of files that wait beside it."""

    format: str
    title: str
    quizzes: tuple[StagedQuiz, ...]
    files: tuple[StagedFile, ...]
    media: tuple[tuple[str, int], ...]
    notes: tuple[Note, ...]

    @property
    def question_count(self) -> int:
        """Return how many questions there are."""
        return sum(len(quiz.questions) for quiz in self.quizzes)

    @property
    def is_whole_course(self) -> bool:
        """Return whether a course's front page is among the files."""
        return any(file.name == "course.md" for file in self.files)


def to_json(staged: Staged) -> str:
    """Return it as text."""
    return json.dumps(asdict(staged))


def refusal_to_json(refusal: RefusedFileError) -> str:
    """Return a refusal as text, to be raised again by `from_json`."""
    return json.dumps({"refused": [refusal.what, refusal.cure, refusal.line]})


def from_json(text: str) -> Staged:
    """Return what was written. Raises RefusedFileError when it was a refusal."""
    plain = json.loads(text)
    if "refused" in plain:
        raise RefusedFileError(*plain["refused"])
    return Staged(
        format=plain["format"],
        title=plain["title"],
        quizzes=tuple(
            StagedQuiz(
                quiz["title"],
                tuple((key, value) for key, value in quiz["settings"]),
                tuple(
                    StagedQuestion(**question | {"notes": _notes(question["notes"])})
                    for question in quiz["questions"]
                ),
            )
            for quiz in plain["quizzes"]
        ),
        files=tuple(
            StagedFile(
                **file
                | {
                    "notes": _notes(file["notes"]),
                    "problems": tuple((line, what, cure) for line, what, cure in file["problems"]),
                }
            )
            for file in plain["files"]
        ),
        media=tuple((name, size) for name, size in plain["media"]),
        notes=_notes(plain["notes"]),
    )


def _notes(plain: list[dict[str, Any]]) -> tuple[Note, ...]:
    return tuple(Note(**note) for note in plain)
