"""What a file holds in numbers: text and its reading level, questions, options; plain values.

Reading level: Flesch and Kincaid's grade, 0.39 words a sentence + 11.8 syllables a word - 15.59. Source: Kincaid,
Fishburne, Rogers, Chissom 1975.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

# The grade of a text of fewer words hangs on how its two sentences happen to be.
ENOUGH_WORDS = 100


@dataclass(frozen=True)
class Text:
    """How many words, sentences and syllables a text has."""

    words: int = 0
    sentences: int = 0
    syllables: int = 0

    def __add__(self, other: "Text") -> "Text":
        """Return both together."""
        return Text(self.words + other.words, self.sentences + other.sentences, self.syllables + other.syllables)

    @property
    def grade(self) -> float | None:
        """Return the reading level as a school grade, or None for a text too short to tell."""
        if self.words < ENOUGH_WORDS:
            return None
        return 0.39 * self.words / max(1, self.sentences) + 11.8 * self.syllables / self.words - 15.59


@dataclass(frozen=True)
class Measured:
    """What one file holds: its text (a lesson's core), questions by type, options and how many are explained."""

    text: Text = Text()
    questions: dict[str, int] = field(default_factory=dict)
    options: int = 0
    explained: int = 0
    moments: int = 0
    choices: int = 0
    statements: int = 0


def together(measures: Iterable[Measured]) -> Measured:
    """Return all of them as one."""
    whole, kinds = Measured(), Counter[str]()
    for each in measures:
        kinds.update(each.questions)
        whole = Measured(
            whole.text + each.text,
            dict(kinds),
            whole.options + each.options,
            whole.explained + each.explained,
            whole.moments + each.moments,
            whole.choices + each.choices,
            whole.statements + each.statements,
        )
    return whole
