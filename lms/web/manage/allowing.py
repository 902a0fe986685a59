"""What a manager may allow a person, as it was filled in and as the person's page shows it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from lms.plans.allowance import EXEMPTION, EXTENSION
from lms.plans.allowance_queries import GivenAllowance
from lms.web.fields import FieldProblem, typed
from lms.web.manage.days import last_day

_LONGEST_REASON = 500


@dataclass(frozen=True)
class AllowanceChoice:
    """What was filled in, as it was typed."""

    course: str = ""
    kind: str = EXTENSION
    until: str = ""
    reason: str = ""


@dataclass(frozen=True)
class AllowancePart:
    """The part of a person's page on more time and exemptions; `courses` are (slug, title) to choose from."""

    person_id: int
    given: Sequence[GivenAllowance]
    courses: Sequence[tuple[str, str]]
    choice: AllowanceChoice
    problems: Sequence[FieldProblem]
    errors: dict[str, str]
    today: date


@dataclass(frozen=True)
class AllowanceOrder:
    """An allowance to give; `until` is None for an exemption for good."""

    course_slug: str
    kind: str
    until: date | None
    reason: str


def allowance_choice(form: Mapping[str, str]) -> AllowanceChoice:
    """Return what was filled in."""
    return AllowanceChoice(
        course=form.get("course", "")[:120],
        kind=form.get("kind", "")[:20],
        until=form.get("until", "").strip()[:20],
        reason=typed(form, "reason", _LONGEST_REASON).strip(),
    )


def allowance_order(
    choice: AllowanceChoice, slugs: Collection[str], today: date
) -> AllowanceOrder | list[FieldProblem]:
    """Return the allowance, or every problem with it."""
    problems = []
    if choice.course not in slugs:
        problems.append(FieldProblem("course", _("Choose a course.")))
    if choice.kind not in {EXTENSION, EXEMPTION}:
        problems.append(FieldProblem("kind", _("Choose more time or an exemption.")))
    until = last_day(choice.until, "until", today) if choice.until else None
    if isinstance(until, FieldProblem):
        problems.append(until)
    elif until is None and choice.kind == EXTENSION:
        problems.append(FieldProblem("until", _("Say until when there is more time.")))
    if not choice.reason:
        problems.append(FieldProblem("reason", _("Say why: whoever looks at this next year asks first.")))
    if problems or isinstance(until, FieldProblem):
        return problems
    return AllowanceOrder(choice.course, choice.kind, until, choice.reason)
