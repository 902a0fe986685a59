"""Aiken written: single choices only, in plain text."""

from collections.abc import Iterable
from dataclasses import replace

from lms.interop.aiken.reading import read
from lms.interop.draft import Choice, Draft, Fate, Given
from lms.interop.giving import Ledger, plain_drafts
from lms.interop.naming import title_of
from lms.markup import plain_text

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def write(drafts: Iterable[Draft], title: str) -> Given:
    """Return the single choices among the drafts as a file in UTF-8; the format has no place for a title."""
    ledger = Ledger()
    parts = [part for draft in plain_drafts(drafts, ledger) if (part := _question(draft, ledger))]
    return Given("\n".join(parts).encode(), tuple(ledger.losses))


def _question(draft: Draft, ledger: Ledger) -> str:
    choice = draft.answers
    if not isinstance(choice, Choice) or choice.is_multiple or len(choice.options) > len(_LETTERS):
        ledger.lose(draft, "The format has single choices only; the question is left out.")
        return ""
    lines = [plain_text(draft.stem_html)]
    for letter, option in zip(_LETTERS, choice.options, strict=False):
        lines.append(f"{letter}. {plain_text(option.html)}")
    right = next(place for place, option in enumerate(choice.options) if option.is_right)
    written = "\n".join([*lines, f"ANSWER: {_LETTERS[right]}", ""])
    again = read(written.encode(), "").drafts
    if len(again) != 1:
        ledger.lose(draft, "Its text would be taken for the format's own signs; the question is left out.")
        return ""
    _lose_parts(draft, choice, again[0], ledger)
    return written


def _lose_parts(draft: Draft, choice: Choice, again: Draft, ledger: Ledger) -> None:
    ledger.lose_parts(draft)
    if draft.title != title_of("", draft.stem_html):
        ledger.lose(draft, "The format has no titles.")
    if draft.explanation_html or any(option.feedback_html for option in choice.options):
        ledger.lose(draft, "The format has no feedback and no explanation.")
    if draft.id or draft.pool or draft.behaviours:
        ledger.lose(draft, "The format has no place for its id, its pool and its behaviours.")
    silent = tuple(replace(option, feedback_html="") for option in choice.options)
    if (again.stem_html, again.answers) != (draft.stem_html, Choice(silent)):
        ledger.lose(draft, "The format is plain text; its formatting is taken out.", Fate.CHANGED)
