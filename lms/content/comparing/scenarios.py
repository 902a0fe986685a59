"""What became of a scenario's moments and choices."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.content.comparing.fields import Change, field_changes, flat_changes
from lms.content.comparing.words import pairs
from lms.content.release import ChangeKind
from lms.markup import plain_text
from lms.scenario.scenario import Choice, Moment, Scenario

_OF_CHOICE = dict.fromkeys(("goal", "effects", "shows", "misses", "is_critical", "bounds"), ChangeKind.MATERIAL)
# Words have changes of their own; lines move with every line above them.
_APART_IN_CHOICE = frozenset({"id", "text_html", "words", "line"})
_OF_MOMENT = {"outcome": ChangeKind.MATERIAL}
_APART_IN_MOMENT = frozenset({"id", "words", "line", "choices", "variants"})
_OF_SCENARIO = {"start": ChangeKind.MATERIAL}


@dataclass(frozen=True)
class _Named:
    """A choice by its words."""

    id: str
    text: str
    choice: Choice


def scenario_changes(before: Scenario, after: Scenario) -> tuple[Change, ...]:
    """Return what is different, moment by moment in the later order; `part` is the moment's title."""
    found = field_changes(before, after, _OF_SCENARIO, frozenset({"moments"}))
    old = {moment.id: moment for moment in before.all_moments}
    new = {moment.id: moment for moment in after.all_moments}
    found += [Change("moment", old[name].title, "", ChangeKind.MATERIAL) for name in old if name not in new]
    for name, moment in new.items():
        if name not in old:
            found.append(Change("moment", "", moment.title, ChangeKind.ADDITION))
        else:
            found += _moment_changes(old[name], moment)
    return tuple(found or flat_changes(before, after, "moments", ChangeKind.TYPO))


def _moment_changes(before: Moment, after: Moment) -> list[Change]:
    found = [
        Change(each.field, each.before, each.after, each.weight, each.part or after.title)
        for each in field_changes(before, after, _OF_MOMENT, _APART_IN_MOMENT)
    ]
    for old, new in pairs(_named(before.choices), _named(after.choices)):
        if old is None or new is None:
            text, text_now = old.text if old else "", new.text if new else ""
            found.append(Change("choice", text, text_now, ChangeKind.MATERIAL, after.title))
            continue
        if old.text != new.text:
            found.append(Change("choice", old.text, new.text, part=after.title))
        found += [
            Change(each.field, each.before, each.after, each.weight, f"{after.title} · {new.text}")
            for each in field_changes(old.choice, new.choice, _OF_CHOICE, _APART_IN_CHOICE)
        ]
    return found


def _named(choices: Sequence[Choice]) -> list[_Named]:
    return [_Named(choice.id, plain_text(choice.text_html), choice) for choice in choices]
