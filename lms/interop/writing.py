"""Drafts as Markdown of a quiz file, such that the file compiled gives the same questions back.

What cannot be written as it is (an explanation that begins with a list, a stem that ends with a quotation) is
made simpler until it can, and listed as changed.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, count

from lms.content.course import Quiz
from lms.content.reading.compiling import compile_file
from lms.content.reading.names import slug
from lms.content.reading.source import MAX_BYTES
from lms.interop.draft import (
    Answers,
    Choice,
    Dialogue,
    Draft,
    Fate,
    Gaps,
    Group,
    Groups,
    Loss,
    Number,
    Open,
    Pairs,
    Said,
    Steps,
    Words,
    with_html,
)
from lms.interop.naming import title_of
from lms.interop.prose.blocks import block_markdown, line_markdown, quoted
from lms.interop.prose.escaping import GAP, in_cell, line_starts
from lms.interop.prose.taming import plain_html, plain_line
from lms.interop.taking import draft_of
from lms.interop.wording import number_words
from lms.markup import PRIVATE, plain_text, to_html
from lms.problem import Severity
from lms.quiz import numbers
from lms.quiz.kinds.number import looks_like_one
from lms.quiz.question import QuestionType
from lms.quiz.reading import MOST_POINTS

_LONGEST_ID = 48
_ID = re.compile(r"[A-Za-z][\w.-]{0,79}")
# Room for the front matter that whoever saves the file puts before the questions.
_ROOM = MAX_BYTES - 10_000
_SPOKEN = re.compile(r"> (?:(?P<sign>[\"“„«'‘])|\*\*(?P<name>[^*]+)\*\*)")


@dataclass(frozen=True)
class Written:
    """The questions of one or more quiz files without front matter, each below 200 kB, and what was changed."""

    bodies: tuple[str, ...]
    drafts: tuple[Draft, ...]
    losses: tuple[Loss, ...] = ()


def quiz_markdown(drafts: Iterable[Draft]) -> Written:
    """Return the drafts as bodies of quiz files; ids are kept where they can be, and made where there are none."""
    fitted: list[Draft] = []
    losses: list[Loss] = []
    bodies: list[list[str]] = []
    room = 0
    for draft in _tidied(drafts, losses):
        fit, what = _fit(draft)
        if fit is None:
            losses.append(Loss(draft.line, draft.title, what, Fate.LEFT_OUT))
            continue
        if what:
            losses.append(Loss(draft.line, draft.title, what, Fate.CHANGED))
        fitted.append(fit)
        markdown = question_markdown(fit)
        room -= len(markdown.encode()) + 1
        if room < 0:
            bodies.append([])
            room = _ROOM - len(markdown.encode())
        bodies[-1].append(markdown)
    return Written(tuple(map("\n".join, bodies)), tuple(fitted), tuple(losses))


def question_markdown(draft: Draft) -> str:
    """Return the draft as one section with its heading, exactly as it stands; it must have an id."""
    # Beside a table to match, a bar anywhere would be a row of it.
    barred = in_cell if isinstance(draft.answers, Pairs) else str
    parts = [
        " ".join(filter(None, ["##", draft.title, _braces(draft)])),
        barred(block_markdown(draft.stem_html)),
        barred(_hint(draft.hint_html)),
        _answers(draft.answers),
        barred(block_markdown(draft.explanation_html)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def refusal(draft: Draft) -> str | None:
    """Return why the draft, written and compiled, would not be the same question; None when it is."""
    file = f"---\ntitle: q\nkind: quiz\n---\n\n{question_markdown(draft)}"
    compiled = compile_file("q/01-q.md", file)
    quiz = compiled.activity
    questions = quiz.questions if isinstance(quiz, Quiz) else ()
    if len(questions) == 1 and draft_of(questions[0]) == draft:
        return None
    errors = [problem for problem in compiled.problems if problem.severity is Severity.ERROR]
    return errors[0].what if errors else "This house's format cannot say it."


def _tidied(drafts: Iterable[Draft], losses: list[Loss]) -> Iterator[Draft]:
    """Return the drafts with titles a heading can hold, ids no two share, and something asked in each."""
    taken: set[str] = set()
    for draft in drafts:
        title = title_of(PRIVATE.sub("", draft.title).replace("{{", "{ {"), draft.stem_html)
        stem = draft.stem_html
        if not plain_text(stem) and "<img" not in stem and not isinstance(draft.answers, Gaps):
            stem = plain_html(title)
        name = draft.id
        if name in taken or not (_ID.fullmatch(name) or name == slug(title)):
            if name:
                what = f"The id “{name[:80]}” cannot be used, or stands twice; the question gets another."
                losses.append(Loss(draft.line, title, what, Fate.CHANGED))
            name = _free_id(title, taken)
        taken.add(name)
        points = min(max(round(draft.points, 4), 0.0001), MOST_POINTS) if draft.points > 0 else 1.0
        if points != draft.points:
            losses.append(
                Loss(draft.line, title, f"It is worth {points:g} instead of {draft.points:g}.", Fate.CHANGED)
            )
        yield replace(draft, title=title, stem_html=stem, id=name, points=points)


def _free_id(title: str, taken: set[str]) -> str:
    wanted = slug(title)
    if len(wanted) > _LONGEST_ID:
        wanted = wanted[:_LONGEST_ID].rpartition("-")[0] or wanted[:_LONGEST_ID]
    if not _ID.fullmatch(wanted):
        wanted = f"q-{wanted}"
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(name for name in chain([wanted], numbered) if name not in taken)


def _fit(draft: Draft) -> tuple[Draft | None, str]:
    """Return the draft as it can be written and what was changed for it, or None and why it cannot."""
    why = ""
    for change, what in _CURES:
        changed = change(draft)
        refused = refusal(changed)
        if refused is None:
            return changed, what
        why = why or refused
    return None, why


def _plain_blocks(html: str) -> str:
    """Return the blocks of this HTML as lines of one paragraph."""
    return to_html(line_starts(line_markdown(html)))


def _plain_explanation(draft: Draft) -> Draft:
    return replace(draft, explanation_html=_plain_blocks(draft.explanation_html))


def _plain_stem(draft: Draft) -> Draft:
    return replace(draft, stem_html=_plain_blocks(draft.stem_html))


def _in_paragraphs(draft: Draft) -> Draft:
    """Return the draft without lists, quotations and tables in its stem, hint and explanation."""
    return _around(draft, _plain_blocks)


def _in_words(draft: Draft) -> Draft:
    """Return the draft with plain words instead of HTML."""
    plain = with_html(draft, lambda html: plain_line(plain_text(html)))
    return _around(replace(draft, answers=plain.answers), lambda html: plain_html(plain_text(html)))


def _around(draft: Draft, change: Callable[[str], str]) -> Draft:
    """Return the draft with the texts around its answers changed."""
    return replace(
        draft,
        stem_html=change(draft.stem_html),
        hint_html=change(draft.hint_html),
        explanation_html=change(draft.explanation_html),
    )


_CURES: tuple[tuple[Callable[[Draft], Draft], str], ...] = (
    (lambda draft: draft, ""),
    (_plain_explanation, "Lists, quotations and tables of its explanation are set as plain text."),
    (_plain_stem, "Lists, quotations and tables of what is asked are set as plain text."),
    (_in_paragraphs, "Lists, quotations and tables around the answers are set as plain text."),
    (_in_words, "Its formatting is taken out; the words are kept."),
)


def _braces(draft: Draft) -> str:
    words = [f"#{draft.id}"] if _ID.fullmatch(draft.id) else []
    named = _named(draft)
    words += [f".{named}"] if named else []
    words += [".fixed"] if draft.is_fixed else []
    words += [f"points={numbers.plain(draft.points)}"] if draft.points != 1 else []
    pairs = (("pool", draft.pool), ("form", draft.form), ("behaviour", " ".join(draft.behaviours)))
    words += [f"{name}={_quoted(value)}" for name, value in pairs if value]
    return f"{{{' '.join(words)}}}" if words else ""


def _quoted(value: str) -> str:
    if re.fullmatch(r"[^\s\"']+", value):
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'


def _named(draft: Draft) -> str:
    """Return the class that says the type where the shape of the answers does not."""
    answers = draft.answers
    match answers:
        case Choice():
            several = sum(option.is_right for option in answers.options) > 1
            return QuestionType.MULTIPLE if answers.is_multiple and not several else ""
        case Words():
            lines = (*answers.texts, *answers.patterns)
            is_number = all(map(looks_like_one, lines)) and (len(lines) == 1 or any("±" in text for text in lines))
            return QuestionType.SHORT if is_number else ""
        case Number():
            return "" if looks_like_one(number_words(answers)) else QuestionType.NUMBER
        case Open(is_self=True):
            return "open .self"
        case Gaps():
            return ""
        case _:
            return draft.type


def _hint(hint_html: str) -> str:
    """Return the hint as a quotation that is not taken for somebody's words."""
    hint = quoted(block_markdown(hint_html))
    return _silent(hint) if _SPOKEN.match(hint) else hint


