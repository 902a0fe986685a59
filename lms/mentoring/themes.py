"""What comes up again and again: themes, the words that hint at them, and when they ask for training; pure.

Words only ever suggest a theme: whose topic it is decides (S19). They are the house's own, in English, and where
these say nothing the words of the lessons that train a theme, in whatever language those are written.

A theme recurs when it was talked about in at least three of the last six meetings, or in at least half of them;
once is a topic, so two meetings are the least. Source: S20.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

WINDOW = 6
MANY_MEETINGS = 3
MANY_SHARE = 0.5
FEWEST_MEETINGS = 2
_MOST_SUGGESTED = 3
# What more than one in five lessons say stands for none of them.
_COMMON = 5
# Thai, Lao, Burmese, Khmer, Japanese, Chinese.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
# The last letter of Latin, Greek and Cyrillic.
_LAST_WITH_VOWELS = "\u052f"


@dataclass(frozen=True)
class Theme:
    """One theme: the beginnings of words that hint at it, and the behaviours that training it is about."""

    id: str
    behaviours: tuple[str, ...]
    hints: tuple[str, ...]


THEMES = (
    Theme("talks", ("listen", "explore", "tone"), (
        "conflict", "argu", "quarrel", "difficult talk", "hard talk", "difficult conversation", "tension",
        "row with", "attitude", "complain about", "don't get on", "rota row", "fell out", "snapped",
    )),
    Theme("feedback", ("plain", "listen"), (
        "feedback", "coach", "observ", "one-to-one", "one to one", "review talk", "appraisal", "praise",
        "criticis",
    )),
    Theme("upset", ("ack", "tone", "apology"), (
        "angry", "upset", "complaint", "shout", "furious", "escalat", "irate", "swore", "swear",
    )),
    Theme("limits", ("boundary", "options"), (
        "abus", "threat", "insult", "harass", "boundar", "say no", "saying no", "unsafe", "afraid",
    )),
    Theme("rules", ("authority", "plain", "options"), (
        "policy", "policies", "rule", "refund", "exception", "authority", "allowed", "bend",
    )),
    Theme("promises", ("promise", "close"), (
        "promise", "callback", "call back", "deadline", "follow up", "follow-up", "forgot", "too late",
    )),
    Theme("handing", ("handover", "own"), (
        "delegat", "handover", "hand over", "do it all", "myself", "everything lands", "on my desk", "take over",
    )),
    Theme("load", ("effort", "promise"), (
        "workload", "overload", "overtime", "too much", "no time", "time for", "rota", "short-staffed",
        "understaffed", "priorit", "exhaust", "tired", "burn",
    )),
    Theme("example", ("ack", "own", "tone"), (
        "example", "role model", "lead ", "leading", "leader", "my team", "motivat", "trust", "respect",
    )),
    Theme("above", ("plain", "options"), (
        "my boss", "my manager", "head office", "upper management", "budget", "director", "board",
    )),
    Theme("next", ("own", "explore"), (
        "career", "promotion", "next step", "apply for", "qualification", "course", "my job", "leave the", "grow",
    )),
    Theme("confidence", ("greet", "explore"), (
        "confiden", "nervous", "imposter", "impostor", "not good enough", "doubt", "alone", "lonel", "isolat",
    )),
)  # fmt: skip
IDS = frozenset(theme.id for theme in THEMES)
_BY_ID = {theme.id: theme for theme in THEMES}


def theme_of(theme_id: str) -> Theme:
    """Return the theme with this id, which is one of `IDS`."""
    return _BY_ID[theme_id]


def suggested(text: str) -> tuple[str, ...]:
    """Return the themes that words of this text hint at, in the order of `THEMES`; a hint begins a word."""
    words = " ".join(text.casefold().replace("’", "'").split())
    return tuple(
        theme.id for theme in THEMES if any(re.search(rf"(?<!\w){re.escape(hint)}", words) for hint in theme.hints)
    )


def lesson_words(lessons: Iterable[tuple[Collection[str], str]]) -> dict[str, frozenset[str]]:
    """Return the themes that beginnings of words stand for, from the behaviours and the words of these lessons.

    A lesson stands for the themes with which it shares most behaviours; what many lessons say tells nothing.
    """
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    count = 0
    for behaviours, words in lessons:
        shared = {theme.id: len(set(theme.behaviours) & set(behaviours)) for theme in THEMES}
        most = max(shared.values())
        if most:
            count += 1
            for each in beginnings(words):
                found[each].append(tuple(theme for theme, number in shared.items() if number == most))
    few = max(1, count // _COMMON)
    return {each: frozenset(chain(*themes)) for each, themes in found.items() if len(themes) <= few}


def suggested_by_lessons(text: str, words: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return the themes that most words of this text share with lessons, at most three, most first."""
    hits = Counter(theme for each in sorted(beginnings(text)) for theme in words.get(each, ()))
    order = [theme.id for theme in THEMES]
    return tuple(sorted(hits, key=lambda theme: (-hits[theme], order.index(theme)))[:_MOST_SUGGESTED])


def beginnings(text: str) -> frozenset[str]:
    """Return how the longer words of a text begin, as their endings do not matter; pairs where none is spaced.

    Short words mean little in any language; those of scripts that write no vowels are short themselves.
    """
    found: set[str] = set()
    for word in re.findall(r"[^\W\d_]+", text.casefold()):
        if _UNSPACED.match(word):
            found.update(word[at : at + 2] for at in range(len(word) - 1))
        elif word[0] > _LAST_WITH_VOWELS:
            found.update([word[:4]] if len(word) >= 4 else ())
        elif len(word) >= 5:
            found.add(word[:6])
    return frozenset(found)


@dataclass(frozen=True)
class Recurrence:
    """How often a theme was talked about: in `met` of the last `of` meetings, at most six."""

    theme_id: str
    met: int
    of: int

    @property
    def recurs(self) -> bool:
        """Return whether it asks for training."""
        if self.met < FEWEST_MEETINGS:
            return False
        return self.met >= MANY_MEETINGS or self.met / self.of >= MANY_SHARE


def recurrences(meetings: Sequence[frozenset[str]]) -> tuple[Recurrence, ...]:
    """Return each theme of the last six meetings, most often first; meetings come latest first."""
    window = meetings[:WINDOW]
    found = [Recurrence(each.id, sum(each.id in themes for themes in window), len(window)) for each in THEMES]
    return tuple(sorted((each for each in found if each.met), key=lambda each: -each.met))


@dataclass(frozen=True)
class Turn:
    """A theme before and after its training: talked about in `before` and `after` of so many meetings."""

    trained_on: date
    before: int
    before_of: int
    after: int
    after_of: int


def trained_on(
    theme_id: str, meetings: Sequence[tuple[date, frozenset[str]]], finished: Iterable[date]
) -> date | None:
    """Return the first day on which a lesson on this theme was finished after it had first come up, or None."""
    came_up = [day for day, themes in meetings if theme_id in themes]
    return min((day for day in finished if came_up and day >= min(came_up)), default=None)


def turn_of(theme_id: str, meetings: Sequence[tuple[date, frozenset[str]]], on: date) -> Turn:
    """Return how often the theme was talked about in the last six meetings up to this day, and in those after it.

    Meetings come latest first; one on the day itself was before.
    """
    before = [themes for day, themes in meetings if day <= on][:WINDOW]
    after = [themes for day, themes in meetings if day > on]
    return Turn(
        on,
        sum(theme_id in themes for themes in before),
        len(before),
        sum(theme_id in themes for themes in after),
        len(after),
    )
