"""The plan at the end of a lesson: what there is to choose, what was typed and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.content.course import Course, Lesson, Plan
from lms.content.variables import filled_text
from lms.practice.commitment import (
    CHECKED_AFTER,
    LONGEST,
    MOST_OPEN,
    Slip,
    Words,
    slip_of,
    tidied_action,
    tidied_cue,
)
from lms.practice.commitment_actions import Made, NewPlan, make_plan
from lms.practice.commitment_queries import PlanLine, colleagues_of, room_for
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field, typed
from lms.web.frame import house
from lms.web.identity import me, now, today

OWN = "own"
_SECTION = re.compile(r'<section class="[^"]*\brole--commit\b[^"]*"')
_LIST = re.compile(r"<ul>.*?</ul>", re.DOTALL)


@dataclass(frozen=True)
class TypedPlan:
    """What was filled in at the end of a lesson: an author's sentence in `chosen`, or two halves of her own.

    `plan` is what it makes, None when nothing was filled in or when there are `problems`.
    """

    chosen: str = ""
    cue: str = ""
    action: str = ""
    buddy: str = ""
    said_aloud: bool = False
    is_shared: bool = False
    problems: tuple[FieldProblem, ...] = ()
    plan: NewPlan | None = None


NO_PLAN = TypedPlan()


@dataclass(frozen=True)
class PlanPart:
    """Her open plan from this lesson, or the form that makes one; `asked_on` is when she would be asked about it.

    `choices` are the author's sentences; `left` is how many more plans she may have open.
    """

    slug: str
    lesson_id: str
    language: str
    draft: str
    is_done: bool
    plan: PlanLine | None
    left: int
    choices: tuple[str, ...]
    colleagues: tuple[tuple[int, str], ...]
    typed: TypedPlan
    asked_on: date

    @property
    def errors(self) -> Mapping[str, str]:
        """Return the first problem of each field."""
        return by_field(list(self.typed.problems))


def asks_plan(lesson: Lesson) -> bool:
    """Return whether a plan may be made at the lesson's end; a policy is only read."""
    return lesson.policy is None


def plan_part(course: Course, lesson: Lesson, typed_so_far: TypedPlan, *, is_done: bool) -> PlanPart | None:
    """Return what stands at the end of this lesson for the signed-in person; at most two queries."""
    part = blank_part(course, lesson)
    if part is None:
        return None
    room = room_for(database(), me().person_id, course.slug, lesson.id, today())
    may_choose = room.plan is None and room.left > 0
    return replace(
        part,
        # What is half written stays on this device; a shared one keeps nothing.
        draft="" if me().shared_device else f"plan {me().person_id} {course.slug}/{lesson.id}",
        is_done=is_done,
        plan=room.plan,
        left=room.left,
        colleagues=colleagues_of(database(), me().person_id, today()) if may_choose else (),
        typed=typed_so_far,
    )


def blank_part(course: Course, lesson: Lesson) -> PlanPart | None:
    """Return the empty form of this lesson, None where no plan is asked for; nothing is asked of the records."""
    if not asks_plan(lesson):
        return None
    return PlanPart(
        slug=course.slug,
        lesson_id=lesson.id,
        language=course.language,
        draft="",
        is_done=False,
        plan=None,
        left=MOST_OPEN,
        choices=tuple(plan.sentence for plan in _in_our_words(lesson)),
        colleagues=(),
        typed=NO_PLAN,
        asked_on=today() + CHECKED_AFTER,
    )


def typed_plan(course: Course, lesson: Lesson) -> TypedPlan:
    """Return what this request's form holds of a plan, and what is wrong with it."""
    form = request.form
    found = TypedPlan(
        chosen=form.get("plan_choice", "")[:1_000],
        cue=typed(form, "plan_cue"),
        action=typed(form, "plan_action"),
        buddy=form.get("plan_buddy", "")[:20],
        said_aloud="plan_aloud" in form,
        is_shared="plan_share" in form,
    )
    if found.chosen not in ("", OWN):
        authors = next((plan for plan in _in_our_words(lesson) if plan.sentence == found.chosen), None)
        if authors is None:
            gone = _("The plans of this lesson have changed meanwhile. Choose once more.")
            return replace(found, chosen="", problems=(FieldProblem("plan_choice", gone),))
        words, language = Words(authors.cue, authors.action, authors.sentence), course.language
        return replace(found, plan=_new(found, words, language, is_own=False))
    if not (found.cue or found.action or found.chosen):
        return found
    cue, action = tidied_cue(found.cue), tidied_action(found.action)
    problems = _problems(cue, action)
    if problems:
        return replace(found, chosen=OWN, problems=problems)
    sentence = _("If %(cue)s, then I %(action)s.", cue=cue, action=action)
    return replace(found, plan=_new(found, Words(cue, action, sentence), get_locale().language, is_own=True))


def keep_plan(session: Session, course: Course, lesson: Lesson, found: TypedPlan) -> TypedPlan:
    """Make the plan that was typed, if one was; what stands in its way comes back as a problem.

    Belongs inside `writing`.
    """
    if found.plan is None or not asks_plan(lesson):
        return found
    made = make_plan(session, me().person_id, course, lesson, found.plan, now(), today())
    return found if isinstance(made, Made) else replace(found, problems=(FieldProblem("plan_choice", too_many()),))


def too_many() -> str:
    """Return why no further plan can be opened."""
    return str(
        _("You have %(count)s plans open, and more are hard to keep in mind. Close one first.", count=MOST_OPEN)
    )


def action_problem(slip: Slip, field: str) -> FieldProblem:
    """Return what to do about the action of a plan that cannot stand."""
    if slip is Slip.TOO_LONG:
        return FieldProblem(
            field, _("Say it in at most %(count)s characters, so that it can be remembered", count=LONGEST)
        )
    return FieldProblem(field, _("Write what you do then, such as “say their name”"))


def around_plans(safe_html: str, count: int) -> tuple[str, str] | None:
    """Return what stands before and after the list of plans of the first such section, None when there is none.

    A list that holds anything but these plans stays as it is: the place is right after it.
    """
    section = _SECTION.search(safe_html)
    if section is None or not count:
        return None
    found = _LIST.search(safe_html, section.end(), safe_html.find("</section>", section.end()))
    if found is None:
        return None
    start = found.start() if found[0].count("<li>") == count else found.end()
    return safe_html[:start], safe_html[found.end() :]


def _in_our_words(lesson: Lesson) -> tuple[Plan, ...]:
    """Return the lesson's plans with the organisation's own words in them."""
    variables = house().variables
    return tuple(
        Plan(*(filled_text(text, variables) for text in (plan.cue, plan.action, plan.sentence)))
        for plan in lesson.plans
    )


def _new(found: TypedPlan, words: Words, language: str, *, is_own: bool) -> NewPlan:
    return NewPlan(
        words,
        language,
        is_own=is_own,
        said_aloud=found.said_aloud,
        is_shared=found.is_shared,
        buddy_id=int(found.buddy) if found.buddy.isdecimal() else None,
    )


def _problems(cue: str, action: str) -> tuple[FieldProblem, ...]:
    found = []
    cue_slip, action_slip = slip_of(cue), slip_of(action)
    if cue_slip is Slip.TOO_LONG:
        found.append(action_problem(cue_slip, "plan_cue"))
    elif cue_slip is not None:
        found.append(FieldProblem("plan_cue", _("Write what sets it off, such as “the caller sounds rushed”")))
    if action_slip is not None:
        found.append(action_problem(action_slip, "plan_action"))
    return tuple(found)
