"""A planning pass, portion by portion: whose day begins now gets her mail of the day, noted as told with it.

Mails are written first, while nobody has to wait. Then, in one short transaction that only one node at a time may
be in, it is decided once more: the mails are put into the outbox, days marked as planned, and what the mails tell
noted as told, all of it or nothing. A mail that still waits when its day or its hours are over, or when something
in it is no longer so, is called back, and what it would tell is planned anew.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.accounts.queries import team_nodes
from lms.accounts.tables import Person
from lms.ids import new_token, token_hash
from lms.mail import actions as mail
from lms.mail import queries as mail_queries
from lms.mail.files import template_of
from lms.mail.mail import Post
from lms.mail.queries import WaitingMail
from lms.mail.rendering import Link
from lms.practice.cards.mailing import Opens
from lms.practice.cards.mailing_actions import keep_addresses
from lms.practice.commitment_queries import newly_due
from lms.reminders import queries, team_queries
from lms.reminders.actions import untell
from lms.reminders.hours import QuietHours, local_time
from lms.reminders.leave import Leave, is_away
from lms.reminders.letters import KIND, WEEK_KIND, LooksBack, Practice, Questions, Words, letter_of
from lms.reminders.planning_queries import Plan, Scene, decided, in_a_team, marks_of, meeting_mark, plan_marks
from lms.reminders.policy import Policy
from lms.reminders.rules import Kind, notices_for
from lms.reminders.tables import PlannedDay, Told
from lms.reminders.week import Week
from lms.reminders.week_queries import tree_of, week_of_teams
from lms.store import one_at_a_time

MOST = 200
_TURN = 7_301_018
_ROWS_AT_ONCE = 1_000
# A week that waits longer is written anew: by then people have moved, and teams have other managers.
_FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class Written:
    """A mail, and the hash of the token of each private address in it, by what it opens."""

    post: Post
    hashes: Mapping[Opens, str]


@dataclass(frozen=True)
class Draft:
    """A portion with its mails written, nothing of it stored yet; `after_id` is where it begins.

    A plan has no mail where its week turns out to hold nothing.
    """

    after_id: int
    last_id: int | None
    is_empty: bool
    mails: Mapping[Plan, Written | None]


@dataclass(frozen=True)
class Portion:
    """What a portion did; `last_id` is where the next one begins, None after the last."""

    last_id: int | None
    planned: int = 0
    posted: int = 0


def draft_portion(session: Session, scene: Scene, after_id: int, now: datetime, most: int = MOST) -> Draft:
    """Decide for up to `most` people for whom the day began and write their mails; stores nothing."""
    found = decided(session, scene, after_id, now, most)
    return Draft(after_id, found.last_id, not found.days, _written(session, scene, found.plans, now))


def post_portion(session: Session, scene: Scene, draft: Draft, now: datetime, most: int = MOST) -> Portion:
    """Plan the day of these people; inside `writing`, a fixed number of queries.

    Whose plan has changed since the draft gets a mail that says so.
    """
    one_at_a_time(session, _TURN)
    found = decided(session, scene, draft.after_id, now, most)
    _mark_planned(session, found.days)
    mails = {plan: draft.mails[plan] for plan in found.plans if plan in draft.mails}
    mails |= _written(session, scene, [plan for plan in found.plans if plan not in mails], now)
    placed = mail.post_all(session, [each.post for each in mails.values() if each], now)
    told = {plan: each for plan, each in mails.items() if each is None or each.post.key in placed}
    _note_told(session, told)
    for opens in Opens:
        hashes = {
            plan.person_id: each.hashes[opens] for plan, each in told.items() if each and opens in each.hashes
        }
        keep_addresses(session, hashes, now, opens)
    return Portion(found.last_id, len(found.days), len(placed))


def _written(session: Session, scene: Scene, plans: Collection[Plan], now: datetime) -> dict[Plan, Written | None]:
    """Return the mail of each plan; one query, and seven for each who is told her week."""
    if not plans:
        return {}
    tree = tree_of(team_nodes(session)) if any(plan.week_on for plan in plans) else None
    found: dict[Plan, Written | None] = {}
    for plan in plans:
        week = None
        if tree and plan.week_on:
            week = week_of_teams(session, tree, plan.managed, plan.person_id, now, plan.reader.today)
        is_told = week is not None and not week.is_empty
        found[plan] = _post(scene, plan, week if is_told else None, now)
    return found


def _post(scene: Scene, plan: Plan, week: Week | None, now: datetime) -> Written | None:
    if week is None and replace(plan, week_on=None).is_empty:
        return None
    reader, kind = plan.reader, KIND if week is None else WEEK_KIND
    # Who is named as late in the week need not be named a second time above it.
    team_late = () if week and week.people else plan.team_late
    tokens = {
        opens: new_token() for opens in Opens if (plan.questions if opens is Opens.QUESTIONS else plan.looks_back)
    }
    links = {opens: Link(f"{scene.origin}/{opens}/{token}") for opens, token in tokens.items()}
    practice = Practice(
        Questions(plan.questions.count, plan.questions.minutes, links[Opens.QUESTIONS])
        if plan.questions
        else None,
        LooksBack(len(plan.looks_back), links[Opens.PLANS]) if plan.looks_back else None,
    )
    words = _words(scene, kind, reader.language)
    made = letter_of(reader, plan.notices, team_late, words, week, practice, plan.meeting_on)
    key = f"{kind}:{plan.person_id}:{reader.today}"
    post = Post(
        plan.person_id, reader.today, kind, made.subject, made.text, made.html, key, now, plan.not_after
    )  # fmt: skip
    return Written(post, {opens: token_hash(token) for opens, token in tokens.items()})


def _words(scene: Scene, kind: str, language: str) -> Words:
    template, spoken = template_of(kind, language, scene.policy.language)
    names = ("notices", "people", "meeting", "questions", "looks_back")
    parts = tuple((name, template_of(name, spoken)[0]) for name in names)
    return Words(scene.titles, scene.origin, template, spoken, parts)


def _note_told(session: Session, plans: Iterable[Plan]) -> None:
    rows = [
        {
            "person_id": plan.person_id,
            "kind": mark.kind.value,
            "subject_id": mark.subject_id,
            "about_on": mark.about_on,
            "stage": mark.stage,
            "told_on": plan.reader.today,
        }
        for plan in plans
        for mark in plan.marks()
    ]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        session.execute(_insert(session)(Told).values(some).on_conflict_do_nothing())


def _mark_planned(session: Session, days: Mapping[int, date]) -> None:
    if not days:
        return
    rows = [{"person_id": person_id, "day": day} for person_id, day in days.items()]
    new = _insert(session)(PlannedDay).values(rows)
    session.execute(new.on_conflict_do_update(index_elements=["person_id"], set_={"day": new.excluded.day}))


def _insert(session: Session):  # type: ignore[no-untyped-def]  # one of two functions with the same calls
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert


def recall_portion(session: Session, policy: Policy, after_id: int, now: datetime, most: int = MOST) -> Portion:
    """Call back mail of the day that still waits though its day or hours are over, or it would no longer be true.

    She may be on leave or gone since, the course done, or a team no longer hers; one that somebody sent again by
    hand is called back only for that. Inside `writing`; a fixed number of queries. What it would have told counts
    as untold, and her day as not planned.
    """
    one_at_a_time(session, _TURN)
    waiting = mail_queries.waiting_of(session, (KIND, WEEK_KIND), after_id, most)
    if not waiting:
        return Portion(None)
    people = [each.person_id for each in waiting]
    zones = {
        row.id: row.time_zone
        for row in session.execute(select(Person.id, Person.time_zone).where(Person.id.in_(people)))
    }
    own, leaves = queries.own_quiet_hours(session, people), queries.leaves_by_person(session, people)

    def is_over(each: WaitingMail) -> bool:
        if each.kind == WEEK_KIND and not timedelta(0) <= now - each.created_at < _FRESH:
            return True
        if each.not_after is None:
            return False
        local = local_time(now, zones[each.person_id])
        quiet: QuietHours = own.get(each.person_id, policy.quiet)
        return local.date() != each.day or quiet.covers(local) or is_away(leaves.get(each.person_id, ()), each.day)

    untrue = _untrue(session, policy, {each.person_id: each.day for each in waiting}, leaves)
    over = [each.id for each in waiting if each.person_id in untrue or is_over(each)]
    back = mail.recall(session, over)
    untell(session, back)
    _unplan(session, [person_id for person_id, _day in back])
    return Portion(waiting[-1].id if len(waiting) == most else None, posted=len(back))


def _untrue(
    session: Session, policy: Policy, days: Mapping[int, date], leaves: Mapping[int, list[Leave]]
) -> set[int]:
    """Return whose mail of this day tells something that is not so now, or not hers to know any more."""
    facts = queries.facts_of(session, days, leaves)
    managed = team_queries.managed_by(session, days)
    late = team_queries.newly_late(session, managed, days)
    here = in_a_team(session, days)
    due = newly_due(session, {person_id: days[person_id] for person_id in here})
    meetings = queries.meetings_near(session, days)
    found = set(days) - here
    for person_id in here:
        told = {
            mark
            for mark, day in facts[person_id].told
            if day == days[person_id] and not (mark.kind is Kind.WEEK and person_id in managed)
        }
        before = [(mark, day) for mark, day in facts[person_id].told if day != days[person_id]]
        notices = notices_for(replace(facts[person_id], told=before), policy, days[person_id])
        still = {*marks_of(notices, late.get(person_id, ())), *plan_marks(due.get(person_id, ()))}
        if person_id in meetings:
            still.add(meeting_mark(meetings[person_id]))
        if told - still:
            found.add(person_id)
    return found


def _unplan(session: Session, person_ids: Collection[int]) -> None:
    session.execute(
        delete(PlannedDay).where(PlannedDay.person_id.in_(person_ids)).execution_options(synchronize_session=False)
    )
