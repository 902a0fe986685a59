"""Programmes listed, put together, looked at before they hold, changed, followed and withdrawn."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.roles import Role
from lms.measures import share
from lms.organisation import queries as organisation
from lms.plans import programme_actions, programme_lists_queries
from lms.plans.preview_queries import preview
from lms.plans.programme import Draft, Programme, StepAt, StepState, Target, Who
from lms.plans.programme_actions import ChangedMeanwhileError, Saved, job_key
from lms.plans.programme_lists_queries import PersonLine, ProgrammeFacts, StepTally
from lms.plans.programme_queries import live_programmes
from lms.queue import queries as queue
from lms.store import writing
from lms.web.choosing import NO_WORDS
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, today
from lms.web.manage.choosing import PeopleInSight
from lms.web.manage.coaching.leading import not_completed_of
from lms.web.manage.labels import course_labels
from lms.web.manage.programmes import words
from lms.web.manage.programmes.choosing import fields_of, found_in, nobody, unknown_person, waits
from lms.web.manage.programmes.forms import (
    ORGANISATION,
    Adding,
    ProgrammeChoice,
    added_target,
    after_button,
    choice_of,
    draft_of,
    programme_choice,
    target_key,
)
from lms.web.manage.programmes.pages import (
    AboveLine,
    EditProgrammePage,
    LookPart,
    NameLine,
    ProgrammeLine,
    ProgrammePage,
    ProgrammesPage,
    StandingLine,
    StepFigures,
    StepLine,
    TargetLine,
)
from lms.web.manage.remembering import remembered
from lms.web.manage.routes import desk
from lms.web.manage.scope import scope
from lms.web.render import show

_NAMES = 25
_ON_A_PAGE = 200
_MOST_ABOVE = 100_000
# To count more than so many takes longer than a page may.
_MANY_PEOPLE = 5_000
_FEWEST = 5


# Read


@desk.get("/programmes")
def programmes_page() -> str:
    """Show every programme of the teams in sight, and of the organisation to administrators."""
    facts = programme_lists_queries.programmes_of(database(), None if _administers() else scope().team_ids)
    rules = live_programmes(database(), [each.id for each in facts])
    titles = _titles()
    told = _target_words([target for rule in rules.values() for target in rule.targets])
    lines = [
        ProgrammeLine(
            each.id,
            each.name,
            each.owner_name or organisation.name(database()),
            (" → " if each.is_ordered else ", ").join(
                titles.get(slug, slug) for slug in rules[each.id].course_slugs
            ),
            [told[target.key] for target in rules[each.id].targets],
            each.is_ordered,
            each.settled < each.version,
        )
        for each in facts
        if each.id in rules
    ]
    first = _offset(request.args.get("from", ""), _MOST_ABOVE)
    above = _lines_from_above(first)
    earlier, later = max(0, first - _ON_A_PAGE) if first else None, None
    if len(above) > _ON_A_PAGE:
        later = first + _ON_A_PAGE
    page = ProgrammesPage(lines, _administers(), above[:_ON_A_PAGE], earlier, later)
    return show("manage/programmes_page.html", page)


def _lines_from_above(first: int) -> list[AboveLine]:
    """Return a page of the programmes from above by name, and one more if there are more; five queries.

    Administrators have none above them. Whom a team out of sight and not above asks is that team's business.
    """
    if _administers():
        return []
    found = programme_lists_queries.from_above(
        database(), scope().team_ids, _above_ids(), today(), _ON_A_PAGE + 1, first
    )
    rules, titles = live_programmes(database(), [each.facts.id for each in found]), _titles()
    return [
        AboveLine(
            each.facts.id,
            each.facts.name,
            each.facts.owner_name or organisation.name(database()),
            each.facts.made_by,
            (" → " if each.facts.is_ordered else ", ").join(
                titles.get(slug, slug) for slug in rules[each.facts.id].course_slugs
            ),
            each.facts.is_ordered,
            each.people,
        )
        for each in found
        if each.facts.id in rules
    ]


def _above_ids() -> frozenset[int]:
    return accounts.teams_and_above_ids(database(), scope().roots) - scope().team_ids


@desk.get("/programmes/<int:programme_id>")
def programme_page(programme_id: int) -> str:
    """Show how far the programme's people are, and who they are; of one from above, one's own people."""
    is_from_above = _is_from_above(programme_id)
    facts, rule = _in_sight(programme_id, is_from_above=is_from_above)
    titles = _titles()
    team_ids = scope().team_ids if is_from_above else _team_ids(rule.owner_team_id)
    people, tallies = _counted(facts, rule, team_ids)
    first = _offset(request.args.get("from", ""), people)
    some = programme_lists_queries.people_of(
        database(), rule, team_ids, today(), people=people, offset=first, limit=_NAMES
    )
    job = queue.find_by_key(database(), job_key(rule.id, facts.version)) if facts.settled < facts.version else None
    page = ProgrammePage(
        id=rule.id,
        name=facts.name,
        summary=facts.summary,
        owner=facts.owner_name or organisation.name(database()),
        is_ordered=rule.is_ordered,
        version=facts.version,
        made_by=facts.made_by,
        changed_at=facts.changed_at,
        targets=[] if is_from_above else list(_target_words(rule.targets).values()),
        people=people,
        steps=[
            _figures(
                tally, titles.get(step.course_slug, step.course_slug), words.rule_words(step.due, titles), people
            )
            for step, tally in zip(rule.steps, tallies, strict=True)
        ],
        lines=[_standing(each, titles) for each in some],
        first=first + 1 if some else 0,
        last=first + len(some),
        earlier=max(0, first - _NAMES) if first else None,
        later=first + _NAMES if first + _NAMES < people else None,
        share=None if facts.settled >= facts.version else (job.progress if job else 0.0),
        is_stuck=facts.settled < facts.version and (job is None or job.is_over),
        today=today(),
        is_from_above=is_from_above,
    )
    return show("manage/programme_page.html", page)


# Put together


@desk.get("/programmes/new")
def new_programme_page() -> str:
    """Offer an empty programme of the only team there is to look after, or of one to choose."""
    owners = _owners()
    choice = ProgrammeChoice(owner=owners[0][0] if len(owners) == 1 else "")
    return _show(choice, None)


@desk.post("/programmes/new")
def make_programme() -> ResponseReturnValue:
    """Change the form, show whom it would touch, or make the programme; the same one made twice is two."""
    answer = _press(None)
    if not isinstance(answer, Draft):
        return answer
    with writing(database()) as session:
        saved = programme_actions.make_programme(session, answer, me().person_id, now())
        _note(session, "programme.make", saved, answer)
    return done(url_for("manage.programme_page", programme_id=saved.programme_id), _told(answer, saved))


@desk.get("/programmes/<int:programme_id>/edit")
def edit_programme_page(programme_id: int) -> str:
    """Show the programme as it is put together."""
    facts, rule = _in_sight(programme_id)
    return _show(choice_of(rule, facts.name, facts.summary, facts.version), rule)


@desk.post("/programmes/<int:programme_id>/edit")
def change_programme(programme_id: int) -> ResponseReturnValue:
    """Change the form, show whom it would touch, or change the programme."""
    _facts, rule = _in_sight(programme_id)
    answer = _press(rule)
    if not isinstance(answer, Draft):
        return answer
    version = programme_choice(request.form, today()).version
    try:
        with writing(database()) as session:
            saved = programme_actions.change_programme(session, programme_id, version, answer, now())
            _note(session, "programme.change", saved, answer)
    except ChangedMeanwhileError:
        problem = FieldProblem("name", _("Somebody changed this programme meanwhile. Open it anew and try again."))
        return _show(programme_choice(request.form, today()), rule, [problem]), 409
    return done(url_for("manage.programme_page", programme_id=programme_id), _told(answer, saved))


@desk.post("/programmes/<int:programme_id>/withdraw")
def withdraw_programme(programme_id: int) -> ResponseReturnValue:
    """Withdraw the programme: what nobody began is taken back, what was begun goes on without a day."""
    facts, _rule = _in_sight(programme_id)
    with writing(database()) as session:
        saved = programme_actions.withdraw_programme(session, programme_id, now())
        if saved is not None:
            note(session, "programme.withdraw", f"programme:{programme_id}", name=facts.name)
    back = url_for("manage.programmes_page")
    if saved is None:
        return refused(back, _("It was withdrawn before."))
    return done(back, _("“%(name)s” is withdrawn.", name=facts.name))


def _press(old: Programme | None) -> ResponseReturnValue | Draft:
    """Return what the pressed button leads to: a page, or a draft that was looked at and may be written."""
    choice, button = programme_choice(request.form, today()), request.form.get("do", "look")
    fields = fields_of(choice)
    choice = found_in(choice, fields)
    is_waiting, is_adding = waits(choice, fields), button in {"add-team", "add-person"}
    word, _dash, offset = button.partition("-")
    if not (is_waiting or is_adding or word in {"look", "save"}):
        return _show(after_button(choice, button), old)
    problems = nobody(fields) if is_waiting else []
    if not is_waiting and (is_adding or choice.adding.is_begun):
        choice, problems = _added(choice, button)
    if is_waiting or is_adding:
        return _show(choice, old, problems), 422 if problems else 200
    draft = draft_of(choice, _slugs(old), {value for value, _name in _owners()}, old, today())
    if isinstance(draft, list):
        return _show(choice, old, problems + draft), 422
    problems += _outside(draft)
    if problems:
        return _show(choice, old, problems), 422
    if word == "save" and request.form.get("looked") == _print(choice):
        return draft
    return _show(choice, old, draft=draft, offset=_offset(offset, 10**9))


def _added(choice: ProgrammeChoice, button: str) -> tuple[ProgrammeChoice, list[FieldProblem]]:
    """Return the form with whom it was about to add, a team or a person or both; or what is wrong with them."""
    adding, targets, problems = choice.adding, list(choice.targets), list[FieldProblem]()
    if adding.team or button == "add-team":
        found = added_target(adding, {value for value, _name in _owners()}, today())
        if isinstance(found, FieldProblem):
            problems.append(found)
        else:
            targets.append(found)
            adding = replace(Adding(), person=adding.person, person_words=adding.person_words)
    if adding.person or button == "add-person":
        if adding.person and not PeopleInSight().of([adding.person]):
            problems.append(unknown_person())
        elif adding.person:
            targets.append(Target(Who.PERSON, today(), person_id=int(adding.person)))
            adding = replace(adding, person="", person_words=NO_WORDS)
        else:
            problems.append(FieldProblem("person", _("Write a part of a name, and find the person.")))
    unique = {target.key: target for target in targets}
    return replace(choice, targets=tuple(unique.values()), adding=adding), problems


def _outside(draft: Draft) -> list[FieldProblem]:
    """Return a problem for each target that lies outside the team whose programme it is."""
    team_ids = _team_ids(draft.owner_team_id)
    chosen = [target.person_id or 0 for target in draft.targets if target.who is Who.PERSON]
    people = programme_lists_queries.names_of(database(), chosen, team_ids, today())
    told = _target_words(draft.targets)
    problems = []
    for place, target in enumerate(draft.targets, start=1):
        if target.who is Who.PERSON:
            is_inside = (target.person_id or 0) in people
        elif team_ids is None:
            is_inside = target.team_id is None or target.team_id in scope().teams
        else:
            is_inside = target.team_id in team_ids
        if not is_inside:
            text = _("“%(who)s” is outside the team whose programme it is. Take it away.", who=told[target.key])
            problems.append(FieldProblem(f"target-{place}", text))
    return problems


def _show(
    choice: ProgrammeChoice,
    old: Programme | None,
    problems: Sequence[FieldProblem] = (),
    *,
    draft: Draft | None = None,
    offset: int = 0,
) -> str:
    titles = {**{slug: slug for slug in (old.course_slugs if old else ())}, **_titles()}
    told = _target_words(choice.targets)
    page = EditProgrammePage(
        programme_id=old.id if old else None,
        title=_("Change the programme") if old else _("A new programme"),
        action=url_for("manage.change_programme", programme_id=old.id)
        if old
        else url_for("manage.make_programme"),
        choice=choice,
        looked=_print(choice),
        targets=[TargetLine(target_key(target), told[target.key]) for target in choice.targets],
        courses=[("", _("Choose a course")), *sorted(titles.items(), key=lambda each: each[1].casefold())],
        rules=words.rule_choices(),
        fields=fields_of(choice),
        whom=words.whom_choices(),
        problems=list(problems),
        errors=by_field(list(problems)),
        look=_look(draft, old, titles, offset) if draft else None,
        lacking=not_completed_of([step.course for step in choice.steps]),
    )
    return show("manage/edit_programme_page.html", page)


def _look(draft: Draft, old: Programme | None, titles: dict[str, str], offset: int) -> LookPart:
    found = preview(database(), draft, old.id if old else None, now(), offset=offset, limit=_NAMES)
    rules = dict(draft.steps)
    return LookPart(
        found=found,
        steps=[
            StepLine(
                titles.get(step.course_slug, step.course_slug),
                words.rule_words(rules[step.course_slug], titles),
                step.new,
                step.waiting,
                step.under_way,
                step.done,
                step.exempt,
                words.due_words(step.first_due, step.last_due),
            )
            for step in found.steps
        ],
        names=[
            NameLine(
                each.name,
                each.is_new,
                titles.get(each.next_slug, each.next_slug) if each.next_slug else "",
                each.due_on,
            )
            for each in found.shown
        ],
        first=offset + 1 if found.shown else 0,
        last=offset + len(found.shown),
        earlier=max(0, offset - _NAMES) if offset else None,
        later=offset + _NAMES if offset + _NAMES < found.people else None,
        is_many=found.people + found.leaving > programme_actions.AT_ONCE,
    )


# Scope and words


def _administers() -> bool:
    return Role.ADMINISTRATOR in me().roles


def _counted(
    facts: ProgrammeFacts, rule: Programme, team_ids: Collection[int] | None
) -> tuple[int, tuple[StepTally, ...]]:
    """Return how many people of these teams, or of all, the programme reaches, and how far they are.

    Of very many it is kept for a minute, until the programme is changed or settled on.
    """

    def count() -> tuple[int, tuple[StepTally, ...]]:
        people = programme_lists_queries.count_inside(database(), rule.id, team_ids, today())
        return people, programme_lists_queries.tallies_of(database(), rule, team_ids, today(), people)

    where = None if team_ids is None else frozenset(team_ids)
    key = ("programme", rule.id, facts.version, facts.settled, where, today())
    return remembered(key, count, lambda found: found[0] > _MANY_PEOPLE)


def _is_from_above(programme_id: int) -> bool:
    """Return whether it is a programme of the organisation or a team above that reaches somebody in sight."""
    facts = programme_lists_queries.find_programme(database(), programme_id)
    if facts is None or _administers() or facts.owner_team_id in scope().teams:
        return False
    if facts.owner_team_id is not None and facts.owner_team_id not in _above_ids():
        return False
    return programme_lists_queries.reaches(database(), programme_id, scope().team_ids, today())


def _in_sight(programme_id: int, *, is_from_above: bool = False) -> tuple[ProgrammeFacts, Programme]:
    """Return the programme, or answer 404 whether it is somebody else's, withdrawn or never was.

    Only who shows it and changes nothing may say that one from above will do.
    """
    facts = programme_lists_queries.find_programme(database(), programme_id)
    rule = live_programmes(database(), [programme_id]).get(programme_id)
    is_own = facts is not None and (
        _administers() if facts.owner_team_id is None else facts.owner_team_id in scope().teams
    )
    if facts is None or rule is None or not (is_own or is_from_above):
        abort(404)
    return facts, rule


def _team_ids(owner_team_id: int | None) -> frozenset[int] | None:
    """Return the teams that a programme of this team reaches, None for everybody."""
    return None if owner_team_id is None else scope().below(owner_team_id)


def _owners() -> list[tuple[str, str]]:
    whole = [(ORGANISATION, organisation.name(database()))] if _administers() else []
    return whole + [(str(team.id), team.name) for team in scope().teams.values() if team.closed_on is None]


def _titles() -> dict[str, str]:
    return {label.slug: label.title for label in course_labels()}


def _slugs(old: Programme | None) -> set[str]:
    return {*_titles(), *(old.course_slugs if old else ())}


def _target_words(targets: Sequence[Target]) -> dict[tuple[object, ...], str]:
    """Return each target in words, in order; whoever is out of sight by now has no name."""
    ids = [target.person_id or 0 for target in targets if target.who is Who.PERSON]
    team_ids = None if _administers() else scope().team_ids
    people = programme_lists_queries.names_of(database(), ids, team_ids, today())
    teams = {team.id: team.name for team in scope().teams.values()}
    return {target.key: words.target_words(target, teams, people) for target in targets}


def _print(choice: ProgrammeChoice) -> str:
    """Return what tells two forms apart, but for whom they are about to add."""
    whole = replace(choice, adding=Adding(), owner_words=NO_WORDS, targets=())
    keys = [target_key(target) for target in choice.targets]
    return hashlib.sha256(repr((whole, keys)).encode()).hexdigest()


def _offset(typed: str, most: int) -> int:
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    return number if number < most else 0


def _note(session: Session, action: str, saved: Saved, draft: Draft) -> None:
    note(
        session,
        action,
        f"programme:{saved.programme_id}",
        name=draft.name,
        team_id=draft.owner_team_id,
        courses=[slug for slug, _due in draft.steps],
        targets=[target_key(target) for target in draft.targets],
    )


def _told(draft: Draft, saved: Saved) -> str:
    if saved.settled is None:
        waits: str = _("“%(name)s” is saved. It is being brought to its people.", name=draft.name)
        return waits
    enrolled = ngettext("%(num)s enrolment is new.", "%(num)s enrolments are new.", saved.settled.enrolled)
    return str(_("“%(name)s” is saved. %(enrolled)s", name=draft.name, enrolled=enrolled))


# Figures


def _figures(tally: StepTally, title: str, rule: str, people: int) -> StepFigures:
    parts = [
        ("good", _("done"), tally.done),
        ("here", _("under way"), tally.under_way),
        ("quiet", _("not begun"), tally.not_started),
        ("harm", _("late"), tally.late),
        ("rest", _("not their turn yet"), tally.later),
        ("rest", _("exempt"), tally.exempt),
    ]
    return StepFigures(title, rule, parts, share(tally.done, people) if people >= _FEWEST else None)


def _standing(person: PersonLine, titles: dict[str, str]) -> StandingLine:
    at: StepAt | None = next((step for step in person.line if step.state is StepState.OPEN), None)
    due: date | None = at.due_on if at else None
    return StandingLine(
        href=url_for("manage.person_page", person_id=person.person_id),
        name=person.name,
        done=sum(step.state is StepState.DONE for step in person.line),
        of=sum(step.state is not StepState.EXEMPT for step in person.line),
        next_title=titles.get(at.course_slug, at.course_slug) if at else "",
        due_on=due,
        is_late=due is not None and due < today(),
    )
