"""Pages about what first attempts say of questions: for a course, a quiz, a question; and a quiz's as a file."""

from dataclasses import replace

from flask import Response, abort
from flask.typing import ResponseReturnValue

from lms.analytics import queries as analytics
from lms.analytics.bands import Trust, is_judged, trust_in
from lms.analytics.figure import middle
from lms.analytics.options import PlaceCounts
from lms.analytics.report import FEWEST_FOR_THIRDS, QuestionReport, QuizReport, question_report, report_on
from lms.analytics.sameness import is_same
from lms.analytics.signs import OF_A_WRONG_KEY, urgency
from lms.content import queries as content
from lms.content.course import Course, Lesson, Quiz
from lms.measures import mean_mark
from lms.quiz.question import Question
from lms.web.extensions import database
from lms.web.identity import now
from lms.web.render import show
from lms.web.speech import nearest_percent
from lms.web.teach.keys import keyed, spoken
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_release
from lms.web.teach.statistics import downloads, words
from lms.web.teach.statistics.facts import question_facts, quiz_facts
from lms.web.teach.statistics.pages import (
    CourseMendLine,
    CourseStatisticsPage,
    ElsewhereLine,
    FewLine,
    FirstAnswerLine,
    LessonStatisticsPage,
    MarkLine,
    MendLine,
    QuestionLine,
    QuestionStatisticsPage,
    QuizLine,
    QuizStatisticsPage,
    ReleaseLine,
)
from lms.web.teach.statistics.words import ranged

# The overview looks at every quiz at once, so at each only at the attempts handed in last.
LATEST = 2_000


@desk.get("/statistics/<slug>")
def course_statistics_page(slug: str) -> ResponseReturnValue:
    """Show which questions and quizzes of the course need somebody."""
    course = my_release(slug)
    counts = analytics.count_first_attempts(database(), slug)
    quizzes = [quiz for quiz in course.activities if isinstance(quiz, Quiz)]
    reports = [(quiz, _report(course, quiz, LATEST)) for quiz in quizzes]
    found = [(quiz, each) for quiz, report in reports for each in report.to_look_at]
    found.sort(key=lambda pair: urgency(pair[1].signs))
    page = CourseStatisticsPage(
        slug=slug,
        title=course.title,
        language=course.language,
        sentence=words.course_verdict(
            sum(counts.get(quiz.id, 0) for quiz in quizzes),
            sum(each.wants_mending for _quiz, each in found),
            len(found),
        ),
        mending=tuple(CourseMendLine(quiz.id, quiz.title, _mend_line(each)) for quiz, each in found),
        quizzes=tuple(_quiz_line(quiz, report, counts.get(quiz.id, 0)) for quiz, report in reports),
        latest=LATEST,
    )
    return show("teach/course_statistics_page.html", page)


@desk.get("/statistics/<slug>/<activity_id>")
def quiz_statistics_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show one quiz: what to mend first, then every question, then the whole; or a lesson's first answers."""
    course = my_release(slug)
    activity = course.activity(activity_id)
    if isinstance(activity, Lesson) and activity.questions:
        return show("teach/lesson_statistics_page.html", _lesson_page(course, activity))
    quiz = _quiz(course, activity_id)
    report = _report(course, quiz)
    is_shown = trust_in(report.n) is not Trust.HIDDEN
    page = QuizStatisticsPage(
        slug=slug,
        course_title=course.title,
        id=quiz.id,
        title=quiz.title,
        language=course.language,
        sentence=words.sentence_of(report),
        verdict=words.verdict_of(report) if report.n else "",
        trust=trust_in(report.n),
        mending=tuple(map(_mend_line, report.to_look_at)),
        lines=tuple(_question_line(each) for each in report.questions if is_judged(each.n)),
        too_few=tuple(_few_line(each) for each in report.questions if each.n and not is_judged(each.n)),
        not_asked=tuple(_few_line(each) for each in report.questions if not each.n),
        facts=quiz_facts(report) if is_shown else (),
        forms=tuple(
            (form.name, found) for form in report.forms if (found := ranged(form.passed.value, form.passed.of))
        ),
        forms_sentence=words.forms_sentence(report.forms),
        is_sampled=report.is_sampled,
    )
    return show("teach/quiz_statistics_page.html", page)


