"""A spreadsheet of questions read, row by row: what was not taken is said with its row and its cell."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lms.interop.draft import (
    Answers,
    Choice,
    Draft,
    DraftOption,
    Fate,
    Gaps,
    Group,
    Groups,
    Loss,
    Open,
    Pair,
    Pairs,
    Sorted,
    Steps,
    Taken,
    Words,
)
from lms.interop.gapping import gapped
from lms.interop.naming import title_of
from lms.interop.prose.escaping import GAP
from lms.interop.prose.taming import Tamed
from lms.interop.refusing import RefusedFileError
from lms.interop.sheet import cells
from lms.interop.sheet.columns import (
    ANSWERS,
    BEHAVIOURS,
    EXPLANATION,
    FEEDBACK,
    FORM,
    HINT,
    ID,
    LETTERS,
    ORDER,
    POINTS,
    POOL,
    QUESTION,
    RIGHT,
    TITLE,
    TRUTH,
    TYPE,
    TYPES,
    column_of,
    type_of,
)
from lms.interop.sheet.workbook import rows_of
from lms.interop.weighing import ONE_CRITERION
from lms.interop.wording import number_in
from lms.problem import Problem
from lms.quiz import patterns

ARROW = "->"
_GAP = re.compile(r"\[\[.*?\]\]", re.DOTALL)


def read(content: bytes, file: str) -> Taken:
    """Return the questions of an XLSX or CSV file; never raises for what it holds. Lines are rows of the table."""
    try:
        rows, problems = rows_of(content, file)
    except RefusedFileError as error:
        return Taken(problems=(Problem(file, max(1, error.line), 1, "refused", error.what, error.cure),))
    header = rows[0] if rows else []
    columns = [column_of(title) for title in header]
    if QUESTION not in columns:
        what, cure = "The first row has no column “Question”.", "Begin with the template's first row."
        return Taken(problems=(Problem(file, 1, 1, "no-header", what, cure),))
    losses = [
        Loss(1, "", f"The column “{title[:60]}” is not known here.", Fate.LEFT_OUT, title[:60])
        for title, column in zip(header, columns, strict=True)
        if title.strip() and not column
    ]
    drafts: list[Draft] = []
    for number, row in enumerate(rows[1:], 2):
        values: dict[str, str] = {}
        for column, cell in zip(columns, row, strict=False):
            if column and cell.strip():
                values.setdefault(column, cell.strip())
        if not values:
            continue
        reader = _Row(values, number, file)
        draft = reader.draft()
        drafts += [draft] if draft else []
        losses += dict.fromkeys(reader.losses)
        problems += reader.problems
    return Taken(tuple(drafts), tuple(losses), tuple(sorted(problems)))


def read_row(values: dict[str, str]) -> Draft | None:
    """Return the question of one row by its columns' names, None when it cannot be taken."""
    return _Row(values, 0, "").draft()


