"""What a programme asks of whom, and by when; pure.

A programme is a set of courses, ordered or free, each with a rule for the day on which it is due. Days are counted
from the day on which somebody came into the programme (joined its team, or was chosen) or completed another course
of it. A counted day that had passed when it was first asked of somebody is counted from then on instead.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.accounts.roles import Role

# Whoever comes after a fixed day has passed gets this long; it is what late renewals are given as well.
FAIR = timedelta(days=14)
MOST_STEPS, MOST_DAYS = 30, 3650


class DueKind(StrEnum):
    """What the day is counted from on which a step is due."""

    NEVER = "never"
    ON_A_DAY = "day"
    AFTER_COMING = "coming"
    AFTER_STEP = "step"


@dataclass(frozen=True)
class DueRule:
    """When a step is due: `on` of ON_A_DAY, `days` of the counted kinds, `after` the course of AFTER_STEP."""

    kind: DueKind = DueKind.NEVER
    on: date | None = None
    days: int | None = None
    after: str | None = None


@dataclass(frozen=True)
class Step:
    """One course of a programme; `asked_since` is the day from which it has been asked by this rule."""

    course_slug: str
    due: DueRule
    asked_since: date


class Who(StrEnum):
    """Whom a target means: a person, everybody in a team and below, who joined it lately, or holders of a role."""

    PERSON = "person"
    EVERYONE = "everyone"
    JOINED = "joined"
    ROLE = "role"


@dataclass(frozen=True)
class Target:
    """Whom a programme is for, since `since`.

    `team_id` None means the whole organisation. JOINED means whoever joined on `joined_from` or later, from then
    on; ROLE holders within the team, a manager where her team is.
    """

    who: Who
    since: date
    person_id: int | None = None
    team_id: int | None = None
    role: Role | None = None
    joined_from: date | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Return what makes two targets the same, whenever they were chosen."""
        return (self.who, self.person_id, self.team_id, self.role, self.joined_from)


@dataclass(frozen=True)
class Programme:
    """A programme as it holds: whose it is (None for the organisation's), its steps in order, whom it is for.

    `gone` are the courses that it asked for once and does not any more.
    """

    id: int
    owner_team_id: int | None
    is_ordered: bool
    steps: tuple[Step, ...]
    targets: tuple[Target, ...]
    gone: frozenset[str] = frozenset()

    @property
    def course_slugs(self) -> tuple[str, ...]:
        """Return the courses in their order."""
        return tuple(step.course_slug for step in self.steps)


@dataclass(frozen=True)
class Draft:
    """A programme as somebody wants it; `targets` are new as of today where they were not there before."""

    name: str
    summary: str
    owner_team_id: int | None
    is_ordered: bool
    steps: tuple[tuple[str, DueRule], ...]
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Whereabouts:
    """Where an enabled person stands today.

    `teams` are hers and those above, each with the first day of her unbroken stay in it or below; under None the
    organisation's. `roles` are held now: the role, the teams it reaches (its own and those above; hers where it
    has none), and since when.
    """

    person_id: int
    teams: Mapping[int | None, date]
    roles: tuple[tuple[Role, frozenset[int], date], ...] = ()


def came_on(programme: Programme, person: Whereabouts) -> date | None:
    """Return the day from which the programme has been meant for this person, or None when it is not.

    A team's programme reaches nobody outside that team and those below.
    """
    if programme.owner_team_id is not None and programme.owner_team_id not in person.teams:
        return None
    return min((day for target in programme.targets if (day := _came_by(target, person))), default=None)


def _came_by(target: Target, person: Whereabouts) -> date | None:
    since = person.teams.get(target.team_id)
    match target.who:
        case Who.PERSON:
            return target.since if target.person_id == person.person_id else None
        case Who.EVERYONE:
            return max(since, target.since) if since else None
        case Who.JOINED:
            return since if since and target.joined_from and since >= target.joined_from else None
        case Who.ROLE:
            held = [
                max(granted_on, target.since)
                for role, teams, granted_on in person.roles
                if role == target.role and (target.team_id is None or target.team_id in teams)
            ]
            return min(held, default=None)


