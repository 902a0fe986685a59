"""People by the dozen who sit a quiz through the product's own actions, for tests of what answers add up to."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content.course import Course, Quiz
from lms.progress import attempt_actions
from lms.progress import queries as progress
from lms.quiz.form import Response
from lms.quiz.question import Question
from lms.sample.answering import answer_to
from lms.store import writing

# Who answers (from 0) and what is asked; None leaves the question open.
Habit = Callable[[int, Question], Response | None]


def newcomers(session: Session, count: int, now: datetime) -> list[int]:
    """Write so many people and return their numbers."""
    with writing(session):
        people = [
            Person(name=f"Newcomer {number}", sign_in_name=f"new{number}-{now:%H%M%S}", language="en",
                   time_zone="UTC", created_at=now)
            for number in range(count)
        ]  # fmt: skip
        session.add_all(people)
        session.flush()
        return [person.id for person in people]


def sit(session: Session, course: Course, quiz_id: str, people: list[int], now: datetime, habit: Habit) -> None:
    """Let each of these people begin, answer ten seconds a question, and hand in one attempt."""
    quiz = course.activity(quiz_id)
    assert isinstance(quiz, Quiz)
    by_id = {question.id: question for question in quiz.questions}
    for place, person_id in enumerate(people):
        at = now + timedelta(minutes=place)
        with writing(session):
            begun = attempt_actions.start_attempt(session, person_id, course, quiz_id, at, person_id)
            assert begun.attempt_id
            attempt = progress.find_attempt(session, begun.attempt_id, person_id)
            assert attempt
            for shown in attempt.paper:
                response = habit(place, by_id[shown.question_id])
                at += timedelta(seconds=10)
                if response is not None:
                    attempt_actions.save_answer(
                        session, begun.attempt_id, person_id, shown.question_id, response, at
                    )
            attempt_actions.submit_attempt(session, begun.attempt_id, person_id, at)


def believably(seed: int, left_open: float = 0.1) -> Habit:
    """Return the habit of people who know more or less, and leave some questions open."""
    chance = random.Random(seed)
    skills: dict[int, float] = {}

    def answer(place: int, question: Question) -> Response | None:
        skill = skills.setdefault(place, chance.random())
        return None if chance.random() < left_open else answer_to(question, skill, chance)

    return answer