@dataclass
class _Row:
    """One row being read."""

    values: dict[str, str]
    number: int
    file: str
    losses: list[Loss] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    title: str = ""

    def draft(self) -> Draft | None:
        """Return the draft, None when a problem says why there is none."""
        question = self.values.get(QUESTION, "")
        without_key = cells.block_of(_GAP.sub("…", question)).html
        self.title = title_of(self.values.get(TITLE, ""), without_key)
        if not question:
            self._complain(QUESTION, "Nothing is asked.", "Write the question, or empty the row.")
            return None
        kind = self._kind()
        if not kind:
            return None
        reads: dict[str, Callable[[], Answers | None]] = {
            "single choice": self._choice,
            "multiple choice": lambda: self._choice(is_multiple=True),
            TRUTH: self._truth,
            "short text": self._words,
            "number": self._number,
            "put in order": lambda: Steps(self._lines()),
            "match": self._pairs,
            "sort": self._groups,
            "open": lambda: Open(self._lines() or (cells.line_of(ONE_CRITERION).html,)),
        }
        if kind == "gaps":
            stem, gaps = self._gaps(question)
            return None if gaps is None else self._drafted(stem, gaps, kind)
        answers = reads[kind]()
        return None if answers is None else self._drafted(self._block(QUESTION), answers, kind)

    def _kind(self) -> str:
        """Return the type that the row says, or that its cells let one guess."""
        said = self.values.get(TYPE, "")
        if said:
            kind = type_of(said)
            if not kind:
                cure = f"Write one of: {', '.join((*TYPES, TRUTH))}."
                self._complain(TYPE, f"“{said[:40]}” is no type known here.", cure)
            return kind
        if "[[" in self.values.get(QUESTION, ""):
            return "gaps"
        if RIGHT in self.values:
            right = self.values[RIGHT]
            if right.strip().lower() in ("true", "false"):
                return TRUTH
            return "multiple choice" if len(_letters(right)) > 1 else "single choice"
        self._complain(RIGHT, "Neither the type nor the right answer is said.", "Write A, B … into “Right”.")
        return ""

    def _choice(self, *, is_multiple: bool = False) -> Answers | None:
        said = self.values.get(RIGHT, "")
        right = _letters(said)
        options = []
        for letter, name in zip(LETTERS, ANSWERS, strict=True):
            if name in self.values:
                feedback = self._block(FEEDBACK[LETTERS.index(letter)])
                options.append(DraftOption(self._line(name), letter in right, feedback))
        missing = [letter for letter in right if ANSWERS[LETTERS.index(letter)] not in self.values]
        if not right or missing:
            what = f"“{said[:40]}” names no answer of this row." if said else "No right answer is named."
            self._complain(RIGHT, what, "Write the letter of the right answer: B, or A, C for several.")
            return None
        if len(right) > 1 and not is_multiple:
            what, cure = "A single choice with several right answers.", "Write “multiple choice” into its type."
            self._complain(RIGHT, what, cure)
            return None
        return Choice(tuple(options), is_multiple)

    def _truth(self) -> Answers | None:
        said = (self.values.get(RIGHT) or self.values.get(ANSWERS[0], "")).strip().lower()
        if said not in ("true", "false", "yes", "no"):
            self._complain(RIGHT, f"“{said[:40]}” is neither true nor false.", "Write true or false.")
            return None
        is_true = said in ("true", "yes")
        first, second = self._block(FEEDBACK[0]), self._block(FEEDBACK[1])
        return Choice((DraftOption("True", is_true, first), DraftOption("False", not is_true, second)))

    def _words(self) -> Answers | None:
        written = self._cells() or ([self.values[RIGHT]] if RIGHT in self.values else [])
        if not written:
            self._complain(ANSWERS[0], "No accepted answer is written.", "Write one into each answer's cell.")
            return None
        texts = [" ".join(each.split()) for each in written]
        accepted = tuple(each for each in texts if not patterns.looks_like_one(each))
        return Words(accepted, tuple(each for each in texts if patterns.looks_like_one(each)))

    def _number(self) -> Answers | None:
        name = ANSWERS[0] if ANSWERS[0] in self.values else RIGHT
        number = number_in(self.values.get(name, ""))
        if number is None:
            what = f"“{self.values.get(name, '')[:40]}” is no number."
            self._complain(name, what, "Write it like 64, 64 minutes or 64 ± 0.5 minutes.")
        return number

    def _pairs(self) -> Answers | None:
        heads, pairs = self.values.get(RIGHT, ""), []
        for left, right in self._parted():
            pairs.append(Pair(cells.line_of(left).html, cells.line_of(right).html))
        left_title, _, right_title = heads.partition(ARROW)
        return Pairs(tuple(pairs), left_title.strip(), right_title.strip()) if pairs else None

    def _groups(self) -> Answers | None:
        groups: dict[str, list[Sorted]] = {}
        for place, (item, group) in enumerate(self._parted()):
            feedback = self._block(FEEDBACK[place])
            groups.setdefault(cells.line_of(group).html, []).append(Sorted(cells.line_of(item).html, feedback))
        return Groups(tuple(Group(name, tuple(items)) for name, items in groups.items())) if groups else None

    def _parted(self) -> list[tuple[str, str]]:
        """Return the answers' two sides, [] after complaining about one that has none."""
        parted = []
        for name in ANSWERS:
            if name not in self.values:
                continue
            left, arrow, right = self.values[name].partition(ARROW)
            if not arrow:
                self._complain(name, f"“{left[:40]}” has no ->.", "Write the left side, -> and the right side.")
                return []
            parted.append((left.strip(), right.strip()))
        if not parted:
            self._complain(ANSWERS[0], "There are no pairs.", "Write one into each answer's cell: left -> right.")
        return parted

    def _gaps(self, question: str) -> tuple[str, Gaps | None]:
        accepted: list[tuple[str, ...]] = []
        pieces = question.replace(GAP, "").split("[[")
        whole = pieces[0]
        for piece in pieces[1:]:
            inside, closed, rest = piece.partition("]]")
            words = tuple(dict.fromkeys(word.strip() for word in inside.split("|") if word.strip()))
            if not closed or not words:
                self._complain(
                    QUESTION, "A gap is not closed, or empty.", "Write [[word]] or [[word|other word]]."
                )
                return "", None
            accepted.append(words)
            whole += GAP + rest
        html = self._tamed(cells.block_of(whole), QUESTION)
        if not accepted or html.count(GAP) != len(accepted):
            self._complain(QUESTION, "There is no gap in the text.", "Write [[word]] where a word is missing.")
            return "", None
        stem, gaps, said = gapped(html, tuple(accepted))
        for sentence in said:
            self._lose(sentence, Fate.CHANGED, QUESTION)
        return stem, gaps

    def _drafted(self, stem: str, answers: Answers, kind: str) -> Draft:
        return Draft(
            title=self.title,
            stem_html=stem,
            answers=answers,
            hint_html=self._block(HINT),
            explanation_html=self._block(EXPLANATION),
            points=self._points(),
            pool=self.values.get(POOL, ""),
            form=self.values.get(FORM, ""),
            behaviours=tuple(self.values.get(BEHAVIOURS, "").replace(",", " ").split()),
            id=self.values.get(ID, ""),
            is_fixed=kind == TRUTH or self.values.get(ORDER, "").lower() in ("yes", "true", "x"),
            line=self.number,
        )

    def _points(self) -> float:
        said = self.values.get(POINTS, "1").replace(",", ".")
        try:
            points = float(said)
        except ValueError:
            points = 0.0
        if 0 < points <= 1000:
            return points
        self._lose(f"“{said[:20]}” points cannot be used; it is worth 1.", Fate.CHANGED, POINTS)
        return 1.0

    def _cells(self) -> list[str]:
        return [self.values[name] for name in ANSWERS if name in self.values]

    def _lines(self) -> tuple[str, ...]:
        return tuple(self._line(name) for name in ANSWERS if name in self.values)

    def _block(self, name: str) -> str:
        return self._tamed(cells.block_of(self.values.get(name, "")), name)

    def _line(self, name: str) -> str:
        return self._tamed(cells.line_of(self.values.get(name, "")), name)

    def _tamed(self, tamed: Tamed, name: str) -> str:
        for sentence in tamed.lost:
            self._lose(sentence, Fate.LEFT_OUT, name)
        return tamed.html

    def _lose(self, what: str, fate: Fate, name: str) -> None:
        self.losses.append(Loss(self.number, self.title, what, fate, name))

    def _complain(self, name: str, what: str, cure: str) -> None:
        self.problems.append(Problem(self.file, self.number, 1, "bad-row", f"{name}: {what}", cure))


def _letters(said: str) -> list[str]:
    """Return the letters that a cell names: `B`, `A, C`, `a and c`; [] when it says anything else."""
    words = said.upper().replace("AND", " ").replace("&", " ").replace(",", " ").replace(";", " ").split()
    if len(words) == 1 and len(words[0]) > 1 and words[0].isalpha() and words[0] == "".join(sorted(set(words[0]))):
        words = list(words[0])
    return list(dict.fromkeys(words)) if all(len(word) == 1 and word in LETTERS for word in words) else []
