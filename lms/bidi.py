"""Names written from right to left in sentences that are not, and the other way about; pure.

In a sentence such a name is kept to itself: otherwise the number, the day or the name that follows it would be
read as its part, and stand before it.
"""

import re
from collections.abc import Iterable
from typing import Any

# Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours, with their forms of presentation.
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def kept_apart(value: Any) -> Any:
    """Return a text with letters from right to left between marks that keep it apart, any other value itself."""
    if isinstance(value, str) and _FROM_THE_RIGHT.search(value):
        # Of the value's own type: what is safe HTML stays so, and nothing else becomes it.
        return type(value)(_FIRST_STRONG_ISOLATE) + value + _POP_ISOLATE
    return value


def listed(names: Iterable[str]) -> str:
    """Return the names after each other, each kept to itself."""
    return ", ".join(kept_apart(name) for name in names)
