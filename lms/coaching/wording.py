"""Words that judge the person, caught before they are given, each with a way to say what was seen instead; pure.

Feedback on what was done helps; more than a third of what goes to the person makes work worse (Kluger and DeNisi,
Psychological Bulletin 119, 1996). The lists are short on purpose: whoever writes "attitude" can always write what
a camera saw instead. A warning is given once and never stands in the way twice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms.coaching.observation import Missing, Written


class Judging(StrEnum):
    """What kind of judgment a word is; each has its own way out."""

    CHARACTER = "character"
    ATTITUDE = "attitude"
    VERDICT = "verdict"
    ALWAYS = "always"
    COMPARED = "compared"


@dataclass(frozen=True)
class Caught:
    """One judging word as it was written, the field it stands in, and its kind."""

    field: str
    word: str
    kind: Judging


_WORDS: Mapping[Judging, tuple[str, ...]] = {
    Judging.CHARACTER: (
        # English
        "lazy", "careless", "stupid", "dumb", "sloppy", "arrogant",
        "unprofessional", "incompetent", "immature", "selfish", "stubborn", "clumsy", "moody", "bossy",
        "hopeless", "useless", "not a people person", "a natural", "born for this",
        # German
        "faul", "faule", "schlampig", "schlampige", "dumm", "dumme", "arrogant", "arrogante", "unprofessionell",
        "unprofessionelle", "unfähig", "unfähige", "unreif", "stur", "zickig", "launisch", "überheblich",
        "hoffnungslos", "naturtalent",
    ),
    Judging.ATTITUDE: (
        "attitude", "bad attitude", "mindset", "unmotivated", "motivation", "doesn't care",
        "does not care", "don't care", "not bothered", "personality", "team player",
        "einstellung", "haltung", "unmotiviert", "lustlos", "persönlichkeit", "desinteressiert",
        "gleichgültig", "teamfähig",
    ),
    Judging.VERDICT: (
        "bad", "terrible", "awful", "poor", "weak", "great", "excellent", "perfect", "amazing", "good job",
        "well done", "nice work", "keep it up", "try harder", "be nicer", "be friendlier",
        "schlecht", "schlechte", "schlechter", "schlechtes", "furchtbar", "schwach", "schwache", "super", "toll",
        "tolle", "perfekt", "gut gemacht", "weiter so", "streng dich an",
    ),
    Judging.ALWAYS: (
        "always", "never", "every time", "typical", "as usual", "once again",
        "immer", "nie", "niemals", "jedes mal", "typisch", "wie üblich", "schon wieder",
    ),
    Judging.COMPARED: (
        "best in the team", "worst in the team", "better than", "worse than",
        "besser als", "schlechter als", "beste im team", "schlechteste im team",
    ),
}  # fmt: skip
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words}
_FOUND = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(word) for word in sorted(_KIND_OF, key=len, reverse=True)) + r")(?!\w)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"„«‘‚][^”\"“»’‘]{0,500}[”\"“»’‘]")


def caught_in(written: Written) -> tuple[Caught, ...]:
    """Return the judging words of the strength and the next step; what was heard is quoted and never judged here.

    "Always" is a good word for a plan, so the next step may have it.
    """
    strength, step = written.strength, written.next_step
    told = {
        Missing.SITUATION.value: strength.situation,
        Missing.BEHAVIOUR.value: strength.behaviour,
        Missing.IMPACT.value: strength.impact,
    }
    planned = {Missing.WHEN.value: step.when, Missing.THEN.value: step.then}
    return judging_among(told, planned)


def judging_among(told: Mapping[str, str], planned: Mapping[str, str]) -> tuple[Caught, ...]:
    """Return the judging words of what was seen and of what is planned, by field; a plan may say "always"."""
    return (
        *judging_in(told),
        *(caught for caught in judging_in(planned) if caught.kind is not Judging.ALWAYS),
    )


def judging_in(texts: Mapping[str, str]) -> tuple[Caught, ...]:
    """Return the judging words in these texts by field, each word of a field once.

    What stands in quotation marks was said by somebody and is left alone.
    """
    found = []
    for field, text in texts.items():
        own_words = _QUOTED.sub(" ", text.replace("’", "'"))
        seen = set()
        for match in _FOUND.finditer(own_words):
            word = match[0].casefold()
            if word not in seen:
                seen.add(word)
                found.append(Caught(field, match[0], _KIND_OF[word]))
    return tuple(found)
