"""What the sample's manager of Phones took to her mentor over half a year; pure but for `write_lists`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from lms.mentoring import actions
from lms.mentoring.box import Box
from lms.mentoring.lists import Arrangement, Draft, Kind, Mentor

OWNER = "sina"
_MENTOR = Mentor("Agathe Winter", "ran the Riverside counter for twenty years; rings back after six")
_RIVER = "Walk along the river, from the lock"
_CAFE = "Café at the lock"


@dataclass(frozen=True)
class _Taken:
    """One topic as it was taken along, and what came of it; without an outcome it was carried over."""

    text: str
    kind: Kind
    themes: tuple[str, ...] = ()
    outcome: str = ""


@dataclass(frozen=True)
class _Held:
    """One meeting, so many days ago."""

    days_ago: int
    place: str
    minutes: int
    thanks: str
    topics: tuple[_Taken, ...]


_VENT, _ASK, _DECIDE, _CELEBRATE = Kind.VENT, Kind.ASK, Kind.DECIDE, Kind.CELEBRATE
_HELD = (
    _Held(152, _CAFE, 60, "Coffee and the plum cake", (
        _Taken("I was promoted over two people who trained me. How do I give them feedback?", _ASK,
               ("feedback", "confidence"), "Ask them first what they see in me. Then one thing each, with a day."),
        _Taken("Everything lands on my desk because I am quicker.", _VENT, ("handing", "load"),
               "Write down for a week what only I can do. She bets on four things."),
    )),
    _Held(124, _RIVER, 55, "A card with what came of the last talk", (
        _Taken("It was five things, not four. Three of them I like doing.", _CELEBRATE, ("handing",),
               "Give the callback list away first, to somebody who asked for more."),
        _Taken("The row about the late shift: I let it run for a month.", _VENT, ("talks",),
               "Say it within the week, in private, with a date. Practise the first sentence aloud."),
    )),
    _Held(94, _RIVER, 70, "Coffee", (
        _Taken("I said it. He was quiet, then he said it was the bus. I could have asked in May.", _CELEBRATE,
               ("talks",), "Ask before I explain. She made me repeat that."),
        _Taken("Head office wants shorter calls and fewer callbacks. Both at once.", _ASK, ("above", "rules"),
               "Bring them ten calls, not an opinion."),
    )),
    _Held(61, _CAFE, 50, "A jar of quince jelly", (
        _Taken("Ten calls played to head office: the callback rule goes to trial in Phones.", _CELEBRATE,
               ("above", "rules"), "Thank the two who picked the calls, before the others if they like that."),
        _Taken("Two people stopped speaking to each other when the rota changed.", _ASK, ("talks", "load"),
               "Each alone first. What happened, what it did, what they need. No verdicts from me."),
    )),
    _Held(27, _RIVER, 60, "Coffee, and news of the two who talk again", (
        _Taken("They talk again. I hardly said anything.", _CELEBRATE, ("talks",), "That was the point."),
        _Taken("I give the callback list away and then check it every evening.", _VENT, ("handing",),
               "Agree on one look a week, on Thursdays, and keep off it otherwise."),
    )),
)  # fmt: skip
_NEXT = (
    _Taken("Thursdays only: kept it twice, failed once. What do I do on the other days?", _ASK, ("handing",)),
    _Taken("A caller threatened one of us. I took over, and was shaking afterwards.", _VENT, ("limits",)),
    _Taken("Do I apply for Petra’s deputy?", _DECIDE, ("next",)),
    _Taken("Grace’s first live escalation, taken alone and well.", _CELEBRATE),
)
_NEXT_IN_DAYS = 5


def write_lists(session: Session, person_ids: Mapping[str, int], secrets: Sequence[str], today: date) -> None:
    """Write the lists as they came about, one meeting after the other, and one that is still to come."""
    box = Box(person_ids[OWNER], secrets)
    actions.name_mentor(session, box, _MENTOR)
    for number, held in enumerate(_HELD):
        for taken in held.topics:
            _put_down(session, box, taken)
        day = today - timedelta(days=held.days_ago)
        arrangement = Arrangement(day, time(17, 30), held.place, held.minutes, held.thanks)
        actions.hold_meeting(session, box, arrangement, number)
    for taken in _NEXT:
        _put_down(session, box, taken)
    coming = Arrangement(today + timedelta(days=_NEXT_IN_DAYS), time(17, 30), _RIVER, 60, "Coffee")
    actions.arrange_meeting(session, box, coming)


def _put_down(session: Session, box: Box, taken: _Taken) -> None:
    topic_id = actions.add_topic(session, box, Draft(taken.text, taken.kind, taken.themes, taken.outcome))
    if taken.outcome:
        actions.tick_topic(session, box, topic_id, is_ticked=True)
