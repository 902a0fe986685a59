"""The notes that managers left a learner, as her home shows them: who wrote, and where she stopped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lms.plans.nudge_queries import Note
from lms.progress.home import CourseCard, NextThing
from lms.web.nudge_words import nudge_words


@dataclass(frozen=True)
class NoteLine:
    """One note; `thing` is where she stopped, None when only the course can be named."""

    id: int
    by: str
    words: str
    course_slug: str
    course_title: str
    given_at: datetime
    thing: NextThing | None


def note_lines(notes: Iterable[Note], cards: Iterable[CourseCard]) -> tuple[NoteLine, ...]:
    """Return the notes about these courses of hers; one about a course that is hidden now waits unseen."""
    by_slug = {card.slug: card for card in cards}
    return tuple(
        NoteLine(
            id=note.id,
            by=note.by,
            words=nudge_words(note.says),
            course_slug=note.course_slug,
            course_title=by_slug[note.course_slug].title,
            given_at=note.given_at,
            thing=None if by_slug[note.course_slug].waits_for else by_slug[note.course_slug].next_thing,
        )
        for note in notes
        if note.course_slug in by_slug
    )
