"""One field that is not as it was, told as its author would write it; what has no words is laid flat."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from lms.content.comparing.words import Run, marked_words
from lms.content.release import ChangeKind
from lms.markup import plain_text

_WEIGHTS = (ChangeKind.TYPO, ChangeKind.ADDITION, ChangeKind.MATERIAL)


@dataclass(frozen=True)
class Change:
    """One field that is not as it was; `before` and `after` are what a person reads there, "" nothing.

    `field` is the field's name in the code, `part` names which of several, such as an option; `weight` is what
    kind of change this alone would be.
    """

    field: str
    before: str
    after: str
    weight: ChangeKind = ChangeKind.TYPO
    part: str = ""

    @property
    def runs(self) -> tuple[Run, ...]:
        """Return the words of both, the changed ones marked."""
        return marked_words(self.before, self.after)


def heaviest(weights: Iterable[ChangeKind]) -> ChangeKind:
    """Return the weightiest of these; a typo when there is none."""
    return max(weights, key=_WEIGHTS.index, default=ChangeKind.TYPO)


Tell = Mapping[str, Callable[[Any], str]]


def field_changes(
    before: Any, after: Any, weights: Mapping[str, ChangeKind], leave: frozenset[str], tell: Tell | None = None
) -> list[Change]:
    """Return the fields of two values of one class that differ, but those to `leave`; `tell` words some fields."""
    found: list[Change] = []
    for each in fields(before):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if each.name in leave or old == new:
            continue
        weight, words = weights.get(each.name, ChangeKind.TYPO), (tell or {}).get(each.name)
        if words is None and (_is_deep(old) or _is_deep(new)):
            found += flat_changes(old, new, each.name, weight)
        else:
            words = words or told
            found.append(Change(each.name, words(old), words(new), weight))
    return found


def flat_changes(before: Any, after: Any, name: str, weight: ChangeKind) -> list[Change]:
    """Return every leaf of two values, however deep, that differs; `part` says where it stands in them."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    found = [
        Change(name, old.get(place, ""), new.get(place, ""), weight, " · ".join(place))
        for place in dict.fromkeys([*old, *new])
        if old.get(place) != new.get(place)
    ]
    if not found and before != after:
        # Leaves that read alike, such as a number and its text, or things that changed their places.
        return [Change(name, told(before), told(after), weight)]
    return found


def told(value: Any) -> str:
    """Return a value as a person reads it: "" for nothing, words for HTML, a list with commas."""
    if is_dataclass(value):
        return " · ".join(text for each in fields(value) if (text := told(getattr(value, each.name))))
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(map(told, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {told(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else plain_text(str(value))


def _is_deep(value: Any) -> bool:
    """Return whether there are fields within this value."""
    return is_dataclass(value) or (isinstance(value, tuple) and any(map(_is_deep, value)))


def _leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if is_dataclass(value):
        for each in fields(value):
            yield from _leaves(getattr(value, each.name), (*place, each.name.removesuffix("_html")))
    elif isinstance(value, tuple) and _is_deep(value):
        for number, each in enumerate(value, start=1):
            yield from _leaves(each, (*place, str(getattr(each, "id", None) or number)))
    else:
        yield place, told(value)
