"""One QTI 1.2 item, as cartridges and Canvas write them, to one draft."""

import html
import re
from collections.abc import Callable, Iterable
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
    Words,
)
from lms.interop.prose.taming import plain_html, plain_line, tame_block, tame_line
from lms.interop.safe_xml import Element
from lms.interop.weighing import ONE_CRITERION

_SIGN = "qti7gap7sign"
_BLANK = re.compile(r"\[([\w.-]{1,80})\]")
_PROFILES = {
    "cc.multiple_choice.v0p1": "choice",
    "cc.true_false.v0p1": "choice",
    "cc.multiple_response.v0p1": "choices",
    "cc.fib.v0p1": "words",
    "cc.pattern_match.v0p1": "words",
    "cc.essay.v0p1": "essay",
    "multiple_choice_question": "choice",
    "true_false_question": "choice",
    "multiple_answers_question": "choices",
    "short_answer_question": "words",
    "numerical_question": "number",
    "matching_question": "match",
    "fill_in_multiple_blanks_question": "blanks",
    "multiple_dropdowns_question": "lists",
    "essay_question": "essay",
}
_ALL_OR_NOTHING = "Only the whole answer earned a point there; here every right part earns its share."


class _NotHeldError(Exception):
    def __init__(self, element: Element, what: str) -> None:
        super().__init__(what)
        self.what, self.place, self.line = what, f"<{element.name}>", element.line


@dataclass
class _Reading:
    """One item while it is read."""

    item: Element
    name: str
    picture: Callable[[str], str]
    losses: list[Loss] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def lose(self, element: Element, what: str, fate: Fate = Fate.CHANGED) -> None:
        loss = Loss(element.line, self.name, what, fate, f"<{element.name}>")
        if all(each.what != what for each in self.losses):
            self.losses.append(loss)

    def block(self, holder: Element | None) -> str:
        """Return the material in an element as blocks of HTML."""
        return "".join(self._material(each, is_line=False) for each in _materials(holder))

    def line(self, holder: Element | None) -> str:
        """Return the material in an element as one line of HTML."""
        return " ".join(self._material(each, is_line=True) for each in _materials(holder))

    def _material(self, text: Element, *, is_line: bool) -> str:
        if text.name != "mattext":
            self.lose(text, f"<{text.name}> is left out.", Fate.LEFT_OUT)
            return ""
        if "html" not in text.get("texttype", "text/plain"):
            return plain_line(text.text) if is_line else plain_html(text.text)
        made = (tame_line if is_line else tame_block)(text.text, self.picture)
        for what in made.lost:
            self.lose(text, what)
        return made.html


def read_item(item: Element, picture: Callable[[str], str]) -> tuple[Draft | None, list[Loss]]:
    """Return the item as a draft, None when it cannot be one, with what is lost and why."""
    reading = _Reading(item, item.get("title") or item.get("ident"), picture)
    try:
        return _draft(reading), reading.losses
    except _NotHeldError as error:
        return None, [Loss(error.line, reading.name, error.what, Fate.LEFT_OUT, error.place)]


def metadata(element: Element, *names: str) -> str:
    """Return the first of these fields of the metadata directly in an element, "" when it has none of them."""
    for holder in element.children("itemmetadata", "qtimetadata"):
        for entry in holder.all("qtimetadatafield") if holder.name == "itemmetadata" else holder.children():
            label, value = entry.child("fieldlabel"), entry.child("fieldentry")
            if label is not None and value is not None and label.words in names:
                return value.words
    return ""


def _draft(reading: _Reading) -> Draft:
    item = reading.item
    profile = metadata(item, "question_type") or metadata(item, "cc_profile")
    presentation = item.child("presentation")
    if presentation is None:
        raise _NotHeldError(item, "It asks nothing: <presentation> is missing.")
    kind = _PROFILES.get(profile) or _guessed(presentation)
    read = _READERS.get(kind)
    if read is None:
        raise _NotHeldError(item, f"Questions of the kind “{profile or kind}” cannot be taken.")
    stem_holder = Element("stem", "", {}, presentation.line, _stem_content(presentation))
    stem = reading.block(stem_holder)
    stem, answers = read(reading, presentation, stem)
    return Draft(
        title=reading.item.get("title"),
        stem_html=stem,
        answers=answers,
        hint_html="".join(reading.block(each) for each in item.all("hint")),
        explanation_html=_explanation(reading),
        points=_points(item),
        id=item.get("ident"),
        line=item.line,
    )


def _stem_content(presentation: Element) -> list[Element | str]:
    """Return the material before the responses, out of whatever flows it stands in."""
    found: list[Element | str] = []
    for each in presentation.children():
        if each.name == "flow":
            found += _stem_content(each)
        elif each.name == "material":
            found.append(each)
    return found


