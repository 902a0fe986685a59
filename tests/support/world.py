"""Lena's world: one of everything that belongs to her, for tests that ask who may open it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from lms import schema
from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.accounts.tables import RoleGrant
from lms.coaching import actions as coaching
from lms.coaching.calibration.actions import NewSession, invite, open_session
from lms.content.course import Course, Lesson
from lms.content.tables import Blob, ReleaseMedia
from lms.credentials.tables import Certificate
from lms.feeds.actions import make_address
from lms.feeds.feed import FeedKind
from lms.ids import new_token, token_hash
from lms.mail.actions import post
from lms.mentoring import actions as mentoring
from lms.mentoring.box import Box
from lms.mentoring.lists import Arrangement, Kind, Mentor
from lms.mentoring.lists import Draft as Topic
from lms.plans.programme import Draft, DueRule, Target, Who
from lms.plans.programme_actions import make_programme
from lms.plans.tables import Nudge
from lms.practice.cards.mailing import Opens
from lms.practice.cards.mailing_actions import keep_addresses
from lms.practice.cards.tables import CardAnswer
from lms.practice.commitment import Answer, Words
from lms.practice.commitment_actions import Made, NewPlan, Told, check_in, make_plan
from lms.practice.huddles.actions import Huddle, note_huddle
from lms.practice.huddles.tables import HuddleRow
from lms.progress import actions as progress
from lms.progress import attempt_actions, run_actions, run_queries
from lms.progress.actions import play_of
from lms.queue import actions as queue
from lms.scenario.playing import scene_of
from lms.store import writing
from tests.support import cast
from tests.support.builders import (
    a_checklist,
    a_course,
    a_lesson,
    a_quiz,
    a_short,
    a_single,
    a_survey,
    an_open,
    one_of_each,
)
from tests.support.cast import Cast
from tests.support.certificates import award
from tests.support.observations import given
from tests.support.plays import a_play
from tests.support.shelf import shelve
from tests.support.talks import talked

OBSERVED = "the-observation-of-lena"
ANSWER = "pflaumenmus on a windy tuesday"
# What nobody but Lena and Mia may read: a note of their talk, with Lena's own words and answer.
TALKED = ("quillwortgoal", "sedgethinking", "loosestrifebefore", "bindweedanswer")
# What nobody but Lena may read, whoever looks after her.
PRIVATE = ("marzipangrudge", "quincemoot", "brambleplace", "sorrelthanks", "medlaroutcome")
# What only Lena, and those who look after her, may read.
CANARIES = ("Lena Brandt", "lena@hotel.internal", "pflaumenmus", *PRIVATE)
SECRET = "for tests only, and long enough to be one"
# What Lena has planned, for herself and the buddy she asks, and what she noted of it, for nobody else.
PLANNED, NOTED = "stew quetschen", "the wind was a zephyr"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'


@dataclass(frozen=True)
class World:
    """The cast and the names of everything that is Lena's; `tokens` are the cookies of the cast by name."""

    cast: Cast
    course: Course
    submitted: int
    under_way: int
    overdue: int
    unread: int
    ended_run: int
    open_run: int
    serial: str
    code: str
    link: str
    release_hash: str
    grant_id: int
    job: int
    mail: int
    calendar: str
    nudge: int
    programme: int
    card_answer: int
    meeting: int
    topic: int
    questions: str
    mailed_plans: str
    plan: int
    calibration: int
    huddle: int
    observation: int
    talk: int
    tokens: dict[str, str]

    def is_key(self, path: str) -> bool:
        """Return whether this address opens by itself what is Lena's: only her mail holds it."""
        return self.questions in path or self.mailed_plans in path


