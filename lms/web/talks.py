"""A coaching note as people read it, whichever desk they stand at."""

from dataclasses import dataclass

from flask_babel import gettext as _

from lms.coaching.notes.note import Basis, Format
from lms.coaching.notes.queries import Note
from lms.web.observed import behaviour_titles


@dataclass(frozen=True)
class TalkRead:
    """A note with the titles of its behaviours and the word for what it was about."""

    note: Note
    behaviours: tuple[str, ...]
    basis: str


def talk_read(note: Note) -> TalkRead:
    """Return the note as it is read; a behaviour that no checklist has any more keeps its id."""
    titles = dict(behaviour_titles())
    return TalkRead(
        note,
        tuple(titles.get(each, each) for each in note.talk.behaviours),
        dict(basis_choices())[note.talk.basis] if note.talk.basis else "",
    )


def basis_choices() -> list[tuple[str, str]]:
    """Return what a talk can be about, each in words."""
    return [
        (Basis.BEHAVIOUR.value, _("What was said or done")),
        (Basis.BOTH.value, _("That, and numbers beside it")),
        (Basis.NUMBERS.value, _("Numbers only")),
    ]


def format_choices() -> list[tuple[str, str]]:
    """Return how a leader can show a behaviour, each in words."""
    return [
        (Format.LIVE.value, _("A live contact")),
        (Format.ROLE_PLAY.value, _("A role play")),
        (Format.DEMONSTRATION.value, _("A demonstration")),
    ]
