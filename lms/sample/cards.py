"""What the sample's people answered to questions that came back: rows as the product would have written them."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.practice.cards.actions import Given, answer_values, card_values
from lms.practice.cards.asking import Askable, Past, askable_in, next_question
from lms.practice.cards.card import Card, Confidence, Graded, Kept, kept_after, today_of
from lms.practice.cards.queries import cards_at, pasts_of
from lms.practice.cards.tables import CardAnswer, CardRow
from lms.practice.spacing import Grade
from lms.quiz.marking import mark
from lms.sample.answering import answer_to
from lms.sample.assignments import at_time
from lms.sample.people import TIME_ZONE

_DAYS_BACK = 24
# Some never open them; who does, does so on about every third day.
_NEVER, _DAYS_EACH = 0.3, 7
# Mina is whose seat visitors take first: she has answered, and after some days away questions wait for her.
_ALWAYS, _AWAY_DAYS = "mina", 6
_HOWS = {
    True: ((Confidence.SURE, Confidence.FAIRLY, Confidence.GUESS), (5, 4, 1)),
    False: ((Confidence.SURE, Confidence.FAIRLY, Confidence.GUESS), (2, 5, 3)),
}


@dataclass
class _Story:
    """One person's answers as they are made up: rows to be written, and what her cards come to."""

    person_id: int
    courses: Sequence[Course]
    past: Past
    chance: random.Random
    rows: list[dict[str, Any]] = field(default_factory=list)
    graded: dict[str, list[Graded]] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    seen: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def live(self, day: date) -> None:
        """Answer the questions of this day in a break."""
        moment = at_time(day, time(12, 40)) + timedelta(seconds=self.chance.randrange(0, 1_200))
        deeds = [deed for deed in self.past.deeds if deed.done_at and deed.done_at < moment]
        past = Past(self.past.rounds, deeds, self.kept)
        cards = cards_at(self.courses, past, TIME_ZONE)
        askable = [each for course in self.courses for each in askable_in(course, past)]
        for card in today_of(cards, day).cards:
            found = next_question(card, askable, self.seen, self.person_id)
            if found is not None:
                moment += self._answer(card, found, day, moment)

    def _answer(self, card: Card, asked: Askable, day: date, moment: datetime) -> timedelta:
        response = answer_to(asked.question, 0.85, self.chance)
        sureness, weights = _HOWS[mark(asked.question, response) == 1]
        given = Given(asked, response, self.chance.choices(sureness, weights)[0], self.chance.randrange(8, 27))
        values = answer_values(self.person_id, card, given, day, moment)
        self.rows.append(values)
        self.seen[asked.key] = moment
        answers = self.graded.setdefault(card.behaviour_id, [])
        answers.append(Graded(Grade(values["grade"]), given.seconds, day, card.pace))
        self.kept[card.behaviour_id] = kept_after(card.learned_on, answers)
        return timedelta(seconds=given.seconds + 6)


def answer_cards(session: Session, person_ids: Mapping[str, int], courses: Sequence[Course], today: date) -> None:
    """Write what these people answered up to yesterday; today's questions still wait."""
    pasts = pasts_of(session, list(person_ids.values()))
    answers: list[dict[str, Any]] = []
    cards: list[dict[str, Any]] = []
    for name, person_id in sorted(person_ids.items()):
        chance = random.Random(f"cards:{name}")  # noqa: S311  # believable answers, not secrets
        if name != _ALWAYS and chance.random() < _NEVER:
            continue
        story = _Story(person_id, courses, replace(pasts[person_id], kept={}), chance)
        since = _AWAY_DAYS if name == _ALWAYS else 1
        for days in sorted(chance.sample(range(since, _DAYS_BACK), _DAYS_EACH), reverse=True):
            story.live(today - timedelta(days=days))
        answers += story.rows
        cards += [card_values(person_id, behaviour, kept) for behaviour, kept in sorted(story.kept.items())]
    _insert(session, (CardAnswer, answers), (CardRow, cards))


def _insert(session: Session, *tables: tuple[Any, Iterable[dict[str, Any]]]) -> None:
    for table, rows in tables:
        if rows:
            session.execute(insert(table), list(rows))
