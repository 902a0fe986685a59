"""Marks that other formats give option by option, under this house's rules: an option is right or it is not.

A single choice gives all or nothing; a multiple choice gives right ticks less wrong ticks, as a share of the right
ones. What a file says otherwise is told in a sentence, so that nobody's marks change silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.interop.draft import Choice, DraftOption
from lms.markup import plain_text

_NEAR = 0.005


@dataclass(frozen=True)
class Shared:
    """One option with the share of the marks it gives, -1..1."""

    html: str
    share: float
    feedback_html: str = ""


def choice_of(options: Sequence[Shared], *, is_multiple: bool) -> tuple[Choice, list[str]]:
    """Return the options as right or wrong, and a sentence for each thing that is marked otherwise here."""
    return _multiple(options) if is_multiple else _single(options)


def right_share(count: int) -> float:
    """Return the share of one right option among this many; a wrong one takes as much."""
    return 1 / count


def percent(share: float) -> str:
    """Return a share as formats write it: `33.33333`, `50`, `-100`."""
    return f"{share * 100:.5f}".rstrip("0").rstrip(".")


def _single(options: Sequence[Shared]) -> tuple[Choice, list[str]]:
    full = [option for option in options if option.share >= 1 - _NEAR]
    said: list[str] = []
    if len(full) > 1:
        said.append(f"Each of {len(full)} options gave full marks; here all of them are to be ticked.")
        return Choice(_marked(options, full), is_multiple=True), said
    best = max((option.share for option in options), default=0)
    if not full and best > 0:
        full = [next(option for option in options if option.share == best)]
        said.append(f"The best option gave {percent(best)} %; here it gives full marks.")
    partial = [option for option in options if option not in full and abs(option.share) > _NEAR]
    said += [f"“{_short(option)}” gave {percent(option.share)} %; here it gives nothing." for option in partial]
    return Choice(_marked(options, full)), said


def _multiple(options: Sequence[Shared]) -> tuple[Choice, list[str]]:
    right = [option for option in options if option.share > 0]
    share = right_share(len(right)) if right else 0
    as_here = all(abs(option.share - (share if option in right else -share)) <= _NEAR for option in options)
    said = []
    if right and not as_here:
        shares = ", ".join(f"{percent(option.share)} %" for option in options)
        said.append(f"The options gave {shares}; here right ticks less wrong ticks count, each the same.")
    return Choice(_marked(options, right), is_multiple=True), said


def _marked(options: Sequence[Shared], right: Sequence[Shared]) -> tuple[DraftOption, ...]:
    return tuple(DraftOption(option.html, option in right, option.feedback_html) for option in options)


def _short(option: Shared) -> str:
    words = plain_text(option.html)
    return words if len(words) <= 40 else f"{words[:39]}…"
