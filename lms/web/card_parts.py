"""Today's questions and the answers to them, whichever desk they stand at: signed in, or by a mail's address."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _

from lms.content import queries as content
from lms.content.course import Course, Lesson, Quiz
from lms.practice.cards import queries
from lms.practice.cards.actions import Given, keep_answer
from lms.practice.cards.asking import Askable, Past, askable_in, next_question, seed_of
from lms.practice.cards.card import LONGEST_SECONDS, USUAL_SECONDS, Card, Confidence, Today, next_day, today_of
from lms.quiz import drawing
from lms.quiz.asking import Asked, asked
from lms.quiz.form import Form, chosen_in, text_in
from lms.quiz.question import Question
from lms.quiz.responses import response_from
from lms.quiz.reviewing import Reviewed, reviewed
from lms.reminders.letters import day_in_words
from lms.store import writing
from lms.web.extensions import database
from lms.web.identity import now
from lms.web.wording import in_our_words

_LONGEST_ID = 120


@dataclass(frozen=True)
class Asker:
    """Whose questions they are, and where her days begin."""

    person_id: int
    time_zone: str

    @property
    def today(self) -> date:
        """Return her date at the moment of this request."""
        return now().astimezone(ZoneInfo(self.time_zone)).date()


@dataclass(frozen=True)
class QuestionPart:
    """One question as it is asked; what its form sends back names the card, the answer's number and the release.

    `shown_at` is the moment in seconds, by which the answer's time is taken; `problem` why nothing was kept. `key`
    is another for each person, card and answer.
    """

    asked: Asked
    language: str
    course_title: str
    behaviour_id: str
    number: int
    release_id: int
    shown_at: int
    key: str
    problem: str = ""


@dataclass(frozen=True)
class TodayPart:
    """Somebody's questions of today: the one to answer now, None at their end; `next_day` says when others come.

    `place` and `count` say which of how many it is. Without cards there is nothing yet that could come back.
    """

    question: QuestionPart | None
    place: int
    count: int
    has_cards: bool
    next_day: str


@dataclass(frozen=True)
class ReadAgain:
    """The lesson that teaches what was asked."""

    slug: str
    lesson_id: str
    title: str


@dataclass(frozen=True)
class AnswerPart:
    """What became of an answer: the question with its key, which is earned now, and when its behaviour comes back.

    `due_day` is "" once a later answer decides that; `left` is how many questions of today are still to come.
    """

    review: Reviewed
    language: str
    course_title: str
    confidence: str
    due_day: str
    left: int
    read_again: ReadAgain | None


@dataclass(frozen=True)
class Kept:
    """What came of a sent answer: its id, or what is wrong with it; neither when it is asked no more."""

    answer_id: int | None = None
    problem: str | None = None


@dataclass(frozen=True)
class _Desk:
    """What lies before somebody: the courses, what is known of her, her cards and her day."""

    courses: tuple[Course, ...]
    past: Past
    cards: tuple[Card, ...]
    today: Today

    def askable(self) -> list[Askable]:
        """Return every question that may be asked of her."""
        return [each for course in self.courses for each in askable_in(course, self.past)]


def today_part(asker: Asker, problem: str = "") -> TodayPart:
    """Return what is for today; `problem` says why the answer to its question was not kept."""
    before = _desk(asker)
    day = before.today
    card = day.cards[0] if day.cards else None
    question = _question(asker, before, card, problem) if card else None
    return TodayPart(
        question=question,
        place=day.answered + 1,
        count=day.answered + len(day.cards),
        has_cards=bool(before.cards),
        next_day=_in_words(next_day(before.cards, asker.today), asker.today),
    )


def keep(asker: Asker, form: Form) -> Kept:
    """Keep the answer in this form, once. Raises BadResponseError when no page of ours could have sent it."""
    behaviour_id = text_in(form, "card", _LONGEST_ID)
    number, release_id = _number_in(form, "number"), _number_in(form, "release")
    with writing(database()) as session:
        before = _desk(asker)
        card = next((each for each in before.cards if each.behaviour_id == behaviour_id), None)
        if card is None or number is None or release_id is None:
            return Kept()
        if number <= card.answers:
            return Kept(queries.find_answer_id(session, asker.person_id, behaviour_id, number))
        found = _asked_of_her(before, release_id, text_in(form, "question", _LONGEST_ID))
        if found is None or number != card.answers + 1 or behaviour_id not in found.behaviours:
            return Kept()
        if card not in before.today.cards:
            return Kept()
        response = response_from(found.question, form)
        confidence = chosen_in(form, "sure", frozenset(each.value for each in Confidence))
        if response is None or not confidence:
            return Kept(problem=_("Choose an answer first, then say how sure you are."))
        given = Given(found, response, Confidence(confidence), _seconds(form))
        return Kept(keep_answer(session, asker.person_id, card, given, asker.today, now()))


def answer_part(asker: Asker, answer_id: int, *, is_only_today: bool = False) -> AnswerPart | None:
    """Return what became of this answer of hers, or None; also for an earlier one where only today's are told."""
    answered = queries.find_answer(database(), asker.person_id, answer_id)
    if answered and is_only_today and answered.answered_on != asker.today:
        return None
    course = content.find_release(database(), answered.release_id) if answered else None
    question = _question_in(course, answered.question_id) if course and answered else None
    if answered is None or course is None or question is None:
        return None
    after = _desk(asker)
    card = next((each for each in after.cards if each.behaviour_id == answered.behaviour_id), None)
    order = drawing.shown(question, seed_of(asker.person_id, answered.behaviour_id, answered.number))
    return AnswerPart(
        review=reviewed(in_our_words(question), answered.response, order),
        language=course.language,
        course_title=course.title,
        confidence=answered.confidence.value,
        due_day=_in_words(card.due_on, asker.today) if card and card.answers == answered.number else "",
        left=len(after.today.cards),
        read_again=_read_again(after, course.slug, answered.behaviour_id),
    )