def make(session: Session, now: datetime) -> World:
    """Write the world into an empty database."""
    people = cast.bring_in(session, now)
    course = shelve(session, _course(), now)
    serial = award(session, people.lena, now)
    code = session.scalars(select(Certificate.code)).one()
    with writing(session):
        picture = hashlib.sha256(PICTURE).hexdigest()
        session.add(Blob(hash=picture, body=PICTURE, media_type="image/svg+xml"))
        session.flush()
        session.add(ReleaseMedia(release_id=course.release_id, path="bee.svg", blob_hash=picture))
        accounts.make_card(session, people.lena, now)
        link = accounts.make_link(session, person_id=people.lena, now=now)
        job = queue.enqueue(session, "jobs.forget", now=now, asked_by=people.lena)
        mail = post(session, people.lena, now.date(), "digest", "Due", "Dear Lena Brandt", "", "a", now, now)
        calendar = make_address(session, people.lena, FeedKind.OWN, now)
        session.add(
            Nudge(person_id=people.lena, course_slug="bees", says="step", given_by=people.mia, given_at=now)
        )
        session.flush()
        nudge = session.scalars(select(Nudge.id)).one()
        programme = make_programme(session, _programme(people, now), people.mia, now).programme_id
        plan = _plan(session, people, course, now)
        new = NewSession("November", "bees", "seen", course.release_id, ("ready",), None, (("A call", "Again!"),))
        calibration = open_session(session, new, people.tom, now)
        invite(session, calibration, [people.mia], now)
        grant_id = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == people.tom)).one()
        card_answer = _card_answer(session, people.lena, course, now)
        questions = new_token()
        keep_addresses(session, {people.lena: token_hash(questions)}, now)
        mailed_plans = new_token()
        keep_addresses(session, {people.lena: token_hash(mailed_plans)}, now, Opens.PLANS)
    submitted, under_way, overdue, unread = _attempts(session, people.lena, course, now)
    ended_run, open_run = _runs(session, people.lena, course, now)
    meeting, topic = mentor_lists(session, people.lena, now)
    huddle = _huddle(session, people, now)
    observation = given(
        session, people.lena, people.mia, people.front_desk, course.release_id, now - timedelta(days=9),
        key=OBSERVED, words_heard=f"“{ANSWER}”",
    )  # fmt: skip
    with writing(session):
        coaching.read_it(session, observation, people.lena, now - timedelta(days=8))
    talk = talked(
        session, people.lena, people.mia, people.front_desk, now - timedelta(days=2),
        goal=f"I want {TALKED[0]} at last", intent=TALKED[1], before=TALKED[2], answer=TALKED[3],
    )  # fmt: skip
    tokens = {name: cast.sign_in(session, person_id, now) for name, person_id in people.everyone().items()}
    session.rollback()
    return World(
        people,
        course,
        submitted,
        under_way,
        overdue,
        unread,
        ended_run,
        open_run,
        serial,
        code,
        link,
        course.hash,
        grant_id,
        job,
        mail or 0,
        calendar,
        nudge,
        programme,
        card_answer,
        meeting,
        topic,
        questions,
        mailed_plans,
        plan,
        calibration,
        huddle,
        observation,
        talk,
        tokens,
    )


def _card_answer(session: Session, person_id: int, course: Course, now: datetime) -> int:
    """Keep what Lena answered to a question that came back."""
    row = CardAnswer(
        person_id=person_id,
        behaviour_id="ack",
        number=1,
        release_id=course.release_id,
        question_id="practice",
        response=ANSWER,
        mark=0.0,
        confidence="sure",
        seconds=9,
        grade=1,
        retention=0.9,
        most_days=180,
        answered_at=now,
        answered_on=now.date(),
    )
    session.add(row)
    session.flush()
    return row.id


def _huddle(session: Session, people: Cast, now: datetime) -> int:
    """Note that the front desk talked Lena's lesson through."""
    with writing(session):
        note_huddle(
            session,
            Huddle(people.front_desk, "bees", "read", "Read", now.date(), 10, frozenset({people.lena})),
            people.mia,
            now,
        )
        return session.scalars(select(HuddleRow.id)).one()


def mentor_lists(session: Session, owner_id: int, now: datetime) -> tuple[int, int]:
    """Write lists for a mentor and return the numbers of the meeting that was held and of an open topic."""
    grudge, mentor, place, thanks, outcome = PRIVATE
    box = Box(owner_id, (SECRET,))
    with writing(session):
        mentoring.name_mentor(session, box, Mentor(mentor))
        draft = Topic(f"{grudge} about a conflict", Kind.VENT, ("talks",), outcome)
        talked = mentoring.add_topic(session, box, draft)
        mentoring.tick_topic(session, box, talked, is_ticked=True)
        when = Arrangement(now.date(), None, place, 45, thanks)
        meeting = mentoring.hold_meeting(session, box, when, 0)
        topic = mentoring.add_topic(session, box, Topic(grudge, Kind.ASK))
        mentoring.arrange_meeting(session, box, Arrangement(now.date() + timedelta(days=9), None, place))
    return meeting or 0, topic


def _programme(people: Cast, now: datetime) -> Draft:
    """Return the front desk's programme for Lena alone, who is in its only course already."""
    target = Target(Who.PERSON, now.date(), person_id=people.lena)
    return Draft("First weeks", "", people.front_desk, True, (("bees", DueRule()),), (target,))


def _plan(session: Session, people: Cast, course: Course, now: datetime) -> int:
    """Make a plan of Lena's with one check-in; Mia, who is in her team, is asked to be its buddy."""
    words = Words("it is windy", PLANNED, f"If it is windy, then I {PLANNED}.")
    plan = NewPlan(words, "en", is_own=True, buddy_id=people.mia)
    lesson = course.activity("read")
    assert isinstance(lesson, Lesson)
    made = make_plan(session, people.lena, course, lesson, plan, now, now.date())
    assert isinstance(made, Made)
    check_in(session, people.lena, made.plan_id, Told(1, Answer.PARTLY, NOTED), now, now.date())
    return made.plan_id


