"""Drafts as QTI items, 2.1 or 3.0: marked by the standard templates, or by their rules with feedback added."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from lms.interop.draft import (
    Choice,
    Dialogue,
    Draft,
    DraftOption,
    Fate,
    Gaps,
    Groups,
    Loss,
    Number,
    Open,
    Pair,
    Pairs,
    Said,
    Steps,
    Words,
)
from lms.interop.markup_xml import RECORDINGS, xml_of
from lms.interop.prose.escaping import GAP
from lms.interop.qti.pen import Pen
from lms.markup import plain_text
from lms.quiz import numbers

_RESPONSE = "RESPONSE"
_SCORE = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
_BOXED = re.compile(r"admonition|<details|footnote")
_BY_MATCH, _BY_MAP = "match_correct", "map_response"


@dataclass
class _Item:
    """One item while it is written."""

    pen: Pen
    draft: Draft
    responses: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    template: str = ""
    losses: list[Loss] = field(default_factory=list)

    def lose(self, what: str, fate: Fate = Fate.LEFT_OUT) -> None:
        self.losses.append(Loss(self.draft.line, self.draft.title, what, fate))

    def text(self, safe_html: str) -> str:
        """Return running text; pictures lie beside the folder of the items."""
        return xml_of(safe_html, lambda url: f"../{url}" if url.startswith("media/") else url)

    def block(self, safe_html: str, name: str) -> None:
        if safe_html:
            self.body.append(f'<div class="{name}">{self.text(safe_html)}</div>')

    def interaction(self, name: str, given: dict[str, str], content: Sequence[str] = ()) -> None:
        self.body.append(self.pen.element(name, {"responseIdentifier": _RESPONSE, **given}, *content))

    def declare(
        self,
        cardinality: str,
        base_type: str,
        correct: Sequence[str] = (),
        mapping: str = "",
        identifier: str = _RESPONSE,
    ) -> None:
        values = [self.pen.element("value", None, escape(each, quote=False)) for each in correct]
        self.responses.append(
            self.pen.element(
                "responseDeclaration",
                {"identifier": identifier, "cardinality": cardinality, "baseType": base_type},
                self.pen.element("correctResponse", None, *values) if values else "",
                mapping,
            )
        )

    def mapping(self, worths: Sequence[tuple[str, float]], *, is_text: bool = False) -> str:
        entries = [
            self.pen.element(
                "mapEntry",
                {
                    "mapKey": key,
                    "mappedValue": numbers.plain(round(worth, 6)),
                    **({"caseSensitive": "false"} if is_text else {}),
                },
            )
            for key, worth in worths
        ]
        return self.pen.element("mapping", {"lowerBound": "0", "upperBound": "1", "defaultValue": "0"}, *entries)


def write_item(draft: Draft, identifier: str, pen: Pen) -> tuple[bytes | None, list[Loss]]:
    """Return the item's file, None when the format cannot hold it, and what of the question it cannot hold."""
    item = _Item(pen, draft)
    if isinstance(draft.answers, Words) and not draft.answers.texts:
        item.lose("It accepts by patterns only; QTI compares texts.")
        return None, item.losses
    whole = repr(draft)
    if any(f"<{tag}" in whole for tag in RECORDINGS):
        item.lose("Its recordings are left out; what they are called stays.")
    if _BOXED.search(whole):
        item.lose("Boxes, fold-outs and footnotes are plain paragraphs there.", Fate.CHANGED)
    if draft.hint_html:
        hint = pen.spoken(item.text(draft.hint_html))
        item.body.append(pen.element("rubricBlock", {"view": "candidate", "class": "hint"}, hint))
    item.block(draft.stem_html, "stem")
    _write_answers(item)
    for name, value in (("behaviours", draft.behaviours), ("form", draft.form)):
        if value:
            item.lose(f"Its {name} is not said there." if name == "form" else "Its behaviours are not said there.")
    outcomes, feedback = _feedback(item)
    return (
        pen.document(
            "assessmentItem",
            {
                "identifier": identifier,
                "title": draft.title or plain_text(draft.stem_html)[:120] or identifier,
                "adaptive": "false",
                "timeDependent": "false",
            },
            *item.responses,
            pen.element("outcomeDeclaration", _SCORE),
            *outcomes,
            pen.element("itemBody", None, *item.body),
            _processing(item),
            *feedback,
        ),
        item.losses,
    )


