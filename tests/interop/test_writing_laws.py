"""What is written is the same question: for everything an author of this house can write."""

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from lms.content.course import Quiz
from lms.content.reading.compiling import compile_file
from lms.interop.taking import draft_of
from lms.interop.writing import question_markdown
from lms.quiz.question import Question
from tests.interop.strategies import authored, compiled_question

SLOW = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@SLOW
@given(authored())
def test_a_question_written_and_compiled_is_the_same(question: Question) -> None:
    draft = draft_of(question)
    again = compiled_question(question_markdown(draft))
    assert again is not None, question_markdown(draft)
    assert draft_of(again) == draft, question_markdown(draft)


def test_every_question_of_the_shipped_quizzes_is_the_same_to_the_last_id() -> None:
    courses = Path(__file__).parents[2] / "courses"
    count = 0
    for path in sorted(courses.glob("*/*-check.md")):
        quiz = compile_file(str(path.relative_to(courses)), path.read_text("utf-8")).activity
        for question in quiz.questions if isinstance(quiz, Quiz) else ():
            again = compiled_question(question_markdown(draft_of(question)))
            assert again is not None and replace(again, file=question.file, line=question.line) == question
            count += 1
    assert count > 300
