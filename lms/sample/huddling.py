"""The huddles that the sample's teams had over three months: some nearly each week, some hardly, one none."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from lms.content.course import Course, Lesson
from lms.practice.huddles.actions import Huddle, note_huddle
from lms.sample.assignments import morning_of
from lms.sample.people import MANAGERS, SamplePerson

# By team: how many weeks ago, of which lesson of the course (from 0), for how many minutes.
_HELD = {
    "phones": ((1, 4, 10), (2, 3, 12), (3, 2, 10), (5, 1, 10), (6, 0, 15), (9, 5, 10)),
    "chat": ((1, 1, 10), (4, 0, 10), (8, 2, 10)),
    "counter-north": ((2, 1, 10), (3, 0, 8)),
    "counter-river": ((6, 0, 20),),
    "service": ((3, 6, 10),),
}
# Who is at work when it is held: about two of three, others each time.
_AWAY = 3


def write_huddles(
    session: Session,
    team_ids: Mapping[str, int],
    person_ids: Mapping[str, int],
    people: Sequence[SamplePerson],
    course: Course,
    today: date,
) -> None:
    """Note the huddles of every team about lessons of this course."""
    lessons = [each for each in course.activities if isinstance(each, Lesson) and each.trainer_html]
    managers = {team: name for name, team in MANAGERS.items()}
    for team, held in _HELD.items():
        for weeks_ago, place, minutes in held:
            if place >= len(lessons):
                continue
            day = _thursday(today) - timedelta(weeks=weeks_ago)
            there = [
                each
                for number, each in enumerate(people)
                if each.team == team
                and each.joined_on <= day
                and each.left_on is None
                and (each.move is None or each.move.on <= day)
                and (number + weeks_ago) % _AWAY
            ]
            lesson = lessons[place]
            huddle = Huddle(
                team_id=team_ids[team],
                course_slug=course.slug,
                activity_id=lesson.id,
                title=lesson.title,
                held_on=day,
                minutes=minutes,
                person_ids=frozenset(person_ids[each.sign_in_name] for each in there),
            )
            note_huddle(session, huddle, person_ids[managers[team]], morning_of(day))


def _thursday(today: date) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(days=3)
