"""One QTI item to one draft: its interaction says the type, its declarations the key; the rest is text."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lms.interop.draft import (
    Answers,
    Choice,
    Draft,
    DraftOption,
    Fate,
    Gaps,
    Loss,
    Number,
    Open,
    Pair,
    Pairs,
    Steps,
    Words,
)
from lms.interop.markup_xml import html_of
from lms.interop.prose.taming import Tamed, plain_line, tame_block, tame_line
from lms.interop.qti.scoring import Declared, How, NotHeldError, declared_responses
from lms.interop.qti.vocabulary import said
from lms.interop.safe_xml import Element
from lms.interop.weighing import ONE_CRITERION

# Stands where a gap or a numbered place is until the text around it is HTML of the house.
_SIGN = "qti7gap7sign"
_TYPED = {"string", "integer", "float"}
_GENERAL = "The feedback for right and for wrong answers is shown to everybody, as the explanation."
_ALL_OR_NOTHING = "Only the whole answer earned a point there; here every right part earns its share."
_SHARES = "Its answers earned different shares; here an answer is right or wrong."
_SILENT = {"stylesheet", "prompt", "responseDeclaration", "outcomeDeclaration"}


@dataclass
class Reading:
    """One item while it is read; `losses` fill up on the way."""

    item: Element
    name: str
    picture: Callable[[str], str]
    declared: dict[str, Declared] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    explanations: list[str] = field(default_factory=list)
    for_markers: list[Element] = field(default_factory=list)
    answer_feedback: dict[str, str] = field(default_factory=dict)

    def lose(self, element: Element, what: str, fate: Fate = Fate.CHANGED) -> None:
        """Note something that is not kept as it was; the same thing is noted once."""
        loss = Loss(element.line, self.name, what, fate, said(element))
        if all((each.what, each.fate) != (what, fate) for each in self.losses):
            self.losses.append(loss)

    def html(self, content: list["Element | str"], replaced: Callable[[Element], str | None] | None = None) -> str:
        """Return running text as HTML of the house."""
        return self._tamed(tame_block, content, replaced)

    def line_html(self, element: Element, replaced: Callable[[Element], str | None] | None = None) -> str:
        """Return what an option or a step holds as one line of HTML."""
        return self._tamed(tame_line, element.content, replaced)

    def _tamed(
        self,
        tame: Callable[[str, Callable[[str], str]], Tamed],
        content: list["Element | str"],
        replaced: Callable[[Element], str | None] | None,
    ) -> str:
        def instead(element: Element) -> str | None:
            own = replaced(element) if replaced else None
            return own if own is not None else self._instead(element)

        made = tame(html_of(content, instead), self.picture)
        for what in made.lost:
            self.lose(self.item, what)
        return made.html

    def response(self, interaction: Element) -> Declared:
        """Return the declaration of an interaction's response. Raises NotHeldError when there is none."""
        found = self.declared.get(interaction.get("responseIdentifier"))
        if found is None:
            raise NotHeldError(interaction, f"{said(interaction)} has no response declaration.")
        if not found.right:
            raise NotHeldError(interaction, f"{said(interaction)} says of no answer that it is right.")
        return found

    def _instead(self, element: Element) -> str | None:
        name = element.name
        if name in _SILENT:
            return ""
        if name in ("feedbackInline", "feedbackBlock"):
            text = self.html(element.content)
            if text:
                self.lose(element, _GENERAL)
                self.explanations.append(text)
            return ""
        if name == "contentBody":
            return html_of(element.content, self._instead)
        if name == "rubricBlock":
            return self._rubric(element)
        if name in ("printedVariable", "infoControl", "templateInline", "templateBlock"):
            raise NotHeldError(element, f"{said(element)} changes the text while it is answered.")
        if name in ("math", "object", "video", "audio", "include"):
            return self._foreign(element)
        return None

    def _rubric(self, element: Element) -> str:
        views = element.get("view").split()
        if views and "candidate" not in views:
            self.for_markers.append(element)
            return ""
        if "hint" in element.get("class").split():
            self.hints.append(self.html(element.content))
            return ""
        return f"<div>{html_of(element.content)}</div>"

    def _foreign(self, element: Element) -> str | None:
        if element.name == "object" and element.get("type").startswith("image/"):
            return html_of([Element("img", "", {"src": element.get("data"), "alt": element.words}, element.line)])
        words = element.words
        self.lose(element, f"{said(element)} is kept as its words only.", Fate.AS_TEXT)
        return html_of([words])


