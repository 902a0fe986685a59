"""What an observer typed or chose, as values."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _

from lms.coaching.choosing import Hours, markable
from lms.coaching.observation import SCORES, Channel, Mark, Mode, NextStep, Strength, Written
from lms.coaching.rhythm import Rhythm
from lms.content.asking import Criterion
from lms.quiz.form import Form, chosen_in, text_in
from lms.web.fields import FieldProblem
from lms.web.seen_forms import day_in, words_in

_OLDEST = timedelta(days=92)
_LOOK_AGAIN = timedelta(days=185)


def written_in(form: Form, criteria: Sequence[Criterion], looked_for: Sequence[str], today: date) -> Written:
    """Return what is written down so far; what is not filled in is "". Raises BadResponseError.

    `looked_for` are the criteria that the page asked for first: they are kept even where they had no chance to
    show, the others only when marked.
    """
    mode = Mode(chosen_in(form, "mode", frozenset(Mode)) or Mode.LIVE)
    scores = frozenset(map(str, SCORES))
    marks = []
    for criterion in markable(criteria, in_role_play=mode is Mode.ROLE_PLAY):
        said = chosen_in(form, f"mark-{criterion.id}", scores)
        if said or criterion.id in looked_for:
            score = int(said) if said else None
            behaviour_id = criterion.behaviours[0]
            marks.append(Mark(criterion.id, behaviour_id, score, criterion.weight, criterion.is_critical))
    known = frozenset(mark.criterion_id for mark in marks)
    return Written(
        mode=mode,
        channel=Channel(chosen_in(form, "channel", frozenset(Channel)) or Channel.PHONE),
        happened_on=day_in(form, "day", today - _OLDEST, today) or today,
        minutes=minutes_in(form, 2),
        contact=_line(form, "contact"),
        marks=tuple(marks),
        words_heard=words_in(form, "words-heard"),
        strength=Strength(
            words_in(form, "strength-situation"),
            words_in(form, "strength-behaviour"),
            words_in(form, "strength-impact"),
            _one_of(form, "strength-criterion", known),
        ),
        next_step=NextStep(
            words_in(form, "step-when"),
            words_in(form, "step-then"),
            _one_of(form, "step-criterion", known),
            day_in(form, "look-again", today, today + _LOOK_AGAIN),
        ),
    )


def looked_for_in(form: Form, criteria: Sequence[Criterion]) -> tuple[str, ...]:
    """Return the criteria that the page asked for first, in the order of the checklist."""
    said = set(form.getlist("looked-for"))
    return tuple(each.id for each in criteria if each.id in said)


def _one_of(form: Form, name: str, known: frozenset[str]) -> str:
    # A mark that was taken back meanwhile takes what was tied to it along.
    said = text_in(form, name, 120)
    return said if said in known else ""


def minutes_in(form: Form, usual: int) -> int:
    """Return the minutes it took, the usual ones where no number is typed, so that nothing else is lost for it."""
    said = text_in(form, "minutes", 20).strip()
    return min(int(said), 240) if said.isascii() and said.isdecimal() and int(said) else usual


def _line(form: Form, name: str) -> str:
    return " ".join(text_in(form, name, 400).split())[:200]


def rhythm_order(form: Mapping[str, str]) -> tuple[Rhythm, Hours] | list[FieldProblem]:
    """Return how often a team is to be observed and when its contacts come in, or every problem with it."""
    problems: list[FieldProblem] = []
    every = _between(form, "every-days", 1, 92, problems)
    new_every = _between(form, "new-every-days", 1, 92, problems)
    weeks = _between(form, "new-weeks", 0, 26, problems)
    minutes = _between(form, "minutes-a-week", 0, 2400, problems)
    each = _between(form, "minutes-each", 2, 120, problems)
    first = _between(form, "first-hour", 0, 23, problems)
    last = _between(form, "last-hour", 1, 24, problems)
    days = tuple(day for day in range(7) if form.get(f"day-{day}") == "yes")
    if not days:
        problems.append(FieldProblem("day-0", _("Tick at least one day on which contacts come in.")))
    if not problems and last <= first:
        problems.append(FieldProblem("last-hour", _("The last hour comes after the first.")))
    if problems:
        return problems
    return Rhythm(every, new_every, weeks, minutes, each), Hours(days, first, last)


def _between(form: Mapping[str, str], name: str, least: int, most: int, problems: list[FieldProblem]) -> int:
    said = form.get(name, "").strip()
    if said.isascii() and said.isdecimal() and len(said) < 6 and least <= int(said) <= most:
        return int(said)
    problems.append(
        FieldProblem(name, _("Enter a whole number from %(least)s to %(most)s.", least=least, most=most))
    )
    return least