@desk.get("/statistics/<slug>/<activity_id>/<question_id>")
def question_statistics_page(slug: str, activity_id: str, question_id: str) -> ResponseReturnValue:
    """Show one question: why it is looked at, its options by thirds, its figures, its history."""
    course = my_release(slug)
    quiz = _quiz(course, activity_id)
    place = next((at for at, each in enumerate(quiz.questions) if each.id == question_id), None)
    if place is None:
        abort(404)
    question = quiz.questions[place]
    tally = analytics.first_attempts(database(), slug, quiz, only=question_id)
    versions = analytics.quiz_versions(database(), quiz.id, tally.release_ids)
    report = question_report(quiz, place, tally, versions)
    is_shown = is_judged(report.n)
    page = QuestionStatisticsPage(
        slug=slug,
        course_title=course.title,
        quiz_id=quiz.id,
        quiz_title=quiz.title,
        language=course.language,
        question=keyed(question, place + 1),
        sentence=words.question_sentence(report),
        reasons=words.reasons_for(report),
        may_have_a_wrong_key=any(sign.kind in OF_A_WRONG_KEY for sign in report.signs),
        places=tuple(map(_in_our_words, report.places)) if is_shown else (),
        is_short=quiz.question_count < FEWEST_FOR_THIRDS,
        marks=_mark_lines(report) if is_shown else (),
        facts=question_facts(report, _median_seconds(course, quiz, question)) if is_shown else (),
        releases=_release_lines(slug, report),
        elsewhere=_elsewhere(course, quiz, report),
        file=question.file,
    )
    return show("teach/question_statistics_page.html", page)


@desk.get("/statistics/<slug>/<activity_id>/table.csv")
def quiz_statistics_csv(slug: str, activity_id: str) -> Response:
    """Hand out a quiz's table as CSV."""
    return _file(slug, activity_id, is_workbook=False)


@desk.get("/statistics/<slug>/<activity_id>/table.xlsx")
def quiz_statistics_xlsx(slug: str, activity_id: str) -> Response:
    """Hand out a quiz's table as a workbook."""
    return _file(slug, activity_id, is_workbook=True)


def _file(slug: str, activity_id: str, *, is_workbook: bool) -> Response:
    course = my_release(slug)
    quiz = _quiz(course, activity_id)
    answer = downloads.xlsx_response if is_workbook else downloads.csv_response
    return answer(quiz.title, _report(course, quiz), now().date())


def _quiz(course: Course, activity_id: str) -> Quiz:
    quiz = course.activity(activity_id)
    return quiz if isinstance(quiz, Quiz) else abort(404)


def _report(course: Course, quiz: Quiz, latest: int | None = None) -> QuizReport:
    tally = analytics.first_attempts(database(), course.slug, quiz, latest=latest)
    return report_on(quiz, tally, analytics.quiz_versions(database(), quiz.id, tally.release_ids))


def _lesson_page(course: Course, lesson: Lesson) -> LessonStatisticsPage:
    found = analytics.first_practice(database(), course.slug, lesson)
    lines = []
    for question in lesson.questions:
        first = found.get(question.id)
        lines.append(
            FirstAnswerLine(
                id=question.id,
                title=question.title,
                n=first.of if first else 0,
                right=ranged(first.value, first.of) if first and is_judged(first.of) else None,
                word=words.ease_word(first.value) if first and is_judged(first.of) else "",
            )
        )
    return LessonStatisticsPage(
        slug=course.slug,
        course_title=course.title,
        id=lesson.id,
        title=lesson.title,
        language=course.language,
        lines=tuple(lines),
    )