def _materials(holder: Element | None) -> Iterable[Element]:
    if holder is None:
        return
    for each in holder.children():
        if each.name in ("mattext", "matimage", "mataudio", "matvideo", "matapplet", "matapplication"):
            yield each
        elif each.name not in ("response_lid", "response_str", "render_choice", "response_label"):
            yield from _materials(each)


def _guessed(presentation: Element) -> str:
    lids, texts = list(presentation.all("response_lid")), list(presentation.all("response_str"))
    if len(lids) == 1 and not texts:
        return "choices" if lids[0].get("rcardinality").lower() == "multiple" else "choice"
    return "words" if len(texts) == 1 and not lids else ""


def _points(item: Element) -> float:
    try:
        value = float(metadata(item, "points_possible", "cc_weighting") or 1)
    except ValueError:
        return 1.0
    return value if 0 < value <= 100 else 1.0


def _explanation(reading: _Reading) -> str:
    """Return the feedback that belongs to no answer, each text once."""
    parts = [
        reading.block(each)
        for each in reading.item.children("itemfeedback")
        if each.get("ident") not in reading.used and each.child("hint") is None
    ]
    told = list(dict.fromkeys(filter(None, parts)))
    if len(told) > 1:
        what = "The feedback for right and for wrong answers is shown to everybody, as the explanation."
        reading.lose(reading.item.children("itemfeedback")[0], what)
    return "".join(told)


def _conditions(item: Element) -> list[tuple[Element, float, list[str]]]:
    """Return what is tested, what it earns, and the feedback it shows, in order."""
    found = []
    for condition in item.all("respcondition"):
        test = condition.child("conditionvar")
        earned = 0.0
        for each in condition.children("setvar"):
            try:
                earned += float(each.words or 0)
            except ValueError:
                raise _NotHeldError(each, "A score is no number.") from None
        shown = [each.get("linkrefid") for each in condition.children("displayfeedback")]
        if test is not None:
            found.append((test, earned, shown))
    return found


def _right_values(item: Element, name: str) -> list[str]:
    """Return what earns points in a response, out of plain tests; `not` is left out."""
    values: list[str] = []
    for test, earned, _shown in _conditions(item):
        if earned > 0:
            values += [each.words for each in _plain_tests(test) if each.get("respident") in ("", name)]
    return list(dict.fromkeys(values))


def _plain_tests(test: Element) -> Iterable[Element]:
    for each in test.children():
        if each.name in ("varequal", "varsubstring"):
            yield each
        elif each.name in ("and", "or"):
            yield from _plain_tests(each)


def _choice(reading: _Reading, presentation: Element, stem: str) -> tuple[str, Answers]:
    return _any_choice(reading, presentation, stem, is_multiple=False)


def _choices(reading: _Reading, presentation: Element, stem: str) -> tuple[str, Answers]:
    reading.lose(presentation, _ALL_OR_NOTHING)
    return _any_choice(reading, presentation, stem, is_multiple=True)


def _any_choice(reading: _Reading, presentation: Element, stem: str, *, is_multiple: bool) -> tuple[str, Answers]:
    response = presentation.first("response_lid")
    if response is None:
        raise _NotHeldError(presentation, "There is nothing to choose from.")
    right = _right_values(reading.item, response.get("ident"))
    labels = list(response.all("response_label"))
    feedback = _feedback_of_answers(reading)
    options = tuple(
        DraftOption(reading.line(label), label.get("ident") in right, feedback.get(label.get("ident"), ""))
        for label in labels
    )
    count = sum(option.is_right for option in options)
    if len(options) < 2 or not count or (count > 1 and not is_multiple):
        raise _NotHeldError(response, "It has too few answers, or not the right number of right ones.")
    return stem, Choice(options, is_multiple)


def _feedback_of_answers(reading: _Reading) -> dict[str, str]:
    """Return the feedback that hangs on one answer, by the answer's ident."""
    texts = {each.get("ident"): each for each in reading.item.children("itemfeedback")}
    found: dict[str, str] = {}
    for test, earned, shown in _conditions(reading.item):
        tested = list(_plain_tests(test))
        for name in shown:
            is_general = name in ("general_fb", "correct_fb", "general_incorrect_fb")
            if len(tested) == 1 and name in texts and not is_general and (earned <= 0 or len(shown) == 1):
                found[tested[0].words] = reading.block(texts[name])
                reading.used.add(name)
    return found


def _words(reading: _Reading, presentation: Element, stem: str) -> tuple[str, Answers]:
    response = presentation.first("response_str")
    accepted = _right_values(reading.item, response.get("ident") if response else "")
    if response is None or not accepted:
        raise _NotHeldError(presentation, "No answer is said to be right.")
    for test, _earned, _shown in _conditions(reading.item):
        if any(each.name == "varsubstring" for each in test.all()):
            reading.lose(test, "Answers that only held the word were right there; here it is the whole answer.")
        if any(each.get("case").lower() == "yes" for each in test.all("varequal")):
            reading.lose(test, "Capitals counted there; here they do not.")
    return stem, Words(tuple(accepted))


