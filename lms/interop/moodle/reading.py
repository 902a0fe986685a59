"""Moodle XML read: each question becomes a draft, or a loss that says why not."""

import re
from collections.abc import Callable
from dataclasses import replace

from lms.interop.decoding import shown
from lms.interop.draft import (
    MOST_ANSWERS,
    MOST_DRAFTS,
    MOST_TEXT,
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
from lms.interop.moodle.asked import Asked, decimal_in, says_no, share_of, text_in
from lms.interop.moodle.files import Pictures
from lms.interop.naming import category_of, title_of
from lms.interop.prose.escaping import GAP
from lms.interop.prose.taming import plain_html, plain_line, tame_block
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_xml import Element, read_xml
from lms.interop.shares import Shared, choice_of
from lms.interop.weighing import ONE_CRITERION, Weighed, joined, number_of, words_of
from lms.markup import plain_text
from lms.problem import Problem

GRADED_HERE = "LONGEST_ORDERED_SUBSET"
_LIST = re.compile(r"<[uo]l>.*</[uo]l>", re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)


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
        penalties = [each for each in root.all("penalty") if decimal_in(each.words) not in (None, 0)]
        if penalties:
            what = "Marks taken off for further tries (penalty) are not known here."
            self.losses.append(Loss(penalties[0].line, "", what, Fate.LEFT_OUT, "penalty"))


class _Question(Asked):
    """One question being read, type by type."""

    def draft(self) -> Draft | None:
        """Return the draft, None when a loss says why there is none."""
        kind = self.element.get("type")
        asked = self.element.child("questiontext")
        first = cloze.without_answers(text_in(asked)[:MOST_TEXT])
        self.title = title_of(
            text_in(self.element.child("name")), self.tamed(first, asked, tame_block, plain_html, quiet=True)
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
            return self.left_out("A text that asks nothing (a description) is no question here.")
        if len(self.element.children()) > MOST_ANSWERS:
            return self.left_out(f"It has more than {MOST_ANSWERS} answers and other parts.")
        if kind not in reads:
            return self.left_out(f"Questions of the type “{kind[:40]}” are not known here.")
        draft = reads[kind]()
        if draft is None:
            return None
        self.tell_files()
        return replace(
            draft,
            hint_html=self.hint(),
            explanation_html=joined(self.block(self.element.child("generalfeedback")), draft.explanation_html),
        )

    # The types

    def _choice(self) -> Draft | None:
        answers = self.element.children("answer")
        options = [Shared(self.line(each), share_of(each), self.block(each.child("feedback"))) for each in answers]
        choice, said = choice_of(options, is_multiple=says_no(self.element.child("single")))
        for sentence in said:
            self.lose(sentence, Fate.CHANGED)
        if not any(option.is_right for option in choice.options):
            return self.left_out("None of its options is right.")
        self.tell_said_to_all()
        drafted = self.drafted(self.block(self.element.child("questiontext")), choice)
        return replace(drafted, is_fixed=says_no(self.element.child("shuffleanswers")))

    def _truth(self) -> Draft | None:
        said = {text_in(each).strip().lower(): each for each in self.element.children("answer")}
        if set(said) != {"true", "false"}:
            return self.left_out("Its answers are not true and false.")
        options = tuple(
            DraftOption(name.capitalize(), share_of(said[name]) > 0, self.block(said[name].child("feedback")))
            for name in ("true", "false")
        )
        if sum(option.is_right for option in options) != 1:
            return self.left_out("Not just one of true and false is right.")
        drafted = self.drafted(self.block(self.element.child("questiontext")), Choice(options))
        return replace(drafted, is_fixed=True)

    def _words(self) -> Draft | None:
        words, feedback, said = words_of([self.weighed(each) for each in self.element.children("answer")])
        self.tell(said)
        if not words.texts and not words.patterns:
            return self.left_out("None of its answers gives full marks.")
        usecase = self.element.child("usecase")
        if usecase and usecase.words == "1":
            self.lose("Capital and small letters are one here.", Fate.CHANGED, usecase.line)
        drafted = self.drafted(self.block(self.element.child("questiontext")), words)
        return replace(drafted, explanation_html=feedback)

    def _number(self) -> Draft | None:
        numbers: list[tuple[Number, Weighed]] = []
        unit = self._unit()
        for answer in self.element.children("answer"):
            weighed = self.weighed(answer)
            value = decimal_in(weighed.text)
            tolerated = answer.child("tolerance")
            tolerance = decimal_in(tolerated.words) if tolerated else None
            if weighed.text == "*":
                self.lose("What is said to any other number is not taken.", Fate.LEFT_OUT, answer.line)
            elif value is None:
                self.lose(f"“{weighed.text[:60]}” is no number.", Fate.LEFT_OUT, answer.line)
            else:
                numbers.append((Number(float(value), abs(float(tolerance or 0)), unit), weighed))
        right, feedback, said = number_of(numbers)
        self.tell(said)
        if right is None:
            return self.left_out("No number gives full marks.")
        drafted = self.drafted(self.block(self.element.child("questiontext")), right)
        return replace(drafted, explanation_html=feedback)

    def _unit(self) -> str:
        units = self.element.child("units")
        found = units.children("unit") if units else []
        named = [each.child("unit_name") for each in found]
        names = [shown(each.words) for each in named if each]
        if len(names) > 1:
            self.lose(f"One unit is known here; {', '.join(names[1:])[:100]} is not taken.", Fate.LEFT_OUT)
        return names[0] if names else ""

    def _pairs(self) -> Draft | None:
        pairs = []
        for each in self.element.children("subquestion"):
            answer = each.child("answer")
            right = plain_line(text_in(answer)) if answer else ""
            pairs.append(Pair(self.line(each), right))
        return self.drafted(self.block(self.element.child("questiontext")), Pairs(tuple(pairs)))

    def _open(self) -> Draft:
        info = self.element.child("graderinfo")
        words = self.block(info)
        criteria = _items(words)
        if not criteria and words:
            criteria = [plain_line(plain_text(words)[:300])]
            self.lose("What graders are told is one criterion.", Fate.CHANGED, info.line if info else 0)
        if not criteria:
            self.lose(f"It has no criteria; it is given one: {ONE_CRITERION}", Fate.CHANGED)
        template = self.element.child("responsetemplate")
        if template and text_in(template).strip():
            self.lose("The text to begin an answer with is not taken.", Fate.LEFT_OUT, template.line)
        answers = Open(tuple(criteria) or (plain_line(ONE_CRITERION),))
        return self.drafted(self.block(self.element.child("questiontext")), answers)

    def _steps(self) -> Draft | None:
        steps = tuple(self.line(each) for each in self.element.children("answer"))
        grading = self.element.child("gradingtype")
        if grading is None or grading.words not in (GRADED_HERE, ""):
            self.lose("Here each step that would have to be moved costs a share.", Fate.CHANGED)
        self.tell_said_to_all()
        return self.drafted(self.block(self.element.child("questiontext")), Steps(steps))

    def _cloze(self) -> Draft | None:
        asked = self.element.child("questiontext")
        source, gaps, said = cloze.taken(text_in(asked)[:MOST_TEXT])
        if len(text_in(asked)) > MOST_TEXT:
            self.lose(f"Its text is longer than {MOST_TEXT} characters and is cut off.", Fate.LEFT_OUT)
        for sentence, fate in said:
            self.lose(sentence, fate)
        return self._with_gaps(source, asked, gaps)

    def _boxes(self, name: str) -> Draft | None:
        words = [" ".join(text_in(each).split()) for each in self.element.children(name)]
        asked = self.element.child("questiontext")
        pieces: list[str] = []
        gaps: list[tuple[str, ...]] = []
        for piece in text_in(asked).replace(GAP, "").split("[["):
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
        self.lose("The words to choose from are typed here; the spare ones are left out.", Fate.CHANGED)
        self.tell_said_to_all()
        return self._with_gaps("".join(pieces), asked, tuple(gaps))

    def _with_gaps(self, source: str, asked: Element | None, gaps: tuple[tuple[str, ...], ...]) -> Draft | None:
        if not gaps:
            return self.left_out("It has no gap that can be filled in here.")
        whole = self.tamed(source, asked, tame_block, plain_html)
        if whole.count(GAP) != len(gaps):
            return self.left_out("A gap stands where none can be, such as in an address.")
        stem, answers, said = gapped(whole, gaps)
        for sentence in said:
            self.lose(sentence, Fate.CHANGED)
        return self.drafted(stem, answers)


def _items(words: str) -> list[str]:
    """Return the items when the text is one plain list, else nothing."""
    if not _LIST.fullmatch(words) or _LIST.search(words, 4):
        return []
    found = [each.strip() for each in _ITEM.findall(words)]
    return [plain_line(plain_text(each)) if "<p>" in each else each for each in found]