def _write_answers(item: _Item) -> None:  # noqa: C901  # one case a type
    match item.draft.answers:
        case Choice() as answers:
            _choice(item, answers)
        case Words() as answers:
            _words(item, answers)
        case Number() as answers:
            _number(item, answers)
        case Steps() as answers:
            _steps(item, answers)
        case Pairs() as answers:
            _pairs(item, answers)
        case Gaps() as answers:
            _gaps(item, answers)
        case Groups() as answers:
            item.lose("Its groups are the right side of a match there.", Fate.CHANGED)
            if any(each.feedback_html for group in answers.groups for each in group.items):
                item.lose("The feedback of its items is left out.")
            _pairs(item, Pairs(tuple(Pair(e.html, g.name_html) for g in answers.groups for e in g.items)))
        case Dialogue() as answers:
            item.lose("Its dialogue is a list to tick there.", Fate.CHANGED)
            said = tuple(DraftOption(_said(line), line.is_right, line.feedback_html) for line in answers.lines)
            _choice(item, Choice(said, is_multiple=True))
        case Open() as answers:
            _open(item, answers)


def _said(line: Said) -> str:
    return f"<strong>{escape(line.who, quote=False)}:</strong> {line.html}" if line.who else line.html


def _open(item: _Item, answers: Open) -> None:
    if answers.is_self:
        item.lose("There a person marks it, not the learner.", Fate.CHANGED)
    criteria = "".join(f"<li>{item.text(each)}</li>" for each in answers.criteria_html)
    note = item.pen.spoken(f"<ul>{criteria}</ul>")
    item.body.append(item.pen.element("rubricBlock", {"view": "scorer"}, note))
    item.declare("single", "string")
    item.interaction("extendedTextInteraction", {"expectedLines": "6"})


def _choice(item: _Item, answers: Choice) -> None:
    pen = item.pen
    names = [f"choice_{number}" for number in range(1, len(answers.options) + 1)]
    right = [name for name, option in zip(names, answers.options, strict=True) if option.is_right]
    worths = [
        (name, (1 if option.is_right else -1) / len(right))
        for name, option in zip(names, answers.options, strict=True)
    ]
    if answers.is_multiple:
        item.declare("multiple", "identifier", right, item.mapping(worths))
    else:
        item.declare("single", "identifier", right)
    item.template = _BY_MAP if answers.is_multiple else _BY_MATCH
    item.interaction(
        "choiceInteraction",
        {
            "shuffle": "false" if item.draft.is_fixed else "true",
            "maxChoices": "0" if answers.is_multiple else "1",
        },
        [
            pen.element("simpleChoice", {"identifier": name}, item.text(option.html))
            for name, option in zip(names, answers.options, strict=True)
        ],
    )


def _words(item: _Item, answers: Words) -> None:
    if answers.patterns:
        item.lose("Its patterns are left out; QTI compares texts.")
    item.declare(
        "single",
        "string",
        answers.texts[:1],
        item.mapping([(text, 1) for text in _told(answers.texts)], is_text=True),
    )
    item.template = _BY_MAP
    item.body.append(f'<p class="answer">{_field(item)}</p>')


def _number(item: _Item, answers: Number) -> None:
    value = numbers.plain(answers.value)
    item.declare("single", "float", [value])
    unit = f' <span class="unit">{escape(answers.unit, quote=False)}</span>' if answers.unit else ""
    item.body.append(f'<p class="answer">{_field(item)}{unit}</p>')
    if not answers.tolerance:
        item.template = _BY_MATCH
        return
    tolerance = numbers.plain(answers.tolerance)
    pen = item.pen
    is_near = pen.element(
        "equal",
        {
            "toleranceMode": "absolute",
            "tolerance": f"{tolerance} {tolerance}",
            "includeLowerBound": "true",
            "includeUpperBound": "true",
        },
        pen.element("variable", {"identifier": _RESPONSE}),
        pen.element("correct", {"identifier": _RESPONSE}),
    )
    item.rules = [_if(item, is_near)]


def _told(texts: Sequence[str]) -> list[str]:
    """Return the texts as XML keeps them: none twice, spaces single."""
    return list(dict.fromkeys(" ".join(text.split()) for text in texts))


def _field(item: _Item, identifier: str = _RESPONSE, longest: int = 20) -> str:
    return item.pen.element(
        "textEntryInteraction", {"responseIdentifier": identifier, "expectedLength": str(longest)}
    )


def _steps(item: _Item, answers: Steps) -> None:
    names = [f"step_{number}" for number in range(1, len(answers.steps_html) + 1)]
    item.declare("ordered", "identifier", names)
    item.template = _BY_MATCH
    item.lose("There only the whole order earns its points; here each step in place earns a share.", Fate.CHANGED)
    steps = [
        item.pen.element("simpleChoice", {"identifier": name}, item.text(step))
        for name, step in zip(names, answers.steps_html, strict=True)
    ]
    # Written in another order than the right one, for players that do not shuffle.
    item.interaction("orderInteraction", {"shuffle": "true"}, [*steps[1::2], *steps[0::2]])


