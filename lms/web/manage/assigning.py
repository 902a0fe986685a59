"""Assigning a course: choose, see whom it touches, then do it."""

from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.audit import actions as audit
from lms.content import queries as content
from lms.credentials import renewal_actions
from lms.plans import assignment_actions
from lms.plans import queries as plans
from lms.plans.queries import LiveAssignment
from lms.progress import team_queries
from lms.progress.overview import PersonRow, Standing, cell_of
from lms.queue import actions as queue
from lms.store import writing
from lms.web.choosing import Chooser
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, remote_address, today
from lms.web.manage.choosing import team_field, teams_in_sight
from lms.web.manage.coaching.leading import not_completed_of
from lms.web.manage.forms import Order, assign_choice, assign_order
from lms.web.manage.labels import course_labels
from lms.web.manage.pages import AssignChoice, AssignPage, Touched
from lms.web.manage.routes import desk
from lms.web.manage.scope import person_in_sight, scope
from lms.web.render import show


@desk.get("/assign")
def assign_page() -> str:
    """Ask for course, target and last day; with `look` show whom it would touch."""
    choice = assign_choice(request.args)
    targets = _targets(choice)
    field = _field(choice, targets)
    choice = replace(choice, to=field.value)
    if "look" not in request.args or field.asks:
        return _show(choice, targets)
    order = _order(choice, targets)
    if isinstance(order, list):
        return _show(choice, targets, order)
    return _show(choice, targets, touched=_touched(order, dict(targets)[choice.to]))


@desk.post("/assign")
def assign_course() -> ResponseReturnValue:
    """Assign the course; the same order twice changes nothing more."""
    choice = assign_choice(request.form)
    targets = _targets(choice)
    order = _order(choice, targets)
    if isinstance(order, list):
        return _show(choice, targets, order), 422
    course = content.find_course(database(), order.course_slug)
    if course is None:
        return _show(choice, targets, [FieldProblem("course", _("This course was hidden a moment ago."))]), 422
    with writing(database()) as session:
        done = assignment_actions.assign_course(
            session,
            course,
            order.due_on,
            me().person_id,
            now(),
            person_ids=[order.person_id] if order.person_id else (),
            team_id=order.team_id,
        )
        # Whose certificate ends soon, or has, is asked to renew it at once.
        if order.person_id:
            renewal_actions.open_renewals(session, course, now(), order.person_id)
        else:
            queue.enqueue(session, "certificates.renew", {"course": course.slug}, now=now())
        audit.record(
            session,
            now=now(),
            actor_id=me().person_id,
            actor_name=me().name,
            action="course.assign",
            subject=f"course:{course.slug}",
            detail={
                "team_id": order.team_id,
                "person_id": order.person_id,
                "due_on": str(order.due_on or ""),
                "enrolled": done.enrolled,
            },
            address=remote_address(),
        )
    flash(_("%(course)s is assigned to %(who)s.", course=course.title, who=dict(targets)[choice.to]), "good")
    if order.team_id:
        return redirect(url_for("manage.team_page", team_id=order.team_id), 303)
    return redirect(url_for("manage.person_page", person_id=order.person_id), 303)


def _targets(choice: AssignChoice) -> list[tuple[str, str]]:
    """Return the teams in sight, and the person the page was opened for."""
    teams = [(f"team-{team.id}", team.name) for team in scope().teams.values() if team.closed_on is None]
    kind, _dash, number = choice.to.partition("-")
    if kind == "person" and number.isascii() and number.isdecimal() and len(number) < 18:
        person = person_in_sight(int(number))
        return [(choice.to, person.name), *teams]
    return teams


def _field(choice: AssignChoice, targets: list[tuple[str, str]]) -> Chooser:
    """Return the field that chooses to whom: a team in sight, or the person the page was opened for."""
    person = [target for target in targets if target[0].startswith("person-")]
    return team_field(request.values, choice.to, "to", teams=teams_in_sight("team-{}"), fixed=person)


def _order(choice: AssignChoice, targets: list[tuple[str, str]]) -> Order | list[FieldProblem]:
    slugs = {label.slug for label in course_labels()}
    return assign_order(choice, slugs, dict(targets), today())


def _touched(order: Order, who: str) -> Touched:
    title = {label.slug: label.title for label in course_labels()}[order.course_slug]
    if order.team_id:
        rows = team_queries.team_rows(database(), scope().below(order.team_id), now(), today())
        standings = [_standing(row, order.course_slug) for row in rows]
    else:
        mine = [
            line
            for line in team_queries.enrolments_of(database(), order.person_id or 0)
            if line.facts.course_slug == order.course_slug
        ]
        newest = max(mine, key=lambda line: line.round, default=None)
        standings = [cell_of(newest.facts, now(), today()).standing if newest else None]
    done = standings.count(Standing.DONE)
    new = standings.count(None)
    given = _given_before(order)
    return Touched(
        people=len(standings),
        new=new,
        under_way=len(standings) - new - done,
        done=done,
        who=who,
        course_title=title,
        due_on=order.due_on,
        is_given=given is not None,
        replaces_due_on=given.due_on if given else None,
    )


def _given_before(order: Order) -> LiveAssignment | None:
    """Return the assignment of the same course to the same target that this one would replace, or None."""
    teams = (order.team_id,) if order.team_id else ()
    for given in plans.live_assignments(database(), person_id=order.person_id, team_ids=teams):
        is_same = (given.person_id, given.team_id) == (order.person_id, order.team_id)
        if is_same and given.course_slug == order.course_slug:
            return given
    return None


def _standing(row: PersonRow, slug: str) -> Standing | None:
    cell = row.cell(slug)
    return cell.standing if cell else None


def _show(
    choice: AssignChoice,
    targets: list[tuple[str, str]],
    problems: list[FieldProblem] | None = None,
    touched: Touched | None = None,
) -> str:
    courses = [("", _("Choose a course")), *((label.slug, label.title) for label in course_labels())]
    page = AssignPage(
        choice=choice,
        courses=courses,
        to=_field(choice, targets),
        problems=problems or [],
        errors=by_field(problems or []),
        touched=touched,
        lacking=not_completed_of([choice.course]),
    )
    return show("manage/assign_page.html", page)
