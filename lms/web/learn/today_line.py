"""One line of the *today* strip, apart so that providers need not know each other."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TodayLine:
    """One thing for today: `label` is what its link says, `words` say in a few what waits behind it.

    `icon` is one of templates/parts/icons.html; `minutes` is what it takes, 0 when that says nothing.
    """

    icon: str
    label: str
    words: str
    href: str
    minutes: int = 0
