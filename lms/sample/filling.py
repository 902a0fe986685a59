"""Makes the sample organisation: the company, its people, and some weeks of what they did."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.organisation import queries as organisation
from lms.progress import actions as progress
from lms.progress.tables import Enrolment
from lms.sample.assignments import ESCALATION, HOUSE_RULES, VOLUNTEERS, ZONE, monday, morning_of
from lms.sample.calibrating import calibrate
from lms.sample.cards import answer_cards
from lms.sample.coaching import coach
from lms.sample.counting import count_customers
from lms.sample.huddling import write_huddles
from lms.sample.learning import write_acts
from lms.sample.looking_back import look_back
from lms.sample.mentoring import write_lists
from lms.sample.observing import observe
from lms.sample.people import SamplePerson, former_people, sample_people
from lms.sample.planning import make_plans
from lms.sample.plans import Enrolled, acts_of, plans_for
from lms.sample.staffing import Staff, live_through, set_up_company


class SampleThereError(RuntimeError):
    """The sample organisation is there already; a second one would have the same people."""


def fill_sample(
    session: Session, catalogue: tuple[Course, ...], now: datetime, secrets: Sequence[str] = ()
) -> None:
    """Make the sample organisation, with progress in those of its courses that are published.

    `secrets` are the server's own, the present one first; without any nobody has lists for a mentor.

    The same each time but for certificates' serials and codes, and for what hangs on today's date. Raises
    SampleThereError, or `accounts.actions.TakenError` when somebody real has a sample person's sign-in name.
    """
    if organisation.is_sample(session):
        raise SampleThereError("the sample organisation is there already")
    today = now.astimezone(ZONE).date()
    people = (*sample_people(today), *former_people(today))
    courses = {course.slug: course for course in catalogue}
    staff = set_up_company(session, people, today)
    live_through(session, staff, people, courses, today)
    _enrol_volunteers(session, staff, courses, today)
    count_customers(session, staff.team_ids, staff.person_ids, today)
    look_back(session, staff.team_ids, staff.person_ids, today)
    if ESCALATION in courses:
        write_huddles(session, staff.team_ids, staff.person_ids, people, courses[ESCALATION], today)
    if secrets:
        write_lists(session, staff.person_ids, secrets, today)
    if HOUSE_RULES in courses:
        calibrate(session, courses[HOUSE_RULES], staff.person_ids, today, now)
    by_id = {staff.person_ids[person.sign_in_name]: person for person in people}
    for course in catalogue:
        enrolled = _enrolled(session, course, by_id)
        acts = {
            enrolment_id: acts_of(course, plan, now)
            for plan in plans_for(course, list(enrolled.values()), now)
            for enrolment_id, each in enrolled.items()
            if each is plan.enrolled
        }
        write_acts(session, course, acts)
    observe(session, staff, people, catalogue, now)
    answer_cards(session, {person.sign_in_name: number for number, person in by_id.items()}, catalogue, today)
    make_plans(session, staff.person_ids, catalogue, now)
    coach(session, staff, people, catalogue, now)


def _enrol_volunteers(session: Session, staff: Staff, courses: dict[str, Course], today: date) -> None:
    if ESCALATION in courses:
        for name in VOLUNTEERS:
            moment = morning_of(monday(today, 3))
            progress.start_course(session, staff.person_ids[name], courses[ESCALATION], moment)


def _enrolled(session: Session, course: Course, by_id: dict[int, SamplePerson]) -> dict[int, Enrolled]:
    rows = session.execute(
        select(Enrolment.id, Enrolment.person_id, Enrolment.enrolled_at, Enrolment.due_on)
        .where(Enrolment.course_slug == course.slug, Enrolment.person_id.in_(by_id))
        .order_by(Enrolment.id)
    )
    return {
        enrolment_id: Enrolled(by_id[person_id], enrolled_at, due_on)
        for enrolment_id, person_id, enrolled_at, due_on in rows
    }
