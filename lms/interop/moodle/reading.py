"""Moodle XML read: each question becomes a draft, or a loss that says why not."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from lms.interop.decoding import shown
from lms.interop.draft import (
    MOST_ANSWERS,
    MOST_DRAFTS,
    MOST_TEXT,
    Answers,
    Choice,
    Draft,
    DraftOption,
    Fate,
    Loss,
    Number,
    Open,
    Pair,
    Pairs,
    Steps,
    Taken,
)
from lms.interop.gapping import gapped
from lms.interop.giving import html_of
from lms.interop.moodle import cloze
from lms.interop.moodle.files import Pictures, address_of
from lms.interop.naming import category_of, pool_of, title_of
from lms.interop.prose.escaping import GAP
from lms.interop.prose.taming import Tamed, plain_html, plain_line, tame_block, tame_line, tame_markdown
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_xml import Element, read_xml
from lms.interop.shares import Shared, choice_of
from lms.interop.weighing import ONE_CRITERION, Remark, Weighed, joined, number_of, words_of
from lms.markup import plain_text
from lms.problem import Problem

BEHAVIOUR = "behaviour "
GRADED_HERE = "LONGEST_ORDERED_SUBSET"
_LIST = re.compile(r"<[uo]l>.*</[uo]l>", re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
# What Moodle itself puts there: saying it was lost would say nothing.
_USUAL = ("Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.")


def read(content: bytes, file: str) -> Taken:
    """Return the questions of the file, what was lost and what is broken; never raises for what it holds."""
    try:
        root = read_xml(content)
    except RefusedFileError as error:
        return Taken(problems=(Problem(file, max(1, error.line), 1, "refused", error.what, error.cure),))
    if root.name != "quiz":
        what, cure = f"The file holds <{root.name}>, not Moodle's <quiz>.", "Export the questions as Moodle XML."
        return Taken(problems=(Problem(file, root.line, 1, "not-moodle", what, cure),))
    return _Reader(file).taken(root)


class _Reader:
    """One file being read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.pictures = Pictures()
        self.losses: list[Loss] = []

    def taken(self, root: Element) -> Taken:
        drafts: list[Draft] = []
        problems: list[Problem] = []
        category = ""
        count = 0
        for element in root.children("question"):
            if element.get("type") == "category":
                named = element.first("text")
                category = category_of(shown(named.text).strip()) if named else ""
                continue
            count += 1
            if count > MOST_DRAFTS:
                what, cure = f"The file has more than {MOST_DRAFTS} questions.", "Export it in parts."
                problems.append(Problem(self.file, element.line, 1, "too-many", what, cure))
                break
            question = _Question(element, category, self.pictures)
            draft = question.draft()
            drafts += [draft] if draft else []
            self.losses += dict.fromkeys(question.losses)
        self._tell_penalties(root)
        used = "".join(map(html_of, drafts))
        media = tuple(each for each in self.pictures.media if f"media/{each.name}" in used)
        return Taken(tuple(drafts), tuple(self.losses), tuple(problems), media)

    def _tell_penalties(self, root: Element) -> None:
        penalties = [each for each in root.all("penalty") if _decimal(each.words) not in (None, 0)]
        if penalties:
            what = "Marks taken off for further tries (penalty) are not known here."
            self.losses.append(Loss(penalties[0].line, "", what, Fate.LEFT_OUT, "penalty"))


