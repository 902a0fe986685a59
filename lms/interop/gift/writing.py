"""GIFT written: drafts with their ids and behaviours as comments; what the format cannot hold is listed."""

from collections.abc import Iterable

from lms.interop import wildcards
from lms.interop.draft import Choice, Draft, Fate, Gaps, Given, Number, Open, Pairs, Words
from lms.interop.gapping import in_one
from lms.interop.gift.asked import BEHAVIOUR
from lms.interop.gift.syntax import escaped, note
from lms.interop.giving import Ledger, as_choice, as_pairs, html_of, plain_drafts
from lms.interop.naming import pool_of
from lms.interop.prose.escaping import GAP
from lms.interop.shares import percent, right_share
from lms.quiz import numbers


def write(drafts: Iterable[Draft], title: str) -> Given:
    """Return the drafts as a GIFT file in UTF-8; `title` is its first comment."""
    ledger = Ledger()
    parts = [f"// {' '.join(title.split())}"]
    pool = ""
    for draft in plain_drafts(drafts, ledger):
        written = _question(draft, ledger)
        if not written:
            continue
        if draft.pool != pool:
            pool = draft.pool
            if pool_of(pool) != pool:
                ledger.lose(draft, f"Its pool is called “{pool_of(pool)}” there.", Fate.CHANGED)
            parts.append(f"$CATEGORY: {escaped(pool.replace('/', '//')) or '$course$/top'}")
        parts.append(written)
    return Given(("\n\n".join(parts) + "\n").encode(), tuple(ledger.losses))


def _question(whole: Draft, ledger: Ledger) -> str:
    draft = as_choice(as_pairs(whole, ledger), ledger)
    answers = _answers(draft, ledger)
    if not answers:
        return ""
    ledger.lose_parts(draft, fixed=not _is_truth(draft))
    _lose_pictures(draft, ledger)
    before, inside, after = answers
    notes = [note("id", draft.id)] if draft.id else []
    notes += [note("tag", BEHAVIOUR + name) for name in draft.behaviours]
    general = f"\n\t####{_html(draft.explanation_html)}" if draft.explanation_html else ""
    lines = [f"// {' '.join(notes)}"] if notes else []
    lines.append(f"::{escaped(draft.title)}::[html]{escaped(before)}{{{inside}{general}\n}}{escaped(after)}")
    return "\n".join(lines)


def _answers(  # noqa: PLR0911  # one for each type
    draft: Draft, ledger: Ledger
) -> tuple[str, str, str] | None:
    """Return what stands before the braces, in them and after them, or None when GIFT cannot ask it."""
    answers, stem = draft.answers, draft.stem_html
    match answers:
        case Choice():
            return stem, _truth(draft) if _is_truth(draft) else _choice(answers), ""
        case Words():
            return _or_none(stem, _words(draft, answers, ledger))
        case Number():
            if answers.unit:
                ledger.lose(draft, f"The format has no place for the unit “{answers.unit}”.")
            return stem, f"#{_digits(answers.value)}:{_digits(answers.tolerance)}", ""
        case Pairs():
            return stem, _pairs(draft, answers, ledger), ""
        case Open():
            if answers.criteria_html:
                ledger.lose(draft, "The format has no place for the criteria of a free answer.")
            return stem, "", ""
        case Gaps():
            return _gap(draft, answers, ledger)
        case _:
            return None


def _or_none(stem: str, inside: str) -> tuple[str, str, str] | None:
    return (stem, inside, "") if inside else None


def _html(html: str) -> str:
    """Return HTML that is not taken for plain text; `->` in it would part a pair."""
    return f"[html]{escaped(html.replace('->', '-&gt;'))}"


def _digits(value: float) -> str:
    return numbers.plain(value)


def _is_truth(draft: Draft) -> bool:
    answers = draft.answers
    if not isinstance(answers, Choice) or answers.is_multiple or not draft.is_fixed:
        return False
    return [option.html for option in answers.options] == ["True", "False"]


def _truth(draft: Draft) -> str:
    assert isinstance(draft.answers, Choice)
    wrong, right = sorted(draft.answers.options, key=lambda option: option.is_right)
    said = "TRUE" if right.html == "True" else "FALSE"
    feedback = [wrong.feedback_html, right.feedback_html] if wrong.feedback_html or right.feedback_html else []
    return said + "".join(f"#{_html(html) if html else ''}" for html in feedback)


def _choice(choice: Choice) -> str:
    share = right_share(sum(option.is_right for option in choice.options))
    lines = []
    for option in choice.options:
        sign = "=" if option.is_right else "~"
        if choice.is_multiple:
            sign = f"~%{percent(share if option.is_right else -share)}%"
        feedback = f"#{_html(option.feedback_html)}" if option.feedback_html else ""
        lines.append(f"\n\t{sign}{_html(option.html)}{feedback}")
    return "".join(lines)


def _words(draft: Draft, words: Words, ledger: Ledger) -> str:
    accepted = [wildcards.starred(text) for text in words.texts]
    for pattern in words.patterns:
        text = wildcards.text_with_stars(pattern)
        if text is None:
            ledger.lose(draft, f"The format has no patterns; {pattern} is left out.")
        else:
            accepted.append(text)
    if not accepted:
        ledger.lose(draft, "All its answers are patterns, which the format has not; the question is left out.")
    return "".join(f"\n\t={_typed(draft, text, ledger)}" for text in accepted)


def _typed(draft: Draft, text: str, ledger: Ledger) -> str:
    if "->" in text:
        ledger.lose(
            draft, f"“{text}” is written with a space before >: the arrow parts pairs there.", Fate.CHANGED
        )
        text = text.replace("->", "- >")
    return escaped(text)


def _pairs(draft: Draft, pairs: Pairs, ledger: Ledger) -> str:
    if pairs.left_title or pairs.right_title:
        ledger.lose(draft, "The format has no heads for the two columns.")
    lines = [
        f"\n\t={_html(pair.left_html) if pair.left_html else ''} -> {_html(pair.right_html)}"
        for pair in pairs.pairs
    ]
    return "".join(lines)


def _gap(draft: Draft, gaps: Gaps, ledger: Ledger) -> tuple[str, str, str] | None:
    if len(gaps.gaps) > 1:
        ledger.lose(draft, "The format has one gap a question; with several it is left out.")
        return None
    before, _, after = in_one(draft, gaps, ledger).partition(GAP)
    inside = "".join(f"\n\t={_typed(draft, wildcards.starred(text), ledger)}" for text in gaps.gaps[0])
    return before, inside, after


def _lose_pictures(draft: Draft, ledger: Ledger) -> None:
    if "<img" in html_of(draft):
        ledger.lose(draft, "The format has no place for pictures; their descriptions are in the text.")