def _course() -> Course:
    return a_course(
        "bees",
        a_lesson(
            "read",
            a_short("practice"),
            a_single("pick"),
            an_open("note"),
            trainer_html="<p>Huddle of the bees.</p>",
        ),
        a_quiz("check", *one_of_each()),
        a_quiz("exam", *one_of_each()),
        a_quiz("race", a_short("quick"), seconds_allowed=600),
        a_survey("pulse"),
        a_checklist("seen"),
        a_quiz("letters", an_open("letter"), an_open("diary", roles=("self",))),
        a_play(id="call"),
    )


def with_two_trainers(session: Session, now: datetime) -> World:
    """Write the world, and let Otto hold the trainer's role as Tom does."""
    made = make(session, now)
    with writing(session):
        session.add(RoleGrant(person_id=made.cast.otto, role=Role.TRAINER, team_id=None, granted_at=now))
    return made


def _attempts(session: Session, lena: int, course: Course, now: datetime) -> tuple[int, int, int, int]:
    """Return the numbers of a submitted attempt, one under way, one whose time is over, and one to be read."""
    yesterday = now - timedelta(days=1)
    with writing(session):
        progress.start_course(session, lena, course, yesterday)
        progress.answer_practice(session, lena, course, "read", "practice", ANSWER, yesterday)
        begun = [
            attempt_actions.start_attempt(session, lena, course, quiz_id, yesterday, 7).attempt_id
            for quiz_id in ("check", "exam", "race", "letters")
        ]
        submitted, under_way, overdue, unread = (attempt_id or 0 for attempt_id in begun)
        for attempt_id, question_id in ((submitted, "short"), (under_way, "short"), (overdue, "quick")):
            attempt_actions.save_answer(session, attempt_id, lena, question_id, ANSWER, yesterday)
        for question_id in ("letter", "diary"):
            attempt_actions.save_answer(session, unread, lena, question_id, {"text": ANSWER}, yesterday)
        attempt_actions.submit_attempt(session, submitted, lena, yesterday)
        attempt_actions.submit_attempt(session, unread, lena, yesterday)
    return submitted, under_way, overdue, unread


def _runs(session: Session, lena: int, course: Course, now: datetime) -> tuple[int, int]:
    """Return the numbers of a run that has ended and of one under way."""
    with writing(session):
        ended = run_actions.start_run(session, lena, course, "call", now, 7).run_id
        for choice in (0, 0, 1):
            play_first(session, ended, lena, course, now, choice)
        begun = run_actions.start_run(session, lena, course, "call", now, 7).run_id
        play_first(session, begun, lena, course, now, 0)
    return ended, begun


def play_first(session: Session, run_id: int, person_id: int, course: Course, now: datetime, choice: int) -> None:
    """Make the choice with this number (from 0) as it is shown where the run stands."""
    run = run_queries.find_run(session, run_id, person_id)
    assert run is not None
    scenario = play_of(course, run.activity_id).scenario
    turns = run.turns(scenario)
    offered = scene_of(scenario, turns[-1].after if turns else run.start, run.seed).choices
    run_actions.make_move(session, run_id, person_id, run.next_turn, offered[choice].id, now)


def rows_of(engine: Engine, but: frozenset[str] = frozenset()) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, sorted, without the columns named as `table.column`."""
    found = {}
    with engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            columns = [column for column in table.columns if f"{table.name}.{column.name}" not in but]
            found[table.name] = sorted((tuple(row) for row in connection.execute(select(*columns))), key=repr)
    return found


class Keeper:
    """What the tables hold at one moment, to be put back after something has changed them."""

    def __init__(self, engine: Engine) -> None:
        """Remember every row."""
        self._engine = engine
        with engine.connect() as connection:
            self._rows = {
                table: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in schema.metadata.sorted_tables
            }

    def put_back(self) -> None:
        """Make the tables hold exactly what they held."""
        with self._engine.begin() as connection, _without_checks(connection):
            for table in reversed(schema.metadata.sorted_tables):
                connection.execute(table.delete())
            for table, rows in self._rows.items():
                if rows:
                    connection.execute(table.insert(), rows)


@contextmanager
def _without_checks(connection: Any) -> Iterator[None]:
    """Let rows come in any order, and the audit log be emptied, for this one transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        yield
        connection.execute(text("SET session_replication_role = DEFAULT"))
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    # Those of the search index stay: without them it would hold what the rows no longer do.
    query = "SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name<>'search_passage'"
    triggers = connection.execute(text(query)).all()
    for trigger in triggers:
        connection.execute(text(f"DROP TRIGGER {trigger.name}"))
    yield
    for trigger in triggers:
        connection.execute(text(trigger.sql))
