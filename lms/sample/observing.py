"""What the sample's managers saw of their people, a contact at a time, and what became of it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from lms.coaching import actions
from lms.coaching.actions import Begun
from lms.coaching.choosing import looked_for, markable
from lms.coaching.observation import Channel, Mark, Mode, NextStep, Outcome, Strength, Written
from lms.content.asking import Criterion
from lms.content.course import Checklist, Course
from lms.sample.assignments import at_time
from lms.sample.people import MANAGERS, SamplePerson
from lms.sample.staffing import Staff

_WEEKS = 7
# How many each manager has made since Lantern came, and where their contacts come in.
_MADE = {
    "sina": (26, Channel.PHONE),
    "joao": (14, Channel.CHAT),
    "ruth": (11, Channel.COUNTER),
    "kwame": (7, Channel.COUNTER),
    "ines": (2, Channel.MAIL),
}
_READER = "petra"
_PLACES = ("the first", "the second", "the third", "the fourth")


@dataclass(frozen=True)
class _Said:
    """How one behaviour sounds when it shows, and the next step when it does not."""

    heard: str
    situation: str
    behaviour: str
    impact: str
    when: str
    then: str


_SAID = {
    "greet": _Said(
        "“Good morning, you’re speaking to me, and you have all of my ears.”",
        "When the call came in while you were still typing",
        "you put the last case down and said who you are before you asked anything",
        "and she breathed out and began with the order number herself",
        "a call comes in while I am still writing",
        "finish the word, look up, and say my name first",
    ),
    "listen": _Said(
        "“…” (four seconds) “Go on, I have it down so far.”",
        "When he stopped in the middle of the story about the drill",
        "you left the silence alone and wrote down the date",
        "and he remembered the receipt by himself",
        "a customer stops to think",
        "count to four before I say anything",
    ),
    "ack": _Said(
        "“Two Saturdays waiting in for a delivery that never came. That’s your weekend gone twice.”",
        "When she said that nobody had come again",
        "you named both Saturdays before you looked anything up",
        "and her voice went down and she said “exactly”",
        "somebody tells me what it cost them",
        "say that back in one breath before I open the system",
    ),
    "explore": _Said(
        "“What would make this right for you? … So it is the handle, not the whole door. Did I get that?”",
        "When he asked for a new door",
        "you asked what exactly was broken and said it back",
        "and it turned out to be a part we have in the shop",
        "a customer names a fix before the trouble",
        "ask what happened, and say it back before I offer anything",
    ),
    "plain": _Said(
        "“We need the receipt because that’s how we see which shop has to put it right.”",
        "When she asked why she needs the receipt",
        "you gave the reason in one sentence, without the code of the form",
        "and she went to look for it instead of arguing",
        "I am about to say the name of one of our forms",
        "say what it is for instead",
    ),
    "own": _Said(
        "“I’ll ring the depot now and stay with it until we have a day.”",
        "When he said that this was his third call",
        "you said what you yourself would do next and did not mention the depot’s mistake",
        "and he stopped going through the other two calls",
        "the mistake was made somewhere else",
        "begin with “I will” and a verb",
    ),
    "options": _Said(
        "“Either a new one by Thursday, or the money back today. The first costs you a day, the second a trip.”",
        "When the blue one was sold out",
        "you gave two ways and what each of them costs her",
        "and she chose at once and thanked you for being clear",
        "what they asked for cannot be had",
        "name two real ways and what each means",
    ),
    "promise": _Said(
        "“I, Friday before noon, by text. I’ve put it in your order so that you see it too.”",
        "At the end, when the part had to be ordered",
        "you said who, what and when, and wrote it where he can see it",
        "and he did not ask for a name to complain to",
        "something is left to be done after the contact",
        "say who, what and by when, and write it down while they watch",
    ),
    "effort": _Said(
        "“I’ve filled in the return for you; you only have to sign.”",
        "When she took out her glasses to read the form",
        "you filled in the four lines you had in front of you",
        "and she was out of the shop in two minutes",
        "I hand somebody a form",
        "fill in what I know first",
    ),
    "tone": _Said(
        "“I can hear that this has been a long week. Let’s do it one step at a time.”",
        "When he got louder about the bill",
        "you got slower and a little quieter",
        "and after two sentences he did too",
        "somebody gets louder",
        "lower my shoulders and speak the next sentence slowly",
    ),
    "close": _Said(
        "“So: the new tap comes Thursday, the old one goes with it, and this line comes straight to me.”",
        "When everything was said",
        "you went through it once more and told her the way back",
        "and she wrote down the one thing she has to do",
        "everything seems to be said",
        "say the next step once more before goodbye",
    ),
}
_REPLIES = (
    "Thank you. I had not noticed that I do that.",
    "It was loud in the shop, but you are right about the form.",
    "I tried it twice since. The second time it worked.",
    "Can we look at one together next week?",
)


def observe(
    session: Session, staff: Staff, people: Sequence[SamplePerson], courses: Sequence[Course], now: datetime
) -> None:
    """Write some sixty observations of the weeks since Lantern came, when a course has a checklist."""
    found = [(course, each) for course in courses for each in course.activities if isinstance(each, Checklist)]
    if not found:
        return
    course, checklist = found[0]
    chance = random.Random("observations")  # noqa: S311  # believable people, not secrets
    for manager, (count, channel) in _MADE.items():
        team = MANAGERS[manager]
        seen = [each for each in people if each.team == team and each.sign_in_name != manager and not each.left_on]
        for number in range(count):
            day = _day(now.date(), number, count)
            here = [each for each in seen if (each.move.on if each.move else each.joined_on) < day]
            # Mina finds the newest one on her home page.
            newest = [each for each in here if each.sign_in_name == "mina" and number == count - 1]
            turn = _Turn(
                person=(newest or here)[number % len(newest or here)],
                observer=manager,
                channel=channel,
                day=day,
                key=f"sample-{manager}-{number:04}",
            )
            _observe_once(session, staff, turn, (course, checklist), chance, number, now)
    _leave_a_draft(session, staff, (course, checklist), chance, now)


@dataclass(frozen=True)
class _Turn:
    person: SamplePerson
    observer: str
    channel: Channel
    day: date
    key: str


def _day(today: date, number: int, count: int) -> date:
    """Return the working day of this observation; the last one was yesterday or on Friday."""
    ago = 1 + round((_WEEKS * 7 - 2) * (count - 1 - number) / max(1, count - 1))
    day = today - timedelta(days=ago)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _observe_once(
    session: Session,
    staff: Staff,
    turn: _Turn,
    by: tuple[Course, Checklist],
    chance: random.Random,
    number: int,
    now: datetime,
) -> None:
    given_at = at_time(turn.day, time(10 + number % 7, 12 + number % 40))
    written = _written(by[1].criteria, turn, chance)
    observee_id, observer_id = staff.person_ids[turn.person.sign_in_name], staff.person_ids[turn.observer]
    begun = Begun(
        observee_id, observer_id, staff.team_ids[MANAGERS[turn.observer]], by[0].release_id, by[1].id, turn.key
    )
    kept = actions.keep_draft(session, begun, written, given_at)
    actions.give(session, kept.observation_id, observer_id, written, counts=True, now=given_at)
    read_at = given_at + timedelta(hours=3 + chance.randint(0, 40))
    # The last ones of each manager wait to be read.
    if read_at > now or now - given_at < timedelta(days=3):
        return
    actions.read_it(session, kept.observation_id, observee_id, read_at)
    if number % 4 == 1:
        reply = _REPLIES[number % len(_REPLIES)]
        actions.reply_to(session, kept.observation_id, observee_id, reply, read_at + timedelta(minutes=4))
    if number % 3 == 0:
        actions.note_try(session, kept.observation_id, observee_id, min(now, read_at + timedelta(days=4)))
    if turn.observer == "sina" and number in (9, 20):
        reason = "That was not my call: mine was the one before, about the lawn mower."
        actions.dispute(session, kept.observation_id, observee_id, reason, read_at + timedelta(minutes=9))
        if number == 9:
            words = "I listened to the recording with both of you: the call was somebody else’s."
            settled_at = read_at + timedelta(days=2)
            petra = staff.person_ids[_READER]
            actions.settle(session, kept.observation_id, petra, Outcome.SET_ASIDE, words, settled_at)


def _written(criteria: Sequence[Criterion], turn: _Turn, chance: random.Random) -> Written:
    usual = [each for each in markable(criteria, in_role_play=False) if each.behaviours[0] in _SAID]
    seen = {each.behaviours[0]: chance.randint(0, 3) for each in usual}
    # Two are looked for each time, so that there is something to judge.
    chosen = looked_for(usual, "ack", seen, wanted=("own",))
    marks = []
    for each in (criterion for criterion in usual if criterion.id in chosen):
        sure = turn.person.skill - 0.12 + 0.2 * chance.random()
        score = 2 if chance.random() < sure else 1 if chance.random() < 0.7 else 0
        marks.append(Mark(each.id, each.behaviours[0], None if chance.random() < 0.1 else score, each.weight))
    if all(mark.score is None for mark in marks):
        marks[0] = Mark(marks[0].criterion_id, marks[0].behaviour_id, 2, marks[0].weight)
    scored = [mark for mark in marks if mark.score is not None]
    chance.shuffle(scored)
    best = max(scored, key=lambda mark: mark.score or 0)
    weakest = min(reversed(scored), key=lambda mark: mark.score or 0)
    good, step = _SAID[best.behaviour_id], _SAID[weakest.behaviour_id]
    weekday = turn.day.strftime("%A")
    return Written(
        mode=chance.choice((Mode.LIVE, Mode.LIVE, Mode.BESIDE, Mode.RECORDING)),
        channel=turn.channel,
        happened_on=turn.day,
        minutes=chance.randint(2, 4),
        contact=f"{weekday}, {chance.choice(_PLACES)} after {chance.randint(9, 16)}:00",
        marks=tuple(marks),
        words_heard=good.heard,
        strength=Strength(good.situation, good.behaviour, good.impact, best.criterion_id),
        next_step=NextStep(step.when, step.then, weakest.criterion_id, turn.day + timedelta(days=14)),
    )


def _leave_a_draft(
    session: Session, staff: Staff, by: tuple[Course, Checklist], chance: random.Random, now: datetime
) -> None:
    """Leave one of Sina's in the middle, as a call comes in."""
    begun_at = now - timedelta(hours=2)
    name = "mina"
    person = SamplePerson(name, "", None, "", MANAGERS["sina"], now.date(), 0.5, 0.6)
    whole = _written(by[1].criteria, _Turn(person, "sina", Channel.PHONE, now.date(), ""), chance)
    written = Written(
        whole.mode, whole.channel, whole.happened_on, 2, whole.contact, whole.marks, whole.words_heard,
        Strength(), NextStep(look_again_on=now.date() + timedelta(days=14)),
    )  # fmt: skip
    sina, team_id = staff.person_ids["sina"], staff.team_ids[MANAGERS["sina"]]
    begun = Begun(staff.person_ids[name], sina, team_id, by[0].release_id, by[1].id, "sample-sina-in-the-middle")
    actions.keep_draft(session, begun, written, begun_at)
