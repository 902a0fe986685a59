"""Which questions a card may ask, and which of them is asked next; pure.

A question is asked here once nothing hangs on it any more: its lesson was read to the end, or its quiz was passed.
While it may still come up in a quiz that is to be passed, it is not, for its answer would be told here.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from lms.content.course import ConditionKind, Course, Lesson, Quiz, Review
from lms.practice.cards.card import Card, Kept, card_of
from lms.practice.cards.corrected import NONE, WrongKeys
from lms.practice.spacing import USUAL, Pace
from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    Key,
    MatchKey,
    NumberKey,
    OpenKey,
    OrderKey,
    Question,
    QuestionType,
    ShortKey,
    SortKey,
    SpotKey,
)

# Answered with a thumb and without scrolling far. What is written in one's own words is not asked: a slip of the
# pen would count as forgotten, and open answers wait for somebody to read them.
_MOST_PARTS = {
    QuestionType.SINGLE: 99,
    QuestionType.MULTIPLE: 99,
    QuestionType.SPOT: 99,
    QuestionType.ORDER: 5,
    QuestionType.MATCH: 4,
    QuestionType.SORT: 5,
    QuestionType.NUMBER: 1,
    QuestionType.GAPS: 2,
}
_MOST_CHARACTERS = 1_500

_POLICY_RETENTION, _LIGHT_RETENTION = 0.95, 0.85
_HARD_DAYS = 90


@dataclass(frozen=True)
class Round:
    """One enrolment of hers in a course; `is_renewal` when it renews a certificate."""

    number: int
    is_renewal: bool


@dataclass(frozen=True)
class Deed:
    """What she did with one activity of a course, in one round: when it was done first, and how.

    `done_at` is None as long as a quiz has not been handed in; `is_open` while an attempt at it is under way.
    """

    course_slug: str
    activity_id: str
    round: int
    done_at: datetime | None
    is_passed: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class Past:
    """What is known of one person: her latest round by course, her deeds, and what is kept of her cards.

    `wrong` are the keys that were found wrong, whoever asks.
    """

    rounds: Mapping[str, Round]
    deeds: Sequence[Deed]
    kept: Mapping[str, Kept]
    wrong: WrongKeys = NONE


@dataclass(frozen=True)
class Askable:
    """One question that may be asked of her, as its course has it now, and the behaviours it asks for."""

    course: Course
    question: Question
    behaviours: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Return the course's slug and the question's id: what she remembers a story by."""
        return self.course.slug, self.question.id


def askable_in(course: Course, past: Past) -> tuple[Askable, ...]:
    """Return the questions of this release that may be asked, each once, in the course's order."""
    done = {deed.activity_id for deed in past.deeds if deed.course_slug == course.slug and deed.done_at}
    quizzes = [each for each in course.activities if isinstance(each, Quiz)]
    earned = {quiz.id for quiz in quizzes if _is_earned(course, quiz, past)}
    held_back = {question.id for quiz in quizzes if quiz.id not in earned for question in quiz.questions}
    found: dict[str, Askable] = {}
    for each in course.activities:
        if isinstance(each, (Lesson, Quiz)) and each.id in (done if isinstance(each, Lesson) else earned):
            for question in each.questions:
                behaviours = question.behaviours or each.behaviours
                may_be = (
                    not question.home and question.id not in held_back and not past.wrong.holds(course, question)
                )
                if behaviours and may_be and _fits_a_screen(question):
                    found.setdefault(question.id, Askable(course, question, behaviours))
    return tuple(found.values())


def cards_of(courses: Iterable[Course], past: Past, days: Mapping[datetime, date]) -> tuple[Card, ...]:
    """Return her cards, by behaviour: what she learned in these courses and can be asked for.

    `days` says which day of hers each moment of her deeds was.
    """
    learned: dict[str, date] = {}
    paces: dict[str, Pace] = {}
    can_be_asked: set[str] = set()
    for course in courses:
        deeds = [deed for deed in past.deeds if deed.course_slug == course.slug and deed.done_at]
        if not deeds:
            continue
        can_be_asked |= {name for each in askable_in(course, past) for name in each.behaviours}
        for deed in deeds:
            activity = course.activity(deed.activity_id)
            if activity is None or deed.done_at is None:
                continue
            for name in activity.behaviours:
                day = days[deed.done_at]
                learned[name] = min(day, learned.get(name, day))
                paces[name] = _stricter(_pace_in(course, deed.activity_id), paces.get(name))
    return tuple(
        card_of(name, learned[name], paces[name], past.kept.get(name))
        for name in sorted(learned)
        if name in can_be_asked
    )


