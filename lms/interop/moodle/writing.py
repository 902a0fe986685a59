"""Moodle XML written: drafts with ids, behaviours as tags, hints and pictures; the rest is listed."""

import base64
import html
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from lms.interop import wildcards
from lms.interop.draft import Choice, Draft, DraftOption, Fate, Gaps, Given, Number, Open, Pairs, Steps, Words
from lms.interop.gapping import in_one
from lms.interop.giving import Ledger, as_choice, as_pairs, plain_drafts
from lms.interop.moodle import cloze
from lms.interop.moodle.asked import BEHAVIOUR
from lms.interop.moodle.files import PLACE
from lms.interop.moodle.reading import GRADED_HERE
from lms.interop.naming import pool_of
from lms.interop.shares import percent, right_share
from lms.markup import plain_text
from lms.quiz import numbers

_PICTURE = re.compile(r'(<img [^>]*?src=")media/([^"]+)(")')


def write(drafts: Iterable[Draft], title: str, pictures: Mapping[str, bytes] | None = None) -> Given:
    """Return the drafts as Moodle XML; `pictures` are the course's, by their name below `media/`."""
    ledger = Ledger()
    writer = _Writer(ledger, pictures or {})
    comment = " ".join(title.split()).replace("-", "–")
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>", f"<!-- {html.escape(comment)} -->"]
    pool = ""
    for draft in plain_drafts(drafts, ledger):
        written = writer.question(draft)
        if not written:
            continue
        if draft.pool != pool:
            pool = draft.pool
            if pool_of(pool) != pool:
                ledger.lose(draft, f"Its pool is called “{pool_of(pool)}” there.", Fate.CHANGED)
            path = "/".join(filter(None, ("$course$", "top", pool.replace("/", "//"))))
            parts.append(f'<question type="category">{_element("category", _text(path))}</question>')
        parts.append(written)
    return Given(("\n".join([*parts, "</quiz>"]) + "\n").encode(), tuple(ledger.losses))


