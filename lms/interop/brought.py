"""What a file from elsewhere brought, whatever its format: drafts in quizzes, whole files, media, losses."""

from dataclasses import dataclass, field

from lms.interop.draft import Draft, Fate, Loss, Media
from lms.problem import Problem


@dataclass(frozen=True)
class BroughtQuiz:
    """Questions that belong together; `draws` are (how many, of which pool), empty: all. None: not said there."""

    title: str
    drafts: tuple[Draft, ...]
    draws: tuple[tuple[int, str], ...] = ()
    shuffle: bool | None = None
    attempts: int | None = None
    minutes_allowed: int | None = None
    pass_percent: int | None = None


@dataclass(frozen=True)
class BroughtFile:
    """One file of a course as Markdown; `name` is what it is called in its folder, `source` where it came from."""

    name: str
    title: str
    text: str
    source: str = ""
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True)
class Brought:
    """Everything a file brought. `losses` are what was not kept as it was, `problems` what was broken in it."""

    format: str
    title: str = ""
    quizzes: tuple[BroughtQuiz, ...] = ()
    files: tuple[BroughtFile, ...] = ()
    media: tuple[Media, ...] = ()
    losses: tuple[Loss, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """Return every question, in order."""
        return tuple(draft for quiz in self.quizzes for draft in quiz.drafts)


def left_out(item: str, what: str, place: str = "", line: int = 0) -> Loss:
    """Return that something of this name stays behind, and why."""
    return Loss(line, item, what, Fate.LEFT_OUT, place)
