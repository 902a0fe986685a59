"""What a manager typed or chose, as values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from lms.progress.overview import Standing
from lms.web.fields import FieldProblem
from lms.web.manage.days import last_day
from lms.web.manage.labels import EXEMPT
from lms.web.manage.pages import AssignChoice, TeamFilter

SORTS = ("name", "standing", "due", "activity")


def team_filter(args: Mapping[str, str]) -> TeamFilter:
    """Return the filter of an address; what is unknown counts as not said."""
    standing, sort = args.get("standing", ""), args.get("sort", "")
    return TeamFilter(
        words=args.get("q", "").strip()[:100],
        course=args.get("course", "")[:120],
        standing=standing if standing in {*Standing, EXEMPT} else "",
        sort=sort if sort in SORTS else "name",
    )


@dataclass(frozen=True)
class Order:
    """A course to assign: to one person or to one team, with the last day or none."""

    course_slug: str
    person_id: int | None
    team_id: int | None
    due_on: date | None


def assign_choice(args: Mapping[str, str]) -> AssignChoice:
    """Return what was chosen, as it was typed."""
    return AssignChoice(args.get("course", "")[:120], args.get("to", "")[:40], args.get("due", "").strip()[:20])


def assign_order(
    choice: AssignChoice, slugs: Collection[str], targets: Collection[str], today: date
) -> Order | list[FieldProblem]:
    """Return the order, or every problem with it."""
    problems = []
    if choice.course not in slugs:
        problems.append(FieldProblem("course", _("Choose a course.")))
    if choice.to not in targets:
        problems.append(FieldProblem("to", _("Choose a team or a person you look after.")))
    due_on = last_day(choice.due, "due", today) if choice.due else None
    if isinstance(due_on, FieldProblem):
        problems.append(due_on)
    if problems or isinstance(due_on, FieldProblem):
        return problems
    kind, _colon, number = choice.to.partition("-")
    return Order(
        course_slug=choice.course,
        person_id=int(number) if kind == "person" else None,
        team_id=int(number) if kind == "team" else None,
        due_on=due_on,
    )