def read_item(item: Element, picture: Callable[[str], str], file: str) -> tuple[Draft | None, list[Loss]]:
    """Return the item as a draft, None when it cannot be one, with what is lost and why.

    `item` is in the vocabulary of 2.x; `picture` gives what the house calls a picture of the item, "" when it
    is not in the file.
    """
    name = item.get("title") or item.get("identifier") or file
    reading = Reading(item, name, picture)
    try:
        return _draft(reading), reading.losses
    except NotHeldError as error:
        loss = Loss(error.line, name, error.what, Fate.LEFT_OUT, error.place)
        return None, [loss]


def _draft(reading: Reading) -> Draft:
    item = reading.item
    if item.get("adaptive") == "true":
        raise NotHeldError(item, "It is adaptive: it goes on asking until the answer is right.")
    for element in item.children("templateDeclaration", "templateProcessing"):
        raise NotHeldError(element, f"{said(element)} makes a new question for everybody.")
    for element in item.children("stylesheet"):
        reading.lose(element, "Its own style sheet is left out.", Fate.LEFT_OUT)
    reading.declared = declared_responses(item)
    body = item.child("itemBody")
    if body is None:
        raise NotHeldError(item, "It asks nothing: <itemBody> is missing.")
    _take_feedback(reading)
    interactions = [each for each in body.all() if each.name.endswith("Interaction")]
    stem, answers = _asked(reading, body, interactions)
    for element in () if isinstance(answers, Open) else reading.for_markers:
        reading.lose(element, f"The note for {element.get('view')} is left out.", Fate.LEFT_OUT)
    if any(each.name == "feedbackInline" for each in body.all()):
        _warn_of_hiding(reading, body)
    return Draft(
        title=item.get("title"),
        stem_html=stem,
        answers=answers,
        hint_html="".join(reading.hints),
        explanation_html="".join(dict.fromkeys(reading.explanations)),
        points=_points(item),
        id=item.get("identifier"),
        is_fixed=_is_fixed(interactions),
        line=item.line,
    )


def _take_feedback(reading: Reading) -> None:
    """Sort modal feedback: what names an answer is that answer's, the rest explains."""
    named = {each.get("identifier") for each in reading.item.all("simpleChoice", "hottext")}
    general = []
    for element in reading.item.children("modalFeedback"):
        text = reading.html(element.content)
        if element.get("identifier") in named:
            reading.answer_feedback[element.get("identifier")] = text
        elif text:
            general.append(element)
            reading.explanations.append(text)
    if len(general) > 1:
        reading.lose(general[0], _GENERAL)


def _warn_of_hiding(reading: Reading, body: Element) -> None:
    for element in body.all("feedbackInline"):
        if element.get("showHide", "show") == "hide":
            reading.lose(element, "Feedback that is hidden by an answer is shown by it.")


def _points(item: Element) -> float:
    for declaration in item.children("outcomeDeclaration"):
        if declaration.get("identifier") == "MAXSCORE":
            default = declaration.first("value")
            try:
                value = float(default.words) if default else 1.0
            except ValueError:
                return 1.0
            return value if 0 < value <= 100 else 1.0
    return 1.0


def _is_fixed(interactions: list[Element]) -> bool:
    kinds = ("choiceInteraction", "inlineChoiceInteraction")
    return any(each.name in kinds and each.get("shuffle") != "true" for each in interactions)


def _asked(reading: Reading, body: Element, interactions: list[Element]) -> tuple[str, Answers]:
    kinds = {each.name for each in interactions}
    if not interactions:
        raise NotHeldError(body, "It asks nothing: there is no interaction in it.")
    if len(kinds) > 1:
        raise NotHeldError(interactions[1], f"It asks several things at once: {', '.join(sorted(kinds))}.")
    kind = kinds.pop()
    if kind == "textEntryInteraction":
        return _typed(reading, body, interactions)
    if kind == "inlineChoiceInteraction":
        return _lists_in_text(reading, body, interactions)
    if kind not in _SINGLE:
        raise NotHeldError(interactions[0], f"{said(interactions[0])} cannot be asked here.")
    if len(interactions) > 1:
        raise NotHeldError(interactions[1], "It asks several questions in one; make an item of each.")
    return _SINGLE[kind](reading, body, interactions[0])


