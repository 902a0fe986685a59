"""Reads about corrections: the rulings in force, which releases asked a question with which key, what was done."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content import queries as content
from lms.content.course import Course, Quiz
from lms.progress.completion import needed_mark
from lms.progress.correcting import Choice, Marked, Ruling, Standing, Twice, attempt_mark, mark_under, standings
from lms.progress.marks import reaches
from lms.progress.tables import Answer, Attempt, Correction, Enrolment, Remark
from lms.quiz.drawing import paper_from_plain
from lms.quiz.keying import key_print
from lms.quiz.question import Question

_AT_ONCE = 400


@dataclass(frozen=True)
class KeyVersion:
    """One key with which a question was asked: in which releases, numbers rising, and how it reads in the latest.

    `places` are the releases and quizzes that asked it so; `closed` counts attempts at them that have their mark,
    `under_way` the others, also those that wait for their reader.
    """

    key_print: str
    numbers: tuple[int, ...]
    release_id: int
    question: Question
    places: tuple[tuple[int, str], ...]
    closed: int = 0
    under_way: int = 0


@dataclass(frozen=True)
class CorrectionFacts:
    """One correction and how far it is: `done` attempts have other marks, `open` ones wait for a decision."""

    id: int
    question_id: str
    key_print: str
    choice: Choice
    reason: str
    decided_at: datetime
    decided_by: int | None
    is_finished: bool
    done: int
    open: int
    kept: int
    revoked: int


@dataclass(frozen=True)
class Lost:
    """One attempt that would no longer pass: whose it is, its marks, and what was decided about it."""

    correction_id: int
    attempt_id: int
    person_id: int
    name: str
    mark_before: float
    mark_after: float
    standing: Standing
    decided_why: str


@dataclass(frozen=True)
class Again:
    """What a learner is told of an attempt that was marked again."""

    question_id: str
    choice: Choice
    reason: str
    remarked_at: datetime
    mark_before: float
    mark_after: float
    standing: Standing
    decided_why: str


@dataclass(frozen=True)
class Preview:
    """What a correction would do, in numbers of attempts, and of people where passing is meant."""

    attempts: int = 0
    changed: int = 0
    up: int = 0
    down: int = 0
    pass_now: int = 0
    would_lose: int = 0


class Rulings:
    """The corrections of a course as rulings about its quizzes, release by release."""

    def __init__(self, session: Session, rows: Sequence[Correction]) -> None:
        """Rule by these corrections, oldest first: of several about the same key the latest counts."""
        self._session, self._rows = session, rows
        self.question_ids = frozenset(row.question_id for row in rows)
        self._known: dict[tuple[int, str], dict[str, Ruling]] = {}

    def about(self, taken: Course, quiz: Quiz) -> dict[str, Ruling]:
        """Return the rulings about this quiz on this release, by question."""
        place = (taken.release_id, quiz.id)
        if place not in self._known:
            prints = {each.id: key_print(each) for each in quiz.questions if each.id in self.question_ids}
            self._known[place] = {
                row.question_id: self._ruling(row)
                for row in self._rows
                if prints.get(row.question_id) == row.key_print
            }
        return self._known[place]

    def _ruling(self, row: Correction) -> Ruling:
        if row.right_release_id is None:
            return Ruling(Choice(row.choice))
        right = find_question(content.course_at(self._session, row.right_release_id), row.question_id)
        return Ruling(Choice(row.choice), right)


def rulings_in(session: Session, slug: str, *more: Correction) -> Rulings:
    """Return the rulings in force in this course, and these besides; one query."""
    rows = session.scalars(select(Correction).where(Correction.course_slug == slug).order_by(Correction.id)).all()
    return Rulings(session, [*rows, *more])


def find_question(course: Course, question_id: str) -> Question | None:
    """Return the question with this id from the course's quizzes, or None."""
    return next((each for quiz in _quizzes(course) for each in quiz.questions if each.id == question_id), None)


