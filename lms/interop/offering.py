"""The formats that questions are handed out in, each with its ending and its writer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lms.interop.aiken import writing as aiken
from lms.interop.brought import BroughtQuiz
from lms.interop.draft import Draft, Given
from lms.interop.gift import writing as gift
from lms.interop.moodle import writing as moodle
from lms.interop.qti.packing import write_package
from lms.interop.sheet import writing as sheet
from lms.sheets import CSV_TYPE, XLSX_TYPE

Writer = Callable[[Sequence[BroughtQuiz], str, Mapping[str, bytes]], Given]


@dataclass(frozen=True)
class Offer:
    """One format to be had; `has_media` says whether pictures come along."""

    name: str
    ending: str
    content_type: str
    write: Writer
    has_media: bool = False


def _qti(version: str) -> Writer:
    def write(quizzes: Sequence[BroughtQuiz], title: str, media: Mapping[str, bytes]) -> Given:
        return write_package(quizzes, title, media, version)

    return write


def _moodle(quizzes: Sequence[BroughtQuiz], title: str, media: Mapping[str, bytes]) -> Given:
    return moodle.write(
        _drafts(quizzes), title, {name.removeprefix("media/"): body for name, body in media.items()}
    )


def _by(write: Callable[[Iterable[Draft], str], Given]) -> Writer:
    """Return the writer of a format that is one file without pictures."""

    def written(quizzes: Sequence[BroughtQuiz], title: str, _media: Mapping[str, bytes]) -> Given:
        return write(_drafts(quizzes), title)

    return written


def _drafts(quizzes: Sequence[BroughtQuiz]) -> list[Draft]:
    """Return all questions, each filed under its quiz."""
    return [replace(draft, category=quiz.title) for quiz in quizzes for draft in quiz.drafts]


OFFERS = {
    offer.name: offer
    for offer in (
        Offer("gift", "gift.txt", "text/plain; charset=utf-8", _by(gift.write)),
        Offer("moodle", "xml", "text/xml; charset=utf-8", _moodle, has_media=True),
        Offer("sheet", "xlsx", XLSX_TYPE, _by(sheet.write)),
        Offer("csv", "csv", CSV_TYPE, _by(sheet.write_csv)),
        Offer("aiken", "aiken.txt", "text/plain; charset=utf-8", _by(aiken.write)),
        Offer("qti-2.1", "zip", "application/zip", _qti("2.1"), has_media=True),
        Offer("qti-3.0", "zip", "application/zip", _qti("3.0"), has_media=True),
    )
}