def _stem(reading: Reading, body: Element, interaction: Element, instead: str = "") -> str:
    """Return the text of the item around one interaction, with its prompt at its end."""
    prompt = interaction.child("prompt")
    asked = f"<p>{html_of(prompt.content)}</p>" if prompt else ""

    def replaced(element: Element) -> str | None:
        return (instead + asked) if element is interaction else None

    return reading.html(body.content, replaced)


# Choices.


def _choice(reading: Reading, body: Element, interaction: Element) -> tuple[str, Answers]:
    response = reading.response(interaction)
    is_multiple = response.cardinality != "single"
    options = [_option(reading, each, response) for each in interaction.children("simpleChoice")]
    return _stem(reading, body, interaction), _chosen(reading, interaction, response, options, is_multiple)


def _chosen(
    reading: Reading, interaction: Element, response: Declared, options: list[DraftOption], is_multiple: bool
) -> Choice:
    if sum(option.is_right for option in options) > 1 and not is_multiple:
        raise NotHeldError(interaction, "Several answers are right, and only one may be chosen.")
    if not any(option.is_right for option in options) or len(options) < 2:
        raise NotHeldError(interaction, f"{said(interaction)} has too few answers, or none of them is right.")
    if response.has_shares:
        reading.lose(interaction, _SHARES)
    if is_multiple and response.how is How.CORRECT:
        reading.lose(interaction, _ALL_OR_NOTHING)
    return Choice(tuple(options), is_multiple)


def _option(reading: Reading, choice: Element, response: Declared) -> DraftOption:
    identifier = choice.get("identifier")
    inline: list[str] = []

    def replaced(element: Element) -> str | None:
        if element.name != "feedbackInline":
            return None
        inline.append(reading.html(element.content))
        return ""

    text = reading.line_html(choice, replaced)
    feedback = reading.answer_feedback.get(identifier, "") or "".join(inline)
    return DraftOption(text, identifier in response.right, feedback)


def _hottext(reading: Reading, body: Element, interaction: Element) -> tuple[str, Answers]:
    response = reading.response(interaction)
    marked = list(interaction.all("hottext"))
    options = [_option(reading, each, response) for each in marked]
    is_multiple = response.cardinality != "single"

    def replaced(element: Element) -> str | None:
        return f"<strong>{html_of(element.content)}</strong>" if element.name == "hottext" else None

    without_prompt = [each for each in interaction.content if isinstance(each, str) or each.name != "prompt"]
    text = html_of(without_prompt, replaced)
    reading.lose(interaction, "The places in the text are bold there and offered as a list below it.")
    return _stem(reading, body, interaction, text), _chosen(reading, interaction, response, options, is_multiple)


def _open(reading: Reading, body: Element, interaction: Element) -> tuple[str, Answers]:
    stem = _stem(reading, body, interaction)
    criteria = [reading.line_html(item) for note in reading.for_markers for item in note.all("li")]
    if not criteria:
        criteria = list(filter(None, (reading.line_html(note) for note in reading.for_markers)))
    if not criteria:
        reading.lose(interaction, f"It has no criteria; it is given one: {ONE_CRITERION}")
    return stem, Open(tuple(criteria) or (plain_line(ONE_CRITERION),))


# Order and pairs.


def _order(reading: Reading, body: Element, interaction: Element) -> tuple[str, Answers]:
    response = reading.response(interaction)
    steps = {each.get("identifier"): reading.line_html(each) for each in interaction.children("simpleChoice")}
    if response.how is How.MAPPED or len(steps) != len(response.correct) or set(steps) != set(response.correct):
        raise NotHeldError(interaction, "Its order leaves something out, or is marked place by place.")
    reading.lose(interaction, _ALL_OR_NOTHING)
    return _stem(reading, body, interaction), Steps(tuple(steps[each] for each in response.correct))


def _match(reading: Reading, body: Element, interaction: Element) -> tuple[str, Answers]:
    sets = interaction.children("simpleMatchSet")
    if len(sets) != 2:
        raise NotHeldError(interaction, f"{said(interaction)} has not two sides.")
    response = reading.response(interaction)
    sides = [{each.get("identifier"): each for each in side.children("simpleAssociableChoice")} for side in sets]
    pairs = _split(response.right)
    if not _is_function(pairs, sides[0]):
        pairs, sides = [(right, left) for left, right in pairs], sides[::-1]
        if not _is_function(pairs, sides[0]):
            raise NotHeldError(interaction, "Something there belongs to several others, or to none.")
        reading.lose(interaction, "The two sides are exchanged.")
    _share(reading, interaction, response)
    return _stem(reading, body, interaction), _paired(reading, pairs, sides)


