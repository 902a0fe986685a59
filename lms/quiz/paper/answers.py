"""The answers of one question as the author wrote them: lines with their numbers, before any type reads them."""

from dataclasses import dataclass

from lms.problem import Problem, Severity


@dataclass(frozen=True)
class SourceLine:
    """One line of the file; `number` counts from 1."""

    number: int
    text: str

    @property
    def indent(self) -> int:
        """Return how many columns of white space stand before the text; a tab goes to the next fourth."""
        expanded = self.text.expandtabs(4)
        return len(expanded) - len(expanded.lstrip())

    @property
    def is_blank(self) -> bool:
        """Return whether nothing stands on this line."""
        return not self.text.strip()


@dataclass(frozen=True)
class Answers:
    """The lines of one question's answers and where they stand."""

    file: str
    heading_line: int
    lines: tuple[SourceLine, ...]

    def problem(self, code: str, what: str, cure: str, line: int = 0, column: int = 1) -> Problem:
        """Return an error at this line (the heading's when 0)."""
        return Problem(self.file, line or self.heading_line, column, code, what, cure)

    def warning(self, code: str, what: str, cure: str, line: int = 0, column: int = 1) -> Problem:
        """Return a warning at this line (the heading's when 0)."""
        return Problem(self.file, line or self.heading_line, column, code, what, cure, Severity.WARNING)
