"""What an author might have on paper: a question's section made from Markdown, heading and all."""

from lms.problem import Problem
from lms.quiz.question import Question
from lms.quiz.reading import read_question
from lms.section import Section, read_attributes


def a_section(markdown: str, line: int = 1) -> Section:
    """Return the section of this Markdown, whose first line is the heading, standing at `line` of its file."""
    heading, *lines = markdown.strip("\n").split("\n")
    title, attributes, slips = read_attributes(heading.removeprefix("## "))
    assert not slips
    return Section("course/quiz.md", line, 2, title, attributes, tuple(lines), line + 1)


def read(markdown: str) -> tuple[Question | None, list[Problem]]:
    """Return the question of this Markdown and its problems; without an id in the heading it is `q-1`."""
    return read_question(a_section(markdown), "q-1")


def a_read_question(markdown: str) -> Question:
    """Return the question of this Markdown, which must be without errors."""
    question, problems = read(markdown)
    assert question, problems
    return question