def _pairs(item: _Item, answers: Pairs) -> None:
    pen = item.pen
    if answers.left_title or answers.right_title:
        item.lose("The heads of its two columns are left out.")
    rights: dict[str, str] = {}
    for pair in answers.pairs:
        rights.setdefault(pair.right_html, f"right_{len(rights) + 1}")
    lefts = [pair for pair in answers.pairs if pair.left_html]
    right = [f"left_{number} {rights[pair.right_html]}" for number, pair in enumerate(lefts, start=1)]
    item.declare("multiple", "directedPair", right, item.mapping([(pair, 1 / len(lefts)) for pair in right]))
    item.template = _BY_MAP
    sides = (
        [(f"left_{number}", "1", pair.left_html) for number, pair in enumerate(lefts, start=1)],
        [(name, "0", html) for html, name in rights.items()],
    )
    item.interaction(
        "matchInteraction",
        {"shuffle": "true", "maxAssociations": str(len(lefts))},
        [
            pen.element(
                "simpleMatchSet",
                None,
                *(
                    pen.element("simpleAssociableChoice", {"identifier": name, "matchMax": most}, item.text(html))
                    for name, most, html in side
                ),
            )
            for side in sides
        ],
    )


def _gaps(item: _Item, answers: Gaps) -> None:
    count = len(answers.gaps)
    names = [_RESPONSE] if count == 1 else [f"{_RESPONSE}_{number}" for number in range(1, count + 1)]
    for name, accepted in zip(names, answers.gaps, strict=True):
        worths = [(text, 1 / count) for text in _told(accepted)]
        item.declare("single", "string", accepted[:1], item.mapping(worths, is_text=True), name)
    text = item.text(GAP.join(answers.pieces_html))
    for name in names:
        text = text.replace(GAP, _field(item, name, 15), 1)
    item.body.append(f'<div class="gaps">{text}</div>')
    if count == 1:
        item.template = _BY_MAP
        return
    pen = item.pen
    shares = [pen.element("mapResponse", {"identifier": name}) for name in names]
    item.rules = [pen.element("setOutcomeValue", {"identifier": "SCORE"}, pen.element("sum", None, *shares))]


def _if(item: _Item, condition: str) -> str:
    """Return the rule that the template `match_correct` stands for, with this condition."""
    pen = item.pen

    def earn(points: str) -> str:
        value = pen.element("baseValue", {"baseType": "float"}, points)
        return pen.element("setOutcomeValue", {"identifier": "SCORE"}, value)

    return pen.element(
        "responseCondition",
        None,
        pen.element("responseIf", None, condition, earn("1")),
        pen.element("responseElse", None, earn("0")),
    )


def _feedback(item: _Item) -> tuple[list[str], list[str]]:
    """Return the outcomes that feedback hangs on, and the feedback; adds the rule that sets them."""
    pen, draft = item.pen, item.draft
    outcomes, shown = [], []

    def modal(outcome: str, identifier: str, safe_html: str) -> str:
        given = {"outcomeIdentifier": outcome, "identifier": identifier, "showHide": "show"}
        return pen.element("modalFeedback", given, pen.spoken(item.text(safe_html)))

    if isinstance(draft.answers, Choice) and any(option.feedback_html for option in draft.answers.options):
        cardinality = "multiple" if draft.answers.is_multiple else "single"
        outcomes.append(
            pen.element(
                "outcomeDeclaration",
                {"identifier": "FEEDBACK", "cardinality": cardinality, "baseType": "identifier"},
            )
        )
        shown += [
            modal("FEEDBACK", f"choice_{number}", option.feedback_html)
            for number, option in enumerate(draft.answers.options, start=1)
            if option.feedback_html
        ]
        _write_out(item)
        variable = pen.element("variable", {"identifier": _RESPONSE})
        item.rules.append(pen.element("setOutcomeValue", {"identifier": "FEEDBACK"}, variable))
    if draft.explanation_html:
        always = pen.element("defaultValue", None, pen.element("value", None, "shown"))
        outcomes.append(
            pen.element(
                "outcomeDeclaration",
                {"identifier": "EXPLANATION", "cardinality": "single", "baseType": "identifier"},
                always,
            )
        )
        shown.append(modal("EXPLANATION", "shown", draft.explanation_html))
    return outcomes, shown


def _write_out(item: _Item) -> None:
    """Put the template's own rules in its place, so that another rule may follow."""
    pen, response = item.pen, {"identifier": _RESPONSE}
    if item.template == _BY_MATCH:
        both = pen.element("variable", response) + pen.element("correct", response)
        item.rules = [_if(item, pen.element("match", None, both))]
    else:
        score = pen.element("mapResponse", response)
        item.rules = [pen.element("setOutcomeValue", {"identifier": "SCORE"}, score)]
    item.template = ""


def _processing(item: _Item) -> str:
    if item.template:
        return item.pen.template(item.template)
    if not item.rules:
        # A person marks it.
        return ""
    return item.pen.element("responseProcessing", None, *item.rules)
