"""A programme as it is put together: what was typed, the buttons that change it, the draft that comes of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import gettext as _

from lms.accounts.roles import Role
from lms.plans.programme import MOST_DAYS, MOST_STEPS, Draft, DueKind, DueRule, Programme, Target, Who
from lms.web.choosing import NO_WORDS, Words, words_for
from lms.web.fields import FieldProblem, typed
from lms.web.manage.days import last_day

ORGANISATION = "organisation"
MOST_TARGETS = 50
_JOINED_DAYS = "30"


@dataclass(frozen=True)
class StepChoice:
    """One step as it was filled in."""

    course: str = ""
    rule: str = DueKind.NEVER.value
    on: str = ""
    days: str = ""
    after: str = ""


@dataclass(frozen=True)
class Adding:
    """Whom the form would add next: everybody in a team, who joined it lately, a role in it; or one person."""

    who: str = Who.EVERYONE.value
    team: str = ""
    days: str = _JOINED_DAYS
    person: str = ""
    team_words: Words = NO_WORDS
    person_words: Words = NO_WORDS

    @property
    def is_begun(self) -> bool:
        """Return whether somebody was chosen and not added yet."""
        return bool(self.team or self.person)


@dataclass(frozen=True)
class ProgrammeChoice:
    """All that was filled in so far; `version` is of the programme that is changed, 0 of a new one."""

    name: str = ""
    summary: str = ""
    owner: str = ""
    order: str = "ordered"
    version: int = 0
    steps: tuple[StepChoice, ...] = (StepChoice(),)
    targets: tuple[Target, ...] = ()
    adding: Adding = Adding()
    owner_words: Words = NO_WORDS


def programme_choice(form: Mapping[str, str], today: date) -> ProgrammeChoice:
    """Return what was filled in; what nobody can have chosen is left out."""
    steps = tuple(
        StepChoice(
            form.get(f"course-{place}", "")[:120],
            form.get(f"rule-{place}", DueKind.NEVER.value)[:10],
            form.get(f"on-{place}", "").strip()[:20],
            form.get(f"days-{place}", "").strip()[:10],
            form.get(f"after-{place}", "")[:120],
        )
        for place in range(1, _number(form.get("steps", ""), MOST_STEPS) + 1)
    )
    keys = [
        form.get(f"target-{place}", "") for place in range(1, _number(form.get("targets", ""), MOST_TARGETS) + 1)
    ]
    targets = {target.key: target for key in keys if (target := target_of(key, today))}
    return ProgrammeChoice(
        name=typed(form, "name", 120),
        summary=typed(form, "summary", 500),
        owner=form.get("owner", "")[:20],
        order="free" if form.get("order") == "free" else "ordered",
        version=_number(form.get("version", ""), 2**31 - 1),
        steps=steps,
        targets=tuple(targets.values()),
        adding=Adding(
            form.get("who", Who.EVERYONE.value)[:20],
            form.get("team", "")[:20],
            form.get("joined_days", _JOINED_DAYS).strip()[:10],
            form.get("person", "")[:20],
            words_for("team", form),
            words_for("person", form),
        ),
        owner_words=words_for("owner", form),
    )


def choice_of(programme: Programme, name: str, summary: str, version: int) -> ProgrammeChoice:
    """Return a programme as the form shows it before anything is changed."""
    return ProgrammeChoice(
        name=name,
        summary=summary,
        owner=str(programme.owner_team_id or ORGANISATION),
        order="ordered" if programme.is_ordered else "free",
        version=version,
        steps=tuple(
            StepChoice(
                step.course_slug,
                step.due.kind.value,
                str(step.due.on or ""),
                str(step.due.days or ""),
                step.due.after or "",
            )
            for step in programme.steps
        ),
        targets=programme.targets,
    )


def after_button(choice: ProgrammeChoice, button: str) -> ProgrammeChoice:
    """Return the form after a button that only changes it: a step added, removed or moved, a target removed."""
    word, _dash, number = button.rpartition("-")
    place = _number(number, 10**6) - 1
    steps = list(choice.steps)
    if button == "add-step" and len(steps) < MOST_STEPS:
        steps.append(StepChoice())
    elif word == "remove-step" and 0 <= place < len(steps):
        del steps[place]
    elif word == "up" and 0 < place < len(steps):
        steps[place - 1], steps[place] = steps[place], steps[place - 1]
    elif word == "down" and 0 <= place < len(steps) - 1:
        steps[place], steps[place + 1] = steps[place + 1], steps[place]
    elif word == "remove-target" and 0 <= place < len(choice.targets):
        kept = choice.targets[:place] + choice.targets[place + 1 :]
        return replace(choice, targets=kept)
    return replace(choice, steps=tuple(steps))


def target_key(target: Target) -> str:
    """Return a target as a hidden field carries it."""
    parts = (target.who, target.person_id or "", target.team_id or "", target.role or "", target.joined_from or "")
    return ":".join(str(part) for part in parts)


def target_of(key: str, today: date) -> Target | None:
    """Return the target of a hidden field, or None when no form has such a field."""
    try:
        who, person, team, role, joined = key.split(":")
        target = Target(
            Who(who),
            today,
            int(person) if person else None,
            int(team) if team else None,
            Role(role) if role else None,
            date.fromisoformat(joined) if joined else None,
        )
    except ValueError:
        return None
    has = (target.who is Who.PERSON, target.who is Who.ROLE, target.who is Who.JOINED)
    is_whole = has == (bool(target.person_id), bool(target.role), bool(target.joined_from))
    numbers = (target.person_id or 1, target.team_id or 1)
    return target if is_whole and all(0 < number < 2**63 for number in numbers) else None


def added_target(adding: Adding, teams: Collection[str], today: date) -> Target | FieldProblem:
    """Return the target that is to be added for a team or the organisation, or what is wrong with it."""
    if adding.team not in teams:
        return FieldProblem("team", _("Choose a team you look after."))
    team_id = None if adding.team == ORGANISATION else int(adding.team)
    if adding.who in set(Role):
        return Target(Who.ROLE, today, team_id=team_id, role=Role(adding.who))
    if adding.who == Who.JOINED:
        days = _number(adding.days, MOST_DAYS)
        if not days:
            return FieldProblem("joined_days", _("Write a number of days, from 1 to %(most)s.", most=MOST_DAYS))
        return Target(Who.JOINED, today, team_id=team_id, joined_from=today - timedelta(days=days))
    return Target(Who.EVERYONE, today, team_id=team_id)


def draft_of(
    choice: ProgrammeChoice, slugs: Collection[str], owners: Collection[str], old: Programme | None, today: date
) -> Draft | list[FieldProblem]:
    """Return the draft, or every problem with it; whom the targets may be is looked at elsewhere."""
    problems = []
    if not choice.name:
        problems.append(FieldProblem("name", _("Give the programme a name.")))
    if choice.owner not in owners:
        problems.append(FieldProblem("owner", _("Choose whose programme it is.")))
    if not choice.steps:
        problems.append(FieldProblem("add-step", _("Add a course: a programme has at least one.")))
    kept = {(step.course_slug, step.due) for step in old.steps} if old else set()
    steps: list[tuple[str, DueRule]] = []
    for place, step in enumerate(choice.steps, start=1):
        if step.course not in slugs:
            problems.append(FieldProblem(f"course-{place}", _("Choose a course.")))
        elif step.course in [slug for slug, _due in steps]:
            problems.append(FieldProblem(f"course-{place}", _("This course is in the programme already.")))
        rule = _rule(choice, place, today, kept)
        if isinstance(rule, FieldProblem):
            problems.append(rule)
        else:
            steps.append((step.course, rule))
    if not choice.targets:
        problems.append(FieldProblem("team", _("Say whom it is for: choose a team or a person and add it.")))
    if problems:
        return problems
    owner = None if choice.owner == ORGANISATION else int(choice.owner)
    return Draft(choice.name, choice.summary, owner, choice.order == "ordered", tuple(steps), choice.targets)


def _rule(
    choice: ProgrammeChoice, place: int, today: date, kept: Collection[tuple[str, DueRule]]
) -> DueRule | FieldProblem:
    step = choice.steps[place - 1]
    if step.rule == DueKind.ON_A_DAY:
        day = last_day(step.on, f"on-{place}", today)
        # A day that stood here before may have passed since.
        same = [due for slug, due in kept if slug == step.course and str(due.on) == step.on]
        if isinstance(day, FieldProblem):
            return same[0] if same else day
        return DueRule(DueKind.ON_A_DAY, on=day)
    if step.rule in {DueKind.AFTER_COMING, DueKind.AFTER_STEP}:
        return _counted(choice, place)
    return DueRule()


def _counted(choice: ProgrammeChoice, place: int) -> DueRule | FieldProblem:
    step = choice.steps[place - 1]
    days = _number(step.days, MOST_DAYS)
    if not days:
        return FieldProblem(f"days-{place}", _("Write a number of days, from 1 to %(most)s.", most=MOST_DAYS))
    if step.rule == DueKind.AFTER_COMING:
        return DueRule(DueKind.AFTER_COMING, days=days)
    is_ordered = choice.order == "ordered"
    others = choice.steps[: place - 1] if is_ordered else choice.steps
    if step.after != step.course and step.after in [each.course for each in others]:
        return DueRule(DueKind.AFTER_STEP, days=days, after=step.after)
    earlier, another = (
        _("Choose a course that comes before this one."),
        _("Choose another course of the programme."),
    )
    return FieldProblem(f"after-{place}", earlier if is_ordered else another)


def _number(text: str, most: int) -> int:
    """Return the number that was typed, 0 when it is none or too large."""
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        return 0
    return int(text) if int(text) <= most else 0
