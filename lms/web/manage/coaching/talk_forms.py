"""What a coach typed or chose about a talk, or about showing a behaviour herself, as values."""

from collections.abc import Collection
from datetime import date, timedelta

from flask_babel import gettext as _

from lms.coaching.notes.actions import Shown
from lms.coaching.notes.note import NEXT_TALK, USUAL_MINUTES, Basis, Format, Lack, Talk
from lms.quiz.form import BadResponseError, Form, chosen_in, text_in
from lms.web.fields import FieldProblem
from lms.web.manage.coaching.forms import minutes_in
from lms.web.seen_forms import day_in, number_in, words_in

_OLDEST = timedelta(days=92)
_LATEST = timedelta(days=185)
_MOST_BEHAVIOURS = 4
_MOST_WATCHED = 500


def talk_in(form: Form, known: Collection[str], today: date) -> Talk:
    """Return what is written down so far; what is not filled in is "". Raises BadResponseError."""
    basis = chosen_in(form, "basis", frozenset(Basis))
    ticked = [each for each in dict.fromkeys(form.getlist("behaviours")) if each in known]
    return Talk(
        basis=Basis(basis) if basis else None,
        behaviours=tuple(ticked[:_MOST_BEHAVIOURS]),
        happened_on=day_in(form, "day", today - _OLDEST, today) or today,
        minutes=minutes_in(form, USUAL_MINUTES),
        situation=words_in(form, "situation"),
        behaviour=words_in(form, "behaviour"),
        impact=words_in(form, "impact"),
        intent=words_in(form, "intent"),
        goal=words_in(form, "goal"),
        reality=words_in(form, "reality"),
        options=words_in(form, "options"),
        will=words_in(form, "will"),
        next_on=day_in(form, "next-on", today, today + _LATEST),
    )


def empty_talk(reality: str, today: date) -> Talk:
    """Return a talk of which nothing is said yet but what is known of the reality."""
    return Talk(None, (), today, USUAL_MINUTES, reality=reality, next_on=today + NEXT_TALK)


def shown_in(form: Form, known: Collection[str], today: date) -> Shown | list[FieldProblem]:
    """Return what a leader showed, or every problem with it. Raises BadResponseError."""
    problems = []
    behaviour_id = text_in(form, "showing-behaviour", 60)
    if behaviour_id not in known:
        problems.append(FieldProblem("showing-behaviour", _("Choose what you showed.")))
    try:
        attended = number_in(form, "attended")
    except BadResponseError:
        attended = -1
    if not 0 <= attended <= _MOST_WATCHED or not text_in(form, "attended", 20).strip():
        problems.append(FieldProblem("attended", _("How many watched? A whole number, such as 3; 0 is one too.")))
    if problems:
        return problems
    day = day_in(form, "showing-day", today - _OLDEST, today) or today
    how = chosen_in(form, "format", frozenset(Format)) or Format.LIVE
    return Shown(day, behaviour_id, Format(how), attended)


def lack_problems(lacks: Collection[Lack]) -> list[FieldProblem]:
    """Return what to write where something is lacking, each at its field."""
    words: dict[Lack, tuple[str, str]] = {
        Lack.BASIS: ("basis", _("Say what the talk was about.")),
        Lack.BEHAVIOURS: (
            "behaviours",
            _("Tick the behaviour it was about, or say that it was about numbers only."),
        ),
        Lack.NUMBERS_ONLY: (
            "basis",
            _("You ticked a behaviour, so it was not numbers only: choose one of the other two, or untick it."),
        ),
        Lack.SITUATION: ("situation", _("Say when and where it was: “Yesterday, the second call after lunch …”")),
        Lack.BEHAVIOUR: ("behaviour", _("Say what a camera would have shown: “… you named both calls …”")),
        Lack.IMPACT: ("impact", _("Say what it did: “… and he stopped repeating himself.”")),
        Lack.GOAL: ("goal", _("Write the goal in her own words: “I want to …”")),
        Lack.WILL: ("will", _("Write what she will do, and when: “From tomorrow, when …, I …”")),
        Lack.NEXT: ("next-on", _("Choose the day on which you talk again.")),
    }
    return [FieldProblem(*words[each]) for each in lacks]
