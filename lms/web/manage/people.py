"""One person's learning, down to the attempt."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from flask import abort, request
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.accounts.queries import PersonFacts
from lms.content import queries as content
from lms.content.course import Course, Quiz
from lms.credentials import queries as credentials
from lms.credentials.queries import CertificateLine
from lms.plans import queries as plans
from lms.plans.allowance_queries import allowances_of
from lms.plans.nudge_queries import nudged_lately
from lms.plans.programme_lists_queries import asking
from lms.progress import queries as progress
from lms.progress import run_queries, team_queries
from lms.progress.correcting import choices_told, corrected_quiz
from lms.progress.correction_queries import rulings_in
from lms.progress.overview import cell_of
from lms.progress.reviewing import reviewed_paper
from lms.progress.run_queries import RunOf
from lms.progress.team_queries import AttemptOf, EnrolmentOf
from lms.web.again import again_lines
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, today
from lms.web.manage.allowing import AllowanceChoice, AllowancePart
from lms.web.manage.labels import course_label, course_labels
from lms.web.manage.lines import Lines
from lms.web.manage.nudging import NudgePart, nudge_part
from lms.web.manage.pages import AttemptPage, CourseLabel, PersonCourse, PersonPage, QuizAttempts, ScenarioRuns
from lms.web.manage.planned import plans_of_person
from lms.web.manage.routes import desk
from lms.web.manage.scope import person_in_sight, scope
from lms.web.manage.timeline import Learning, Timeline, timeline
from lms.web.render import show
from lms.web.wording import quiz_in_our_words

Done = TypeVar("Done", AttemptOf, RunOf)


@desk.get("/people/<int:person_id>")
def person_page(person_id: int) -> str:
    """Show one person's courses and what may be done, and everything that happened, newest first."""
    return show_person(person_in_sight(person_id))


def show_person(
    person: PersonFacts,
    choice: AllowanceChoice | None = None,
    problems: Sequence[FieldProblem] = (),
) -> str:
    """Return the page of a person in sight, with what was filled in wrongly to allow her something, if so."""
    person_id = person.id
    stays = accounts.stays_of(database(), person_id)
    teams = [
        scope().teams[stay.team_id] for stay in stays if stay.covers(today()) and stay.team_id in scope().teams
    ]
    labels = course_labels()
    # What a team out of sight asks of her is that team's business.
    joined = {
        stay.team_id: stay.joined_on
        for stay in stays
        if stay.covers(today()) and (stay.team_id in scope().teams or person_id == me().person_id)
    }
    above = accounts.teams_and_above_ids(database(), joined)
    given, record = allowances_of(database(), person_id), _record(person_id)
    exempt = {each.course_slug for each in given if each.exempts(today())}
    courses = _courses(record, exempt)
    page = PersonPage(
        person=person,
        stays=[(stay.team_name, stay.joined_on, stay.left_on) for stay in stays],
        teams=teams,
        courses=courses,
        assignments=plans.live_assignments(database(), person_id=person_id, team_ids=above),
        programmes=asking(database(), person_id, above),
        titles={label.slug: label.title for label in labels},
        nudge=_nudge(person, courses, {label.slug: label.title for label in labels}),
        timeline=_timeline(person_id, record, joined, above),
        allowances=AllowancePart(
            person_id=person_id,
            given=given,
            courses=[("", _("Choose a course")), *((label.slug, label.title) for label in labels)],
            choice=choice or AllowanceChoice(),
            problems=problems,
            errors=by_field(list(problems)),
            today=today(),
        ),
        plans=plans_of_person(person_id),
    )
    return show("manage/person_page.html", page)


def _nudge(
    person: PersonFacts,
    courses: Sequence[PersonCourse],
    titles: Mapping[str, str],
) -> NudgePart | None:
    """Return the form that nudges her in the courses she has open, None where there is nothing to nudge about."""
    if person.id == me().person_id or person.disabled_at is not None:
        return None
    latest = {entry.course.slug: entry for entry in sorted(courses, key=lambda entry: entry.round)}
    slugs = [
        slug
        for slug, entry in latest.items()
        if entry.cell.completed_at is None and slug in titles and not entry.cell.is_exempt
    ]
    slugs.sort(key=lambda slug: titles[slug].casefold())
    if not slugs:
        return None
    given = nudged_lately(database(), [person.id], now())
    return nudge_part(person.id, [(slug, titles[slug]) for slug in slugs], given)


