"""A description as statements, the only place where one becomes the other; nothing is read here.

Each statement carries the condition of who asks: rows are of people who are members today of a team in sight, and
for nobody else is there a way to ask. Teams chosen in a report narrow that and never widen it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person, RoleGrant, Team
from lms.content.tables import CourseRow
from lms.credentials.tables import Certificate
from lms.measures import Z_95
from lms.progress.overview import STUCK_AFTER, STUCK_ATTEMPTS, Standing
from lms.progress.tables import Attempt, Enrolment
from lms.progress.team_queries import is_latest_round, is_with_trainer
from lms.reports.asker import Asker
from lms.reports.catalogue import KINDS, AttemptState, CertificateState, Holds, Kind, Rows
from lms.reports.description import Description, Span

Key = int | str
Conditions = list[ColumnElement[bool]]

# Below this many a share tells of persons, not of a group.
FEWEST = 5
_SUMS = {
    "done": Standing.DONE,
    "late": Standing.LATE,
    "stuck": Standing.STUCK,
    "not_started": Standing.NOT_STARTED,
    "under_way": Standing.UNDER_WAY,
}
_COUNTS = ("enrolled", *_SUMS)


def keys(description: Description, asker: Asker) -> Select[Any]:
    """Return the statement of the rows' keys in the order that was asked for."""
    compiler = _Compiler(description, asker)
    return compiler.rows(compiler.source.key).order_by(*compiler.order())


def some(
    description: Description, asker: Asker, slugs: Sequence[str], most: int, *, in_order: bool
) -> Select[Any]:
    """Return the statement of so many rows: the first in order, or any, which need not be sorted.

    `slugs` are the courses that get a column each where `EACH_COURSE` was chosen.
    """
    compiler = _Compiler(description, asker)
    statement = compiler.rows(*compiler.cells(slugs)).limit(most)
    return statement.order_by(*compiler.order()) if in_order else statement


def count_up_to(description: Description, asker: Asker, most: int) -> Select[Any]:
    """Return the statement that counts the rows, looking at no more than this many."""
    compiler = _Compiler(description, asker)
    return select(func.count()).select_from(compiler.rows(compiler.source.key).limit(most).subquery())


def portion(description: Description, asker: Asker, slugs: Sequence[str], only: Sequence[Key]) -> Select[Any]:
    """Return the statement of the rows with these keys, each after its key, in no order."""
    compiler = _Compiler(description, asker, only)
    key = compiler.source.key
    return compiler.rows(key, *compiler.cells(slugs)).where(key.in_(only))


def groups(description: Description, asker: Asker) -> Select[Any]:
    """Return the statement of the groups: name, rows, people (or None), and how many rows are good (or None)."""
    compiler = _Compiler(description, asker)
    source, good = compiler.source, compiler.kind.good
    has_people = source.person is not None
    rows = compiler.rows(
        source.columns[description.group].label("group_name"),
        (source.person if source.person is not None else literal(0)).label("who"),
        (case((compiler.standing.in_(good), 1), else_=0) if good else literal(0)).label("is_good"),
    ).subquery()
    return (
        select(
            rows.c.group_name,
            func.count(),
            func.count(rows.c.who.distinct()) if has_people else literal(None),
            func.sum(rows.c.is_good) if good else literal(None),
        )
        .group_by(rows.c.group_name)
        .order_by(func.lower(rows.c.group_name), rows.c.group_name)
    )


def states(description: Description, asker: Asker, *, by_team: bool) -> Select[Any]:
    """Return the statement that counts enrolments by team, course and standing: in each team of their people.

    Without `by_team` the team is "", and each enrolment counts once.
    """
    compiler = _Compiler(description, asker)
    columns = compiler.source.columns
    team = Team.name if by_team else literal("")
    counted = compiler.rows(
        compiler.source.key,
        team.label("team"),
        columns["course"].label("course"),
        columns["standing"].label("standing"),
    )
    rows = (compiler.in_each_team(counted) if by_team else counted).subquery()
    named = (rows.c.team, rows.c.course, rows.c.standing)
    return select(*named, func.count()).group_by(*named).order_by(*named)


