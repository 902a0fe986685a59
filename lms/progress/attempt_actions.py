"""Attempts at quizzes: begun, answered, closed once; every step takes its turn on the enrolment's row.

An attempt belongs to the release it was begun on: its paper and its pass mark never change under it, its key only
where somebody says that it was wrong (`correcting`).
Its deadline is fixed when it begins. A clock that runs backwards neither moves that deadline nor closes an
attempt before it began.
"""

from datetime import datetime
from types import ModuleType
from typing import cast

from sqlalchemy import Executable, Table, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.content.course import Course, Quiz
from lms.db import UtcDateTime
from lms.progress import timing
from lms.progress.actions import quiz_of
from lms.progress.attempt import ClosedBy, Reader, Result, Saved, SaveOutcome, Start, StartRefusal, is_key
from lms.progress.completion import attempts_allowed, completion_of, needed_mark
from lms.progress.correcting import Ruling, attempt_mark, mark_under
from lms.progress.correction_queries import rulings_in, spared_by
from lms.progress.history_queries import facts_of, happened_in
from lms.progress.marks import reaches
from lms.progress.summary_actions import lock_enrolment, note_activity, refresh, take_turn
from lms.progress.tables import Answer, Attempt, Enrolment, Unread
from lms.quiz.drawing import draw, form_of_turn, paper_from_plain, paper_to_plain
from lms.quiz.form import Response
from lms.quiz.marking import is_self_marked, waits_for_reader

# An answer is saved on every tap: plain tables, so that nothing is taken through the mapper.
_ATTEMPTS, _ANSWERS = Attempt.__table__, Answer.__table__
_ENROLMENTS = cast(Table, Enrolment.__table__)
_LOCK_OF_ATTEMPT = (
    select(_ENROLMENTS.c.id)
    .where(
        _ENROLMENTS.c.id
        == select(_ATTEMPTS.c.enrolment_id).where(_ATTEMPTS.c.id == bindparam("attempt_id")).scalar_subquery(),
        _ENROLMENTS.c.person_id == bindparam("person_id"),
    )
    .with_for_update(key_share=True, of=_ENROLMENTS)
)
_STATE_OF_ATTEMPT = select(
    _ATTEMPTS.c.submitted_at, _ATTEMPTS.c.closed_by, _ATTEMPTS.c.deadline_at, _ATTEMPTS.c.questions
).where(_ATTEMPTS.c.id == bindparam("attempt_id"))
_NOTE_ACTIVITY = (
    update(_ENROLMENTS)
    .where(
        _ENROLMENTS.c.id == bindparam("enrolment_id"),
        or_(_ENROLMENTS.c.last_activity_at.is_(None), _ENROLMENTS.c.last_activity_at < bindparam("now")),
    )
    .values(
        last_activity_at=bindparam("now"),
        started_at=func.coalesce(_ENROLMENTS.c.started_at, bindparam("now", type_=UtcDateTime())),
    )
)


def _keeping(dialect: ModuleType) -> Executable:
    new = dialect.insert(_ANSWERS).values(
        attempt_id=bindparam("attempt_id"),
        question_id=bindparam("question_id"),
        response=bindparam("response"),
        saved_at=bindparam("saved_at"),
    )
    changed: Executable = new.on_conflict_do_update(
        index_elements=["attempt_id", "question_id"],
        set_={"response": new.excluded.response, "saved_at": new.excluded.saved_at},
    )
    return changed


_KEEP = {"sqlite": _keeping(sqlite), "postgresql": _keeping(postgresql)}


def start_attempt(
    session: Session, person_id: int, course: Course, quiz_id: str, now: datetime, seed: int
) -> Start:
    """Begin an attempt on this release, or return the one that is open, or why there can be none.

    However often it is asked at once, at most one attempt is open. While one waits to be marked there is no
    other: what is learned from it may be what the next one needs. Passing again is allowed while attempts
    remain; attempts of earlier releases count.
    """
    quiz = quiz_of(course, quiz_id)
    enrolment = take_turn(session, person_id, course, now)
    attempts = _attempts_at(session, enrolment, quiz)
    waiting = next((attempt for attempt in attempts if attempt.submitted_at is None), None)
    if waiting and timing.is_overdue(waiting.deadline_at, now):
        _close(session, enrolment, waiting, ClosedBy.TIME, now)
    elif waiting:
        return Start(enrolment.id, waiting.id)
    if any(attempt.waits_for for attempt in attempts):
        return Start(enrolment.id, None, refusal=StartRefusal.NOT_MARKED)
    most = attempts_allowed(course, quiz)
    if most is not None and len(attempts) >= most:
        return Start(enrolment.id, None, refusal=StartRefusal.USED_UP)
    if quiz.opens_after_days is not None and not _is_open(session, enrolment, course, quiz, now):
        return Start(enrolment.id, None, refusal=StartRefusal.NOT_OPEN)
    number = 1 + max((each.number for each in attempts), default=0)
    attempt = _new_attempt(enrolment, course, quiz, now, seed, number)
    session.add(attempt)
    note_activity(enrolment, now)
    refresh(session, enrolment, course)
    return Start(enrolment.id, attempt.id, is_new=True)


