"""What every writer asks before it writes: the losses so far, and drafts without this house's own marks."""

import re
from collections.abc import Iterable

from lms.interop.draft import Draft, Fate, Loss, with_html
from lms.markup import PRIVATE

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
        if draft.form:
            self.lose(draft, f"The format has no place for its form {draft.form}.")


def plain_drafts(drafts: Iterable[Draft], ledger: Ledger) -> list[Draft]:
    """Return the drafts; words of the organisation that were not filled in are their names in brackets."""
    ready = []
    for draft in drafts:
        changed = with_html(draft, _unmarked)
        if changed != draft:
            ledger.lose(draft, "Words of the organisation stand as their names in brackets.", Fate.CHANGED)
        ready.append(changed)
    return ready


def _unmarked(html: str) -> str:
    if not PRIVATE.search(html):
        return html
    named = _VARIABLE.sub(lambda found: f"[{found[1].replace('_', ' ')}]", html)
    return PRIVATE.sub("", named.replace("\ue002", "media/"))