def next_due(description: Description, asker: Asker, most: int) -> Select[Any]:
    """Return the statement of the next days on which open enrolments are due: day, course, how many."""
    compiler = _Compiler(description, asker)
    columns = compiler.source.columns
    rows = (
        compiler.rows(columns["due_on"].label("due_on"), columns["course"].label("course"))
        .where(Enrolment.completed_at.is_(None), Enrolment.due_on >= asker.today)
        .subquery()
    )
    named = (rows.c.due_on, rows.c.course)
    return select(*named, func.count()).group_by(*named).order_by(*named).limit(most)


def covered_teams(description: Description, asker: Asker) -> Select[Any]:
    """Return the statement of the teams whose people the report may hold: those in sight that were chosen."""
    compiler = _Compiler(description, asker)
    return select(Team.id).where(*compiler.is_counted(Team.id))


@dataclass(frozen=True)
class _Source:
    """Where one kind of rows comes from: what is joined on which conditions, the key, the person, each column."""

    tables: FromClause
    conditions: Conditions
    key: ColumnElement[Any]
    person: ColumnElement[Any] | None
    columns: Mapping[str, ColumnElement[Any]]


class _Compiler:
    """One statement in the making; `only` narrows what is added up to these keys, in addition to all else."""

    def __init__(self, description: Description, asker: Asker, only: Sequence[Key] | None = None) -> None:
        self._asked = description
        self._asker = asker
        self._only = only
        self.kind: Kind = KINDS[description.rows]

    @cached_property
    def source(self) -> _Source:
        match self._asked.rows:
            case Rows.PEOPLE:
                return self._people()
            case Rows.TEAMS:
                return self._teams()
            case Rows.COURSES:
                return self._courses()
            case Rows.ENROLMENTS:
                return self._enrolments()
            case Rows.ATTEMPTS:
                return self._attempts()
            case Rows.CERTIFICATES:
                return self._certificates()

    def rows(self, *columns: Any) -> Select[Any]:
        """Return the statement of these columns of every row that was asked for."""
        conditions = [*self.source.conditions, *self._within_periods()]
        if self._asked.filters.standings:
            conditions.append(self.standing.in_(self._asked.filters.standings))
        return select(*columns).select_from(self.source.tables).where(*conditions)

    def cells(self, slugs: Sequence[str]) -> list[ColumnElement[Any]]:
        """Return the chosen columns; for `EACH_COURSE` one a course."""
        found: list[ColumnElement[Any]] = []
        for key in self._asked.columns:
            if self.kind.column(key).holds is Holds.EACH_COURSE:
                found += [self._standing_in(slug) for slug in slugs]
            else:
                found.append(self.source.columns[key])
        return [cell.label(f"cell_{number}") for number, cell in enumerate(found)]

    def order(self) -> list[ColumnElement[Any]]:
        """Return the order that was asked for, rows without a value last; then by name, then by key."""
        columns, order = self.source.columns, []
        if self._asked.sort:
            asked = columns[self._asked.sort]
            is_text = self.kind.column(self._asked.sort).holds is Holds.TEXT
            value = func.lower(asked) if is_text else asked
            order = [asked.is_(None), value.desc() if self._asked.is_descending else value.asc()]
        named = next(columns[key] for key in ("name", "team", "course") if key in columns)
        return [*order, func.lower(named), self.source.key]

    @property
    def standing(self) -> ColumnElement[Any]:
        """Return the one column that says how a row stands."""
        key = next(column.key for column in self.kind.columns if column.holds is Holds.STANDING)
        return self.source.columns[key]

    def is_counted(self, team_id: Any) -> Conditions:
        """Return the conditions that a team is in sight and, where teams were chosen, among those."""
        found = self._is_in_sight(team_id)
        if self._asked.filters.team_ids:
            found.append(team_id.in_(select(self._chosen.c.id)))
        return found

    # --- Whom one may see ---

    @cached_property
    def _sight(self) -> CTE:
        return _below(sorted(self._asker.reach.roots), "in_sight")

    @cached_property
    def _chosen(self) -> CTE:
        return _below(self._asked.filters.team_ids, "chosen")

    def _is_in_sight(self, team_id: Any) -> Conditions:
        return [] if self._asker.reach.is_everybody else [team_id.in_(select(self._sight.c.id))]

    def _joined_when(self) -> Conditions:
        return self._bounds(Membership.joined_on.expression, self._asked.filters.joined, is_day=True)

    def _stay(self) -> Conditions:
        """Return the conditions of a stay that counts: today, in a team that counts, begun when asked for."""
        return [is_on(self._asker.today), *self.is_counted(Membership.team_id), *self._joined_when()]

    def in_each_team(self, rows: Select[Any]) -> Select[Any]:
        """Return these rows of people once for each team in which they count."""
        stays = Membership.__table__.join(Team.__table__, Team.id == Membership.team_id)
        return rows.join(stays, Membership.person_id == self.source.person).where(*self._stay()).distinct()

    def _has_role(self) -> Conditions:
        role = self._asked.filters.role
        held = select(RoleGrant.person_id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
        return [Person.id.in_(held)] if role else []

    def _is_seen(self) -> Conditions:
        """Return the conditions that a person is enabled, in sight and wanted."""
        found = [Person.disabled_at.is_(None), *self._has_role()]
        stay = self._stay()
        if len(stay) > 1:
            found.append(Person.id.in_(select(Membership.person_id).where(*stay)))
        return found

    def _home(self, column: Any) -> ScalarSelect[Any]:
        """Return a column of the stay that a person is shown under: of those that count, the one begun first."""
        teams = self.is_counted(Membership.team_id)
        # As a `case` the teams become one list; as a plain condition PostgreSQL makes that list for each person.
        counted = [case((and_(*teams), true()), else_=false())] if teams else []
        return (
            select(column)
            .select_from(Membership)
            .join(Team, Team.id == Membership.team_id)
            .where(Membership.person_id == Person.id, is_on(self._asker.today), *self._joined_when(), *counted)
            .order_by(Membership.joined_on, Membership.id)
            .limit(1)
            .correlate(Person)
            .scalar_subquery()
        )

    def _who(self) -> dict[str, ColumnElement[Any]]:
        return {
            "name": Person.name.expression,
            "sign_in_name": Person.sign_in_name.expression,
            "staff_number": Person.staff_number.expression,
            "email": Person.email.expression,
            "team": self._home(Team.name),
            "joined_on": self._home(Membership.joined_on),
        }

    # --- When ---

    def _within_periods(self) -> Conditions:
        spans = [(self._asked.period_of, self._asked.period)]
        if self.kind.has_due:
            spans.append(("due_on", self._asked.filters.due))
        found: Conditions = []
        for key, span in spans:
            if key:
                is_day = self.kind.column(key).holds is Holds.DAY
                found += self._bounds(self.source.columns[key], span, is_day=is_day)
        return found

    def _bounds(self, column: ColumnElement[Any], span: Span, *, is_day: bool) -> Conditions:
        """Return the conditions that a day, or a moment by the asker's days, lies in this span."""
        first, last = span.days(self._asker.today)
        found: Conditions = []
        if first is not None:
            found.append(column >= (first if is_day else self._asker.begin_of(first)))
        if last is not None:
            found.append(column <= last if is_day else column < self._asker.end_of(last))
        return found

    # --- How somebody stands, and what adds up ---

    def _standing_now(self) -> ColumnElement[Any]:
        """Return where an enrolment stands; the same rule as `progress.overview.standing_of`."""
        last = func.coalesce(Enrolment.last_activity_at, Enrolment.started_at)
        return case(
            (Enrolment.completed_at.is_not(None), Standing.DONE.value),
            (Enrolment.due_on < self._asker.today, Standing.LATE.value),
            (Enrolment.started_at.is_(None), Standing.NOT_STARTED.value),
            (is_with_trainer(), Standing.UNDER_WAY.value),
            (
                or_(Enrolment.failed_attempts >= STUCK_ATTEMPTS, last <= self._asker.now - STUCK_AFTER),
                Standing.STUCK.value,
            ),
            else_=Standing.UNDER_WAY.value,
        )

    def _standing_in(self, slug: str) -> ScalarSelect[Any]:
        return (
            select(self._standing_now())
            .where(Enrolment.person_id == Person.id, Enrolment.course_slug == slug)
            .order_by(Enrolment.round.desc())
            .limit(1)
            .correlate(Person)
            .scalar_subquery()
        )

    def _chosen_courses(self, slug: Any) -> Conditions:
        slugs = self._asked.filters.course_slugs
        return [slug.in_(slugs)] if slugs else []

    def _tally(self, by: Any, tables: FromClause, conditions: Conditions) -> Subquery:
        """Return by key how many enrolments stand where, and the next day on which one is due."""
        facts = (
            select(by.label("key"), self._standing_now().label("standing"), Enrolment.due_on)
            .select_from(tables)
            .where(is_latest_round(), *self._chosen_courses(Enrolment.course_slug), *conditions)
            .subquery()
        )
        is_next = and_(facts.c.standing != Standing.DONE.value, facts.c.due_on >= self._asker.today)
        sums = (
            func.sum(case((facts.c.standing == standing.value, 1), else_=0)).label(name)
            for name, standing in _SUMS.items()
        )
        next_due = func.min(case((is_next, facts.c.due_on))).label("next_due_on")
        return (
            select(facts.c.key, func.count().label("enrolled"), *sums, next_due).group_by(facts.c.key).subquery()
        )

    # --- The kinds of rows ---

    def _people(self) -> _Source:
        seen = self._is_seen()
        only: Conditions = [Enrolment.person_id.in_(self._only)] if self._only is not None else []
        if not only and len(seen) > 1:
            only.append(Enrolment.person_id.in_(select(Person.id).where(*seen)))
        tally = self._tally(Enrolment.person_id, Enrolment.__table__, only)
        activity = select(func.max(Enrolment.last_activity_at)).where(Enrolment.person_id == Person.id)
        valid = select(func.count(Certificate.id)).where(
            Certificate.person_id == Person.id, self._certificate_state() == CertificateState.VALID.value
        )
        columns = {
            **self._who(),
            **_counts_of(tally),
            "next_due_on": tally.c.next_due_on,
            "last_activity_at": activity.correlate(Person).scalar_subquery(),
            "certificates": valid.correlate(Person).scalar_subquery(),
        }
        tables: FromClause = Person.__table__
        if self._asked.filters.course_slugs:  # narrows to those who are in one of them
            tables = tables.join(tally, tally.c.key == Person.id)
        elif self._uses(*_COUNTS, "next_due_on"):
            tables = tables.outerjoin(tally, tally.c.key == Person.id)
        return _Source(tables, seen, Person.id.expression, Person.id.expression, columns)

    def _uses(self, *keys: str) -> bool:
        return not {*self._asked.columns, self._asked.sort, self._asked.period_of}.isdisjoint(keys)

    def _teams(self) -> _Source:
        only: Conditions = [Membership.team_id.in_(self._only)] if self._only is not None else []
        members = (
            select(Membership.team_id, Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(*self._stay(), *only, *self._has_role(), Person.disabled_at.is_(None))
            .distinct()
            .subquery()
        )
        joined = Enrolment.__table__.join(members, members.c.person_id == Enrolment.person_id)
        tally = self._tally(members.c.team_id, joined, [])
        people = select(members.c.team_id, func.count().label("people")).group_by(members.c.team_id).subquery()
        above = aliased(Team)
        # A team above that is out of sight is not named.
        above_name = select(above.name).where(above.id == Team.parent_id, *self._is_in_sight(above.id))
        return _Source(
            Team.__table__.outerjoin(tally, tally.c.key == Team.id).outerjoin(people, people.c.team_id == Team.id),
            [Team.closed_on.is_(None), *self.is_counted(Team.id)],
            Team.id.expression,
            None,
            {
                "team": Team.name.expression,
                "above": above_name.correlate(Team).scalar_subquery(),
                "people": func.coalesce(people.c.people, 0),
                **_counts_of(tally),
                **_shares_of(tally),
            },
        )

    def _courses(self) -> _Source:
        joined = Enrolment.__table__.join(Person.__table__, Person.id == Enrolment.person_id)
        tally = self._tally(Enrolment.course_slug, joined, self._is_seen())
        return _Source(
            CourseRow.__table__.outerjoin(tally, tally.c.key == CourseRow.slug),
            [
                CourseRow.release_id.is_not(None),
                CourseRow.is_hidden.is_(False),
                *self._chosen_courses(CourseRow.slug),
            ],
            CourseRow.slug.expression,
            None,
            {"course": CourseRow.title.expression, **_counts_of(tally), **_shares_of(tally)},
        )

    def _enrolments(self) -> _Source:
        tables = Enrolment.__table__.join(Person.__table__, Person.id == Enrolment.person_id)
        conditions = [is_latest_round(), *self._is_seen(), *self._chosen_courses(Enrolment.course_slug)]
        done, total = Enrolment.steps_done, Enrolment.steps_total
        certificate = [Certificate.enrolment_id == Enrolment.id, Certificate.revoked_at.is_(None)]
        columns = {
            **self._who(),
            "course": _course_title(),
            "standing": self._standing_now(),
            # The same as `progress.completion.percent_of_steps`: 100 is for what is complete.
            "percent": case(
                (Enrolment.completed_at.is_not(None), 1.0),
                (total == 0, 0.0),
                (done >= total, 0.99),
                else_=(100 * done // total) / 100.0,
            ),
            "steps_done": done.expression,
            "steps_total": total.expression,
            "due_on": Enrolment.due_on.expression,
            "days_late": self._days_late(),
            "enrolled_at": Enrolment.enrolled_at.expression,
            "started_at": Enrolment.started_at.expression,
            "last_activity_at": Enrolment.last_activity_at.expression,
            "completed_at": Enrolment.completed_at.expression,
            "failed_attempts": Enrolment.failed_attempts.expression,
            "certificate": _one(Certificate.serial, certificate, Enrolment),
            "valid_until": _one(Certificate.valid_until, certificate, Enrolment),
        }
        return _Source(tables, conditions, Enrolment.id.expression, Person.id.expression, columns)

    def _days_late(self) -> ColumnElement[Any]:
        is_late = self._standing_now() == Standing.LATE.value
        return case((is_late, _Days(literal(self._asker.today), Enrolment.due_on)))

    def _attempts(self) -> _Source:
        tables = (
            Attempt.__table__.join(Enrolment.__table__, Enrolment.id == Attempt.enrolment_id)
            .join(Person.__table__, Person.id == Enrolment.person_id)
        )  # fmt: skip
        columns = {
            **self._who(),
            "course": _course_title(),
            "quiz": Attempt.activity_id.expression,
            "number": Attempt.number.expression,
            "started_at": Attempt.started_at.expression,
            "submitted_at": Attempt.submitted_at.expression,
            "mark": Attempt.mark.expression,
            "outcome": case(
                (Attempt.submitted_at.is_(None), AttemptState.OPEN.value),
                (Attempt.waits_for.is_not(None), AttemptState.WAITING.value),
                (Attempt.passed.is_(True), AttemptState.PASSED.value),
                else_=AttemptState.NOT_PASSED.value,
            ),
        }
        conditions = [*self._is_seen(), *self._chosen_courses(Enrolment.course_slug)]
        return _Source(tables, conditions, Attempt.id.expression, Person.id.expression, columns)

    def _certificate_state(self) -> ColumnElement[Any]:
        return case(
            (Certificate.revoked_at.is_not(None), CertificateState.REVOKED.value),
            (Certificate.valid_until < self._asker.today, CertificateState.EXPIRED.value),
            else_=CertificateState.VALID.value,
        )

    def _certificates(self) -> _Source:
        tables = Certificate.__table__.join(Person.__table__, Person.id == Certificate.person_id)
        columns = {
            **self._who(),
            "course": Certificate.course_title.expression,
            "serial": Certificate.serial.expression,
            "completed_on": Certificate.completed_on.expression,
            "issued_on": Certificate.issued_on.expression,
            "valid_until": Certificate.valid_until.expression,
            "days_left": _Days(Certificate.valid_until, literal(self._asker.today)),
            "state": self._certificate_state(),
            "release": Certificate.release_number.expression,
            "mark": Certificate.mark.expression,
        }
        # One that was issued again speaks for the one whose place it took.
        stands = Certificate.enrolment_id.is_not(None)
        conditions = [stands, *self._is_seen(), *self._chosen_courses(Certificate.course_slug)]
        return _Source(tables, conditions, Certificate.id.expression, Person.id.expression, columns)


def _below(roots: Sequence[int], name: str) -> CTE:
    found = select(Team.id).where(Team.id.in_(roots)).cte(name, recursive=True)
    child = aliased(Team)
    # UNION, not UNION ALL: even a circle in damaged data comes to an end.
    return found.union(select(child.id).join(found, child.parent_id == found.c.id))


def _one(column: Any, conditions: Conditions, of: Any) -> ScalarSelect[Any]:
    return select(column).where(*conditions).limit(1).correlate(of).scalar_subquery()


def _course_title() -> ColumnElement[Any]:
    title = select(CourseRow.title).where(CourseRow.slug == Enrolment.course_slug)
    return title.correlate(Enrolment).scalar_subquery()


class _Days(FunctionElement[int]):
    """Whole days from the second day to the first, None where either is missing."""

    type = Integer()
    inherit_cache = True


@compiles(_Days, "postgresql")
def _days_of_postgresql(element: _Days, compiler: Any, **options: Any) -> str:
    later, earlier = element.clauses
    return f"({compiler.process(later, **options)} - {compiler.process(earlier, **options)})"


@compiles(_Days, "sqlite")
def _days_of_sqlite(element: _Days, compiler: Any, **options: Any) -> str:
    later, earlier = (f"julianday({compiler.process(each, **options)})" for each in element.clauses)
    return f"CAST({later} - {earlier} AS INTEGER)"


def _counts_of(tally: Subquery) -> dict[str, ColumnElement[Any]]:
    return {name: func.coalesce(tally.c[name], 0) for name in _COUNTS}


def _shares_of(tally: Subquery) -> dict[str, ColumnElement[Any]]:
    """Return the share that is done with its Wilson interval, 0..1, as `measures.share`; None of too few."""
    n = cast(tally.c.enrolled, Float)
    p = tally.c.done / n
    spread = 1 + Z_95**2 / n
    centre = (p + Z_95**2 / (2 * n)) / spread
    half = Z_95 * func.sqrt(p * (1 - p) / n + Z_95**2 / (4 * n * n)) / spread
    low, high = centre - half, centre + half
    is_shown = tally.c.enrolled >= FEWEST
    return {
        "done_percent": case((is_shown, p)),
        "done_low": case((is_shown, case((low > 0, low), else_=0.0))),
        "done_high": case((is_shown, case((high < 1, high), else_=1.0))),
    }