def save_answer(
    session: Session, attempt_id: int, person_id: int, question_id: str, response: Response | None, now: datetime
) -> Saved:
    """Keep this answer in an open attempt of this person, in place of an earlier one; refusals are values.

    `response` is what `quiz.responses.response_from` returned for the question on the attempt's release; None
    takes an earlier answer back.
    """
    if not is_key(attempt_id):
        return Saved(SaveOutcome.NOT_FOUND)
    values = {"attempt_id": attempt_id, "person_id": person_id}
    enrolment_id = session.execute(_LOCK_OF_ATTEMPT, values).scalar()
    if enrolment_id is None:
        return Saved(SaveOutcome.NOT_FOUND)
    # Read after the lock was given: what another request just committed is seen.
    attempt = session.execute(_STATE_OF_ATTEMPT, values).one()
    if attempt.submitted_at is not None:
        is_late = attempt.closed_by == ClosedBy.TIME
        return Saved(SaveOutcome.TIME_IS_UP if is_late else SaveOutcome.ALREADY_SUBMITTED, enrolment_id)
    if timing.is_overdue(attempt.deadline_at, now):
        submit_attempt(session, attempt_id, person_id, now)
        return Saved(SaveOutcome.TIME_IS_UP, enrolment_id)
    if all(question_id != shown.question_id for shown in paper_from_plain(attempt.questions)):
        return Saved(SaveOutcome.NOT_ON_PAPER, enrolment_id)
    _keep(session, attempt_id, question_id, response, now)
    session.execute(_NOTE_ACTIVITY, {"enrolment_id": enrolment_id, "now": now})
    return Saved(SaveOutcome.SAVED, enrolment_id, now)


def submit_attempt(session: Session, attempt_id: int, person_id: int, now: datetime) -> Result | None:
    """Close this person's attempt and mark what was saved; the second and the twentieth time return the same.

    Overdue (deadline and grace over), it is closed as of its deadline. None when there is no such attempt.
    """
    enrolment, attempt = _locked_attempt(session, attempt_id, person_id)
    if enrolment is None or attempt is None:
        return None
    if attempt.submitted_at is None:
        is_late = timing.is_overdue(attempt.deadline_at, now)
        _close(session, enrolment, attempt, ClosedBy.TIME if is_late else ClosedBy.LEARNER, now)
    return _result(enrolment, attempt)


def close_overdue(session: Session, now: datetime, limit: int = 100) -> tuple[Result, ...]:
    """Close attempts whose deadline and grace are over, as of their deadlines; at most `limit`, so ask again.

    Returns those that this call closed; they may have completed something. One whose learner is just doing
    something is left to her request or to the next call.
    """
    query = (
        select(Attempt.id, Enrolment.person_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline_at < now - timing.GRACE)
        .order_by(Enrolment.id, Attempt.id)
        .limit(limit)
    )
    closed = []
    for attempt_id, person_id in session.execute(query).all():
        enrolment, attempt = _locked_attempt(session, attempt_id, person_id, wait=False)
        if enrolment and attempt and attempt.submitted_at is None:
            _close(session, enrolment, attempt, ClosedBy.TIME, now)
            closed.append(_result(enrolment, attempt))
    return tuple(closed)


