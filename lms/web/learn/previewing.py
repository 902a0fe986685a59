"""A page of the learner's as it would be, for whoever writes it: nothing is asked of the records, nothing kept.

The same templates, the same sheets; answers come with the request and are marked and forgotten.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never
from urllib.parse import parse_qs

from lms.content.course import Activity, Checklist, Course, Lesson, Play, Quiz, Survey
from lms.content.variables import MEDIA_MARK, filled
from lms.progress.completion import Happened, completion_of
from lms.progress.run import Run
from lms.progress.standing import CourseState, LessonState, PracticeState
from lms.quiz.marking import mark
from lms.quiz.question import Question
from lms.quiz.responses import BadResponseError, response_from
from lms.scenario.playing import Turn, beginning, played
from lms.scenario.scoring import report_of
from lms.web.frame import house, show_bare
from lms.web.identity import me, now
from lms.web.learn import checklists, lessons, scenarios, surveys
from lms.web.learn.endings import end_page_of
from lms.web.learn.outline import after
from lms.web.learn.pages import LessonPage, QuizPreviewPage, ScenarioPreviewPage
from lms.web.learn.planning import blank_part
from lms.web.learn.routes import front_of
from lms.web.render import show
from lms.web.wording import scenario_in_our_words

_SCRIPT = re.compile(r"<script[^>]*></script>")
_TOKEN = re.compile(r'<input type="hidden" name="csrf_token"[^>]*>')
_FORM_ACTION = re.compile(r' formaction="[^"]*"')
_METHOD = re.compile(r'method="post"([^<>]*?)action="[^"]*"')
# The one answer of a scenario: the choices of a run, in turn.
RUN = "run"
# More characters than any answer has.
_LONGEST = 20_000


@dataclass(frozen=True)
class _Typed:
    """One answer as its form would send it."""

    fields: Mapping[str, list[str]]

    def getlist(self, key: str, /) -> list[str]:
        return self.fields.get(key, [])


def preview_of(course: Course, activity: Activity | None, answers: Mapping[str, str], media: str) -> str:
    """Return the page of this activity, or the course's front without one, as somebody new to it sees it.

    `answers` are forms by question id, encoded as browsers do; `media` is the address its pictures lie below.
    """
    show_bare()
    match activity:
        case None:
            page = show(
                "learn/course_page.html", front_of(course, CourseState(None, completion_of(course, Happened())))
            )
        case Lesson():
            state = LessonState(answers=_answered(activity.questions, answers))
            main = lessons.lesson_main(course, activity, state, "")
            page = show("learn/lesson_page.html", LessonPage(main, blank_part(course, activity)))
        case Quiz():
            page = show("learn/quiz_preview_page.html", _quiz_page(course, activity, answers))
        case Play() if RUN in answers:
            page = _played(course, activity, answers[RUN].split())
        case Play():
            page = show("learn/scenario_preview_page.html", _scenario_page(course, activity))
        case Survey():
            page = show("learn/survey_page.html", surveys.survey_page(course, activity, has_answered=False))
        case Checklist():
            page = show("learn/checklist_page.html", checklists.checklist_page(course, activity))
        case _:
            assert_never(activity)
    return harmless(page.replace(MEDIA_MARK, media))


def harmless(page: str) -> str:
    """Return the page without scripts and form tokens, its forms leading nowhere: who shows it answers them."""
    bare = _SCRIPT.sub("", _TOKEN.sub("", _FORM_ACTION.sub("", page)))
    return _METHOD.sub(r'method="get"\1action="#"', bare)


def _answered(questions: tuple[Question, ...], answers: Mapping[str, str]) -> dict[str, PracticeState]:
    found = {}
    for question in questions:
        typed = answers.get(question.id, "")[:_LONGEST]
        if not typed:
            continue
        try:
            response = response_from(question, _Typed(parse_qs(typed, keep_blank_values=True)))
        except (BadResponseError, ValueError):
            # The question was rewritten since; it is asked anew.
            continue
        if response is not None:
            earned = mark(question, response)
            found[question.id] = PracticeState(question.id, response, earned, response, earned, 1, now())
    return found


def _quiz_page(course: Course, quiz: Quiz, answers: Mapping[str, str]) -> QuizPreviewPage:
    state = LessonState(answers=_answered(quiz.questions, answers))
    return QuizPreviewPage(
        slug=course.slug,
        course_title=course.title,
        quiz_id=quiz.id,
        title=quiz.title,
        minutes=quiz.minutes,
        intro_html=filled(quiz.intro_html, house().variables),
        question_count=quiz.question_count,
        is_drawn=bool(quiz.draws),
        form_count=len(quiz.forms),
        opens_after_days=None,
        opens_at=None,
        needed_mark=quiz.pass_mark,
        attempts_allowed=quiz.attempts,
        attempts_left=quiz.attempts,
        seconds_allowed=quiz.seconds_allowed,
        review=quiz.review.value,
        attempts=(),
        open_attempt=None,
        waiting_attempt=None,
        is_passed=False,
        best_mark=None,
        next=after(course, quiz),
        language=course.language,
        questions=tuple(
            lessons.practised(question, number, state, "", "")
            for number, question in enumerate(quiz.questions, start=1)
        ),
    )


def _played(course: Course, play: Play, choice_ids: list[str]) -> str:
    """Return the page of a run with these choices, as learners play it; one that is not offered begins it anew."""
    scenario = scenario_in_our_words(play.scenario)
    seed = me().person_id
    start = beginning(scenario, seed)
    turns: tuple[Turn, ...] = ()
    try:
        turns = played(scenario, seed, start, choice_ids)
    except LookupError:
        choice_ids = []
    run = Run(
        id=0,
        enrolment_id=0,
        person_id=me().person_id,
        course_slug=course.slug,
        activity_id=play.id,
        release_id=0,
        number=1,
        seed=seed,
        start=start,
        from_run_id=None,
        from_turn=None,
        started_at=now(),
        finished_at=None,
        outcome=None,
        score=None,
        passed=None,
        choice_ids=tuple(choice_ids),
    )
    here = turns[-1].after.moment_id if turns else start.moment_id
    if scenario.moment(here).outcome is None:
        page = scenarios.run_page_of(run, course, play, scenario, turns)
        return show("learn/run_page.html", replace(page, is_older_release=False))
    report = report_of(scenario, play.rule, turns)
    ended = replace(run, finished_at=now(), outcome=report.outcome, score=report.score, passed=report.passed)
    state = CourseState(None, completion_of(course, Happened()))
    return show("learn/end_page.html", end_page_of(ended, course, turns, scenario, course, state, ()))


def _scenario_page(course: Course, play: Play) -> ScenarioPreviewPage:
    return ScenarioPreviewPage(
        slug=course.slug,
        course_title=course.title,
        title=play.title,
        language=course.language,
        minutes=play.minutes,
        seat=play.seat.value,
        channel=play.channel.value,
        scenario=scenario_in_our_words(play.scenario),
    )
