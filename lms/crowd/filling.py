"""Makes an organisation of any size with two years behind it, in one transaction: all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import MetaData, func, select
from sqlalchemy.orm import Session

from lms.accounts.roles import Role
from lms.accounts.tables import Person, RoleGrant
from lms.content.course import Course, Play
from lms.crowd import certifying
from lms.crowd.bulk import Bulk, Row, stamp, stamp_or_none
from lms.crowd.certifying import Certifier
from lms.crowd.giving import Wave, due_at, waves
from lms.crowd.learning import Learnt, learn
from lms.crowd.people import YEARS_BACK, Worker, workforce
from lms.crowd.preparing import Prepared, prepared
from lms.crowd.rhythm import Calendar, day_in, seconds
from lms.crowd.tree import TeamSpot, tree
from lms.organisation import actions as organisation
from lms.organisation import queries as organisation_queries
from lms.units.actions import note_everything

NAME = "Made & Measured Services"
MOST_COURSES = 12
_BATCH = 1_000
_HOUR = 8.0
# What was done in the last hours is still being done.
_NOT_YET = timedelta(hours=3)
_NUMBERED = (
    "team", "person", "membership", "role_grant", "assignment", "enrolment", "attempt", "scenario_run",
    "certificate",
)  # fmt: skip

_TEAM = ("id", "parent_id", "code", "name", "is_sample", "created_at")
_PERSON = (
    "id", "name", "sign_in_name", "email", "staff_number", "language", "time_zone", "is_sample", "created_at",
    "disabled_at",
)  # fmt: skip
_MEMBERSHIP = ("person_id", "team_id", "joined_on", "left_on")
_GRANT = ("person_id", "role", "team_id", "granted_at", "revoked_at")
_ASSIGNMENT = ("course_slug", "person_id", "team_id", "due_on", "assigned_by", "assigned_at", "withdrawn_at")
_ENROLMENT = (
    "id", "person_id", "course_slug", "round", "enrolled_at", "due_on", "release_id", "started_at",
    "last_activity_at", "completed_at", "steps_done", "steps_total", "minutes_left", "next_activity_id",
    "failed_attempts", "withdrawn_on",
)  # fmt: skip
_LESSON = ("enrolment_id", "activity_id", "opened_at", "done_at")
_ATTEMPT = (
    "id", "enrolment_id", "activity_id", "release_id", "number", "seed", "questions", "started_at", "deadline_at",
    "submitted_at", "closed_by", "mark", "passed",
)  # fmt: skip
_ANSWER = ("attempt_id", "question_id", "response", "saved_at", "mark")
_RUN = (
    "id", "enrolment_id", "activity_id", "release_id", "number", "seed", "start", "started_at", "finished_at",
    "outcome", "score", "passed",
)  # fmt: skip
_MOVE = ("run_id", "turn", "moment_id", "choice_id", "state", "made_at")


@dataclass(frozen=True)
class Wanted:
    """How large an organisation is to be; `answers` is the share (0..1) of attempts that keep their answers."""

    people: int
    teams: int
    seed: int
    answers: float = 0.0


@dataclass(frozen=True)
class Made:
    """How many rows of each kind were written, and who can be signed in as, by what they are there."""

    rows: dict[str, int]
    guides: dict[str, str]


class SomebodyThereError(RuntimeError):
    """The database holds people already, and nobody said that the invented ones may stand among them."""


def make_organisation(
    session: Session, metadata: MetaData, catalogue: Sequence[Course], now: datetime, wanted: Wanted
) -> Made:
    """Write the organisation; the same from the same seed on the same day with the same courses.

    Up to twelve courses are learnt. Inside `writing` only; others' writes wait until it is done. What is kept of
    each team is noted to be counted.
    """
    made = _Making(session, metadata, now, wanted).make(catalogue[:MOST_COURSES])
    note_everything(session)
    return made


def refuse_others(session: Session) -> None:
    """Raise SomebodyThereError when there is anybody but the first administrator."""
    administrators = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None)
    )
    others = session.scalar(select(func.count()).select_from(Person).where(Person.id.not_in(administrators)))
    if others or (session.scalar(select(func.count()).select_from(Person)) or 0) > 1:
        raise SomebodyThereError


class _Making:
    """One organisation in the making: the rows gathered so far and the numbers given out."""

    def __init__(self, session: Session, metadata: MetaData, now: datetime, wanted: Wanted) -> None:
        self._session = session
        self._bulk = Bulk(session, metadata)
        self._now = now
        self._wanted = wanted
        self._today = now.date().toordinal()
        self._end = int((now - _NOT_YET).timestamp())
        self._chance = Random(f"{wanted.seed}:organisation")  # noqa: S311  # believable people, not secrets
        self._next = {table: self._bulk.next_id(table) for table in _NUMBERED}
        self._counts: dict[str, int] = {}
        self._rows: dict[str, list[Row]] = {}

    def make(self, catalogue: Sequence[Course]) -> Made:
        spots = tree(self._chance, self._wanted.people, self._wanted.teams)
        workers = list(workforce(self._chance, spots, self._today))
        courses = [prepared(course, self._chance) for course in sorted(catalogue, key=_asks)]
        self._name()
        self._write_teams(spots)
        guides = self._write_people(workers)
        self._write_assignments(courses, spots, workers, guides["administrator"])
        self._learn(courses, spots, workers, guides["administrator"])
        self._bulk.finish(_NUMBERED)
        return Made(self._counts, {seat: worker.sign_in_name for seat, worker in guides.items()})

    def _name(self) -> None:
        if not organisation_queries.setting(self._session, "name"):
            organisation.set_value(self._session, "name", NAME, self._now)
            organisation.set_value(self._session, "is_sample", "yes", self._now)
            self._session.flush()

    def _team_id(self, place: int) -> int:
        return self._next["team"] + place

    def _person_id(self, worker: Worker) -> int:
        return self._next["person"] + worker.number - 1

    def _write_teams(self, spots: list[TeamSpot]) -> None:
        made_at = stamp(seconds(self._today - YEARS_BACK, _HOUR))
        offset = self._next["team"]
        self._write("team", _TEAM, [
            (
                self._team_id(spot.place),
                None if spot.parent is None else self._team_id(spot.parent),
                # Numbers that nobody has: a second organisation may stand beside the first.
                f"made-{offset + spot.place:05}",
                spot.name,
                True,
                made_at,
            )
            for spot in spots
        ])  # fmt: skip

    def _write_people(self, workers: list[Worker]) -> dict[str, Worker]:
        """Write people, stays and roles; returns who is shown around, by seat."""
        begun = self._today - YEARS_BACK
        offset = self._next["person"]
        suffix = "" if offset <= 2 else f".{offset}"
        self._write("person", _PERSON, [
            (
                self._person_id(worker),
                worker.name,
                worker.sign_in_name + suffix,
                worker.email and worker.email.replace("@", f"{suffix}@"),
                f"M{offset + worker.number:07}",
                worker.language,
                worker.time_zone,
                True,
                stamp(seconds(max(worker.joined, begun), _HOUR)),
                stamp(seconds(worker.left or self._today - 40, 7.0)) if worker.is_disabled else None,
            )
            for worker in workers
        ])  # fmt: skip
        self._write("membership", _MEMBERSHIP, [
            (self._person_id(worker), self._team_id(stay.team), _day(stay.joined), _day_or_none(stay.left))
            for worker in workers
            for stay in worker.stays
        ])  # fmt: skip
        here = [worker for worker in workers if not worker.is_disabled]
        plain = [worker for worker in here if worker.leads is None and len(worker.stays) == 1] or here
        guides = {
            "learner": plain[-1],
            "manager": next(worker for worker in reversed(here) if worker.leads is not None),
            "head": here[0],
            "administrator": plain[0],
            "trainer": plain[min(1, len(plain) - 1)],
        }
        grants: list[Row] = [
            (self._person_id(guides[seat]), role.value, None, stamp(seconds(begun, _HOUR)), None)
            for seat, role in (("administrator", Role.ADMINISTRATOR), ("trainer", Role.TRAINER))
        ]
        for worker in workers:
            if worker.leads is not None:
                grants += self._led(worker, worker.leads, begun)
        self._write("role_grant", _GRANT, grants)
        return guides

    def _led(self, worker: Worker, place: int, begun: int) -> list[Row]:
        """Return who leads this team; in some somebody else did before."""
        person_id, team_id, role = self._person_id(worker), self._team_id(place), Role.MANAGER.value
        if self._chance.random() > 0.12 or worker.number + 1 > self._wanted.people:
            return [(person_id, role, team_id, stamp(seconds(begun, _HOUR)), None)]
        changed = stamp(seconds(self._chance.randint(begun + 60, self._today - 5), _HOUR))
        return [
            (person_id + 1, role, team_id, stamp(seconds(begun, _HOUR)), changed),
            (person_id, role, team_id, changed, None),
        ]

    def _write_assignments(
        self, courses: list[Prepared], spots: list[TeamSpot], workers: list[Worker], by: Worker
    ) -> None:
        rows: list[Row] = []
        units = sorted({spot.branch for spot in spots if spot.parent is not None or len(spots) == 1})
        leaders = [worker for worker in workers if worker.leads is not None]
        at_top = [worker for worker in workers if worker.stays[-1].team == 0] if len(spots) > 1 else []
        for number, ready in enumerate(courses):
            people = leaders if ready.for_leaders else at_top
            targets: list[tuple[int | None, int | None, int, int]] = [
                (self._person_id(worker), None, spots[worker.stays[-1].team].branch, worker.joined)
                for worker in people
            ]
            if not ready.for_leaders:
                targets += [(None, self._team_id(unit), unit, 0) for unit in units]
            rows += [
                (
                    ready.course.slug, person_id, team_id, _day(wave.due), self._person_id(by),
                    stamp(seconds(max(wave.given, joined), _HOUR)),
                    None if wave.until is None else stamp(seconds(wave.until, _HOUR)),
                )
                for person_id, team_id, unit, joined in targets
                for wave in waves(self._today, number, len(courses), unit, len(ready.steps))
                if wave.until is None or wave.until > joined
            ]  # fmt: skip
        self._write("assignment", _ASSIGNMENT, rows)

    def _learn(self, courses: list[Prepared], spots: list[TeamSpot], workers: list[Worker], admin: Worker) -> None:
        calendar = Calendar(self._chance, self._today - YEARS_BACK, self._today + 1)
        name = organisation_queries.name(self._session)[:200]
        # A second organisation of the same seed has other codes: no two certificates share one.
        chance = Random(f"{self._wanted.seed}:{self._next['certificate']}")  # noqa: S311  # nobody real holds them
        certifier = Certifier(chance, name, self._person_id(admin), int(self._now.timestamp()))
        units = {spot.branch for spot in spots}
        given = {
            (number, unit): waves(self._today, number, len(courses), unit, len(ready.steps))
            for number, ready in enumerate(courses)
            for unit in units
        }
        for place, worker in enumerate(workers):
            chance = Random(f"{self._wanted.seed}:{worker.number}")  # noqa: S311  # believable people, not secrets
            unit = spots[worker.stays[-1].team].branch
            for number, ready in enumerate(courses):
                if not ready.for_leaders or worker.leads is not None:
                    self._take(chance, ready, worker, calendar, given[number, unit], certifier)
            if place % _BATCH == _BATCH - 1:
                self._flush()
        self._flush()

    def _take(
        self,
        chance: Random,
        ready: Prepared,
        worker: Worker,
        calendar: Calendar,
        given: tuple[Wave, ...],
        certifier: Certifier,
    ) -> None:
        """Gather the rows of one person in one course, if it was ever given to her."""
        last = worker.left or self._today + 1
        if not given or max(given[0].given, worker.joined) >= last:
            return
        on = max(given[0].given, worker.joined)
        enrolled = min(seconds(on, _HOUR), self._end)
        end = min(self._end, seconds(last) - 43_200) if worker.left else self._end
        learnt = learn(
            chance,
            ready,
            worker,
            calendar,
            (enrolled, seconds(due_at(given, on), 18), end),
            self._wanted.answers,
        )
        enrolment_id = self._number("enrolment")
        is_complete = bool(ready.steps) and len(learnt.done_at) == len(ready.steps)
        completed_at = max(learnt.done_at.values()) if is_complete else None
        due = due_at(given, last - 1 if completed_at is None else day_in(completed_at))
        missing = [] if is_complete else [step for step in ready.steps if step.id not in learnt.done_at]
        certificate = (
            certifier.row(
                self._number("certificate"), enrolment_id, self._person_id(worker), worker, ready, learnt
            )
            if is_complete
            else None
        )
        self._gather("enrolment", (
            enrolment_id, self._person_id(worker), ready.course.slug, 1, stamp(enrolled), _day(due),
            ready.course.release_id, stamp_or_none(learnt.started_at), stamp_or_none(learnt.last_at),
            stamp_or_none(completed_at), len(ready.steps) - len(missing), len(ready.steps),
            sum(step.stated_minutes for step in missing), missing[0].id if missing else None,
            learnt.tries.get(missing[0].id, 0) if missing else 0,
            certificate[certifying.REVOKED_ON] if certificate else None,
        ))  # fmt: skip
        self._gather_acts(enrolment_id, ready, learnt)
        if certificate:
            self._gather("certificate", certificate)

    def _gather_acts(self, enrolment_id: int, ready: Prepared, learnt: Learnt) -> None:
        release_id = ready.course.release_id
        for lesson in learnt.lessons:
            opened, done = stamp(lesson.opened_at), stamp_or_none(lesson.done_at)
            self._gather("lesson_progress", (enrolment_id, lesson.lesson_id, opened, done))
        for sat in learnt.attempts:
            attempt_id = self._number("attempt")
            self._gather("attempt", (
                attempt_id, enrolment_id, sat.quiz_id, release_id, sat.number, sat.paper.seed, sat.paper.plain,
                stamp(sat.started_at), stamp_or_none(sat.deadline_at), stamp(sat.submitted_at), "learner",
                sat.mark, sat.passed,
            ))  # fmt: skip
            pace = (sat.submitted_at - sat.started_at) / (len(sat.answers) + 1)
            for place, (question_id, response, mark) in enumerate(sat.answers, start=1):
                saved = stamp(sat.started_at + int(place * pace))
                self._gather("answer", (attempt_id, question_id, response, saved, mark))
        for played in learnt.runs:
            run, run_id = played.run, self._number("scenario_run")
            ended = stamp(played.started_at + run.takes_seconds)
            self._gather("scenario_run", (
                run_id, enrolment_id, played.scenario_id, release_id, played.number, run.seed, run.start,
                stamp(played.started_at), ended, run.outcome, run.score, run.passed,
            ))  # fmt: skip
            for turn, move in enumerate(run.moves):
                made_at = stamp(played.started_at + move.after_seconds)
                self._gather("scenario_move", (run_id, turn, move.moment_id, move.choice_id, move.state, made_at))

    def _number(self, table: str) -> int:
        number = self._next[table]
        self._next[table] = number + 1
        return number

    def _gather(self, table: str, row: Row) -> None:
        self._rows.setdefault(table, []).append(row)

    def _flush(self) -> None:
        """Write what was gathered, what others point to first."""
        for table, names in (
            ("enrolment", _ENROLMENT),
            ("lesson_progress", _LESSON),
            ("attempt", _ATTEMPT),
            ("answer", _ANSWER),
            ("scenario_run", _RUN),
            ("scenario_move", _MOVE),
            ("certificate", certifying.COLUMNS),
        ):
            self._write(table, names, self._rows.pop(table, []))

    def _write(self, table: str, names: Sequence[str], rows: list[Row]) -> None:
        self._bulk.write(table, names, rows)
        self._counts[table] = self._counts.get(table, 0) + len(rows)


def _asks(course: Course) -> tuple[int, str]:
    """Return what the order in which courses are introduced goes by: scenarios come when the rest is known."""
    return sum(isinstance(activity, Play) for activity in course.activities), course.slug


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _day_or_none(ordinal: int | None) -> str | None:
    return None if ordinal is None else _day(ordinal)