def _silent(quote: str) -> str:
    """Return the quotation with its first sign spelled so that nobody seems to speak."""
    return _SPOKEN.sub(
        lambda found: f"> &#{ord(found['sign'])};" if found["sign"] else f"> __{found['name']}__", quote, count=1
    )


def _answers(answers: Answers) -> str:  # noqa: PLR0911  # one for each type
    match answers:
        case Choice():
            return "\n".join(
                _option(option.html, option.is_right, option.feedback_html) for option in answers.options
            )
        case Words():
            return "\n".join(f"= {text}" for text in (*answers.texts, *answers.patterns))
        case Number():
            return f"= {number_words(answers)}"
        case Steps():
            return "\n".join(f"{place}. {line_markdown(html)}" for place, html in enumerate(answers.steps_html, 1))
        case Pairs():
            return _table(answers)
        case Gaps():
            return _gapped(answers)
        case Groups():
            return "\n".join(map(_group, answers.groups))
        case Dialogue():
            return "\n>\n".join(map(_said, answers.lines))
        case Open():
            return "\n".join(f"- {line_starts(line_markdown(html))}" for html in answers.criteria_html)


def _group(group: Group) -> str:
    lines = [f"- **{line_markdown(group.name_html)}**"]
    for item in group.items:
        feedback = quoted(block_markdown(item.feedback_html))
        lines.append(f"    - {line_starts(line_markdown(item.html))}")
        lines += [f"        {line}" for line in feedback.split("\n")] if feedback else []
    return "\n".join(lines)


