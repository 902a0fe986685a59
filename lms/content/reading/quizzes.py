"""A quiz compiled: every ## heading is a question; pools and draws must fit."""

from collections import Counter

from lms.content.course import Quiz
from lms.content.reading import texts
from lms.content.reading.body import Body
from lms.content.reading.compiled import Compiled, Named
from lms.content.reading.front_matter import FrontMatter, did_you_mean
from lms.content.reading.keys import ActivityKeys, QuizKeys, read_quiz_keys
from lms.content.reading.names import Names, slug
from lms.markup import body_html
from lms.problem import Severity
from lms.quiz.question import Question, QuestionType
from lms.quiz.reading import read_question
from lms.structure import sections_of

_ENOUGH_TO_JUDGE = 4


def compile_quiz(keys: ActivityKeys, front: FrontMatter, body: Body, compiled: Compiled) -> None:
    """Put the quiz and what it names into `compiled`. Raises MarkupError when it cannot be rendered."""
    quiz_keys = read_quiz_keys(front)
    lead, sections = sections_of(body.structure, compiled.file, body.first_line, 2)
    ids = Names()
    questions: list[Question] = []
    for section in sections:
        question, problems = read_question(section, ids.take(slug(section.title)))
        compiled.problems += problems
        if question is not None:
            questions.append(question)
            compiled.named.append(Named(question.id, "question", section.line))
            texts.check_question(question, compiled)
    if not sections:
        compiled.complain(
            body.first_line,
            1,
            "empty-quiz",
            "This quiz asks nothing yet.",
            "Write a heading with ## for each question, and its answers below.",
        )
    _check_draws(quiz_keys, questions, front, compiled)
    _check_longest(questions, body, compiled)
    intro = body_html(body.shaped[: len(lead)], {})
    asked = sum(draw.count for draw in quiz_keys.draws) or len(questions)
    compiled.activity = Quiz(
        id=keys.id,
        title=keys.title,
        minutes=keys.minutes or max(1, round(asked * 0.75)),
        behaviours=keys.behaviours,
        intro_html=intro,
        pass_mark=quiz_keys.pass_mark,
        attempts=quiz_keys.attempts,
        seconds_allowed=quiz_keys.seconds_allowed,
        draws=quiz_keys.draws,
        shuffle=quiz_keys.shuffle,
        review=quiz_keys.review,
        questions=tuple(questions),
        passages=tuple(texts.passages_of(intro)),
        summary=keys.summary,
    )


def _check_draws(keys: QuizKeys, questions: list[Question], front: FrontMatter, compiled: Compiled) -> None:
    pools = Counter(question.pool for question in questions if question.pool)
    entry = front.entries.get("draw")
    if not keys.draws or entry is None:
        return
    for draw in keys.draws:
        has = pools[draw.pool]
        offset = max(0, entry.value.find(draw.pool))
        if not has:
            front.complain(
                "unknown-pool",
                f"No question is in the pool “{draw.pool}”.",
                did_you_mean(draw.pool, pools) if pools else f"Write pool={draw.pool} in a question's braces.",
                key="draw",
                offset=offset,
            )
        elif has < draw.count:
            front.complain(
                "pool-too-small",
                f"{draw.count} questions are drawn from “{draw.pool}”, which has {has}.",
                f"Write at least {draw.count - has} more, or draw fewer.",
                key="draw",
                offset=offset,
            )
    drawn = {draw.pool for draw in keys.draws}
    for question in questions:
        if question.pool not in drawn:
            compiled.complain(
                question.line,
                1,
                "never-drawn",
                f"“{question.title}” is in no pool that is drawn from: nobody is asked it.",
                "Give it a pool that “draw” names, or name its pool there.",
                Severity.WARNING,
            )


def _check_longest(questions: list[Question], body: Body, compiled: Compiled) -> None:
    """Warn when whoever always ticks the longest option passes."""
    single = [texts.lengths(question) for question in questions if question.type is QuestionType.SINGLE]
    longest = sum(right > max(wrong) for right, wrong in single if wrong)
    if len(single) >= _ENOUGH_TO_JUDGE and longest == len(single):
        compiled.warn(
            body.first_line,
            1,
            "key-always-longest",
            f"In all {longest} single choices the right option is the longest.",
            "Make a wrong one the longest in some: people who guess take the longest.",
        )
