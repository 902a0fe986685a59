"""Which courses are given to whom at the sample company, by whom, when and until when; pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.accounts.roles import Role
from lms.plans.programme import Draft, DueKind, DueRule, Target, Who
from lms.sample.people import TIME_ZONE

A_TO_Z = "a-to-z"
ESCALATION = "escalation-handling"
HOUSE_RULES = "house-rules"
LEADING = "leading-a-service-team"
ZONE = ZoneInfo(TIME_ZONE)


@dataclass(frozen=True)
class Given:
    """One course given to a team with all below it, or to people; managers and people by sign-in name.

    `due_in_days` counts from the coming Friday, which is one to seven days ahead; None is without a date.
    """

    course_slug: str
    by: str
    weeks_ago: int
    due_in_days: int | None
    team: str = ""
    people: tuple[str, ...] = ()

    def given_at(self, today: date) -> datetime:
        """Return the moment (UTC), on a Monday morning."""
        return at_time(monday(today, self.weeks_ago), time(9, 12))

    def due_on(self, today: date) -> date | None:
        """Return the due date, or None without one."""
        if self.due_in_days is None:
            return None
        return coming_friday(today) + timedelta(days=self.due_in_days)


GIVEN = (
    Given(A_TO_Z, "petra", 6, 0, team="service"),
    # Over since yesterday at the latest, so that a manager sees what late looks like.
    Given(ESCALATION, "sina", 4, -8, team="phones"),
    Given(ESCALATION, "joao", 2, 14, team="chat"),
    Given(ESCALATION, "ruth", 1, None, people=("tariq", "jinho")),
)


@dataclass(frozen=True)
class Asked:
    """One programme of a team, by a manager: its courses with their due rules, and whom it is for.

    `joined_days` is for whoever joined the team so lately, and from then on; without it, for its managers.
    """

    name: str
    summary: str
    by: str
    weeks_ago: int
    team: str
    is_ordered: bool
    steps: tuple[tuple[str, DueRule], ...]
    joined_days: int | None = None

    def made_at(self, today: date) -> datetime:
        """Return the moment (UTC), on a Monday morning."""
        return at_time(monday(today, self.weeks_ago), time(9, 40))

    def draft(self, team_id: int, catalogue: Collection[str], today: date) -> Draft:
        """Return the programme with those of its courses that there are."""
        day = self.made_at(today).date()
        steps = tuple((slug, due) for slug, due in self.steps if {slug, due.after or slug} <= {*catalogue})
        target = Target(Who.ROLE, day, team_id=team_id, role=Role.MANAGER)
        if self.joined_days is not None:
            joined_from = day - timedelta(days=self.joined_days)
            target = Target(Who.JOINED, day, team_id=team_id, joined_from=joined_from)
        return Draft(self.name, self.summary, team_id, self.is_ordered, steps, (target,))


ASKED = (
    Asked(
        "First weeks", "What everybody new learns first, one after another.", "petra", 3, "service", True,
        (
            (HOUSE_RULES, DueRule(DueKind.AFTER_COMING, days=14)),
            (A_TO_Z, DueRule(DueKind.AFTER_COMING, days=42)),
            (ESCALATION, DueRule(DueKind.AFTER_STEP, days=30, after=A_TO_Z)),
        ),
        joined_days=90,
    ),
    Asked(
        "Leading with calm", "For everybody who leads a team here.", "petra", 3, "service", False,
        ((LEADING, DueRule(DueKind.AFTER_COMING, days=60)), (HOUSE_RULES, DueRule(DueKind.AFTER_COMING, days=30))),
    ),
)  # fmt: skip
# They began Escalation Handling without being asked.
VOLUNTEERS = ("petra", "tom")
# Lantern came to the company some days before the first course was given.
INTRODUCED_WEEKS_AGO = 7


def monday(today: date, weeks_ago: int) -> date:
    """Return the Monday of the week this many weeks before the present one."""
    return today - timedelta(days=today.weekday(), weeks=weeks_ago)


def coming_friday(today: date) -> date:
    """Return the first Friday after today."""
    return today + timedelta(days=(3 - today.weekday()) % 7 + 1)


def at_time(day: date, at: time) -> datetime:
    """Return the moment (UTC) of a time of day at the company."""
    return datetime.combine(day, at, ZONE).astimezone(UTC)


def morning_of(day: date) -> datetime:
    """Return the moment (UTC) at which this day's work begins."""
    return at_time(day, time(8, 30))