def _associate(reading: Reading, body: Element, interaction: Element) -> tuple[str, Answers]:
    response = reading.response(interaction)
    choices = {each.get("identifier"): each for each in interaction.all("simpleAssociableChoice")}
    pairs = _split(response.right)
    lefts = {left: choices[left] for left, _ in pairs if left in choices}
    rights = {name: each for name, each in choices.items() if name not in lefts}
    if len(lefts) != len(pairs) or any(right not in rights for _, right in pairs):
        raise NotHeldError(interaction, "Something there belongs to several others.")
    reading.lose(interaction, "What was one heap stands in two columns.")
    _share(reading, interaction, response)
    return _stem(reading, body, interaction), _paired(reading, pairs, [lefts, rights])


def _split(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(left, right) for left, _space, right in (value.partition(" ") for value in values)]


def _is_function(pairs: list[tuple[str, str]], lefts: dict[str, Element]) -> bool:
    return sorted(left for left, _ in pairs) == sorted(lefts)


def _paired(reading: Reading, pairs: list[tuple[str, str]], sides: list[dict[str, Element]]) -> Pairs:
    lefts, rights = ({name: reading.line_html(each) for name, each in side.items()} for side in sides)
    right_of = dict(pairs)
    used = set(right_of.values())
    if not used <= set(rights):
        raise NotHeldError(reading.item, "A right pair speaks of something that is not there.")
    rows = [Pair(text, rights[right_of[name]]) for name, text in lefts.items()]
    rows += [Pair("", text) for name, text in rights.items() if name not in used]
    return Pairs(tuple(rows))


def _share(reading: Reading, interaction: Element, response: Declared) -> None:
    if response.has_shares:
        reading.lose(interaction, _SHARES)
    elif response.how is How.CORRECT:
        reading.lose(interaction, _ALL_OR_NOTHING)


# Places in a text.


def _typed(reading: Reading, body: Element, interactions: list[Element]) -> tuple[str, Answers]:
    responses = [reading.response(each) for each in interactions]
    for interaction, response in zip(interactions, responses, strict=True):
        if response.base_type not in _TYPED:
            raise NotHeldError(interaction, f"It asks for {response.base_type}, which cannot be typed here.")
        if response.has_shares:
            reading.lose(interaction, _SHARES)
        if response.is_case_told:
            reading.lose(interaction, "Capitals counted there; here they do not.")
        if interaction.get("patternMask"):
            reading.lose(interaction, "What may be typed is not limited by a pattern here.")
    if len(interactions) == 1 and _stands_alone(body, interactions[0]):
        return _typed_alone(reading, body, interactions[0], responses[0])
    stem, pieces = _gapped(reading, body, interactions)
    return stem, Gaps(pieces, tuple(response.right for response in responses))


def _typed_alone(reading: Reading, body: Element, interaction: Element, response: Declared) -> tuple[str, Answers]:
    holder = _holder(body, interaction)
    unit = _unit(holder)
    for span in holder.children("span"):
        # The unit stands beside the field here; it is no part of the text.
        holder.content.remove(span)
    stem = _stem(reading, body, interaction)
    if response.base_type == "string":
        return stem, Words(response.right)
    try:
        return stem, Number(float(response.right[0]), response.tolerance, unit)
    except ValueError:
        raise NotHeldError(interaction, f"“{response.right[0]}” is no number.") from None


def _unit(holder: Element) -> str:
    return next((each.words for each in holder.children("span") if "unit" in each.get("class").split()), "")


def _stands_alone(body: Element, interaction: Element) -> bool:
    """Return whether nothing but the field, and its unit, stands in its paragraph, which is no text with gaps."""
    for outer in body.children("div"):
        if "gaps" in outer.get("class").split() and any(each is interaction for each in outer.all()):
            return False
    holder = _holder(body, interaction)
    return holder is body or holder.words == _unit(holder)


def _holder(body: Element, wanted: Element) -> Element:
    for each in body.all():
        if any(child is wanted for child in each.children()):
            return each
    return body