def _said(line: Said) -> str:
    who = f"**{line.who}:** " if line.who else ""
    said = f"> {who}{'[x] ' if line.is_right else ''}{line_markdown(line.html)}"
    feedback = quoted(quoted(block_markdown(line.feedback_html)))
    return f"{said}\n{feedback}" if feedback else said


def _option(html: str, is_right: bool, feedback_html: str) -> str:
    line = f"- [{'x' if is_right else ' '}] {line_markdown(html)}"
    feedback = quoted(block_markdown(feedback_html))
    return "\n    ".join([line, *feedback.split("\n")]) if feedback else line


def _table(pairs: Pairs) -> str:
    head = f"| {_cell_text(pairs.left_title)} | {_cell_text(pairs.right_title)} |"
    rows = [f"| {_cell(pair.left_html)} | {_cell(pair.right_html)} |" for pair in pairs.pairs]
    return "\n".join([head, "| --- | --- |", *rows])


def _cell(html: str) -> str:
    return in_cell(line_markdown(html))


def _cell_text(plain: str) -> str:
    return _cell(plain_html(plain).removeprefix("<p>").removesuffix("</p>"))


def _gapped(gaps: Gaps) -> str:
    accepted = iter(gaps.gaps)
    markdown = block_markdown(GAP.join(gaps.pieces_html))
    return re.sub(GAP, lambda _: f"[[{'|'.join(next(accepted))}]]", markdown)
