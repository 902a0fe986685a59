"""Choosing among any number: listed while there are few, else found by words; the same in every form, no script.

Above `MOST_LISTED` a field has a line for words (`NAME-words`) and a button to find. The form comes back as it was
filled in, with what was found to pick from, sent as `NAME` like a list's choice. `NAME-looked` are the words that
were looked for: others have not been, so whatever button sent them, they are looked for and nothing else is done.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from lms.accounts.queries import TeamFacts, TeamNode

# Nobody reads a longer list.
MOST_LISTED = 60
_MOST_FOUND = 12
_LONGEST_WORDS = 100


class Option(NamedTuple):
    """One thing to choose: its value, its name, and where that is when names alone do not tell them apart."""

    value: str
    text: str
    where: str = ""


Options = Sequence[Option]


class Source(Protocol):
    """What there is to choose from, as far as who asks may see it."""

    def count(self) -> int:
        """Return how many there are, or more than `MOST_LISTED` where nobody knows."""
        ...

    def all(self) -> Options:
        """Return them all in the order in which they are read; asked for a few only."""
        ...

    def matching(self, words: str, most: int) -> tuple[Options, int]:
        """Return the first that hold all these words, and how many do."""
        ...

    def of(self, values: Collection[str]) -> Options:
        """Return those with these values that are there."""
        ...


@dataclass(frozen=True)
class Words:
    """What was typed to find something, what was looked for before, and whether the button for it was pressed."""

    typed: str = ""
    looked: str = ""
    is_pressed: bool = False

    @property
    def are_new(self) -> bool:
        """Return whether they are still to be looked for."""
        return bool(self.typed) and self.typed != self.looked


NO_WORDS = Words()


def words_for(name: str, given: Mapping[str, str]) -> Words:
    """Return the words for the field of this name, as a form or an address holds them."""
    typed, looked = (
        " ".join(given.get(f"{name}-{part}", "").replace("\0", "").split())[:_LONGEST_WORDS]
        for part in ("words", "looked")
    )
    return Words(typed, looked, given.get("find") == name)


@dataclass(frozen=True)
class Chooser:
    """One field that chooses among many, or several of them.

    `options` are all there are where `is_short`, else those that stand to be picked: what is always offered, what
    is chosen, and what was found. `asks` says that whoever sent this wants to see what there is, and nothing done.
    """

    name: str
    options: Options
    chosen: Sequence[str]
    is_short: bool = True
    words: str = ""
    found: int = 0
    shown: int = 0
    is_open: bool = False
    asks: bool = False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return value and text of what is offered, for a list."""
        return [(option.value, option.text) for option in self.options]

    @property
    def value(self) -> str:
        """Return what is chosen, "" for nothing."""
        return self.chosen[0] if self.chosen else ""


def chooser(
    name: str,
    source: Source,
    chosen: Sequence[str],
    words: Words,
    *,
    fixed: Iterable[tuple[str, str]] = (),
    several: bool = False,
) -> Chooser:
    """Return the field with what is chosen and found in it; `fixed` options are offered whatever is looked for.

    What is not there, or out of sight, is not chosen. The only one that is found is chosen.
    """
    always = [Option(*each) for each in fixed]
    if source.count() <= MOST_LISTED:
        options = [*always, *source.all()]
        there = {option.value for option in options}
        return Chooser(name, options, [value for value in chosen if value in there])
    known = {option.value: option for option in [*always, *source.of(chosen)]}
    held = [value for value in chosen if value in known]
    asks = words.are_new or words.is_pressed
    if not words.typed or (not asks and held):
        return Chooser(name, _once(always, held, known), held, is_short=False, asks=asks)
    results, found = source.matching(words.typed, _MOST_FOUND)
    known.update({option.value: option for option in results})
    if found == 1 and words.are_new:
        only = results[0].value
        held = [*(value for value in held if value != only), only] if several else [only]
    offered = _once(always, [*held, *(option.value for option in results)], known)
    return Chooser(
        name,
        offered,
        held,
        is_short=False,
        words=words.typed,
        found=found,
        shown=len(results),
        is_open=True,
        asks=asks,
    )


