"""What is written is the same question: for everything an author of this house can write."""

from hypothesis import HealthCheck, Phase, given, settings

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