@dataclass
class _Question:
    """One question being read."""

    element: Element
    category: str
    pictures: Pictures
    losses: list[Loss] = field(default_factory=list)
    title: str = ""

    def draft(self) -> Draft | None:
        """Return the draft, None when a loss says why there is none."""
        kind = self.element.get("type")
        asked = self.element.child("questiontext")
        first = cloze.without_answers(_text(asked)[:MOST_TEXT])
        self.title = title_of(
            _text(self.element.child("name")), self._tamed(first, asked, tame_block, plain_html, quiet=True)
        )
        reads: dict[str, Callable[[], Draft | None]] = {
            "multichoice": self._choice,
            "truefalse": self._truth,
            "shortanswer": self._words,
            "numerical": self._number,
            "matching": self._pairs,
            "essay": self._open,
            "ordering": self._steps,
            "cloze": self._cloze,
            "ddwtos": lambda: self._boxes("dragbox"),
            "gapselect": lambda: self._boxes("selectoption"),
        }
        if kind == "description":
            return self._left_out("A text that asks nothing (a description) is no question here.")
        if len(self.element.children()) > MOST_ANSWERS:
            return self._left_out(f"It has more than {MOST_ANSWERS} answers and other parts.")
        if kind not in reads:
            return self._left_out(f"Questions of the type “{kind[:40]}” are not known here.")
        draft = reads[kind]()
        if draft is None:
            return None
        self._tell_files()
        return replace(
            draft,
            hint_html=self._hint(),
            explanation_html=joined(self._block(self.element.child("generalfeedback")), draft.explanation_html),
        )

    # The types

    def _choice(self) -> Draft | None:
        answers = self.element.children("answer")
        options = [Shared(self._line(each), _share(each), self._block(each.child("feedback"))) for each in answers]
        choice, said = choice_of(options, is_multiple=_says_no(self.element.child("single")))
        for sentence in said:
            self._lose(sentence, Fate.CHANGED)
        if not any(option.is_right for option in choice.options):
            return self._left_out("None of its options is right.")
        self._tell_said_to_all()
        drafted = self._drafted(self._block(self.element.child("questiontext")), choice)
        return replace(drafted, is_fixed=_says_no(self.element.child("shuffleanswers")))

    def _truth(self) -> Draft | None:
        said = {_text(each).strip().lower(): each for each in self.element.children("answer")}
        if set(said) != {"true", "false"}:
            return self._left_out("Its answers are not true and false.")
        options = tuple(
            DraftOption(name.capitalize(), _share(said[name]) > 0, self._block(said[name].child("feedback")))
            for name in ("true", "false")
        )
        if sum(option.is_right for option in options) != 1:
            return self._left_out("Not just one of true and false is right.")
        drafted = self._drafted(self._block(self.element.child("questiontext")), Choice(options))
        return replace(drafted, is_fixed=True)

    def _words(self) -> Draft | None:
        words, feedback, said = words_of([self._weighed(each) for each in self.element.children("answer")])
        self._tell(said)
        if not words.texts and not words.patterns:
            return self._left_out("None of its answers gives full marks.")
        usecase = self.element.child("usecase")
        if usecase and usecase.words == "1":
            self._lose("Capital and small letters are one here.", Fate.CHANGED, usecase.line)
        drafted = self._drafted(self._block(self.element.child("questiontext")), words)
        return replace(drafted, explanation_html=feedback)

    def _number(self) -> Draft | None:
        numbers: list[tuple[Number, Weighed]] = []
        unit = self._unit()
        for answer in self.element.children("answer"):
            weighed = self._weighed(answer)
            value = _decimal(weighed.text)
            tolerated = answer.child("tolerance")
            tolerance = _decimal(tolerated.words) if tolerated else None
            if weighed.text == "*":
                self._lose("What is said to any other number is not taken.", Fate.LEFT_OUT, answer.line)
            elif value is None:
                self._lose(f"“{weighed.text[:60]}” is no number.", Fate.LEFT_OUT, answer.line)
            else:
                numbers.append((Number(float(value), abs(float(tolerance or 0)), unit), weighed))
        right, feedback, said = number_of(numbers)
        self._tell(said)
        if right is None:
            return self._left_out("No number gives full marks.")
        drafted = self._drafted(self._block(self.element.child("questiontext")), right)
        return replace(drafted, explanation_html=feedback)

    def _unit(self) -> str:
        units = self.element.child("units")
        found = units.children("unit") if units else []
        named = [each.child("unit_name") for each in found]
        names = [shown(each.words) for each in named if each]
        if len(names) > 1:
            self._lose(f"One unit is known here; {', '.join(names[1:])[:100]} is not taken.", Fate.LEFT_OUT)
        return names[0] if names else ""

    def _pairs(self) -> Draft | None:
        pairs = []
        for each in self.element.children("subquestion"):
            answer = each.child("answer")
            right = plain_line(_text(answer)) if answer else ""
            pairs.append(Pair(self._line(each), right))
        return self._drafted(self._block(self.element.child("questiontext")), Pairs(tuple(pairs)))

    def _open(self) -> Draft:
        info = self.element.child("graderinfo")
        words = self._block(info)
        criteria = _items(words)
        if not criteria and words:
            criteria = [plain_line(plain_text(words)[:300])]
            self._lose("What graders are told is one criterion.", Fate.CHANGED, info.line if info else 0)
        if not criteria:
            self._lose(f"It has no criteria; it is given one: {ONE_CRITERION}", Fate.CHANGED)
        template = self.element.child("responsetemplate")
        if template and _text(template).strip():
            self._lose("The text to begin an answer with is not taken.", Fate.LEFT_OUT, template.line)
        answers = Open(tuple(criteria) or (plain_line(ONE_CRITERION),))
        return self._drafted(self._block(self.element.child("questiontext")), answers)

    def _steps(self) -> Draft | None:
        steps = tuple(self._line(each) for each in self.element.children("answer"))
        grading = self.element.child("gradingtype")
        if grading is None or grading.words not in (GRADED_HERE, ""):
            self._lose("Here each step that would have to be moved costs a share.", Fate.CHANGED)
        self._tell_said_to_all()
        return self._drafted(self._block(self.element.child("questiontext")), Steps(steps))

    def _cloze(self) -> Draft | None:
        asked = self.element.child("questiontext")
        source, gaps, said = cloze.taken(_text(asked)[:MOST_TEXT])
        if len(_text(asked)) > MOST_TEXT:
            self._lose(f"Its text is longer than {MOST_TEXT} characters and is cut off.", Fate.LEFT_OUT)
        for sentence, fate in said:
            self._lose(sentence, fate)
        return self._with_gaps(source, asked, gaps)

    def _boxes(self, name: str) -> Draft | None:
        words = [" ".join(_text(each).split()) for each in self.element.children(name)]
        asked = self.element.child("questiontext")
        pieces: list[str] = []
        gaps: list[tuple[str, ...]] = []
        for piece in _text(asked).replace(GAP, "").split("[["):
            number, closed, rest = piece.partition("]]")
            if (
                pieces
                and closed
                and number.isdecimal()
                and 0 < int(number) <= len(words)
                and words[int(number) - 1]
            ):
                gaps.append((words[int(number) - 1],))
                pieces.append(GAP + rest)
            else:
                pieces.append(f"[[{piece}" if pieces else piece)
        self._lose("The words to choose from are typed here; the spare ones are left out.", Fate.CHANGED)
        self._tell_said_to_all()
        return self._with_gaps("".join(pieces), asked, tuple(gaps))

    def _with_gaps(self, source: str, asked: Element | None, gaps: tuple[tuple[str, ...], ...]) -> Draft | None:
        if not gaps:
            return self._left_out("It has no gap that can be filled in here.")
        whole = self._tamed(source, asked, tame_block, plain_html)
        if whole.count(GAP) != len(gaps):
            return self._left_out("A gap stands where none can be, such as in an address.")
        stem, answers, said = gapped(whole, gaps)
        for sentence in said:
            self._lose(sentence, Fate.CHANGED)
        return self._drafted(stem, answers)

    # What they share

    def _drafted(self, stem_html: str, answers: Answers) -> Draft:
        tags = [shown(_text(each)).strip() for each in self.element.all("tag")]
        other = [tag for tag in tags if tag and not tag.startswith(BEHAVIOUR)]
        if other:
            self._lose(f"Its tags are not taken: {', '.join(other)[:200]}.", Fate.LEFT_OUT)
        named = self.element.child("idnumber")
        grade = self.element.child("defaultgrade")
        points = _decimal(grade.words) if grade else None
        return Draft(
            title=self.title,
            stem_html=stem_html,
            answers=answers,
            points=1.0 if points is None else float(points),
            id=shown(named.words) if named else "",
            category=self.category,
            pool=pool_of(self.category),
            behaviours=tuple(tag.removeprefix(BEHAVIOUR) for tag in tags if tag.startswith(BEHAVIOUR)),
            line=self.element.line,
        )

    def _hint(self) -> str:
        hints = [self._block(each) for each in self.element.children("hint")]
        hints = [hint for hint in hints if hint]
        if len(hints) > 1:
            self._lose(f"Its {len(hints)} hints stand together here.", Fate.CHANGED)
        return joined(*hints)

    def _weighed(self, answer: Element) -> Weighed:
        text = " ".join(_text(answer).split())
        return Weighed(text, _share(answer), self._block(answer.child("feedback")), answer.line)

    def _block(self, element: Element | None, *, quiet: bool = False) -> str:
        return self._tamed(_text(element), element, tame_block, plain_html, quiet=quiet)

    def _line(self, element: Element | None) -> str:
        return self._tamed(_text(element), element, tame_line, plain_line)

    def _tamed(
        self,
        text: str,
        element: Element | None,
        tame: Callable[..., Tamed],
        plain: Callable[[str], str],
        *,
        quiet: bool = False,
    ) -> str:
        if element is None or not text.strip():
            return ""
        kind = element.get("format", "html")
        if kind == "plain_text":
            return plain(text)
        if kind == "markdown":
            text = tame_markdown(text)
        elif kind == "moodle_auto_format":
            text = text.strip().replace("\n", "<br>")
        if quiet:
            return tame(text).html
        places, refused = self.pictures.take(element.children("file"))
        for what, line in refused:
            self._lose(what, Fate.LEFT_OUT, line)
        tamed = tame(text, lambda source: places.get(address_of(source), ""))
        for sentence in tamed.lost:
            self._lose(sentence, Fate.LEFT_OUT, element.line)
        for address, name in places.items():
            if name not in tamed.html:
                self._lose(
                    f"The picture “{address[:80]}” is shown nowhere in its text.", Fate.LEFT_OUT, element.line
                )
        return tamed.html

    def _tell_said_to_all(self) -> None:
        """List what is said to every right, partly right or wrong answer."""
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            element = self.element.child(name)
            words = plain_text(self._block(element, quiet=True))
            if element and words and words not in _USUAL:
                self._lose(f"“{words[:80]}” ({name}) has no place here.", Fate.LEFT_OUT, element.line, name)

    def _tell_files(self) -> None:
        for file in self.element.children("file"):
            what = f"The file “{file.get('name')[:80]}” is left out."
            self._lose(what, Fate.LEFT_OUT, file.line, "file")

    def _tell(self, said: list[Remark]) -> None:
        for each in said:
            self._lose(each.what, Fate.LEFT_OUT, each.line)

    def _lose(self, what: str, fate: Fate, line: int = 0, place: str = "") -> None:
        self.losses.append(Loss(line or self.element.line, self.title, what, fate, place))

    def _left_out(self, what: str) -> Draft | None:
        self._lose(what, Fate.LEFT_OUT)
        return None


def _text(element: Element | None) -> str:
    inside = element.child("text") if element else None
    return shown(inside.text) if inside else ""


def _items(words: str) -> list[str]:
    """Return the items when the text is one plain list, else nothing."""
    if not _LIST.fullmatch(words) or _LIST.search(words, 4):
        return []
    found = [each.strip() for each in _ITEM.findall(words)]
    return [plain_line(plain_text(each)) if "<p>" in each else each for each in found]


def _share(answer: Element) -> float:
    fraction = _decimal(answer.get("fraction", "0"))
    return float(fraction) / 100 if fraction is not None else 0.0


def _says_no(element: Element | None) -> bool:
    return element is not None and element.words.lower() in ("false", "0")


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) <= Decimal(10) ** 15 else None