def _number(reading: _Reading, presentation: Element, stem: str) -> tuple[str, Answers]:
    exact, low, high = [], [], []
    for test, earned, _shown in _conditions(reading.item):
        if earned > 0:
            exact += [each.words for each in test.all("varequal")]
            low += [each.words for each in test.all("vargte", "vargt")]
            high += [each.words for each in test.all("varlte", "varlt")]
    try:
        if low and high:
            least, most = float(low[0]), float(high[0])
            value = float(exact[0]) if exact else (least + most) / 2
            tolerance = round(max(most - value, value - least), 10)
            if abs((most - value) - (value - least)) > 1e-9:
                value, tolerance = (least + most) / 2, (most - least) / 2
        else:
            value, tolerance = float(exact[0]), 0.0
    except (ValueError, IndexError):
        raise _NotHeldError(presentation, "Its right number cannot be read.") from None
    if max(len(exact), len(low)) > 1:
        reading.lose(presentation, "Of several right numbers the first is kept.")
    return stem, Number(value, tolerance)


def _match(reading: _Reading, presentation: Element, stem: str) -> tuple[str, Answers]:
    rows, offered = [], {}
    for response in presentation.all("response_lid"):
        texts = {each.get("ident"): reading.line(each) for each in response.all("response_label")}
        right = _right_values(reading.item, response.get("ident"))
        if len(right) != 1 or right[0] not in texts:
            raise _NotHeldError(response, "Not exactly one answer belongs to something there.")
        rows.append(Pair(reading.line(response), texts[right[0]]))
        offered.update(dict.fromkeys(texts.values()))
    if not rows:
        raise _NotHeldError(presentation, "There is nothing to match.")
    used = {row.right_html for row in rows}
    return stem, Pairs((*rows, *(Pair("", text) for text in offered if text not in used)))


def _blanks(reading: _Reading, presentation: Element, stem: str) -> tuple[str, Answers]:
    accepted = {}
    for response in presentation.all("response_lid"):
        name = response.get("ident").removeprefix("response_")
        right = _right_values(reading.item, response.get("ident"))
        texts = {each.get("ident"): reading.line(each) for each in response.all("response_label")}
        accepted[name] = tuple(
            html.unescape(re.sub(r"<[^>]+>", "", texts[each])) for each in right if each in texts
        )
    names = [name for name in _BLANK.findall(stem) if accepted.get(name)]
    if not names or len(set(names)) != len(names) or set(names) != {name for name in accepted if accepted[name]}:
        raise _NotHeldError(presentation, "A blank in the text has no answer, or stands there twice.")
    marked = _BLANK.sub(lambda found: _SIGN if found[1] in names else found[0], stem)
    return "", Gaps(tuple(marked.split(_SIGN)), tuple(accepted[name] for name in names))


def _lists(reading: _Reading, presentation: Element, stem: str) -> tuple[str, Answers]:
    names = _BLANK.findall(stem)
    responses = {each.get("ident").removeprefix("response_"): each for each in presentation.all("response_lid")}
    names = [name for name in dict.fromkeys(names) if name in responses]
    rows, offered = [], {}
    for number, name in enumerate(names, start=1):
        texts = {each.get("ident"): reading.line(each) for each in responses[name].all("response_label")}
        right = _right_values(reading.item, responses[name].get("ident"))
        if len(right) != 1 or right[0] not in texts:
            raise _NotHeldError(responses[name], "Not exactly one answer of a list is right.")
        rows.append(Pair(f"({number})", texts[right[0]]))
        offered.update(dict.fromkeys(texts.values()))
    if not rows or len(names) != len(responses):
        raise _NotHeldError(presentation, "A list does not stand in the text.")
    what = "The lists in the text are numbered places, with one list for all of them."
    reading.lose(presentation, what)
    shown = _BLANK.sub(
        lambda found: f"<strong>({names.index(found[1]) + 1})</strong>" if found[1] in names else found[0], stem
    )
    used = {row.right_html for row in rows}
    return shown, Pairs((*rows, *(Pair("", text) for text in offered if text not in used)))


def _essay(reading: _Reading, presentation: Element, stem: str) -> tuple[str, Answers]:
    solutions = [reading.line(each) for each in reading.item.all("solution")]
    if not any(solutions):
        reading.lose(presentation, f"It has no criteria; it is given one: {ONE_CRITERION}")
    return stem, Open(tuple(filter(None, solutions)) or (plain_line(ONE_CRITERION),))


_READERS: dict[str, Callable[[_Reading, Element, str], tuple[str, Answers]]] = {
    "choice": _choice,
    "choices": _choices,
    "words": _words,
    "number": _number,
    "match": _match,
    "blanks": _blanks,
    "lists": _lists,
    "essay": _essay,
}
