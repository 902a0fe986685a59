"""From the sections of an author's file to a scenario: headings are moments, links are choices."""

import re

from lms.markup import plain_text, to_html
from lms.problem import Problem, Severity, has_errors
from lms.scenario.choices import CHANGE, ChoiceReader
from lms.scenario.scenario import Moment, Outcome, Scenario, Start
from lms.section import Section
from lms.structure import sections_of, structure_of

_CARDS = ("customer-card", "observer-card", "trainer")
_CLASSES = ("ending", "draw", *_CARDS)
_ITEM = re.compile(r"\s{0,3}[-*+]\s")


def read_scenario(
    intro: tuple[str, ...], sections: list[Section], file: str, start: Start
) -> tuple[Scenario | None, list[Problem]]:
    """Return the scenario of these level-two sections, or None when an error stands in its way; and every problem.

    Whether the moments hold together is `linting`'s question; behaviours are not looked up here.
    """
    problems: list[Problem] = []
    moments: list[Moment] = []
    cards = dict.fromkeys(_CARDS, "")
    for section in sections:
        card = next((name for name in section.attributes.classes if name in _CARDS), None)
        if card:
            cards[card] = to_html("\n".join(section.lines))
        else:
            moments.append(_moment(section, start, problems, may_draw=True))
    if not moments:
        what = "The scenario has no moment yet."
        cure = "Write a heading with ## and an id for the first: ## … {#open}."
        problems.append(Problem(file, 1, 1, "no-moments", what, cure))
    _check_ids(file, moments, problems)
    if has_errors(problems):
        return None, sorted(problems)
    return Scenario(
        file=file,
        start=start,
        intro_html=to_html("\n".join(intro)),
        moments=tuple(moments),
        customer_card_html=cards["customer-card"],
        observer_card_html=cards["observer-card"],
        trainer_html=cards["trainer"],
    ), sorted(problems)


def _moment(section: Section, start: Start, problems: list[Problem], *, may_draw: bool) -> Moment:
    effects = _braces(section, start, problems)
    lines, variants = section.lines, tuple[Moment, ...]()
    is_draw = "draw" in section.attributes.classes
    if may_draw and is_draw:
        structure = structure_of(section.lines)
        lines, inner = sections_of(structure, section.file, section.first_line, 3)
        variants = tuple(_moment(each, start, problems, may_draw=False) for each in inner)
        if len(variants) < 2:
            _at(section, problems, "one-variant", "A draw needs at least two ### headings to pick from.",
                "Add one, or take .draw out.")  # fmt: skip
    reader = ChoiceReader(section, start, problems)
    first = next((number for number, line in enumerate(lines) if _ITEM.match(line)), len(lines))
    choices = () if is_draw and may_draw else reader.read(lines[first:], section.first_line + first)
    html = to_html("\n".join(lines[:first]))
    return Moment(
        id=section.attributes.id or "",
        title=section.title,
        html=html,
        words=len(plain_text(html).split()),
        choices=choices,
        variants=variants,
        outcome=_outcome(section, problems),
        line=section.line,
        effects=effects,
    )


def _braces(section: Section, start: Start, problems: list[Problem]) -> dict[str, int]:
    """Return what changes when one comes to this moment; complains about what means nothing in its braces."""
    effects: dict[str, int] = {}
    meters = () if "draw" in section.attributes.classes else start.known
    if not section.attributes.id:
        _at(section, problems, "no-moment-id", f"The moment “{section.title}” has no id to link to.",
            "Write one after the heading, such as {#she-calms-down}.")  # fmt: skip
    for name in section.attributes.classes:
        if name not in _CLASSES:
            _at(section, problems, "unknown-class", f"“.{name}” means nothing on a moment.",
                f"Known are {', '.join('.' + known for known in _CLASSES)}.")  # fmt: skip
    for key, value in section.attributes.pairs.items():
        if key in meters and CHANGE.fullmatch(value):
            effects[key] = int(value)
        elif key != "outcome":
            _at(section, problems, "unknown-attribute", f"“{key}={value}” means nothing on a moment.",
                "An ending has outcome=; what changes when one comes here is written like heat=+2.")  # fmt: skip
    return effects


def _outcome(section: Section, problems: list[Problem]) -> Outcome | None:
    written = section.attributes.pairs.get("outcome")
    if written is None and "ending" not in section.attributes.classes:
        return None
    if written in set(Outcome) and "ending" in section.attributes.classes:
        return Outcome(written)
    _at(section, problems, "bad-outcome", "An ending says how it ended.",
        f"Write {{.ending outcome=…}} with one of {', '.join(Outcome)}.")  # fmt: skip
    return None


def _check_ids(file: str, moments: list[Moment], problems: list[Problem]) -> None:
    first: dict[str, int] = {}
    for moment in [each for one in moments for each in (one, *one.variants)]:
        if moment.id and moment.id in first:
            what = f"The moment id “{moment.id}” stands here and in line {first[moment.id]}."
            problems.append(Problem(file, moment.line, 1, "moment-id-twice", what, "Give one of them another id."))
        first.setdefault(moment.id, moment.line)


def _at(section: Section, problems: list[Problem], code: str, what: str, cure: str) -> None:
    problems.append(Problem(section.file, section.line, 1, code, what, cure, Severity.ERROR))
