"""GIFT read: every shape of the format's documentation becomes a draft, or a loss that says why not."""

import re
from dataclasses import replace
from decimal import Decimal

from lms.interop.decoding import text_of
from lms.interop.draft import (
    MOST_ANSWERS,
    MOST_DRAFTS,
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
from lms.interop.gift.asked import FORMAT, Answer, Asked
from lms.interop.gift.syntax import chunks, freed
from lms.interop.naming import category_of, title_of
from lms.interop.prose.escaping import GAP
from lms.interop.prose.taming import plain_line
from lms.interop.shares import Shared, choice_of
from lms.interop.weighing import ONE_CRITERION, Weighed, joined, number_of, words_of
from lms.problem import Problem

_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}


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


class _Question(Asked):
    """One question being read, type by type."""

    def draft(self) -> Draft | None:
        """Return the draft, None when there is a loss or a problem that says why."""
        text = self.chunk.text
        titled = _TITLE.match(text)
        at = titled.end() if titled else 0
        named = freed(titled[1]) if titled else ""
        self.title = named
        formatted = FORMAT.match(text, at)
        if formatted:
            self.format, at = formatted[1].lower(), formatted.end()
        opened = text.find("{", at)
        closed = text.find("}", opened + 1)
        asked = text[at:] if opened < 0 else f"{text[at:opened]} {text[closed + 1 :] if closed > 0 else ''}"
        self.title = title_of(named, self.block(asked, quiet=True))
        if opened < 0:
            return self.left_out("A text that asks nothing (a description) is no question here.")
        if closed < 0:
            what = "The braces of the answers are opened and never closed."
            self.complain("unclosed", what, "Close them with } before the next empty line.", self.line_at(opened))
            return None
        stem, inside, tail = text[at:opened], text[opened + 1 : closed], text[closed + 1 :]
        if "{" in tail:
            line = self.line_at(closed + 1 + tail.index("{"))
            self.lose("Only the first braces hold answers; the later ones are read as text.", Fate.AS_TEXT, line)
        if len(re.findall("[=~]", inside)) > MOST_ANSWERS:
            cure = "Split it into several questions."
            what = f"The question has more than {MOST_ANSWERS} answers."
            self.complain("too-many", what, cure, self.line_at(opened))
            return None
        inside, general = _general(inside)
        offset = opened + 1
        found = self._answers(stem, inside, tail.rstrip(), offset)
        if found is None:
            return None
        return replace(found, explanation_html=joined(self.block(general), found.explanation_html))

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
            self.complain("no-answer", what, "Put = before each right answer.", self.line_at(offset))
            return None
        takes = self._choice if "~" in inside else self._pairs if "->" in inside else self._words
        return takes(stem, inside, tail, offset)

    # The types

    def _choice(self, stem: str, inside: str, tail: str, offset: int) -> Draft | None:
        answers = self.split(inside, "=~", offset)
        is_multiple = not any(answer.sign == "=" for answer in answers)
        options = [
            Shared(self.line_of(answer.text, answer.line), _share(answer), self.block(answer.feedback))
            for answer in answers
        ]
        choice, said = choice_of(options, is_multiple=is_multiple)
        for sentence in said:
            self.lose(sentence, Fate.CHANGED)
        if not any(option.is_right for option in choice.options):
            return self.left_out("None of its options is right.")
        return self.drafted(self.asked(stem, tail), choice)

    def _open(self, stem: str, tail: str) -> Draft:
        self.lose(f"It has no criteria; it is given one: {ONE_CRITERION}", Fate.CHANGED)
        return self.drafted(self.asked(stem, tail), Open((plain_line(ONE_CRITERION),)))

    def _truth(self, stem: str, bare: str, tail: str) -> Draft:
        said, *comments = bare.split("#")
        is_true = _TRUTH[said.strip().upper()]
        wrong, right = (self.block(each) for each in (*comments, "", "")[:2])
        options = (
            DraftOption("True", is_true, right if is_true else wrong),
            DraftOption("False", not is_true, wrong if is_true else right),
        )
        return replace(self.drafted(self.asked(stem, tail), Choice(options)), is_fixed=True)

    def _pairs(self, stem: str, inside: str, tail: str, offset: int) -> Draft | None:
        pairs = []
        for answer in self.split(inside, "=", offset, has_feedback=False):
            left, arrow, right = answer.text.partition("->")
            if not arrow:
                what = f"“{freed(answer.text).strip()[:60]}” has no -> and belongs to nothing."
                self.complain("no-arrow", what, "Write = left -> right.", answer.line)
                return None
            pairs.append(Pair(self.line_of(left, answer.line), self.line_of(right, answer.line)))
        return self.drafted(self.asked(stem, tail), Pairs(tuple(pairs)))

    def _words(self, stem: str, inside: str, tail: str, offset: int) -> Draft | None:
        answers = self.split(inside, "=", offset)
        words, feedback, said = words_of([self._weighed(answer) for answer in answers])
        self.tell(said)
        if not words.texts and not words.patterns:
            return self.left_out("None of its answers gives full marks.")
        if tail.strip() and words.texts:
            found = self._one_gap(stem, words.texts, tail, words.patterns)
        else:
            found = self.drafted(self.asked(stem, tail), words)
        return replace(found, explanation_html=feedback)

    def _weighed(self, answer: Answer) -> Weighed:
        text = " ".join(freed(FORMAT.sub("", answer.text)).split())
        share = 1.0 if answer.weight is None else answer.weight
        return Weighed(text, share, self.block(answer.feedback), answer.line)

    def _one_gap(self, stem: str, accepted: tuple[str, ...], tail: str, patterns: tuple[str, ...]) -> Draft:
        for pattern in patterns:
            self.lose(f"A gap accepts words only; {pattern} is not taken.", Fate.LEFT_OUT)
        whole = self.block(f"{stem}{GAP}{tail}")
        asked, gaps, said = gapped(whole, (accepted,))
        for sentence in said:
            self.lose(sentence, Fate.CHANGED)
        return self.drafted(asked, gaps)

    def _number(self, stem: str, inside: str, tail: str, offset: int) -> Draft | None:
        answers = self.split(inside, "=", offset) if "=" in inside else self.split(f"={inside}", "=", offset - 1)
        numbers: list[tuple[Number, Weighed]] = []
        for answer in answers:
            weighed = self._weighed(answer)
            number = read_number(weighed.text)
            if weighed.text in ("", "*"):
                self.lose("What is said to any other number is not taken.", Fate.LEFT_OUT, answer.line)
            elif number is None:
                what = f"“{weighed.text[:60]}” is no number."
                self.complain("bad-number", what, "Write 3, 3:2 or 1..5.", answer.line)
                return None
            else:
                numbers.append((number, weighed))
        right, feedback, said = number_of(numbers)
        self.tell(said)
        if right is None:
            return self.left_out("No number gives full marks.")
        return replace(self.drafted(self.asked(stem, tail), right), explanation_html=feedback)


def _general(inside: str) -> tuple[str, str]:
    """Return the answers and what is said to everybody."""
    answers, found, general = inside.rpartition("####")
    return (answers, general) if found else (inside, "")


def _share(answer: Answer) -> float:
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
    except ArithmeticError:
        return None


def _finite(value: Decimal, tolerance: Decimal) -> Number | None:
    if not (value.is_finite() and tolerance.is_finite()) or max(abs(value), tolerance) > Decimal(10) ** 15:
        return None
    return Number(float(value), float(tolerance))
