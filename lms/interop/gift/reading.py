"""GIFT read: every shape of the format's documentation becomes a draft, or a loss that says why not."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from lms.interop.decoding import text_of
from lms.interop.draft import (
    MOST_ANSWERS,
    MOST_DRAFTS,
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
    Taken,
)
from lms.interop.gapping import gapped
from lms.interop.gift.syntax import Chunk, chunks, freed
from lms.interop.naming import category_of, pool_of, title_of
from lms.interop.prose.escaping import GAP
from lms.interop.prose.taming import Tamed, plain_html, plain_line, tame_block, tame_line, tame_markdown
from lms.interop.shares import Shared, choice_of
from lms.interop.weighing import ONE_CRITERION, Remark, Weighed, joined, number_of, words_of
from lms.problem import Problem

BEHAVIOUR = "behaviour "
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%\s*(-?\d{1,3}(?:\.\d*)?)\s*%")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&#?\w+;")


def read(content: bytes, file: str) -> Taken:
    """Return the questions of a GIFT file, what was lost and what is broken; never raises for what it holds."""
    text, problems = text_of(content, file)
    drafts: list[Draft] = []
    losses: list[Loss] = []
    category = ""
    count = 0
    for whole in chunks(text):
        chunk = whole
        if whole.text.lstrip().startswith("$CATEGORY"):
            named, _, rest = whole.text.partition("\n")
            category = category_of(freed(named.lstrip()).removeprefix("$CATEGORY:").strip())
            chunk = replace(whole, text=rest, line=whole.line + 1)
        if not chunk.text.strip():
            continue
        count += 1
        if count > MOST_DRAFTS:
            what, cure = f"The file has more than {MOST_DRAFTS} questions.", "Split it into several files."
            problems.append(Problem(file, chunk.line, 1, "too-many", what, cure))
            break
        reader = _Question(chunk, file, category)
        draft = reader.draft()
        drafts += [draft] if draft else []
        losses += dict.fromkeys(reader.losses)
        problems += reader.problems
    return Taken(tuple(drafts), tuple(losses), tuple(sorted(problems)))


@dataclass
class _Answer:
    """One answer as written: its weight (0..1, None when the file gives none), text, feedback, and its line."""

    sign: str
    weight: float | None
    text: str
    feedback: str
    line: int


@dataclass
class _Question:
    """One question being read."""

    chunk: Chunk
    file: str
    category: str
    losses: list[Loss] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    title: str = ""
    format: str = "moodle"

    def draft(self) -> Draft | None:
        """Return the draft, None when there is a loss or a problem that says why."""
        text = self.chunk.text
        titled = _TITLE.match(text)
        at = titled.end() if titled else 0
        named = freed(titled[1]) if titled else ""
        self.title = named
        formatted = _FORMAT.match(text, at)
        if formatted:
            self.format, at = formatted[1].lower(), formatted.end()
        opened = text.find("{", at)
        closed = text.find("}", opened + 1)
        asked = text[at:] if opened < 0 else f"{text[at:opened]} {text[closed + 1 :] if closed > 0 else ''}"
        self.title = title_of(named, self._block(asked, quiet=True))
        if opened < 0:
            return self._left_out("A text that asks nothing (a description) is no question here.")
        if closed < 0:
            what = "The braces of the answers are opened and never closed."
            self._complain("unclosed", what, "Close them with } before the next empty line.", self._line(opened))
            return None
        stem, inside, tail = text[at:opened], text[opened + 1 : closed], text[closed + 1 :]
        if "{" in tail:
            line = self._line(closed + 1 + tail.index("{"))
            self._lose("Only the first braces hold answers; the later ones are read as text.", Fate.AS_TEXT, line)
        if len(re.findall("[=~]", inside)) > MOST_ANSWERS:
            cure = "Split it into several questions."
            what = f"The question has more than {MOST_ANSWERS} answers."
            self._complain("too-many", what, cure, self._line(opened))
            return None
        inside, general = self._general(inside)
        offset = opened + 1
        found = self._answers(stem, inside, tail.rstrip(), offset)
        if found is None:
            return None
        return replace(found, explanation_html=joined(self._block(general), found.explanation_html))

    def _answers(self, stem: str, inside: str, tail: str, offset: int) -> Draft | None:
        bare = inside.strip()
        if not bare:
            return self._open(stem, tail)
        if bare.startswith("#"):
            return self._number(stem, bare[1:], tail, offset + inside.index("#") + 1)
        if bare.partition("#")[0].strip().upper() in _TRUTH:
            return self._truth(stem, bare, tail)
        if "~" not in inside and "=" not in inside:
            what = "The answers begin with none of = ~ # and are not T or F."
            self._complain("no-answer", what, "Put = before each right answer.", self._line(offset))
            return None
        takes = self._choice if "~" in inside else self._pairs if "->" in inside else self._words
        return takes(stem, inside, tail, offset)

    # The types

    def _choice(self, stem: str, inside: str, tail: str, offset: int) -> Draft | None:
        answers = self._split(inside, "=~", offset)
        is_multiple = not any(answer.sign == "=" for answer in answers)
        options = [
            Shared(self._one_line(answer.text, answer.line), _share(answer), self._block(answer.feedback))
            for answer in answers
        ]
        choice, said = choice_of(options, is_multiple=is_multiple)
        for sentence in said:
            self._lose(sentence, Fate.CHANGED)
        if not any(option.is_right for option in choice.options):
            return self._left_out("None of its options is right.")
        return self._drafted(self._asked(stem, tail), choice)

    def _open(self, stem: str, tail: str) -> Draft:
        self._lose(f"It has no criteria; it is given one: {ONE_CRITERION}", Fate.CHANGED)
        return self._drafted(self._asked(stem, tail), Open((plain_line(ONE_CRITERION),)))

    def _truth(self, stem: str, bare: str, tail: str) -> Draft:
        said, *comments = bare.split("#")
        is_true = _TRUTH[said.strip().upper()]
        wrong, right = (self._block(each) for each in (*comments, "", "")[:2])
        options = (
            DraftOption("True", is_true, right if is_true else wrong),
            DraftOption("False", not is_true, wrong if is_true else right),
        )
        return replace(self._drafted(self._asked(stem, tail), Choice(options)), is_fixed=True)

    def _pairs(self, stem: str, inside: str, tail: str, offset: int) -> Draft | None:
        pairs = []
        for answer in self._split(inside, "=", offset, has_feedback=False):
            left, arrow, right = answer.text.partition("->")
            if not arrow:
                what = f"“{freed(answer.text).strip()[:60]}” has no -> and belongs to nothing."
                self._complain("no-arrow", what, "Write = left -> right.", answer.line)
                return None
            pairs.append(Pair(self._one_line(left, answer.line), self._one_line(right, answer.line)))
        return self._drafted(self._asked(stem, tail), Pairs(tuple(pairs)))

    def _words(self, stem: str, inside: str, tail: str, offset: int) -> Draft | None:
        answers = self._split(inside, "=", offset)
        words, feedback, said = words_of([self._weighed(answer) for answer in answers])
        self._tell(said)
        if not words.texts and not words.patterns:
            return self._left_out("None of its answers gives full marks.")
        if tail.strip() and words.texts:
            found = self._one_gap(stem, words.texts, tail, words.patterns)
        else:
            found = self._drafted(self._asked(stem, tail), words)
        return replace(found, explanation_html=feedback)

    def _weighed(self, answer: _Answer) -> Weighed:
        text = " ".join(freed(_FORMAT.sub("", answer.text)).split())
        share = 1.0 if answer.weight is None else answer.weight
        return Weighed(text, share, self._block(answer.feedback), answer.line)

    def _one_gap(self, stem: str, accepted: tuple[str, ...], tail: str, patterns: tuple[str, ...]) -> Draft:
        for pattern in patterns:
            self._lose(f"A gap accepts words only; {pattern} is not taken.", Fate.LEFT_OUT)
        whole = self._block(f"{stem}{GAP}{tail}")
        asked, gaps, said = gapped(whole, (accepted,))
        for sentence in said:
            self._lose(sentence, Fate.CHANGED)
        return self._drafted(asked, gaps)

    def _number(self, stem: str, inside: str, tail: str, offset: int) -> Draft | None:
        answers = self._split(inside, "=", offset) if "=" in inside else self._split(f"={inside}", "=", offset - 1)
        numbers: list[tuple[Number, Weighed]] = []
        for answer in answers:
            weighed = self._weighed(answer)
            number = read_number(weighed.text)
            if weighed.text in ("", "*"):
                self._lose("What is said to any other number is not taken.", Fate.LEFT_OUT, answer.line)
            elif number is None:
                what = f"“{weighed.text[:60]}” is no number."
                self._complain("bad-number", what, "Write 3, 3:2 or 1..5.", answer.line)
                return None
            else:
                numbers.append((number, weighed))
        right, feedback, said = number_of(numbers)
        self._tell(said)
        if right is None:
            return self._left_out("No number gives full marks.")
        return replace(self._drafted(self._asked(stem, tail), right), explanation_html=feedback)

    # What they share

    def _drafted(self, stem_html: str, answers: Answers) -> Draft:
        other = [tag for tag in self.chunk.tags if not tag.startswith(BEHAVIOUR)]
        if other:
            self._lose(f"Its tags are not taken: {', '.join(other)[:200]}.", Fate.LEFT_OUT)
        return Draft(
            title=self.title,
            stem_html=stem_html,
            answers=answers,
            id=self.chunk.id,
            category=self.category,
            pool=pool_of(self.category),
            behaviours=tuple(tag.removeprefix(BEHAVIOUR) for tag in self.chunk.tags if tag.startswith(BEHAVIOUR)),
            line=self.chunk.line,
        )

    def _asked(self, stem: str, tail: str) -> str:
        """Return what is asked; what follows the answers stands after a blank in the sentence."""
        if not tail.strip():
            return self._block(stem)
        return self._block(f"{stem.rstrip()} {'_' * 5} {tail.lstrip()}")

    def _general(self, inside: str) -> tuple[str, str]:
        answers, found, general = inside.rpartition("####")
        return (answers, general) if found else (inside, "")

    def _split(self, inside: str, signs: str, offset: int, *, has_feedback: bool = True) -> list[_Answer]:
        answers = []
        for found in re.finditer(rf"([{signs}])([^{signs}]*)", inside):
            text, _, feedback = found[2].partition("#") if has_feedback else (found[2], "", "")
            weighted = _WEIGHT.match(text)
            weight = float(weighted[1]) / 100 if weighted else None
            text = text[weighted.end() :] if weighted else text
            line = self._line(offset + found.start())
            if text.strip() or feedback.strip():
                answers.append(_Answer(found[1], weight, text, feedback, line))
        return answers

    def _tell(self, said: list[Remark]) -> None:
        for each in said:
            self._lose(each.what, Fate.LEFT_OUT, each.line)

    def _block(self, written: str, *, quiet: bool = False) -> str:
        return self._tamed(written, self.format, tame_block, plain_html, quiet=quiet)

    def _one_line(self, written: str, line: int) -> str:
        return self._tamed(written, self.format, tame_line, plain_line, line=line)

    def _tamed(
        self,
        written: str,
        kind: str,
        tame: Callable[[str], Tamed],
        plain: Callable[[str], str],
        *,
        line: int = 0,
        quiet: bool = False,
    ) -> str:
        formatted = _FORMAT.match(written)
        if formatted:
            kind, written = formatted[1].lower(), written[formatted.end() :]
        text = freed(written).strip()
        if kind == "plain" or (kind == "moodle" and not _LOOKS_LIKE_HTML.search(text)):
            return plain(text)
        if kind == "moodle":
            text = text.replace("\n", "<br>")
        tamed = tame(tame_markdown(text) if kind == "markdown" else text)
        if not quiet:
            for sentence in tamed.lost:
                self._lose(sentence, Fate.LEFT_OUT, line)
        return tamed.html

    def _line(self, offset: int) -> int:
        return self.chunk.line + self.chunk.text.count("\n", 0, max(0, offset))

    def _lose(self, what: str, fate: Fate, line: int = 0) -> None:
        self.losses.append(Loss(line or self.chunk.line, self.title, what, fate))

    def _left_out(self, what: str) -> Draft | None:
        self._lose(what, Fate.LEFT_OUT)
        return None

    def _complain(self, code: str, what: str, cure: str, line: int) -> None:
        self.problems.append(Problem(self.file, line, 1, code, what, cure))


def _share(answer: _Answer) -> float:
    if answer.weight is not None:
        return answer.weight
    return 1.0 if answer.sign == "=" else 0.0


def read_number(text: str) -> Number | None:
    """Return the number that `3`, `3:2` (a tolerance) or `1..5` (a range) says, None when it says none."""
    low, dots, high = text.partition("..")
    try:
        if dots:
            first, last = Decimal(low.strip()), Decimal(high.strip())
            return _finite((first + last) / 2, abs(last - first) / 2)
        value, _, tolerance = text.partition(":")
        return _finite(Decimal(value.strip()), abs(Decimal(tolerance.strip() or 0)))
    except InvalidOperation:
        return None


def _finite(value: Decimal, tolerance: Decimal) -> Number | None:
    if not (value.is_finite() and tolerance.is_finite()) or max(abs(value), tolerance) > Decimal(10) ** 15:
        return None
    return Number(float(value), float(tolerance))
