"""What somebody takes to her mentor: topics and meetings, and all of it as plain data; pure."""

from dataclasses import asdict, dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

# More than this on one list is no list; more than this in all is no longer read by anybody.
MOST_OPEN = 40
MOST_TOPICS = 4_000
LONGEST_TEXT = 1_000
LONGEST_LINE = 200


class Kind(StrEnum):
    """What a topic is taken along for."""

    VENT = "vent"
    ASK = "ask"
    DECIDE = "decide"
    CELEBRATE = "celebrate"


@dataclass(frozen=True)
class Draft:
    """One topic as its owner writes it; `themes` are ids she chose, `outcome` is empty until there is one."""

    text: str
    kind: Kind
    themes: tuple[str, ...] = ()
    outcome: str = ""


@dataclass(frozen=True)
class Topic:
    """One topic; `is_ticked` while it was talked about at a meeting that is not closed yet.

    `carried` counts the lists it stood on without being talked about. `is_readable` is False when the server's
    secret has changed since: then nothing of the draft is known.
    """

    id: int
    draft: Draft
    is_open: bool
    is_ticked: bool
    carried: int
    is_readable: bool = True


@dataclass(frozen=True)
class Arrangement:
    """When and where a meeting is, or was; `starts` None while only the day is fixed, `minutes` 0 while unsaid.

    `thanks` is how the mentor was thanked, or is to be.
    """

    day: date
    starts: time | None = None
    place: str = ""
    minutes: int = 0
    thanks: str = ""


@dataclass(frozen=True)
class Line:
    """One topic on the list of one meeting that was held."""

    topic: Topic
    was_talked: bool


@dataclass(frozen=True)
class Meeting:
    """One meeting; `lines` are empty until it was held. `arrangement` is None when nothing opens it any more."""

    id: int
    arrangement: Arrangement | None
    is_held: bool
    lines: tuple[Line, ...] = ()

    @property
    def themes(self) -> frozenset[str]:
        """Return the themes that were talked about."""
        return frozenset(theme for line in self.lines if line.was_talked for theme in line.topic.draft.themes)


@dataclass(frozen=True)
class Mentor:
    """Who the mentor is, in the owner's words, and how to reach her."""

    name: str
    reach: str = ""


@dataclass(frozen=True)
class Shelf:
    """Everything of one owner: the list for next time, the meeting arranged, the meetings held, latest first.

    `mentor` is None until one is named, `next_meeting` until a day is fixed.
    """

    mentor: Mentor | None
    topics: tuple[Topic, ...]
    next_meeting: Meeting | None
    held: tuple[Meeting, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing at all yet."""
        return not (self.mentor or self.topics or self.next_meeting or self.held)

    def topic(self, topic_id: int) -> Topic | None:
        """Return this topic wherever it stands, or None."""
        kept = (line.topic for meeting in self.held for line in meeting.lines)
        return next((topic for topic in (*self.topics, *kept) if topic.id == topic_id), None)

    def meeting(self, meeting_id: int) -> Meeting | None:
        """Return this meeting that was held, or None."""
        return next((meeting for meeting in self.held if meeting.id == meeting_id), None)


def as_plain(shelf: Shelf) -> dict[str, Any]:
    """Return everything as plain data for a file of one's own; days and times as ISO 8601 writes them."""
    return {
        "mentor": asdict(shelf.mentor) if shelf.mentor else None,
        "next_list": [_topic(topic) for topic in shelf.topics],
        "next_meeting": _arrangement(shelf.next_meeting) if shelf.next_meeting else None,
        "meetings": [
            {
                **_arrangement(meeting),
                "topics": [{**_topic(line.topic), "talked_about": line.was_talked} for line in meeting.lines],
            }
            for meeting in shelf.held
        ],
    }


def _topic(topic: Topic) -> dict[str, Any]:
    if not topic.is_readable:
        return {"unreadable": True}
    draft = topic.draft
    return {
        "text": draft.text,
        "kind": draft.kind.value,
        "themes": list(draft.themes),
        "outcome": draft.outcome,
        "carried_over": topic.carried,
    }


def _arrangement(meeting: Meeting) -> dict[str, Any]:
    when = meeting.arrangement
    if when is None:
        return {"unreadable": True}
    return {
        "day": when.day.isoformat(),
        "starts": when.starts.isoformat("minutes") if when.starts else None,
        "place": when.place,
        "minutes": when.minutes,
        "thanks": when.thanks,
    }