def _gapped(reading: Reading, body: Element, places: list[Element]) -> tuple[str, tuple[str, ...]]:
    """Return the text before the block of gaps as the stem, and the pieces around the gaps."""
    is_stem = [each for each in body.children("div") if "stem" in each.get("class").split()]
    stem = reading.html(is_stem[0].content) if is_stem else ""
    rest = [each for each in body.content if not (is_stem and each is is_stem[0])]

    def replaced(element: Element) -> str | None:
        return _SIGN if any(element is place for place in places) else None

    pieces = tuple(reading.html(rest, replaced).split(_SIGN))
    if len(pieces) != len(places) + 1:
        raise NotHeldError(places[0], "A place to fill stands where no field can be.")
    return stem, pieces


def _lists_in_text(reading: Reading, body: Element, interactions: list[Element]) -> tuple[str, Answers]:
    responses = [reading.response(each) for each in interactions]
    if len(interactions) == 1:
        interaction, response = interactions[0], responses[0]
        options = [_option(reading, each, response) for each in interaction.children("inlineChoice")]
        reading.lose(interaction, "The list in the text stands below it; its place shows a line.")
        return (
            _stem(reading, body, interaction, "_____"),
            _chosen(reading, interaction, response, options, is_multiple=False),
        )
    rights: dict[str, str] = {}
    rows = []
    for number, (interaction, response) in enumerate(zip(interactions, responses, strict=True), start=1):
        texts = {each.get("identifier"): reading.line_html(each) for each in interaction.children("inlineChoice")}
        right = texts.get(response.right[0])
        if right is None or len(response.right) != 1:
            raise NotHeldError(interaction, "Not exactly one answer of a list is right.")
        rows.append(Pair(f"({number})", right))
        rights.update((text, text) for text in texts.values())
    reading.lose(interactions[0], "The lists in the text are numbered places, with one list for all of them.")
    return _numbered(reading, body, interactions), Pairs((*rows, *_spare(rights, rows)))


def _gap_match(reading: Reading, body: Element, interaction: Element) -> tuple[str, Answers]:
    for image in interaction.children("gapImg"):
        raise NotHeldError(image, f"{said(image)} cannot be put into a text here.")
    response = reading.response(interaction)
    texts = {each.get("identifier"): reading.line_html(each) for each in interaction.children("gapText")}
    gaps = list(interaction.all("gap"))
    into = {gap: text for text, gap in _split(response.right)}
    if sorted(into) != sorted(each.get("identifier") for each in gaps) or not set(into.values()) <= set(texts):
        raise NotHeldError(interaction, "A gap has no right answer, or several.")
    rows = [Pair(f"({n})", texts[into[gap.get("identifier")]]) for n, gap in enumerate(gaps, start=1)]
    reading.lose(interaction, "The gaps in the text are numbered places, with one list for all of them.")
    _share(reading, interaction, response)
    text = [each for each in interaction.content if isinstance(each, str) or each.name != "gapText"]
    around = Element("div", "", {}, interaction.line, text)
    body_without = Element("itemBody", "", {}, body.line, _exchanged(body.content, interaction, around))
    return _numbered(reading, body_without, gaps), Pairs((*rows, *_spare({t: t for t in texts.values()}, rows)))


def _exchanged(content: list["Element | str"], old: Element, new: Element) -> list["Element | str"]:
    made: list[Element | str] = []
    for each in content:
        if each is old:
            prompt = old.child("prompt")
            made += [new, *([Element("p", "", {}, prompt.line, prompt.content)] if prompt else [])]
        elif isinstance(each, Element):
            inner = _exchanged(each.content, old, new)
            made.append(Element(each.name, each.namespace, each.attributes, each.line, inner))
        else:
            made.append(each)
    return made


def _numbered(reading: Reading, body: Element, places: list[Element]) -> str:
    numbers_of = {id(place): number for number, place in enumerate(places, start=1)}

    def replaced(element: Element) -> str | None:
        number = numbers_of.get(id(element))
        return f"<strong>({number})</strong> _____" if number else None

    return reading.html(body.content, replaced)


def _spare(rights: dict[str, str], rows: list[Pair]) -> list[Pair]:
    used = {row.right_html for row in rows}
    return [Pair("", text) for text in rights if text not in used]


_SINGLE: dict[str, Callable[[Reading, Element, Element], tuple[str, Answers]]] = {
    "choiceInteraction": _choice,
    "hottextInteraction": _hottext,
    "extendedTextInteraction": _open,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "gapMatchInteraction": _gap_match,
}
