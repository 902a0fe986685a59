"""Pools across the quizzes of a course: what a quiz draws from the others, and what nobody ever asks."""

from collections import Counter
from dataclasses import replace

from lms.content.course import Quiz
from lms.content.reading.compiled import Compiled
from lms.content.reading.front_matter import did_you_mean
from lms.quiz.question import Question


def lend(activities: list[Compiled]) -> None:
    """Give each quiz the questions of the pools it draws from and has none of itself, each with its home.

    Complains about pools that no quiz has, or too little of, and about questions that are never asked.
    """
    own = {compiled.file: compiled.activity for compiled in activities if isinstance(compiled.activity, Quiz)}
    drawn: set[str] = set()
    for compiled in activities:
        quiz = own.get(compiled.file)
        if quiz is None:
            continue
        has = {question.pool for question in quiz.questions}
        wanted = [draw for draw in quiz.draws if draw.pool not in has]
        lent = [
            replace(question, home=other.id)
            for file, other in own.items()
            if file != compiled.file
            for question in other.questions
            if question.pool in {draw.pool for draw in wanted}
        ]
        sizes = Counter(question.pool for question in lent)
        for draw in wanted:
            if sizes[draw.pool] < draw.count:
                _complain(compiled, draw.pool, draw.count, sizes[draw.pool], own)
        drawn |= {draw.pool for draw in wanted}
        compiled.activity = replace(quiz, questions=(*quiz.questions, *lent))
    for compiled in activities:
        if compiled.file in own:
            _warn_of_unasked(compiled, own[compiled.file], drawn)


def _complain(compiled: Compiled, pool: str, count: int, has: int, own: dict[str, Quiz]) -> None:
    line, column = compiled.place_of("draw")
    if has:
        what = f"{count} questions are drawn from “{pool}”, of which the course's other quizzes have {has}."
        cure = f"Write pool={pool} in the braces of at least {count - has} more, or draw fewer."
        compiled.complain(line, column, "pool-too-small", what, cure)
        return
    pools = {question.pool for quiz in own.values() for question in quiz.questions if question.pool}
    what = f"No question is in the pool “{pool}”, in this quiz or in another of the course."
    cure = did_you_mean(pool, pools) if pools else f"Write pool={pool} in a question's braces."
    compiled.complain(line, column, "unknown-pool", what, cure)


def _warn_of_unasked(compiled: Compiled, quiz: Quiz, drawn_elsewhere: set[str]) -> None:
    for question in quiz.questions:
        if _is_asked(question, quiz) or question.pool in drawn_elsewhere:
            continue
        where = "no form" if quiz.forms else "no pool that is drawn from"
        compiled.warn(
            question.line,
            1,
            "never-drawn",
            f"“{question.title}” is in {where}: nobody is asked it.",
            f"Write form={quiz.forms[0]} in its braces, or a pool that another quiz draws from."
            if quiz.forms
            else "Give it a pool that “draw” names, or name its pool there.",
        )


def _is_asked(question: Question, quiz: Quiz) -> bool:
    if quiz.forms:
        return question.form in quiz.forms
    return not quiz.draws or question.pool in {draw.pool for draw in quiz.draws}
