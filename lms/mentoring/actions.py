"""Writes of mentor lists; each takes the owner's own box and touches no row but hers. None of it is audited."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.mentoring.box import Box
from lms.mentoring.lists import MOST_OPEN, MOST_TOPICS, Arrangement, Draft, Mentor
from lms.mentoring.tables import LineRow, MeetingRow, MentorRow, TopicRow


class FullError(RuntimeError):
    """There are as many topics as anybody can talk about; some have to go first."""


def name_mentor(session: Session, box: Box, mentor: Mentor) -> None:
    """Keep who the mentor is, in place of who it was before."""
    session.merge(MentorRow(owner_id=box.owner_id, sealed=box.sealed(asdict(mentor))))
    session.flush()


def add_topic(session: Session, box: Box, draft: Draft) -> int:
    """Put a topic on the next list and return its number. Raises FullError when there are too many."""
    count = select(func.count()).select_from(TopicRow).where(TopicRow.owner_id == box.owner_id)
    if (session.scalar(count.where(TopicRow.is_open)) or 0) >= MOST_OPEN:
        raise FullError
    if (session.scalar(count) or 0) >= MOST_TOPICS:
        raise FullError
    row = TopicRow(owner_id=box.owner_id, is_open=True, is_ticked=False, sealed=_sealed(box, draft))
    session.add(row)
    session.flush()
    return row.id


def change_topic(session: Session, box: Box, topic_id: int, draft: Draft) -> bool:
    """Write the topic anew, wherever it stands; return whether there is such a one."""
    row = _topic(session, box, topic_id)
    if row is not None:
        row.sealed = _sealed(box, draft)
        session.flush()
    return row is not None


def tick_topic(session: Session, box: Box, topic_id: int, *, is_ticked: bool) -> bool:
    """Note that a topic of the next list was talked about, or was not; return whether there is such a one."""
    row = _topic(session, box, topic_id)
    if row is None or not row.is_open:
        return False
    row.is_ticked = is_ticked
    session.flush()
    return True


def remove_topic(session: Session, box: Box, topic_id: int) -> None:
    """Remove the topic from every list it stands on."""
    mine = LineRow.owner_id == box.owner_id
    session.execute(delete(LineRow).where(mine, LineRow.topic_id == topic_id))
    session.execute(delete(TopicRow).where(TopicRow.owner_id == box.owner_id, TopicRow.id == topic_id))


def arrange_meeting(session: Session, box: Box, arrangement: Arrangement) -> None:
    """Keep when and where the next meeting is, in place of what was arranged before."""
    row = session.scalar(_planned(box).with_for_update())
    if row is None:
        row = MeetingRow(owner_id=box.owner_id, is_held=False, sealed=b"")
        session.add(row)
    row.sealed = _sealed_arrangement(box, arrangement)
    session.flush()


def call_off_meeting(session: Session, box: Box) -> None:
    """Forget the day that was arranged; the list stays."""
    session.execute(delete(MeetingRow).where(MeetingRow.owner_id == box.owner_id, MeetingRow.is_held.is_(False)))


def hold_meeting(session: Session, box: Box, arrangement: Arrangement, held_before: int) -> int | None:
    """Close the next list as that of a meeting and return its number; what was not talked about is carried over.

    `held_before` is how many meetings the owner saw when she pressed: with another number this was done already,
    and with an empty list there is nothing to do. Both give None.
    """
    planned = session.scalar(_planned(box).with_for_update())
    held = select(func.count()).select_from(MeetingRow).where(MeetingRow.owner_id == box.owner_id)
    if session.scalar(held.where(MeetingRow.is_held)) != held_before:
        return None
    of_list = TopicRow.owner_id == box.owner_id, TopicRow.is_open
    topics = session.scalars(select(TopicRow).where(*of_list).order_by(TopicRow.id).with_for_update()).all()
    if not topics:
        return None
    meeting = planned or MeetingRow(owner_id=box.owner_id)
    meeting.is_held, meeting.sealed = True, _sealed_arrangement(box, arrangement)
    session.add(meeting)
    session.flush()
    for topic in topics:
        session.add(
            LineRow(meeting_id=meeting.id, topic_id=topic.id, owner_id=box.owner_id, was_talked=topic.is_ticked)
        )
        topic.is_open, topic.is_ticked = not topic.is_ticked, False
    session.flush()
    return meeting.id


def change_meeting(session: Session, box: Box, meeting_id: int, arrangement: Arrangement) -> bool:
    """Write anew when and where a meeting was; return whether there is such a one."""
    row = session.scalar(
        select(MeetingRow).where(
            MeetingRow.owner_id == box.owner_id, MeetingRow.id == meeting_id, MeetingRow.is_held
        )
    )
    if row is not None:
        row.sealed = _sealed_arrangement(box, arrangement)
        session.flush()
    return row is not None


def remove_meeting(session: Session, box: Box, meeting_id: int) -> None:
    """Remove a meeting's list with what was talked about at it; topics that were carried over stay."""
    mine = LineRow.owner_id == box.owner_id
    talked = list(
        session.scalars(select(LineRow.topic_id).where(mine, LineRow.meeting_id == meeting_id, LineRow.was_talked))
    )
    session.execute(delete(LineRow).where(mine, LineRow.meeting_id == meeting_id))
    session.execute(delete(LineRow).where(mine, LineRow.topic_id.in_(talked)))
    session.execute(delete(TopicRow).where(TopicRow.owner_id == box.owner_id, TopicRow.id.in_(talked)))
    session.execute(
        delete(MeetingRow).where(
            MeetingRow.owner_id == box.owner_id, MeetingRow.id == meeting_id, MeetingRow.is_held
        )
    )


def remove_everything(session: Session, box: Box) -> None:
    """Remove every row of the owner's."""
    for table in (LineRow, TopicRow, MeetingRow, MentorRow):
        session.execute(delete(table).where(table.owner_id == box.owner_id))


def _planned(box: Box) -> Any:
    return select(MeetingRow).where(MeetingRow.owner_id == box.owner_id, MeetingRow.is_held.is_(False))


def _topic(session: Session, box: Box, topic_id: int) -> TopicRow | None:
    return session.scalar(
        select(TopicRow).where(TopicRow.owner_id == box.owner_id, TopicRow.id == topic_id).with_for_update()
    )


def _sealed(box: Box, draft: Draft) -> bytes:
    return box.sealed(asdict(draft))


def _sealed_arrangement(box: Box, when: Arrangement) -> bytes:
    starts = when.starts.isoformat("minutes") if when.starts else None
    return box.sealed({**asdict(when), "day": when.day.isoformat(), "starts": starts})