def _attempts_at(session: Session, enrolment: Enrolment, quiz: Quiz) -> list[Attempt]:
    query = select(Attempt).where(Attempt.enrolment_id == enrolment.id, Attempt.activity_id == quiz.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _is_open(session: Session, enrolment: Enrolment, course: Course, quiz: Quiz, now: datetime) -> bool:
    facts = facts_of(session, [enrolment.id])[enrolment.id]
    completion = completion_of(course, happened_in(facts, is_renewal=enrolment.renews_by is not None))
    # Who completed the course under an earlier release has done all it asked.
    is_complete = enrolment.completed_at is not None
    return is_complete or next(step for step in completion.outline if step.activity_id == quiz.id).is_open(now)


def _new_attempt(
    enrolment: Enrolment, course: Course, quiz: Quiz, now: datetime, seed: int, number: int
) -> Attempt:
    # One begins with A, the next with B: so both forms meet the same kind of people.
    form = form_of_turn(quiz.forms, enrolment.id + number - 1)
    paper = draw(quiz.questions, quiz.draws, quiz.shuffle, seed, form)
    return Attempt(
        enrolment_id=enrolment.id,
        number=number,
        activity_id=quiz.id,
        release_id=course.release_id,
        seed=seed,
        questions=paper_to_plain(paper),
        started_at=now,
        deadline_at=timing.deadline(now, quiz.seconds_allowed),
    )


def _locked_attempt(
    session: Session, attempt_id: int, person_id: int, *, wait: bool = True
) -> tuple[Enrolment, Attempt] | tuple[None, None]:
    if not is_key(attempt_id):
        return None, None
    owner = select(Attempt.enrolment_id).where(Attempt.id == attempt_id).scalar_subquery()
    enrolment = lock_enrolment(session, and_(Enrolment.id == owner, Enrolment.person_id == person_id), wait=wait)
    if enrolment is None:
        return None, None
    # Read after the lock was given: what another request just committed is seen.
    attempt = session.get(Attempt, attempt_id, populate_existing=True)
    return (enrolment, attempt) if attempt else (None, None)


def _keep(session: Session, attempt_id: int, question_id: str, response: Response | None, now: datetime) -> None:
    where = {"attempt_id": attempt_id, "question_id": question_id}
    if response is None:
        taken_back = delete(Answer).where(Answer.attempt_id == attempt_id, Answer.question_id == question_id)
        session.execute(taken_back)
        return
    statement = _KEEP[session.get_bind().dialect.name]
    session.execute(statement, {**where, "response": response, "saved_at": now})


def _close(session: Session, enrolment: Enrolment, attempt: Attempt, closed_by: ClosedBy, now: datetime) -> None:
    attempt.closed_by = closed_by
    if closed_by is ClosedBy.TIME and attempt.deadline_at:
        attempt.submitted_at = attempt.deadline_at
    else:
        attempt.submitted_at = max(now, attempt.started_at)
        note_activity(enrolment, attempt.submitted_at)
    for question_id in settle(session, enrolment, attempt):
        session.add(
            Unread(
                attempt_id=attempt.id,
                question_id=question_id,
                course_slug=enrolment.course_slug,
                handed_in_at=attempt.submitted_at,
            )
        )
    session.flush()


def settle(session: Session, enrolment: Enrolment, attempt: Attempt) -> tuple[str, ...]:
    """Mark each saved answer of a closed attempt, and the attempt when none of them waits for its reader.

    Where a key was wrong, by what was decided about it, unless the attempt keeps its pass despite that, or until a
    person decides. The summary follows. Returns the ids of the answers that wait for a trainer.
    """
    taken = content.course_at(session, attempt.release_id)
    quiz = quiz_of(taken, attempt.activity_id)
    rulings = _rulings(session, taken, quiz, attempt)
    questions = {question.id: question for question in quiz.questions}
    query = select(Answer).where(Answer.attempt_id == attempt.id).execution_options(populate_existing=True)
    answers = {answer.question_id: answer for answer in session.scalars(query)}
    asked = [questions[shown.question_id] for shown in paper_from_plain(attempt.questions)]
    waiting = []
    for question in asked:
        answer = answers.get(question.id)
        if answer is not None and waits_for_reader(question, answer.response):
            waiting.append(question)
        elif answer is not None:
            answer.mark = mark_under(question, answer.response, rulings.get(question.id))
    for_trainer = tuple(question.id for question in waiting if not is_self_marked(question))
    if waiting:
        # Her own part comes first: she can do it now.
        attempt.waits_for = Reader.LEARNER if len(for_trainer) < len(waiting) else Reader.TRAINER
    else:
        attempt.mark = attempt_mark(asked, {name: each.mark or 0.0 for name, each in answers.items()}, rulings)
        attempt.passed = reaches(attempt.mark, needed_mark(taken, quiz))
        attempt.waits_for = None
    current = content.current_course(session, enrolment.course_slug)
    refresh(session, enrolment, current or taken)
    return for_trainer


def _rulings(session: Session, taken: Course, quiz: Quiz, attempt: Attempt) -> dict[str, Ruling]:
    rulings = rulings_in(session, taken.slug).about(taken, quiz)
    spared = spared_by(session, attempt.id) if rulings else frozenset()
    return {question_id: ruling for question_id, ruling in rulings.items() if question_id not in spared}


def _result(enrolment: Enrolment, attempt: Attempt) -> Result:
    assert attempt.submitted_at is not None and attempt.closed_by is not None
    return Result(
        attempt_id=attempt.id,
        enrolment_id=enrolment.id,
        course_slug=enrolment.course_slug,
        activity_id=attempt.activity_id,
        number=attempt.number,
        mark=attempt.mark,
        passed=attempt.passed,
        submitted_at=attempt.submitted_at,
        closed_by=ClosedBy(attempt.closed_by),
        waits_for=Reader(attempt.waits_for) if attempt.waits_for else None,
    )