@dataclass(frozen=True)
class Coming:
    """When somebody came into a programme, and when the server first noticed: no counted day lies before that."""

    came_on: date
    reached_on: date


class StepState(StrEnum):
    """Where somebody stands at a step: `LATER` is one whose turn has not come."""

    DONE = "done"
    EXEMPT = "exempt"
    OPEN = "open"
    LATER = "later"


@dataclass(frozen=True)
class StepAt:
    """One step of one person: the day on which it was done, or is due as far as that can be told."""

    course_slug: str
    state: StepState
    due_on: date | None = None
    done_on: date | None = None


def line_of(
    programme: Programme, coming: Coming, done_on: Mapping[str, date], exempt_on: Mapping[str, date]
) -> tuple[StepAt, ...]:
    """Return each step of a person in order.

    `done_on` are the days on which she first completed courses, whenever that was; `exempt_on` the days on which
    she was exempted from courses for good. Both let the next step of an ordered programme have its turn.
    """
    line: list[StepAt] = []
    passed_on = {**exempt_on, **done_on}
    turn_on: date | None = coming.reached_on
    for step in programme.steps:
        slug = step.course_slug
        if slug in done_on:
            line.append(StepAt(slug, StepState.DONE, done_on=done_on[slug]))
        elif slug in exempt_on:
            line.append(StepAt(slug, StepState.EXEMPT))
        else:
            is_open = turn_on is not None or not programme.is_ordered
            asked_on = max(coming.reached_on, step.asked_since)
            started_on = max(asked_on, turn_on) if programme.is_ordered and turn_on else asked_on
            due_on = due_day(step.due, coming.came_on, passed_on, asked_on, started_on)
            line.append(StepAt(slug, StepState.OPEN if is_open else StepState.LATER, due_on))
        if slug not in passed_on:
            turn_on = None
        elif turn_on is not None:
            turn_on = max(turn_on, passed_on[slug])
    return tuple(line)


def due_day(
    rule: DueRule, came: date, passed_on: Mapping[str, date], asked_on: date, turn_on: date
) -> date | None:
    """Return the day on which a step is due, or None without one.

    `asked_on` is since when she has been asked for it, `turn_on` since when it is her turn. A fixed day stands for
    whoever was asked before it; a counted one that had passed by her turn is counted from her turn.
    """
    match rule.kind:
        case DueKind.ON_A_DAY if rule.on is not None:
            return rule.on if rule.on >= asked_on else asked_on + FAIR
        case DueKind.AFTER_COMING if rule.days is not None:
            return _counted(came, rule.days, turn_on)
        case DueKind.AFTER_STEP if rule.days is not None and rule.after is not None and rule.after in passed_on:
            return _counted(passed_on[rule.after], rule.days, turn_on)
        case _:
            return None


def _counted(base: date, days: int, turn_on: date) -> date:
    counted = base + timedelta(days=days)
    return counted if counted >= turn_on else turn_on + timedelta(days=days)


def unbroken_since(stays: Iterable[tuple[date, date | None]], today: date) -> date | None:
    """Return the first day of the stay that covers today, with those that touch it; None when none does.

    Stays run from their first day up to but not including their last.
    """
    since: date | None = None
    # From the latest on: each that reaches what is known so far leads further back.
    for joined_on, left_on in sorted(stays, key=lambda stay: stay[0], reverse=True):
        covers_today = joined_on <= today and (left_on is None or left_on > today)
        touches = since is not None and joined_on < since and left_on is not None and left_on >= since
        if covers_today or touches:
            since = min(joined_on, since or joined_on)
    return since


def targets_kept(old: Collection[Target], new: Sequence[Target]) -> tuple[Target, ...]:
    """Return the new targets, each that was there before with the day since when it has been."""
    since = {target.key: target for target in old}
    return tuple(since.get(target.key, target) for target in new)


def steps_kept(old: Collection[Step], new: Sequence[Step]) -> tuple[Step, ...]:
    """Return the new steps, each whose rule is as before with the day since when it has been."""
    known = {(step.course_slug, step.due): step for step in old}
    return tuple(known.get((step.course_slug, step.due), step) for step in new)