def key_versions(session: Session, slug: str, question_id: str) -> list[KeyVersion]:
    """Return every key with which the course's quizzes ever asked this question, the latest first.

    Two queries for the counts, and for releases this process has not read yet.
    """
    found: dict[str, KeyVersion] = {}
    for release in reversed(content.releases_of(session, slug)):
        course = content.course_at(session, release.id)
        for quiz in _quizzes(course):
            question = next((each for each in quiz.questions if each.id == question_id), None)
            if question is None:
                continue
            name = key_print(question)
            before = found.pop(name, None)
            numbers = (*(before.numbers if before else ()), release.number)
            places = (*(before.places if before else ()), (release.id, quiz.id))
            found[name] = KeyVersion(name, tuple(dict.fromkeys(numbers)), release.id, question, places)
    counts = _counts(session, [place for version in found.values() for place in version.places])
    return [_counted(version, counts) for version in reversed(found.values())]


def _counts(session: Session, places: Sequence[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, int]]:
    if not places:
        return {}
    rows = session.execute(
        select(
            Attempt.release_id,
            Attempt.activity_id,
            func.count(Attempt.id).filter(Attempt.mark.is_not(None)),
            func.count(Attempt.id).filter(Attempt.mark.is_(None)),
        )
        .where(
            Attempt.activity_id.in_({quiz_id for _, quiz_id in places}),
            Attempt.release_id.in_({release_id for release_id, _ in places}),
        )
        .group_by(Attempt.release_id, Attempt.activity_id)
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def _counted(version: KeyVersion, counts: Mapping[tuple[int, str], tuple[int, int]]) -> KeyVersion:
    known = [counts.get(place, (0, 0)) for place in version.places]
    return KeyVersion(
        version.key_print,
        version.numbers,
        version.release_id,
        version.question,
        version.places,
        sum(closed for closed, _ in known),
        sum(under_way for _, under_way in known),
    )


def touched_enrolments(
    session: Session, places: Sequence[tuple[int, str]], after_id: int, limit: int
) -> list[int]:
    """Return the enrolments with an attempt, open or closed, at one of these places, by id; one query."""
    if not places:
        return []
    query = select(Attempt.enrolment_id).where(Attempt.enrolment_id > after_id, at_places(places)).distinct()
    return list(session.scalars(query.order_by(Attempt.enrolment_id).limit(limit)))


def at_places(places: Iterable[tuple[int, str]]) -> ColumnElement[bool]:
    """Return the condition that an attempt was made at one of these releases and quizzes; there must be one."""
    by_quiz: dict[str, set[int]] = {}
    for release_id, quiz_id in places:
        by_quiz.setdefault(quiz_id, set()).add(release_id)
    return or_(*(and_(Attempt.activity_id == quiz, Attempt.release_id.in_(ids)) for quiz, ids in by_quiz.items()))


@dataclass(frozen=True)
class Looked:
    """One closed attempt looked at under rulings: marks of its answers by question, before and after.

    `is_asked` says whether it asked the question that is corrected, with the wrong key.
    """

    twice: Twice
    is_asked: bool
    answers_before: dict[str, float]
    answers_after: dict[str, float]


def looked_at(
    session: Session,
    enrolment_ids: Sequence[int],
    places: Collection[tuple[int, str]],
    question_id: str,
    rulings: Rulings,
) -> dict[int, list[Looked]]:
    """Return the closed attempts of these enrolments at the quizzes of these places, by enrolment; four queries.

    Those that asked the question at one of the places are marked under the rulings, the others as they are. One
    that waits for somebody to read it has no mark to change.
    """
    mine = and_(
        _ATTEMPTS.c.enrolment_id.in_(enrolment_ids),
        _ATTEMPTS.c.activity_id.in_({quiz_id for _, quiz_id in places}),
        _ATTEMPTS.c.submitted_at.is_not(None),
        _ATTEMPTS.c.mark.is_not(None),
    )
    marks: dict[int, dict[str, float]] = {}
    responses: dict[int, dict[str, Any]] = {}
    of_mine = _ANSWERS.join(_ATTEMPTS, _ATTEMPTS.c.id == _ANSWERS.c.attempt_id)
    of_answer = (_ANSWERS.c.attempt_id, _ANSWERS.c.question_id)
    for attempt_id, name, mark in session.execute(
        select(*of_answer, _ANSWERS.c.mark).select_from(of_mine).where(mine)
    ):
        marks.setdefault(attempt_id, {})[name] = mark or 0.0
    is_ruled = _ANSWERS.c.question_id.in_(rulings.question_ids)
    for attempt_id, name, response in session.execute(
        select(*of_answer, _ANSWERS.c.response).select_from(of_mine).where(mine, is_ruled)
    ):
        responses.setdefault(attempt_id, {})[name] = response
    is_kept = _REMARKS.c.standing == Standing.KEPT
    of_kept = _REMARKS.join(_ATTEMPTS, _ATTEMPTS.c.id == _REMARKS.c.attempt_id)
    kept = set(session.scalars(select(_REMARKS.c.attempt_id).select_from(of_kept).where(mine, is_kept)))
    found: dict[int, list[Looked]] = {number: [] for number in enrolment_ids}
    for row in session.execute(select(*_OF_ATTEMPT).where(mine).order_by(_ATTEMPTS.c.id)):
        asked = [shown.question_id for shown in paper_from_plain(row.questions)]
        is_asked = (row.release_id, row.activity_id) in places and question_id in asked
        looked = _Look(row.id, row.activity_id, Marked(row.mark, bool(row.passed)), row.id in kept)
        earned, given = marks.get(row.id, {}), responses.get(row.id, {})
        if is_asked:
            taken = content.course_at(session, row.release_id)
            found[row.enrolment_id].append(looked.again(taken, asked, earned, given, rulings))
        else:
            found[row.enrolment_id].append(looked.as_it_is(earned))
    return found


_ATTEMPTS, _ANSWERS, _REMARKS = Attempt.__table__, Answer.__table__, Remark.__table__
_OF_ATTEMPT = (
    _ATTEMPTS.c.id,
    _ATTEMPTS.c.enrolment_id,
    _ATTEMPTS.c.activity_id,
    _ATTEMPTS.c.release_id,
    _ATTEMPTS.c.questions,
    _ATTEMPTS.c.mark,
    _ATTEMPTS.c.passed,
)


@dataclass(frozen=True)
class _Look:
    """One attempt about to be looked at."""

    attempt_id: int
    quiz_id: str
    before: Marked
    is_kept: bool

    def as_it_is(self, marks: dict[str, float]) -> Looked:
        twice = Twice(self.attempt_id, self.quiz_id, self.before, self.before, self.is_kept)
        return Looked(twice, is_asked=False, answers_before=marks, answers_after=marks)

    def again(
        self,
        taken: Course,
        asked: Sequence[str],
        marks: dict[str, float],
        responses: Mapping[str, Any],
        rulings: "Rulings",
    ) -> Looked:
        quiz = taken.activity(self.quiz_id)
        assert isinstance(quiz, Quiz)
        ruled = rulings.about(taken, quiz)
        questions = {question.id: question for question in quiz.questions}
        after = marks | {
            name: mark_under(questions[name], response, ruled[name])
            for name, response in responses.items()
            if name in ruled and ruled[name].choice is not Choice.LEFT_OUT
        }
        earned = attempt_mark([questions[name] for name in asked], after, ruled)
        marked = Marked(earned, reaches(earned, needed_mark(taken, quiz)))
        twice = Twice(self.attempt_id, self.quiz_id, self.before, marked, self.is_kept)
        return Looked(twice, is_asked=True, answers_before=marks, answers_after=after)


def preview(session: Session, slug: str, versions: Sequence[KeyVersion], rows: Sequence[Correction]) -> Preview:
    """Return what these corrections, not stored yet, would do; a few queries for each few hundred enrolments."""
    places = frozenset(place for version in versions for place in version.places)
    rulings = rulings_in(session, slug, *rows)
    total, after_id = Preview(), 0
    while numbers := touched_enrolments(session, sorted(places), after_id, _AT_ONCE):
        found = looked_at(session, numbers, places, rows[0].question_id, rulings)
        for attempts in found.values():
            total = _added(total, attempts)
        after_id = numbers[-1]
    return total


def _added(total: Preview, looked: Sequence[Looked]) -> Preview:
    attempts = [each.twice for each in looked]
    changed = [each for each in attempts if each.before != each.after]
    become = standings(attempts)
    did_pass = any(each.before.passed for each in attempts)
    return Preview(
        attempts=total.attempts + sum(each.is_asked for each in looked),
        changed=total.changed + len(changed),
        up=total.up + sum(each.after.mark > each.before.mark for each in changed),
        down=total.down + sum(each.after.mark < each.before.mark for each in changed),
        pass_now=total.pass_now + (not did_pass and any(each.after.passed for each in changed)),
        would_lose=total.would_lose + (Standing.OPEN in become.values()),
    )


def corrections_of(session: Session, slug: str, question_id: str | None = None) -> list[CorrectionFacts]:
    """Return the corrections of a course, or of one question in it, newest first; two queries."""
    query = select(Correction).where(Correction.course_slug == slug).order_by(Correction.id.desc())
    if question_id is not None:
        query = query.where(Correction.question_id == question_id)
    rows = session.scalars(query).all()
    counts: dict[int, dict[str, int]] = {}
    counted = (
        select(Remark.correction_id, Remark.standing, func.count())
        .where(Remark.correction_id.in_([row.id for row in rows]))
        .group_by(Remark.correction_id, Remark.standing)
    )
    for number, standing, count in session.execute(counted):
        counts.setdefault(number, {})[standing] = count
    return [
        CorrectionFacts(
            id=row.id,
            question_id=row.question_id,
            key_print=row.key_print,
            choice=Choice(row.choice),
            reason=row.reason,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
            is_finished=row.finished_at is not None,
            done=counts.get(row.id, {}).get(Standing.DONE, 0),
            open=counts.get(row.id, {}).get(Standing.OPEN, 0),
            kept=counts.get(row.id, {}).get(Standing.KEPT, 0),
            revoked=counts.get(row.id, {}).get(Standing.REVOKED, 0),
        )
        for row in rows
    ]


def lost_by(session: Session, slug: str, question_id: str) -> list[Lost]:
    """Return the attempts that would no longer pass, those that wait for a decision first, by name; one query."""
    rows = session.execute(
        select(Remark, Enrolment.person_id, Person.name)
        .join(Correction, Correction.id == Remark.correction_id)
        .join(Attempt, Attempt.id == Remark.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Correction.course_slug == slug,
            Correction.question_id == question_id,
            Remark.standing.in_((Standing.OPEN, Standing.KEPT, Standing.REVOKED)),
        )
        .order_by(Remark.standing != Standing.OPEN, func.lower(Person.name), Remark.attempt_id)
    )
    return [
        Lost(
            correction_id=row.correction_id,
            attempt_id=row.attempt_id,
            person_id=person_id,
            name=name,
            mark_before=row.mark_before,
            mark_after=row.mark_after,
            standing=Standing(row.standing),
            decided_why=row.decided_why,
        )
        for row, person_id, name in rows
    ]


def marked_again(session: Session, attempt_id: int) -> list[Again]:
    """Return each time an attempt was marked again, first to last; one query."""
    rows = session.execute(
        select(Remark, Correction.question_id, Correction.choice, Correction.reason)
        .join(Correction, Correction.id == Remark.correction_id)
        .where(Remark.attempt_id == attempt_id, Remark.standing != Standing.OVERTAKEN)
        .order_by(Remark.correction_id)
    )
    return [
        Again(
            question_id=question_id,
            choice=Choice(choice),
            reason=reason,
            remarked_at=row.remarked_at,
            mark_before=row.mark_before,
            mark_after=row.mark_after,
            standing=Standing(row.standing),
            decided_why=row.decided_why,
        )
        for row, question_id, choice, reason in rows
    ]


def spared_by(session: Session, attempt_id: int) -> frozenset[str]:
    """Return the questions whose corrections do not count in this attempt, which holds its pass; one query."""
    query = (
        select(Correction.question_id)
        .join(Remark, Remark.correction_id == Correction.id)
        .where(Remark.attempt_id == attempt_id, Remark.standing.in_((Standing.OPEN, Standing.KEPT)))
    )
    return frozenset(session.scalars(query))


def unfinished(session: Session) -> list[int]:
    """Return the corrections that still have attempts to mark again, oldest first; one query."""
    query = select(Correction.id).where(Correction.finished_at.is_(None)).order_by(Correction.id)
    return list(session.scalars(query))


def _quizzes(course: Course) -> list[Quiz]:
    return [activity for activity in course.activities if isinstance(activity, Quiz)]