def _desk(asker: Asker) -> _Desk:
    courses = content.published_courses(database())
    past = queries.past_of(database(), asker.person_id)
    cards = queries.cards_at(courses, past, asker.time_zone)
    return _Desk(courses, past, cards, today_of(cards, asker.today))


def _question(asker: Asker, before: _Desk, card: Card, problem: str) -> QuestionPart | None:
    seen = queries.seen_by(database(), asker.person_id)
    found = next_question(card, before.askable(), seen, asker.person_id)
    if found is None:
        return None
    number = card.answers + 1
    seed = seed_of(asker.person_id, card.behaviour_id, number)
    order = drawing.shown(found.question, seed)
    return QuestionPart(
        asked=asked(in_our_words(found.question), order),
        language=found.course.language,
        course_title=found.course.title,
        behaviour_id=card.behaviour_id,
        number=number,
        release_id=found.course.release_id,
        shown_at=int(now().timestamp()),
        key=f"{seed:x}",
        problem=problem,
    )


def _asked_of_her(before: _Desk, release_id: int, question_id: str) -> Askable | None:
    """Return the question as it was shown, from a release that may have been followed by another since.

    None when it may not be asked of her: as the course is now, or as it was then.
    """
    shown = content.find_release(database(), release_id)
    current = next((course for course in before.courses if shown and course.slug == shown.slug), None)
    if shown is None or current is None:
        return None
    if _question_in(current, question_id) and question_id not in _ids(current, before.past):
        return None
    return next((each for each in askable_in(shown, before.past) if each.question.id == question_id), None)


def _ids(course: Course, past: Past) -> set[str]:
    return {each.question.id for each in askable_in(course, past)}


def _question_in(course: Course, question_id: str) -> Question | None:
    holders = (each for each in course.activities if isinstance(each, (Lesson, Quiz)))
    return next((one for each in holders for one in each.questions if one.id == question_id), None)


def _read_again(after: _Desk, slug: str, behaviour_id: str) -> ReadAgain | None:
    course = next((each for each in after.courses if each.slug == slug), None)
    done = {deed.activity_id for deed in after.past.deeds if deed.course_slug == slug and deed.done_at}
    return next(
        (
            ReadAgain(slug, each.id, each.title)
            for each in (course.activities if course else ())
            if isinstance(each, Lesson) and each.id in done and behaviour_id in each.behaviours
        ),
        None,
    )


def _in_words(day: date | None, today: date) -> str:
    """Return a later day as it goes after "it comes back", "" for none."""
    if day is None:
        return ""
    if (day - today).days == 1:
        return str(_("tomorrow"))
    return str(_("on %(day)s", day=day_in_words(day, today, str(get_locale()).replace("_", "-"))))


def _seconds(form: Form) -> int:
    shown_at = _number_in(form, "shown")
    if shown_at is None:
        return USUAL_SECONDS
    return min(max(int(now().timestamp()) - shown_at, 1), LONGEST_SECONDS)


def _number_in(form: Form, name: str) -> int | None:
    typed = text_in(form, name, longest=18)
    return int(typed) if typed.isascii() and typed.isdecimal() else None