def _timeline(person_id: int, record: "_Record", joined: Mapping[int, date], above: Collection[int]) -> Timeline:
    """Return a leaf of what happened with her; of teams, what those in sight and the ones above asked for."""
    learning = Learning(
        person_id=person_id,
        enrolments=record.enrolments,
        attempts=record.attempts,
        runs=record.runs,
        course_title=lambda slug: course_label(slug, record.labels).title,
        step_title=lambda slug, activity_id: _title(record.catalogue.get(slug), activity_id),
    )
    return timeline(learning, joined, above, request.args.get("page", ""))


@desk.get("/people/<int:person_id>/attempts/<int:attempt_id>")
def attempt_page(person_id: int, attempt_id: int) -> str:
    """Show one closed attempt with each answer as it was marked; one under way is nobody else's business."""
    person = person_in_sight(person_id)
    attempt = progress.find_attempt(database(), attempt_id, person_id)
    if attempt is None or attempt.submitted_at is None:
        abort(404)
    course = content.course_at(database(), attempt.release_id)
    quiz = course.activity(attempt.activity_id)
    if not isinstance(quiz, Quiz):
        abort(404)
    rulings = rulings_in(database(), course.slug).about(course, quiz)
    page = AttemptPage(
        person=person,
        course=course_label(course.slug, {label.slug: label for label in course_labels()}),
        quiz_title=quiz.title,
        number=attempt.number,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        closed_by=attempt.closed_by or "",
        mark=attempt.mark,
        passed=bool(attempt.passed),
        release_number=course.number,
        reviewed=reviewed_paper(attempt, quiz_in_our_words(corrected_quiz(quiz, rulings))),
        again=again_lines(attempt, quiz),
        ruled=choices_told(quiz, rulings),
    )
    return show("manage/attempt_page.html", page)


@dataclass(frozen=True)
class _Record:
    """What a person did, read once for the whole page, and the courses by slug."""

    enrolments: Sequence[EnrolmentOf]
    attempts: Sequence[AttemptOf]
    runs: Sequence[RunOf]
    held: Mapping[int, CertificateLine]
    catalogue: Mapping[str, Course]
    labels: Mapping[str, CourseLabel]


def _record(person_id: int) -> _Record:
    return _Record(
        enrolments=team_queries.enrolments_of(database(), person_id),
        attempts=team_queries.attempts_of(database(), person_id),
        runs=run_queries.runs_of(database(), person_id),
        held={
            certificate.enrolment_id: certificate
            for certificate in credentials.certificates_of(database(), person_id, now())
            if certificate.enrolment_id is not None
        },
        catalogue={course.slug: course for course in content.published_courses(database())},
        labels={label.slug: label for label in course_labels()},
    )


def _courses(record: _Record, exempt: Collection[str]) -> list[PersonCourse]:
    attempts: dict[int, list[AttemptOf]] = defaultdict(list)
    for attempt in record.attempts:
        attempts[attempt.enrolment_id].append(attempt)
    runs: dict[int, list[RunOf]] = defaultdict(list)
    for run in record.runs:
        runs[run.enrolment_id].append(run)
    known, lines = record.labels, Lines(record.labels.values())
    found = []
    for enrolment in record.enrolments:
        slug = enrolment.facts.course_slug
        course = record.catalogue.get(slug)
        certificate = record.held.get(enrolment.id)
        cell = cell_of(enrolment.facts, now(), today())
        if slug in exempt and cell.completed_at is None:
            cell = replace(cell, is_exempt=True)
        found.append(
            PersonCourse(
                course=course_label(slug, known),
                round=enrolment.round,
                cell=cell,
                due=lines.due(cell),
                next_title=_title(course, enrolment.facts.next_activity_id),
                quizzes=[QuizAttempts(title, each) for title, each in _by_title(course, attempts[enrolment.id])],
                scenarios=[ScenarioRuns(title, each) for title, each in _by_title(course, runs[enrolment.id])],
                certificate_serial=certificate.serial if certificate else "",
                certificate_until=certificate.valid_until if certificate else None,
                certificate_revoked_on=certificate.revoked_on if certificate else None,
            )
        )
    return found


def _title(course: Course | None, activity_id: str | None) -> str:
    if activity_id is None:
        return ""
    activity = course.activity(activity_id) if course else None
    return activity.title if activity else activity_id


def _by_title(course: Course | None, done: Sequence[Done]) -> list[tuple[str, list[Done]]]:
    """Return attempts or runs by the title of their activity, in the course's order; what is gone comes last."""
    by_activity: dict[str, list[Done]] = defaultdict(list)
    for each in done:
        by_activity[each.activity_id].append(each)
    order = [activity.id for activity in course.activities] if course else []
    return [
        (_title(course, activity_id), by_activity[activity_id])
        for activity_id in sorted(
            by_activity, key=lambda found: order.index(found) if found in order else len(order)
        )
    ]
