"""What to look for and which contact to take: the focus of the week with three more, and a draw; pure.

Leaders who choose the contact choose the one that went badly; a draw does not.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.content.asking import Criterion

AT_ONCE = 4
# More calls than this do not come in before the hour is over.
_FURTHEST = 5


@dataclass(frozen=True)
class Hours:
    """When contacts come in: days of the week (0 is Monday) and the hours of the day they begin in."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    first: int = 8
    last: int = 17


USUAL_HOURS = Hours()


@dataclass(frozen=True)
class Contact:
    """One contact drawn by chance: the so-many-th of this day of the week after this hour."""

    day: int
    place: int
    hour: int


def drawn_contact(hours: Hours, chance: random.Random) -> Contact:
    """Return a contact within these hours, each as likely as any other."""
    return Contact(
        chance.choice(hours.days),
        chance.randint(1, _FURTHEST),
        chance.randint(hours.first, max(hours.first, hours.last - 1)),
    )


def markable(criteria: Sequence[Criterion], *, in_role_play: bool) -> tuple[Criterion, ...]:
    """Return the criteria that may be marked at all: some only in a role play."""
    return tuple(each for each in criteria if each.behaviours and (in_role_play or not each.in_role_play))


def focus_of_week(criteria: Sequence[Criterion], chosen: str, monday: date) -> str:
    """Return the behaviour that everybody looks for in this week, "" when there is none.

    That is the one chosen, else each has its turn but for critical ones, which are marked in every week.
    """
    usual = markable(criteria, in_role_play=False)
    if chosen in [each.behaviours[0] for each in usual]:
        return chosen
    turns = [each.behaviours[0] for each in usual if not each.is_critical]
    return turns[monday.toordinal() // 7 % len(turns)] if turns else ""


def looked_for(
    criteria: Sequence[Criterion], focus: str, seen: Mapping[str, int], wanted: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the ids of those to look for among these criteria, which are markable, in the order of the checklist.

    These are the focus of the week, what the person herself set out to do (`wanted`, behaviours), and then what
    was seen least of her so far; beside the four, every critical one, which is marked whenever it had a chance.
    """
    usual = [each for each in criteria if not each.is_critical]
    order = {each.id: number for number, each in enumerate(criteria)}
    ranked = sorted(
        usual,
        key=lambda each: (
            each.behaviours[0] != focus,
            each.behaviours[0] not in wanted,
            seen.get(each.behaviours[0], 0),
            order[each.id],
        ),
    )
    chosen = {each.id for each in ranked[:AT_ONCE]} | {each.id for each in criteria if each.is_critical}
    return tuple(each.id for each in criteria if each.id in chosen)
