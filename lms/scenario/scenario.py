"""What a branching scenario is once read: moments joined by choices, and the endings; plain values."""

from dataclasses import dataclass, field
from enum import StrEnum

LOWEST, HIGHEST = 0, 5
METERS = ("heat", "trust", "effort")
CLOCK, LONGEST_CLOCK = "clock", 60


def most_of(meter: str) -> int:
    """Return how high a meter can stand: 5, and the clock 60 minutes."""
    return LONGEST_CLOCK if meter == CLOCK else HIGHEST


class Outcome(StrEnum):
    """How a scenario ends; `SAFE` is an abusive contact ended safely, which is a success."""

    SOLVED = "solved"
    TIRED = "tired"
    PENDING = "pending"
    LOST = "lost"
    SAFE = "safe"
    UNSAFE = "unsafe"

    @property
    def is_success(self) -> bool:
        """Return whether a poor start that ends like this was made good."""
        return self in (Outcome.SOLVED, Outcome.PENDING, Outcome.SAFE)


class Seat(StrEnum):
    """Whose part the learner plays."""

    AGENT = "agent"
    LEADER = "leader"
    COLLEAGUE = "colleague"


class Aim(StrEnum):
    """What a choice is after: the person, the matter, safety, or winning. Source: practices, S45."""

    UNDERSTAND = "understand"
    SOLVE = "solve"
    PROTECT = "protect"
    CONTROL = "control"


class Channel(StrEnum):
    """Where it happens."""

    PHONE = "phone"
    COUNTER = "counter"
    CHAT = "chat"
    IN_PERSON = "in person"


@dataclass(frozen=True)
class Bound:
    """What must hold for a choice to be shown: `trust>=3` is a meter, a comparison and a number."""

    meter: str
    sign: str
    number: int

    def holds(self, state: dict[str, int]) -> bool:
        """Return whether it holds in this state; a meter that is not there counts as 0."""
        value = state.get(self.meter, 0)
        return {
            ">=": value >= self.number,
            "<=": value <= self.number,
            ">": value > self.number,
            "<": value < self.number,
            "=": value == self.number,
        }[self.sign]


@dataclass(frozen=True)
class Choice:
    """One thing the learner may say or do: where it leads, what it changes (signed), which behaviours it shows.

    `id` is unique in its scenario and stays as long as the words do, wherever they stand in their moment.
    `text_html` and `feedback_html` are safe; `words` counts the words of the text. A fix does half of its good
    while somebody is angry and nothing was acknowledged yet: see `playing`.
    """

    id: str
    goal: str
    text_html: str
    words: int
    effects: dict[str, int]
    shows: tuple[str, ...]
    misses: tuple[str, ...]
    is_critical: bool
    bounds: tuple[Bound, ...]
    feedback_html: str
    line: int
    is_fix: bool = False
    aim: Aim | None = None

    @property
    def worth(self) -> int:
        """Return how well this choice does beside the others of its moment; only comparing means anything."""
        gain = self.effects.get("trust", 0) - self.effects.get("heat", 0) - self.effects.get("effort", 0)
        return 2 * gain + 3 * len(self.shows) - 2 * len(self.misses) - 20 * self.is_critical


@dataclass(frozen=True)
class Moment:
    """One situation with its choices; an ending has an outcome, a draw has variants, neither has choices.

    `effects` are what changes when one comes to it, whichever choice led there.
    """

    id: str
    title: str
    html: str
    words: int
    choices: tuple[Choice, ...]
    variants: tuple["Moment", ...]
    outcome: Outcome | None
    line: int
    effects: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Start:
    """Where a scenario begins: the meters by name, 0..5."""

    meters: dict[str, int]

    @property
    def known(self) -> tuple[str, ...]:
        """Return every meter that may be spoken of."""
        return tuple(dict.fromkeys((*METERS, CLOCK, *self.meters)))


@dataclass(frozen=True)
class PassRule:
    """What passes a run: a score (0..1) and, unless it ended safely, a heat that is not above `end_heat`.

    `weights` are how much behaviours count in the score; one that is not named counts 1.
    """

    score: float = 0.7
    end_heat: int = 2
    weights: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Scenario:
    """One scenario; the first moment is where it begins. The cards are safe HTML for two people to play it."""

    file: str
    start: Start
    intro_html: str
    moments: tuple[Moment, ...]
    customer_card_html: str
    observer_card_html: str
    trainer_html: str

    def moment(self, moment_id: str) -> Moment:
        """Return the moment with this id, be it a variant of a draw. Raises LookupError."""
        found = next((moment for moment in self.all_moments if moment.id == moment_id), None)
        if found is None:
            raise LookupError(f"no moment {moment_id}")
        return found

    @property
    def all_moments(self) -> tuple[Moment, ...]:
        """Return every moment, each variant of a draw after it."""
        return tuple(each for moment in self.moments for each in (moment, *moment.variants))
