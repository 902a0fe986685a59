"""What every writer asks before it writes: the losses so far, and drafts without this house's own marks."""

import re
from collections.abc import Iterable
from dataclasses import replace

from lms.content.variables import MEDIA_MARK
from lms.interop.draft import (
    Choice,
    Dialogue,
    Draft,
    DraftOption,
    Fate,
    Groups,
    Loss,
    Pair,
    Pairs,
    Steps,
    with_html,
)
from lms.interop.prose.blocks import block_markdown, line_markdown
from lms.interop.prose.escaping import text
from lms.markup import PRIVATE, inline_html, to_html

_VARIABLE = re.compile("\ue000([a-z0-9_]+)\ue001")


class Ledger:
    """The losses of one file that is being written."""

    def __init__(self) -> None:
        self.losses: list[Loss] = []

    def lose(self, draft: Draft, what: str, fate: Fate = Fate.LEFT_OUT) -> None:
        """Add what the format cannot hold of this draft."""
        self.losses.append(Loss(draft.line, draft.title, what, fate))

    def lose_parts(self, draft: Draft, *, hint: bool = True, points: bool = True, fixed: bool = True) -> None:
        """Add a loss for each of these that the draft has and the format has no place for."""
        if hint and draft.hint_html:
            self.lose(draft, "The format has no place for its hint.")
        if points and draft.points != 1:
            self.lose(draft, f"The format has no place for its {draft.points:g} points.")
        if fixed and draft.is_fixed:
            self.lose(draft, "The format has no sign for options that keep their order.")
        if not draft.title:
            self.lose(draft, "It has no title; its first words stand there.", Fate.CHANGED)
        if draft.form:
            self.lose(draft, f"The format has no place for its form {draft.form}.")


def plain_drafts(drafts: Iterable[Draft], ledger: Ledger) -> list[Draft]:
    """Return the drafts as any system could show them.

    Words of the organisation that were not filled in are their names in brackets. Pictures are `media/name`.
    """
    ready = []
    for draft in drafts:
        if "\ue000" in html_of(draft):
            ledger.lose(draft, "Words of the organisation stand as their names in brackets.", Fate.CHANGED)
        ready.append(with_html(draft, _unmarked))
    return ready


def html_of(draft: Draft) -> str:
    """Return all HTML of the draft, one piece a line."""
    pieces: list[str] = []

    def collect(html: str) -> str:
        pieces.append(html)
        return html

    with_html(draft, collect)
    return "\n".join(pieces)


def _unmarked(html: str) -> str:
    if not PRIVATE.search(html):
        return html
    named = _VARIABLE.sub(lambda found: f"[{found[1].replace('_', ' ')}]", html)
    if MEDIA_MARK in named:
        # Pictures and recordings as a release shows them: with addresses and players of its own.
        is_block = re.match(r"<(p|div|ul|ol|blockquote|h\d|table|dl|figure|details|pre|hr)\b", named)
        named = to_html(block_markdown(named)) if is_block else inline_html(line_markdown(named))
    return PRIVATE.sub("", named)


def as_pairs(draft: Draft, ledger: Ledger) -> Draft:
    """Return sorting as matching each item to its group, and steps as matching each to its place."""
    if isinstance(draft.answers, Groups):
        ledger.lose(draft, "Sorting into groups is written as matching each item to its group.", Fate.CHANGED)
        items = [(item, group.name_html) for group in draft.answers.groups for item in group.items]
        if any(item.feedback_html for item, _ in items):
            ledger.lose(draft, "The format has no feedback on single pairs.")
        pairs = [Pair(item.html, name) for item, name in items]
        return replace(draft, answers=Pairs(tuple(pairs)))
    if isinstance(draft.answers, Steps):
        ledger.lose(draft, "Putting in order is written as matching each step to its place.", Fate.CHANGED)
        steps = enumerate(draft.answers.steps_html, 1)
        return replace(draft, answers=Pairs(tuple(Pair(html, str(place)) for place, html in steps)))
    return draft


def as_choice(draft: Draft, ledger: Ledger) -> Draft:
    """Return a dialogue with lines to find as a multiple choice of its lines, in their order."""
    if not isinstance(draft.answers, Dialogue):
        return draft
    ledger.lose(draft, "A dialogue with lines to find is written as a multiple choice of its lines.", Fate.CHANGED)
    options = [
        DraftOption(
            (inline_html(f"**{text(line.who)}:** ") + " " if line.who else "") + line.html,
            line.is_right,
            line.feedback_html,
        )
        for line in draft.answers.lines
    ]
    return replace(draft, answers=Choice(tuple(options), is_multiple=True), is_fixed=True)
