"""One question of GIFT: its texts with their formats, its answers, what is not kept and what is broken."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lms.interop.draft import Answers, Draft, Fate, Loss
from lms.interop.gift.syntax import Chunk, freed
from lms.interop.naming import pool_of
from lms.interop.prose.taming import Tamed, plain_html, plain_line, tame_block, tame_line, tame_markdown
from lms.interop.weighing import Remark
from lms.problem import Problem

BEHAVIOUR = "behaviour "
FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%\s*(-?\d{1,3}(?:\.\d*)?)\s*%")
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&#?\w+;")


@dataclass
class Answer:
    """One answer as written: its weight (0..1, None when the file gives none), text, feedback, and its line."""

    sign: str
    weight: float | None
    text: str
    feedback: str
    line: int


@dataclass
class Asked:
    """What every type shares while it is read."""

    chunk: Chunk
    file: str
    category: str
    losses: list[Loss] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    title: str = ""
    format: str = "moodle"

    def drafted(self, stem_html: str, answers: Answers) -> Draft:
        """Return the draft with what every question has."""
        other = [tag for tag in self.chunk.tags if not tag.startswith(BEHAVIOUR)]
        if other:
            self.lose(f"Its tags are not taken: {', '.join(other)[:200]}.", Fate.LEFT_OUT)
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

    def asked(self, stem: str, tail: str) -> str:
        """Return what is asked; what follows the answers stands after a blank in the sentence."""
        if not tail.strip():
            return self.block(stem)
        return self.block(f"{stem.rstrip()} {'_' * 5} {tail.lstrip()}")

    def split(self, inside: str, signs: str, offset: int, *, has_feedback: bool = True) -> list[Answer]:
        """Return the answers that begin with one of these signs; `inside` stands at `offset` of the chunk."""
        answers = []
        for found in re.finditer(rf"([{signs}])([^{signs}]*)", inside):
            text, _, feedback = found[2].partition("#") if has_feedback else (found[2], "", "")
            weighted = _WEIGHT.match(text)
            weight = float(weighted[1]) / 100 if weighted else None
            text = text[weighted.end() :] if weighted else text
            line = self.line_at(offset + found.start())
            if text.strip() or feedback.strip():
                answers.append(Answer(found[1], weight, text, feedback, line))
        return answers

    def tell(self, said: list[Remark]) -> None:
        """List what is left out."""
        for each in said:
            self.lose(each.what, Fate.LEFT_OUT, each.line)

    def block(self, written: str, *, quiet: bool = False) -> str:
        """Return a text as blocks; `quiet` lists nothing."""
        return self._tamed(written, self.format, tame_block, plain_html, quiet=quiet)

    def line_of(self, written: str, line: int) -> str:
        """Return a text as one line of HTML; `line` is where it stands."""
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
        formatted = FORMAT.match(written)
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
                self.lose(sentence, Fate.LEFT_OUT, line)
        return tamed.html

    def line_at(self, offset: int) -> int:
        """Return the line of the file at this place of the chunk."""
        return self.chunk.line + self.chunk.text.count("\n", 0, max(0, offset))

    def lose(self, what: str, fate: Fate, line: int = 0) -> None:
        """List one thing that is not kept."""
        self.losses.append(Loss(line or self.chunk.line, self.title, what, fate))

    def left_out(self, what: str) -> Draft | None:
        """List the whole question as left out."""
        self.lose(what, Fate.LEFT_OUT)
        return None

    def complain(self, code: str, what: str, cure: str, line: int) -> None:
        """Add what is broken."""
        self.problems.append(Problem(self.file, line, 1, code, what, cure))