def _once(always: Options, values: Iterable[str], known: Mapping[str, Option]) -> Options:
    return tuple(
        ({option.value: option for option in always} | {value: known[value] for value in values}).values()
    )


@dataclass(frozen=True)
class Listed:
    """A source that is all there already."""

    options: Options

    def count(self) -> int:
        """Return how many there are."""
        return len(self.options)

    def all(self) -> Options:
        """Return them as they came."""
        return self.options

    def matching(self, words: str, most: int) -> tuple[Options, int]:
        """Return the first whose text holds all these words."""
        found = [option for option in self.options if holds(option.text, words)]
        return found[:most], len(found)

    def of(self, values: Collection[str]) -> Options:
        """Return those with these values that are there."""
        return [option for option in self.options if option.value in values]


class Teams:
    """These teams, open ones only or all: a few by path, as `Hotel / Front desk`, or by name; many by both."""

    def __init__(
        self,
        nodes: Iterable[TeamNode | TeamFacts],
        *,
        value: str = "{}",
        say: Callable[[str], str] = str,
        are_named: bool = False,
        with_closed: bool = False,
    ) -> None:
        """Take the teams by name; `value` makes a value of a number, `say` a text of a name or path."""
        self._known = {team.id: team for team in nodes if with_closed or team.closed_on is None}
        self._as_value = value
        self._say = say
        self._are_named = are_named

    def count(self) -> int:
        """Return how many teams there are."""
        return len(self._known)

    def all(self) -> Options:
        """Return every team: by name where they are named, else each followed by those below it."""
        if self._are_named:
            return [Option(self._value(team.id), self._say(team.name)) for team in self._known.values()]
        lines = sorted((self._line(number) for number in self._known), key=_folded)
        return [Option(self._value(line[-1].id), self._say(" / ".join(_names(line)))) for line in lines]

    def matching(self, words: str, most: int) -> tuple[Options, int]:
        """Return the first that hold all these words in their path: who has them as her own name first."""
        lines = (self._line(number) for number in self._known)
        found = [line for line in lines if holds(" ".join(_names(line)), words)]
        found.sort(key=lambda line: (_distance(line[-1].name, words), _folded(line[::-1])))
        return [self._option(line) for line in found[:most]], len(found)

    def of(self, values: Collection[str]) -> Options:
        """Return the teams with these values."""
        return [self._option(self._line(number)) for number in self._known if self._value(number) in values]

    def _value(self, number: int) -> str:
        return self._as_value.format(number)

    def _option(self, line: Sequence[TeamNode | TeamFacts]) -> Option:
        return Option(self._value(line[-1].id), self._say(line[-1].name), " / ".join(_names(line[:-1])))

    def _line(self, number: int) -> list[TeamNode | TeamFacts]:
        """Return the teams from the top down to this one."""
        line: list[TeamNode | TeamFacts] = []
        team = self._known.get(number)
        while team is not None and team not in line:  # a circle in damaged data comes to an end
            line.insert(0, team)
            team = self._known.get(team.parent_id or 0)
        return line


def _names(line: Iterable[TeamNode | TeamFacts]) -> list[str]:
    return [team.name for team in line]


def _folded(line: Iterable[TeamNode | TeamFacts]) -> list[str]:
    return [name.casefold() for name in _names(line)]


def _distance(name: str, words: str) -> int:
    """Return how far words are from a name: 0 the same, 1 words of it, 2 parts of words, 3 not in it alone."""
    folded = name.casefold().split()
    asked = words.casefold().split()
    if asked == folded:
        return 0
    if set(asked) <= set(folded):
        return 1
    return 2 if holds(name, words) else 3


def holds(text: str, words: str) -> bool:
    """Return whether a text holds every one of these words, in any order, big letters or small."""
    folded = text.casefold()
    return all(word in folded for word in words.casefold().split())
