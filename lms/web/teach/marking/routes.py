"""The marking queue: open answers of a trainer's own courses, the oldest first, their writers' names kept back."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import queries as content
from lms.content.course import Quiz
from lms.credentials.actions import award_what_is_due
from lms.progress import marking_actions, marking_queries
from lms.progress.marking_actions import Found, MarkOutcome
from lms.progress.marking_queries import HandedIn
from lms.quiz.form import is_text
from lms.quiz.kinds import open_answer
from lms.quiz.marking import is_self_marked
from lms.quiz.question import OpenKey, Question
from lms.store import writing
from lms.web.extensions import database
from lms.web.fields import FieldProblem
from lms.web.identity import me, now
from lms.web.render import show
from lms.web.teach.marking.pages import AnswerLine, AnswerPage, CriterionLine, MarkingPage, PastMarking
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_courses, trains
from lms.web.wording import in_our_words


@desk.get("/marking")
def marking_page() -> ResponseReturnValue:
    """Show what waits to be read, the oldest first, and what was marked lately."""
    titles = {state.slug: state.title for state in my_courses()}
    page = MarkingPage(
        waiting=tuple(
            AnswerLine(
                each.attempt_id,
                each.question_id,
                titles[each.course_slug],
                _question(each.release_id, each.activity_id, each.question_id).title,
                each.handed_in_at,
            )
            for each in marking_queries.unread_in(database(), titles, me().person_id)
        ),
        count=count_unread(),
        marked=tuple(
            AnswerLine(
                each.attempt_id,
                each.question_id,
                titles[each.course_slug],
                _question(each.release_id, each.activity_id, each.question_id).title,
                each.marked_at,
                "" if each.has_unread else each.learner,
                each.marked_by or "",
                each.mark,
            )
            for each in marking_queries.marked_in(database(), titles)
        ),
    )
    return show("teach/marking_page.html", page)


@desk.get("/marking/<int:attempt_id>/<question_id>")
def answer_page(attempt_id: int, question_id: str) -> ResponseReturnValue:
    """Show one open answer with its criteria to be marked, or as it was marked."""
    answer = _answer(attempt_id, question_id)
    return show("teach/answer_page.html", _answer_page(answer))


@desk.post("/marking/<int:attempt_id>/<question_id>")
def mark_answer(attempt_id: int, question_id: str) -> ResponseReturnValue:
    """Mark the answer and go on to the next; what somebody else marked meanwhile is shown instead."""
    answer = _answer(attempt_id, question_id)
    key = _open_key(_question_of(answer))
    given = {each.id: request.form.get(f"verdict-{each.id}", "") for each in key.criteria}
    words = request.form.get("words", "").replace("\r\n", "\n").strip()
    problems = _problems(given, words)
    if problems:
        return show("teach/answer_page.html", _answer_page(answer, given, words, problems)), 422
    found = Found({name: int(value) for name, value in given.items()}, words)
    with writing(database()) as session:
        marked = marking_actions.mark_answer(
            session, attempt_id, question_id, found, seen=_seen(), by=me().person_id, now=now()
        )
        if marked.outcome is MarkOutcome.MARKED and marked.enrolment_id is not None:
            award_what_is_due(session, marked.enrolment_id, now())
    if marked.outcome is MarkOutcome.SEEN_LESS:
        page = _answer_page(_answer(attempt_id, question_id), given, words, is_overtaken=True)
        return show("teach/answer_page.html", page), 409
    marked_answer = _answer(attempt_id, question_id)
    flash(
        _("Marked. Another answer of the same attempt waits, so whose it is, you see after that.")
        if marked_answer.has_unread
        else _("Marked: the answer of %(name)s.", name=marked_answer.learner),
        "good",
    )
    following = marking_queries.unread_in(
        database(), [state.slug for state in my_courses()], me().person_id, limit=1
    )
    if not following:
        return redirect(url_for(".marking_page"), 303)
    return redirect(
        url_for(".answer_page", attempt_id=following[0].attempt_id, question_id=following[0].question_id), 303
    )


def count_unread() -> int:
    """Return how many answers wait in the signed-in trainer's courses."""
    return marking_queries.count_unread(database(), [state.slug for state in my_courses()], me().person_id)


def _answer(attempt_id: int, question_id: str) -> HandedIn:
    """Return an open answer that is hers to mark; answers 404 to every other, her own among them."""
    found = marking_queries.find_handed_in(database(), attempt_id, question_id)
    if found is None or found.learner_id == me().person_id or not trains(found.course_slug):
        abort(404)
    question = _question_of(found)
    if not isinstance(question.key, OpenKey) or is_self_marked(question):
        abort(404)
    return found


def _question(release_id: int, activity_id: str, question_id: str) -> Question:
    quiz = content.course_at(database(), release_id).activity(activity_id)
    assert isinstance(quiz, Quiz)
    return next(question for question in quiz.questions if question.id == question_id)


def _question_of(answer: HandedIn) -> Question:
    return _question(answer.release_id, answer.activity_id, answer.question_id)


def _open_key(question: Question) -> OpenKey:
    assert isinstance(question.key, OpenKey)
    return question.key


def _seen() -> int:
    seen = request.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 4 else 0


def _problems(given: dict[str, str], words: str) -> tuple[FieldProblem, ...]:
    problems = [
        FieldProblem(f"verdict-{name}", _("Say yes, partly or no for each criterion"))
        for name, value in given.items()
        if value not in ("0", "1", "2")
    ][:1]
    most = open_answer.LONGEST_WORDS
    if len(words) > most:
        text = _("At most %(most)s characters; these are %(count)s", most=most, count=len(words))
        problems.append(FieldProblem("words", text))
    elif not is_text(words):
        problems.append(FieldProblem("words", _("These characters cannot be kept; type the words anew")))
    return tuple(problems)


def _answer_page(
    answer: HandedIn,
    given: dict[str, str] | None = None,
    words: str | None = None,
    problems: tuple[FieldProblem, ...] = (),
    *,
    is_overtaken: bool = False,
) -> AnswerPage:
    question = in_our_words(_question_of(answer))
    key = _open_key(question)
    course = content.course_at(database(), answer.release_id)
    verdicts = {name: str(value) for name, value in open_answer.verdicts_of(key, answer.response).items()}
    markings = marking_queries.markings_of(database(), answer.attempt_id, answer.question_id)
    return AnswerPage(
        attempt_id=answer.attempt_id,
        question_id=answer.question_id,
        course_title=course.title,
        language=course.language,
        title=question.title,
        stem_html=question.stem_html,
        explanation_html=question.explanation_html,
        text_html=open_answer.lines_html(open_answer.text_of(answer.response)),
        handed_in_at=answer.handed_in_at,
        learner="" if answer.has_unread else answer.learner,
        criteria=tuple(
            CriterionLine(each.id, each.html, (given or verdicts).get(each.id, "")) for each in key.criteria
        ),
        words=open_answer.words_of(answer.response) if words is None else words,
        seen=len(markings),
        history=tuple(
            PastMarking(
                each.number, each.marked_by or "", each.marked_at, each.mark, open_answer.words_of(each.response)
            )
            for each in reversed(markings)
        ),
        problems=problems,
        is_overtaken=is_overtaken,
        left=count_unread(),
    )
