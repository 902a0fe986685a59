"""What somebody is to be told today, from what is open, what ends and what she was told before; pure.

A due date has stages: so many days before, the day itself, late. Told is the stage that holds now and was not told
yet, so what fell into leave, a weekend or a night is told once, the first day after it, and never twice. A new due
date begins anew. What she was given newly is told with the day it is due, not beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.plans.nudge import Says
from lms.reminders.leave import Leave, present_since
from lms.reminders.policy import Policy

# What was given longer ago than this, and not while she was away, is not news.
_NEWS = timedelta(days=30)
# A certificate that ended while nobody could say so is spoken of this long.
_ENDED = timedelta(days=60)


class Kind(StrEnum):
    """What a notice is about."""

    LATE = "late"
    DUE = "due"
    ENDING = "ending"
    ASSIGNED = "assigned"
    # A note that somebody who looks after her left her.
    NOTE = "note"
    # A plan of her own that it is time to look back on.
    PLAN = "plan"
    # A meeting of hers, of which nothing but its day is known.
    MEETING = "meeting"
    # Told to who manages: somebody became late, and the week as a whole.
    TEAM_LATE = "team late"
    WEEK = "week"


@dataclass(frozen=True)
class TeamLate:
    """Somebody who became late, as told to who manages her."""

    enrolment_id: int
    name: str
    course_slug: str
    due_on: date

    @property
    def mark(self) -> "Mark":
        """Return what is noted once the manager knows."""
        return Mark(Kind.TEAM_LATE, self.enrolment_id, self.due_on, 0)


@dataclass(frozen=True)
class OpenCourse:
    """One enrolment that is not complete."""

    enrolment_id: int
    course_slug: str
    enrolled_on: date
    is_begun: bool
    due_on: date | None


@dataclass(frozen=True)
class EndingCertificate:
    """The certificate that counts for a course, with its last day."""

    certificate_id: int
    course_slug: str
    ends_on: date


@dataclass(frozen=True)
class NoteLeft:
    """A note that a course waits, by whom; `says` is one of the prepared sentences."""

    nudge_id: int
    course_slug: str
    by: str
    says: Says
    given_on: date


@dataclass(frozen=True)
class Mark:
    """What is noted once something was told: `stage` of `kind`, about the day `about_on` of one row."""

    kind: Kind
    subject_id: int
    about_on: date
    stage: int


@dataclass(frozen=True)
class Notice:
    """One thing to tell; `on` is the day that it is due, was due or ends, None without one.

    `marks` are what counts as told with it, `note` is what somebody left her.
    """

    kind: Kind
    course_slug: str
    on: date | None
    marks: tuple[Mark, ...] = ()
    note: NoteLeft | None = None

    def days_left(self, today: date) -> int:
        """Return how many days are left, below 0 when the day has passed, 0 when there is none."""
        return (self.on - today).days if self.on else 0


@dataclass(frozen=True)
class Facts:
    """What is known of one person when her day is planned; `told` says on which day each mark was made."""

    courses: Sequence[OpenCourse] = ()
    certificates: Sequence[EndingCertificate] = ()
    leaves: Sequence[Leave] = ()
    told: Sequence[tuple[Mark, date]] = ()
    notes: Sequence[NoteLeft] = ()


def notices_for(facts: Facts, policy: Policy, today: date) -> tuple[Notice, ...]:
    """Return what is to be told today, the most urgent first; whether she can be told now is not asked here."""
    told = dict(facts.told)
    news_since = present_since(facts.leaves, today - _NEWS)
    found = [_of_course(course, told, policy, today, news_since) for course in facts.courses]
    has_due_day = {course.course_slug for course in facts.courses if course.due_on}
    found += [
        _of_certificate(certificate, told, policy, today)
        for certificate in facts.certificates
        # Where the course is due again, that says it.
        if certificate.course_slug not in has_due_day
    ]
    is_open = {course.course_slug for course in facts.courses}
    found += [
        _of_note(note, told)
        for note in facts.notes
        if note.course_slug in is_open and news_since <= note.given_on <= today
    ]
    return in_order(notice for notice in found if notice)


def standing_notices(facts: Facts, policy: Policy, today: date) -> tuple[Notice, ...]:
    """Return what a page says as long as it holds, told by mail or not: late, due soon, ending; in order."""
    found = []
    for course in facts.courses:
        if course.due_on and (course.due_on - today).days <= max(policy.due_days, default=0):
            kind = Kind.LATE if course.due_on < today else Kind.DUE
            found.append(Notice(kind, course.course_slug, course.due_on))
    noted = {notice.course_slug for notice in found}
    for certificate in facts.certificates:
        days = (certificate.ends_on - today).days
        if certificate.course_slug not in noted and -_ENDED.days <= days <= max(
            policy.certificate_days, default=-1
        ):
            found.append(Notice(Kind.ENDING, certificate.course_slug, certificate.ends_on))
    return in_order(found)


def week_of(today: date, policy: Policy) -> date:
    """Return the day on which the managers' week began that today lies in."""
    return today - timedelta(days=(today.weekday() - policy.weekly_day) % 7)


