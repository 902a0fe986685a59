"""The one read of mentor lists: everything of one owner, opened with her own box."""

from collections import defaultdict
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.mentoring.box import Box
from lms.mentoring.lists import Arrangement, Draft, Kind, Line, Meeting, Mentor, Shelf, Topic
from lms.mentoring.tables import LineRow, MeetingRow, MentorRow, TopicRow

_UNREADABLE = Draft("", Kind.ASK)


def shelf_of(session: Session, box: Box) -> Shelf:
    """Return everything of the box's owner; four queries, each of which asks for her rows alone."""
    mine = box.owner_id
    mentor = session.scalar(select(MentorRow.sealed).where(MentorRow.owner_id == mine))
    lines = session.execute(
        select(LineRow.meeting_id, LineRow.topic_id, LineRow.was_talked)
        .where(LineRow.owner_id == mine)
        .order_by(LineRow.topic_id)
    ).all()
    carried: dict[int, int] = defaultdict(int)
    for line in lines:
        carried[line.topic_id] += not line.was_talked
    topics = {
        row.id: _topic(row, box.opened(row.sealed), carried[row.id])
        for row in session.scalars(select(TopicRow).where(TopicRow.owner_id == mine).order_by(TopicRow.id))
    }
    on: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        on[line.meeting_id].append(Line(topics[line.topic_id], line.was_talked))
    rows = session.scalars(select(MeetingRow).where(MeetingRow.owner_id == mine).order_by(MeetingRow.id.desc()))
    meetings = [
        Meeting(row.id, arrangement_from(box.opened(row.sealed)), row.is_held, tuple(on[row.id])) for row in rows
    ]
    return Shelf(
        mentor=_mentor(box.opened(mentor)) if mentor else None,
        topics=tuple(topic for topic in topics.values() if topic.is_open),
        next_meeting=next((meeting for meeting in meetings if not meeting.is_held), None),
        held=tuple(sorted((meeting for meeting in meetings if meeting.is_held), key=_day, reverse=True)),
    )


def arrangement_from(plain: dict[str, Any] | None) -> Arrangement | None:
    """Return when and where from what was sealed, or None of what did not open."""
    if plain is None:
        return None
    starts = plain["starts"]
    return Arrangement(
        date.fromisoformat(plain["day"]),
        time.fromisoformat(starts) if starts else None,
        plain["place"],
        plain["minutes"],
        plain["thanks"],
    )


def draft_from(plain: dict[str, Any]) -> Draft:
    """Return the topic's words from what was sealed."""
    return Draft(plain["text"], Kind(plain["kind"]), tuple(plain["themes"]), plain["outcome"])


def _topic(row: TopicRow, plain: dict[str, Any] | None, carried: int) -> Topic:
    draft = draft_from(plain) if plain else _UNREADABLE
    return Topic(row.id, draft, row.is_open, row.is_ticked, carried, is_readable=plain is not None)


def _mentor(plain: dict[str, Any] | None) -> Mentor | None:
    return Mentor(plain["name"], plain["reach"]) if plain else None


def _day(meeting: Meeting) -> tuple[date, int]:
    # One that does not open is as old as it can be.
    return (meeting.arrangement.day if meeting.arrangement else date.min, meeting.id)