def next_question(
    card: Card, askable: Iterable[Askable], seen: Mapping[tuple[str, str], datetime], person_id: int
) -> Askable | None:
    """Return what this card asks next: a story never seen, else the one seen longest ago; None without any.

    The same until it is answered, and not the same for everybody.
    """

    def turn(each: Askable) -> tuple[bool, float, str]:
        seen_at = seen.get(each.key)
        lot = f"{person_id}:{card.answers}:{each.course.slug}:{each.question.id}"
        return seen_at is not None, seen_at.timestamp() if seen_at else 0, hashlib.sha256(lot.encode()).hexdigest()

    return min((each for each in askable if card.behaviour_id in each.behaviours), key=turn, default=None)


def seed_of(person_id: int, behaviour_id: str, number: int) -> int:
    """Return the seed that orders the options of her answer of this number (from 1) to this card."""
    digest = hashlib.sha256(f"{person_id}:{behaviour_id}:{number}".encode()).digest()
    return int.from_bytes(digest[:7])


def _is_earned(course: Course, quiz: Quiz, past: Past) -> bool:
    """Return whether the quiz was passed and is not to be passed once more: nothing hangs on its key."""
    deeds = [deed for deed in past.deeds if (deed.course_slug, deed.activity_id) == (course.slug, quiz.id)]
    if quiz.review is Review.NEVER or any(deed.is_open for deed in deeds):
        return False
    latest = past.rounds.get(course.slug)
    if latest and latest.number > 1 and _is_asked_again(course, quiz, latest):
        deeds = [deed for deed in deeds if deed.round == latest.number]
    return any(deed.is_passed for deed in deeds)


def _is_asked_again(course: Course, quiz: Quiz, latest: Round) -> bool:
    asked = course.renewal.activity_ids
    return not latest.is_renewal or not asked or quiz.id in asked


def _fits_a_screen(question: Question) -> bool:
    """Return whether a thumb answers it, it is short, and has no picture, which a mail link may not fetch."""
    asked, told = _parts_of(question.key)
    if not 0 < len(asked) <= _MOST_PARTS.get(question.type, 0):
        return False
    texts = [question.stem_html, question.explanation_html, question.hint_html, *asked, *told]
    is_short = len(question.stem_html) + sum(len(html) for html in asked) <= _MOST_CHARACTERS
    return is_short and not any("<img" in text for text in texts)


def _parts_of(key: Key) -> tuple[list[str], list[str]]:
    """Return the parts that are answered one by one as they are asked, and what else is read with them; HTML."""
    asked: Iterable[str]
    told: Iterable[str] = ()
    match key:
        case ChoiceKey(parts) | SpotKey(parts):
            asked, told = (each.html for each in parts), (each.feedback_html for each in parts)
        case OrderKey(items):
            asked = (each.html for each in items)
        case MatchKey(lefts, rights):
            asked, told = (each.html for each in lefts), (each.html for each in rights)
        case SortKey(groups, items):
            asked, told = (each.html for each in items), (each.html for each in groups)
        case GapsKey(pieces):
            asked, told = pieces[1:], pieces[:1]
        case NumberKey():
            asked = ("",)
        case ShortKey() | OpenKey():
            asked = ()
        case _:
            assert_never(key)
    return list(asked), list(told)


def _pace_in(course: Course, activity_id: str) -> Pace:
    """Return how often what this activity teaches is to be recalled, by what its course says of itself.

    A policy must not be half remembered. What a scenario has to be passed for is rare at work, and hard. Where
    nothing has to be passed, less hangs on it.
    """
    activity = course.activity(activity_id)
    if isinstance(activity, Lesson) and activity.policy is not None:
        return Pace(_POLICY_RETENTION)
    kinds = {condition.kind for condition in course.conditions}
    if ConditionKind.SCENARIO in kinds:
        return Pace(most_days=_HARD_DAYS)
    return USUAL if kinds - {ConditionKind.ALL_LESSONS} else Pace(_LIGHT_RETENTION)


def _stricter(one: Pace, other: Pace | None) -> Pace:
    if other is None:
        return one
    return Pace(max(one.retention, other.retention), min(one.most_days, other.most_days))
