"""How the sample's managers learned to mark alike: three sessions that were shown, and one that is open."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from lms.coaching.calibration import actions
from lms.coaching.calibration.actions import NewSession
from lms.coaching.calibration.session import Agreed, Noted, Place
from lms.content.course import Checklist, Course
from lms.sample.assignments import at_time
from lms.sample.people import MANAGERS, TRAINER

_CRITERIA = ("ack", "own", "options", "promise", "tone", "close")
# Whoever is not named here marks as all agree, but for one mark in so many; one line is read differently by all.
_SLIPS = {"kwame": 4}
_USUAL_SLIPS = 16
_UNCLEAR, _UNCLEAR_SLIPS = "close", 3


@dataclass(frozen=True)
class _Held:
    """One session: its name, how many weeks ago, and its contacts as (title, words, the marks agreed on)."""

    title: str
    weeks_ago: int
    contacts: tuple[tuple[str, str, tuple[int | None, ...]], ...]


_SESSIONS = (
    _Held(
        "Before the peak: phones",
        9,
        (
            (
                "The drill that came twice",
                "Customer: You sent me two drills. I paid for one and now you want money for the other?\n"
                "Agent: Two drills and a bill for both. That is our mistake, and it has cost you an afternoon.\n"
                "Customer: It has. What happens now?\n"
                "Agent: I take the second bill away while we speak. There. The spare can be fetched on Thursday,"
                " or you drop it at a counter when you pass.\n"
                "Customer: Thursday.\n"
                "Agent: Thursday between nine and noon. You have it in writing. Is anything left open?",
                (2, 2, 2, 2, 2, 2),
            ),
            (
                "Somebody will call",
                "Customer: I was told somebody would call me yesterday.\n"
                "Agent: I understand. Your order number?\n"
                "Customer: Again? Fine. 44 18.\n"
                "Agent: It is with the warehouse. They should get back to you soon.\n"
                "Customer: Should?\n"
                "Agent: I’ll put a note on it. Have a nice day.",
                (0, 1, 0, 0, 1, 0),
            ),
        ),
    ),
    _Held(
        "Counter and phone, side by side",
        5,
        (
            (
                "The receipt in the glove box",
                "Customer: The receipt is in the car. I am not walking back in this rain.\n"
                "Agent: No, not in this rain. Which card did you pay with? I can find it by the day.\n"
                "Customer: Saturday. This one.\n"
                "Agent: Here it is. Money back today, or the same lamp new from the shelf?\n"
                "Customer: The lamp, please.",
                (1, 2, 2, None, 2, 1),
            ),
            (
                "A price from the other shop",
                "Customer: It is eight cheaper down the road.\n"
                "Agent: We can’t match that, that’s our policy.\n"
                "Customer: Then why do you have the sign?\n"
                "Agent: The sign is for the same model. Shall I see whether it is the same?\n"
                "Customer: Well, yes.\n"
                "Agent: It is. So it is eight less, and I should have looked first.",
                (1, 2, 1, None, 1, 1),
            ),
        ),
    ),
    _Held(
        "In writing: chat and mail",
        2,
        (
            (
                "Thirty-one minutes in the queue",
                "Customer: 31 minutes. For a yes or a no.\n"
                "Agent: Thirty-one minutes is far too long for one word. Here it is: yes, it can go back.\n"
                "Customer: And the postage?\n"
                "Agent: Ours. The label is in your mail now; I have opened it on my side and it works.\n"
                "Customer: ok. thanks",
                (2, 2, 1, 2, 2, 2),
            ),
            (
                "Kind regards, the team",
                "Customer: This is my third message about the missing shelf.\n"
                "Agent: Dear customer, we are sorry for any inconvenience this may have caused."
                " Your concern has been forwarded. Kind regards, the team\n"
                "Customer: To whom? Until when?\n"
                "Agent: To our logistics partner. I will look myself at four today and write, whatever I find.",
                (0, 1, 0, 2, 1, 1),
            ),
        ),
    ),
)
_OPEN = (
    "This month: could go either way",
    (
        (
            "The gift that was for yesterday",
            "Customer: It was for her birthday. Yesterday.\n"
            "Agent: So the day itself is gone, and you stood there with nothing in hand.\n"
            "Customer: With a printed picture of it.\n"
            "Agent: At your door by six tonight, or at our counter on your way home: which is better?\n"
            "Customer: Tonight. But I have heard that before.\n"
            "Agent: Then you get my name with it: Noor. If it is not there at six, I ring you at ten past.",
        ),
        (
            "A question about the fine print",
            "Customer: Does the warranty cover the battery or not?\n"
            "Agent: It says two years on the device and twelve months on consumables.\n"
            "Customer: Is a battery a consumable?\n"
            "Agent: In our conditions, yes. After twelve months it is on you; I would not tell you otherwise.\n"
            "Customer: Good. Then I know.",
        ),
    ),
)


def calibrate(session: Session, course: Course, person_ids: dict[str, int], today: date, now: datetime) -> None:
    """Write the sessions over the course's first checklist, if it has the lines that were marked."""
    checklist = next((each for each in course.activities if isinstance(each, Checklist)), None)
    by_behaviour = {
        behaviour: each.id for each in (checklist.criteria if checklist else ()) for behaviour in each.behaviours
    }
    if checklist is None or not set(_CRITERIA) <= set(by_behaviour):
        return
    lines = tuple(by_behaviour[each] for each in _CRITERIA)
    where = course.slug, checklist.id, course.release_id
    trainer, chance = person_ids[TRAINER], random.Random(11)  # noqa: S311  # believable marks, not secrets
    for held in _SESSIONS:
        begins = at_time(today - timedelta(weeks=held.weeks_ago), time(9, 15))
        contacts = tuple((title, words) for title, words, _agreed in held.contacts)
        new = NewSession(held.title, *where, lines, None, contacts)
        number = actions.open_session(session, new, trainer, begins)
        agreed: dict[Place, Agreed] = {
            (place, line): Agreed(mark)
            for place, (_title, _words, marks) in enumerate(held.contacts, start=1)
            for line, mark in zip(lines, marks, strict=True)
        }
        actions.invite(session, number, [person_ids[name] for name in MANAGERS], begins)
        for count, name in enumerate(MANAGERS):
            noted = {
                place: Noted(_marked(each.mark, _slips(name, place[1] == by_behaviour[_UNCLEAR]), chance))
                for place, each in agreed.items()
            }
            actions.keep_marks(session, number, person_ids[name], noted)
            actions.hand_in(session, number, person_ids[name], begins + timedelta(hours=2 + count))
        actions.reveal(session, number, begins + timedelta(days=2))
        actions.agree(session, number, agreed, trainer, begins + timedelta(days=2, minutes=30))
    title, contacts = _OPEN
    opened_at = min(at_time(today - timedelta(days=1), time(10, 40)), now)
    new = NewSession(title, *where, lines[:4], today + timedelta(days=4), contacts)
    number = actions.open_session(session, new, trainer, opened_at)
    actions.invite(session, number, [person_ids[name] for name in MANAGERS], opened_at)


def _slips(name: str, is_unclear: bool) -> int:
    usual = _SLIPS.get(name, _USUAL_SLIPS)
    return min(usual, _UNCLEAR_SLIPS) if is_unclear else usual


def _marked(agreed: int | None, slips: int, chance: random.Random) -> int | None:
    """Return what somebody marked where all agreed on that: one time in so many the mark beside it."""
    if agreed is None or chance.randrange(slips):
        return agreed
    return 1 if agreed != 1 else chance.choice((0, 2))