def in_order(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return the notices, the most urgent first: late, then by day, what has none last."""
    return tuple(
        sorted(notices, key=lambda each: (each.kind is not Kind.LATE, each.on or date.max, each.course_slug))
    )


def _of_course(
    course: OpenCourse, told: dict[Mark, date], policy: Policy, today: date, news_since: date
) -> Notice | None:
    marks = []
    kind = None
    news = Mark(Kind.ASSIGNED, course.enrolment_id, course.enrolled_on, 0)
    if not course.is_begun and news_since <= course.enrolled_on <= today and news not in told:
        kind, marks = Kind.ASSIGNED, [news]
    if course.due_on is not None:
        if course.due_on < today:
            mark = _late(course, course.due_on, told, policy, today)
            kind = Kind.LATE if mark else kind
        else:
            stage = _stage((*policy.due_days, 0), (course.due_on - today).days)
            mark = None if stage is None else Mark(Kind.DUE, course.enrolment_id, course.due_on, stage)
            mark = None if mark is None or _is_told(mark, told) else mark
            kind = kind or (Kind.DUE if mark else None)
        marks += [mark] if mark else []
    return Notice(kind, course.course_slug, course.due_on, tuple(marks)) if kind else None


def _late(course: OpenCourse, due_on: date, told: dict[Mark, date], policy: Policy, today: date) -> Mark | None:
    before = [
        (mark.stage, day)
        for mark, day in told.items()
        if (mark.kind, mark.subject_id, mark.about_on) == (Kind.LATE, course.enrolment_id, due_on)
    ]
    stage, day = max(before, default=(0, date.min))
    if before and (today - day).days < policy.late_days:
        return None
    return Mark(Kind.LATE, course.enrolment_id, due_on, stage + 1)


def _of_note(note: NoteLeft, told: dict[Mark, date]) -> Notice | None:
    mark = Mark(Kind.NOTE, note.nudge_id, note.given_on, 0)
    return None if mark in told else Notice(Kind.NOTE, note.course_slug, None, (mark,), note)


def _of_certificate(
    certificate: EndingCertificate, told: dict[Mark, date], policy: Policy, today: date
) -> Notice | None:
    days = (certificate.ends_on - today).days
    if not policy.certificate_days or days < -_ENDED.days:
        return None
    # Once it has ended it counts as the last stage: news only for whom that did not reach.
    stage = _stage(policy.certificate_days, days)
    if stage is None:
        return None
    mark = Mark(Kind.ENDING, certificate.certificate_id, certificate.ends_on, stage)
    if _is_told(mark, told):
        return None
    return Notice(Kind.ENDING, certificate.course_slug, certificate.ends_on, (mark,))


def _is_told(mark: Mark, told: Iterable[Mark]) -> bool:
    """Return whether this stage was told, or a later one of the same day: a clock put back repeats none."""
    same_day = [each for each in told if (each.subject_id, each.about_on) == (mark.subject_id, mark.about_on)]
    is_late = mark.kind is Kind.DUE and any(each.kind is Kind.LATE for each in same_day)
    return is_late or any(each.kind is mark.kind and each.stage <= mark.stage for each in same_day)


def _stage(stages: Iterable[int], days: int) -> int | None:
    """Return the latest stage that has been reached so many days before, or None."""
    return min((stage for stage in stages if days <= stage), default=None)