class _Writer:
    """Writes questions one by one."""

    def __init__(self, ledger: Ledger, pictures: Mapping[str, bytes]) -> None:
        self.ledger, self.pictures = ledger, pictures

    def question(self, whole: Draft) -> str:
        """Return the question, "" when Moodle cannot ask it and a loss says so."""
        draft = whole if isinstance(whole.answers, Steps) else as_pairs(whole, self.ledger)
        draft = as_choice(draft, self.ledger)
        typed = self._typed(draft)
        if not typed:
            return ""
        kind, asked, lines = typed
        self.ledger.lose_parts(draft, hint=False, points=False, fixed=not isinstance(draft.answers, Choice))
        tags = "".join(_element("tag", _text(BEHAVIOUR + name)) for name in draft.behaviours)
        parts = [
            _element("name", _text(draft.title)),
            self._html("questiontext", asked, draft),
            self._html("generalfeedback", draft.explanation_html, draft),
            f"<defaultgrade>{numbers.plain(draft.points)}</defaultgrade>",
            "<penalty>0</penalty>",
            f"<idnumber>{html.escape(draft.id)}</idnumber>" if draft.id else "",
            *lines,
            self._html("hint", draft.hint_html, draft) if draft.hint_html else "",
            f"<tags>{tags}</tags>" if tags else "",
        ]
        inside = "\n".join(f"  {part}" for part in parts if part)
        return f'<question type="{kind}">\n{inside}\n</question>'

    def _typed(  # noqa: PLR0911  # one for each type
        self, draft: Draft
    ) -> tuple[str, str, list[str]] | None:
        """Return Moodle's name of the type, what is asked, and the elements of the answers."""
        stem = draft.stem_html
        match draft.answers:
            case Choice() as choice:
                return _kind_of(draft), stem, self._choice(draft, choice)
            case Words() as words:
                answers = self._words(draft, words)
                return ("shortanswer", stem, ["<usecase>0</usecase>", *answers]) if answers else None
            case Number() as number:
                return "numerical", stem, _number(number)
            case Pairs() as pairs:
                return "matching", stem, self._pairs(draft, pairs)
            case Steps() as steps:
                return "ordering", stem, self._steps(draft, steps)
            case Gaps() as gaps:
                return "cloze", cloze.given(in_one(draft, gaps, self.ledger), gaps.gaps), []
            case Open() as free:
                return "essay", stem, self._open(draft, free)
        return None

    def _choice(self, draft: Draft, choice: Choice) -> list[str]:
        count = sum(option.is_right for option in choice.options)
        share = right_share(count) if choice.is_multiple else 1
        wrong = -share if choice.is_multiple else 0
        if _kind_of(draft) == "truefalse":
            return [
                self._answer(draft, each, share if each.is_right else 0, is_truth=True) for each in choice.options
            ]
        return [
            f"<single>{'false' if choice.is_multiple else 'true'}</single>",
            f"<shuffleanswers>{'false' if draft.is_fixed else 'true'}</shuffleanswers>",
            "<answernumbering>none</answernumbering>",
            *(self._answer(draft, each, share if each.is_right else wrong) for each in choice.options),
        ]

    def _answer(self, draft: Draft, option: DraftOption, share: float, *, is_truth: bool = False) -> str:
        feedback = self._html("feedback", option.feedback_html, draft) if option.feedback_html else ""
        if is_truth:
            inside = _text(option.html.lower()) + feedback
            return f'<answer fraction="{percent(share)}" format="moodle_auto_format">{inside}</answer>'
        return self._html("answer", option.html, draft, f' fraction="{percent(share)}"', feedback)

    def _words(self, draft: Draft, words: Words) -> list[str]:
        accepted = [wildcards.starred(text) for text in words.texts]
        for pattern in words.patterns:
            text = wildcards.text_with_stars(pattern)
            if text is None:
                self.ledger.lose(draft, f"The format has no patterns; {pattern} is left out.")
            else:
                accepted.append(text)
        if not accepted:
            self.ledger.lose(draft, "All its answers are patterns, which the format has not; it is left out.")
        return [_plain_answer(text) for text in accepted]

    def _pairs(self, draft: Draft, pairs: Pairs) -> list[str]:
        if pairs.left_title or pairs.right_title:
            self.ledger.lose(draft, "The format has no heads for the two columns.")
        lines = ["<shuffleanswers>true</shuffleanswers>"]
        for pair in pairs.pairs:
            right = plain_text(pair.right_html)
            if html.escape(right, quote=False) != pair.right_html:
                self.ledger.lose(draft, f"“{right[:60]}” is plain text there.", Fate.CHANGED)
            answer = _element("answer", _text(right))
            lines.append(self._html("subquestion", pair.left_html, draft, "", answer))
        return lines

    def _steps(self, draft: Draft, steps: Steps) -> list[str]:
        return [
            "<layouttype>VERTICAL</layouttype>",
            "<selecttype>ALL</selecttype>",
            "<selectcount>0</selectcount>",
            f"<gradingtype>{GRADED_HERE}</gradingtype>",
            "<showgrading>SHOW</showgrading>",
            *(
                self._html("answer", each, draft, f' fraction="{place}"')
                for place, each in enumerate(steps.steps_html, 1)
            ),
        ]

    def _open(self, draft: Draft, free: Open) -> list[str]:
        if free.is_self:
            self.ledger.lose(draft, "There a trainer marks it, not the learner.", Fate.CHANGED)
        items = "\n".join(f"<li>{each}</li>" for each in free.criteria_html)
        return ["<responseformat>plain</responseformat>", self._html("graderinfo", f"<ul>\n{items}\n</ul>", draft)]

    def _html(self, name: str, inside: str, draft: Draft, more: str = "", after: str = "") -> str:
        """Return an element with HTML, the pictures in it as files."""
        used = list(dict.fromkeys(found[2] for found in _PICTURE.finditer(inside)))
        files = []
        for address in used:
            content = self.pictures.get(unquote(address))
            if content is None:
                self.ledger.lose(draft, f"The file “{unquote(address)}” does not go along.")
                continue
            folder, _, file = unquote(address).rpartition("/")
            path = html.escape(f"/{folder}/" if folder else "/")
            body = base64.b64encode(content).decode()
            files.append(f'<file name="{html.escape(file)}" path="{path}" encoding="base64">{body}</file>')
        linked = _PICTURE.sub(lambda found: f"{found[1]}{PLACE}{quote(unquote(found[2]))}{found[3]}", inside)
        return f'<{name}{more} format="html">{_text(linked)}{"".join(files)}{after}</{name}>'


def _kind_of(draft: Draft) -> str:
    answers = draft.answers
    assert isinstance(answers, Choice)
    is_truth = draft.is_fixed and not answers.is_multiple
    return (
        "truefalse" if is_truth and [each.html for each in answers.options] == ["True", "False"] else "multichoice"
    )


def _number(number: Number) -> list[str]:
    tolerance = f"<tolerance>{numbers.plain(number.tolerance)}</tolerance>"
    lines = [_plain_answer(numbers.plain(number.value), tolerance)]
    if number.unit:
        unit = f"<unit><multiplier>1</multiplier>{_element('unit_name', html.escape(number.unit))}</unit>"
        lines += [f"<units>{unit}</units>", "<unitgradingtype>0</unitgradingtype>", "<showunits>0</showunits>"]
    return lines


def _plain_answer(text: str, more: str = "") -> str:
    return f'<answer fraction="100" format="moodle_auto_format">{_text(text)}{more}</answer>'


def _element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>"


def _text(text: str) -> str:
    return f"<text>{html.escape(text, quote=False)}</text>"
