"""Learners who answer without a pause and say each acknowledged act on standard output, to be killed at it.

Run as `python -m tests.support.answering DATABASE_URL COURSE_SLUG QUIZ_ID PERSON_ID...`: one thread a person.
A line is written after the commit, never before: `saved ATTEMPT QUESTION ANSWER` or `result ATTEMPT MARK`; and
`about ATTEMPT QUESTION ANSWER` before an answer is saved, which may be stored though nobody was told.
"""

import random
import sys
from threading import Lock, Thread

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms import schema, store
from lms.clock import utc_now
from lms.content import queries as content
from lms.content.course import Quiz
from lms.progress import attempt_actions
from lms.store import writing
from tests.support import databases

_line = Lock()


def _say(*words: object) -> None:
    with _line:
        sys.stdout.write(" ".join(str(word) for word in words) + "\n")
        sys.stdout.flush()


def answer_for_ever(engine: Engine, slug: str, quiz_id: str, person_id: int) -> None:
    """Begin, answer and submit attempt after attempt."""
    chance = random.Random(person_id)
    with Session(engine) as session:
        store.guard_session(session)
        course = content.find_course(session, slug)
        assert course is not None
        quiz = course.activity(quiz_id)
        assert isinstance(quiz, Quiz)
        while True:
            with writing(session):
                begun = attempt_actions.start_attempt(session, person_id, course, quiz_id, utc_now(), 1)
            assert begun.attempt_id is not None
            for question in quiz.questions:
                answer = chance.choice(["right", "wrong-1"])
                _say("about", begun.attempt_id, question.id, answer)
                with writing(session):
                    attempt_actions.save_answer(
                        session, begun.attempt_id, person_id, question.id, answer, utc_now()
                    )
                _say("saved", begun.attempt_id, question.id, answer)
            with writing(session):
                result = attempt_actions.submit_attempt(session, begun.attempt_id, person_id, utc_now())
            assert result is not None
            _say("result", begun.attempt_id, repr(result.mark))


if __name__ == "__main__":
    # The tables know each other only when all of them are imported.
    assert schema.TABLES
    url, slug, quiz_id, *person_ids = sys.argv[1:]
    opened = databases.opened(url)
    for person_id in person_ids:
        Thread(target=answer_for_ever, args=(opened, slug, quiz_id, int(person_id))).start()