def _elsewhere(course: Course, here: Quiz, report: QuestionReport) -> tuple[ElsewhereLine, ...]:
    """Return how the same question fares in the course's other quizzes that ask it too."""
    order = [activity.id for activity in course.activities]
    mine = mean_mark(report.statistics.facility.value or 0.0, report.n)
    lines = []
    for quiz in course.activities:
        if not isinstance(quiz, Quiz) or quiz.id == here.id:
            continue
        place = next((at for at, each in enumerate(quiz.questions) if is_same(each, report.question)), None)
        if place is None:
            continue
        tally = analytics.first_attempts(database(), course.slug, quiz, only=report.question.id)
        versions = analytics.quiz_versions(database(), quiz.id, tally.release_ids)
        other = question_report(quiz, place, tally, versions)
        theirs = mean_mark(other.statistics.facility.value or 0.0, other.n)
        if theirs is None:
            continue
        is_later = order.index(quiz.id) > order.index(here.id)
        pair = (mine, theirs) if is_later else (theirs, mine)
        change = words.change_sentence(*pair) if mine else ""
        right = ranged(theirs.value, theirs.of) if is_judged(theirs.of) else None
        lines.append(ElsewhereLine(quiz.id, quiz.title, theirs.of, right, change))
    return tuple(lines)


def _mend_line(report: QuestionReport) -> MendLine:
    question = report.question
    return MendLine(
        id=question.id,
        title=question.title,
        wants_mending=report.wants_mending,
        reasons=words.reasons_for(report),
        file=question.file,
    )


def _few_line(report: QuestionReport) -> FewLine:
    return FewLine(report.question.id, report.question.title, report.n)


def _question_line(report: QuestionReport) -> QuestionLine:
    facility = report.statistics.facility.value
    right = ranged(facility, report.n) if facility is not None else None
    telling, word = words.telling(report)
    return QuestionLine(
        id=report.question.id,
        title=report.question.title,
        n=report.n,
        right=right,
        right_word=words.ease_word(facility) if facility is not None else "",
        telling=telling,
        telling_word=word,
        wants_mending=report.wants_mending,
        is_worth_a_look=bool(report.signs),
    )


def _quiz_line(quiz: Quiz, report: QuizReport, in_all: int) -> QuizLine:
    return QuizLine(
        id=quiz.id,
        title=quiz.title,
        n=in_all,
        trust=trust_in(report.n),
        passed=ranged(report.passed.value, report.n) if report.passed else None,
        to_mend=sum(each.wants_mending for each in report.questions),
        to_look_at=len(report.to_look_at),
    )


def _in_our_words(place: PlaceCounts) -> PlaceCounts:
    options = tuple(replace(option, html=spoken(option.html)) for option in place.options)
    return replace(place, html=spoken(place.html), options=options)


def _mark_lines(report: QuestionReport) -> tuple[MarkLine, ...]:
    """Return the distribution of marks where there is more than right and wrong."""
    if len(report.marks) < 3:
        return ()
    return tuple(MarkLine(nearest_percent(mark), count, count / report.n) for mark, count in report.marks)


def _median_seconds(course: Course, quiz: Quiz, question: Question) -> int | None:
    """Return how long half of those who answered took, None where too few of the people who were asked did."""
    taken = analytics.seconds_taken(database(), course.slug, quiz, question.id)
    return middle(taken) if is_judged(sum(taken.values())) else None


def _release_lines(slug: str, report: QuestionReport) -> tuple[ReleaseLine, ...]:
    numbers = {release.id: release.number for release in content.releases_of(database(), slug)}
    return tuple(
        ReleaseLine(numbers[each.release_id], each.n, ranged(each.facility, each.n), each.is_same)
        for each in report.by_release
        if each.release_id in numbers
    )
