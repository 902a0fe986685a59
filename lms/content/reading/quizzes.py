"""A quiz compiled: every ## heading is a question; its own pools and forms must fit."""

from collections import Counter
from dataclasses import replace

from lms.content.course import Quiz
from lms.content.reading import texts
from lms.content.reading.body import Body
from lms.content.reading.compiled import Compiled, Named
from lms.content.reading.front_matter import FrontMatter, did_you_mean
from lms.content.reading.keys import ActivityKeys, QuizKeys, read_quiz_keys
from lms.content.reading.measuring import measured_questions
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
    if not sections and not quiz_keys.draws:
        compiled.complain(
            body.first_line,
            1,
            "empty-quiz",
            "This quiz asks nothing yet.",
            "Write a heading with ## for each question, and its answers below.",
        )
    _check_pools(quiz_keys, questions, front)
    _check_forms(quiz_keys, questions, front, compiled)
    _check_longest(questions, body, compiled)
    intro = body_html(body.shaped[: len(lead)], {})
    quiz = Quiz(
        id=keys.id,
        title=keys.title,
        minutes=keys.minutes or 1,
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
        forms=quiz_keys.forms,
        opens_after_days=quiz_keys.opens_after_days,
    )
    compiled.measured = measured_questions(questions)
    compiled.activity = replace(quiz, minutes=keys.minutes or max(1, round(quiz.question_count * 0.75)))


def _check_pools(keys: QuizKeys, questions: list[Question], front: FrontMatter) -> None:
    """Complain about own pools that are too small; a pool this file has nothing of is the course's matter."""
    pools = Counter(question.pool for question in questions if question.pool)
    entry = front.entries.get("draw")
    for draw in keys.draws if entry else ():
        has = pools[draw.pool]
        if 0 < has < draw.count:
            front.complain(
                "pool-too-small",
                f"{draw.count} questions are drawn from “{draw.pool}”, which has {has}.",
                f"Write at least {draw.count - has} more, or draw fewer.",
                key="draw",
                offset=max(0, entry.value.find(draw.pool)) if entry else 0,
            )


def _check_forms(keys: QuizKeys, questions: list[Question], front: FrontMatter, compiled: Compiled) -> None:
    sizes = Counter(question.form for question in questions)
    for question in questions:
        if question.form and question.form not in keys.forms:
            compiled.complain(
                question.line,
                1,
                "unknown-form",
                f"“{question.title}” is in form {question.form}, which this quiz has not.",
                did_you_mean(question.form, keys.forms)
                if keys.forms
                else f"Name it in the front matter: “forms: {question.form}/…”, or take form= out.",
            )
    empty = [form for form in keys.forms if not sizes[form]]
    if empty:
        front.complain(
            "empty-form",
            f"No question is in form {empty[0]}.",
            f"Write form={empty[0]} in the braces of its questions.",
            key="forms",
        )
    elif len({sizes[form] for form in keys.forms}) > 1:
        front.complain(
            "uneven-forms",
            "The forms are not of one length: "
            + ", ".join(f"{form} has {sizes[form]}" for form in keys.forms)
            + ".",
            "Give each form as many questions, of the same kind and difficulty.",
            key="forms",
            severity=Severity.WARNING,
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
