"""The figures of a quiz and of a question as a trainer reads them: name, value, what it says, what it means."""

from lms.analytics.bands import FEWEST_FOR_ALPHA, FEWEST_QUESTIONS_FOR_ALPHA
from lms.analytics.figure import Figure
from lms.analytics.quiz_statistics import QuizStatistics, length_factor
from lms.analytics.report import QuestionReport, QuizReport
from lms.web.speech import nearest_percent
from lms.web.teach.statistics.pages import Fact
from lms.web.teach.statistics.words import (
    _,
    alpha_note,
    duration,
    ease_word,
    number,
    percentage,
    ranged,
    telling,
    why_words,
)

_WANTED_ALPHA = 0.8


def quiz_facts(report: QuizReport) -> tuple[Fact, ...]:
    """Return the figures of a quiz that at least five people have sat."""
    passed = ranged(report.passed.value, report.n) if report.passed else None
    facts = [
        Fact(
            _("Passed the first time"),
            passed.text if passed else "–",
            "",
            _(
                "Of all first attempts those that reached the pass mark, with the 95% interval: so"
                " far the true share"
                " may be from it."
            ),
        ),
        Fact(
            _("Mean mark"),
            nearest_percent(report.mean) if report.mean is not None else "–",
            "",
            _("The mean of what first attempts earned, as a share of the points asked."),
        ),
    ]
    if report.whole is not None:
        facts += _facts_of_whole(report, report.whole)
    return tuple(facts)


def _facts_of_whole(report: QuizReport, quiz: QuizStatistics) -> list[Fact]:
    is_shown = quiz.n >= FEWEST_FOR_ALPHA and quiz.questions >= FEWEST_QUESTIONS_FOR_ALPHA
    note = "" if is_shown else alpha_note(report)

    def shown(figure: Figure, digits: int) -> str:
        return number(figure, digits) if is_shown else "–"

    alpha = quiz.alpha.value if is_shown else None
    longer = length_factor(alpha, _WANTED_ALPHA) if alpha is not None else Figure()
    return [
        Fact(
            _("Spread of marks"),
            _("%(points)s points", points=number(quiz.deviation, 2)),
            why_words(quiz.deviation),
            _("The standard deviation of the points earned. Small where nearly everybody succeeds."),
        ),
        Fact(
            _("Alpha"),
            shown(quiz.alpha, 2),
            alpha_note(report),
            _(
                "Cronbach's alpha: how far the questions ask for the same thing, 1 at most. It"
                " matters when people are"
                " compared; a training quiz that nearly everybody passes has a low one, and that is fine."
            ),
        ),
        Fact(
            _("Standard error"),
            _("%(points)s points", points=shown(quiz.standard_error, 2)),
            note or why_words(quiz.standard_error),
            _("How far somebody's points may be from what she would earn on average in quizzes like this one."),
        ),
        Fact(
            _("Share of error"),
            percentage(quiz.error_ratio) if is_shown else "–",
            note or why_words(quiz.error_ratio),
            _("How much of the spread of marks is chance: 100 × √(1 − alpha)."),
        ),
        Fact(
            _("Length for alpha 0.8"),
            _("%(times)s times", times=number(longer, 1)) if longer.value else "–",
            note or why_words(longer),
            _("How many times as many questions of the same kind would bring alpha to 0.8."),
        ),
        Fact(
            _("Lean"),
            shown(quiz.skewness, 2),
            note or why_words(quiz.skewness),
            _("Skewness: below 0 when most do well and a few do badly, as after training."),
        ),
        Fact(
            _("Peak"),
            shown(quiz.kurtosis, 2),
            note or why_words(quiz.kurtosis),
            _("Kurtosis: above 0 when most marks lie close together and a few far away."),
        ),
    ]


def question_facts(report: QuestionReport, seconds: int | None) -> tuple[Fact, ...]:
    """Return the figures of a question that at least ten people were asked; `seconds` is the median time."""
    statistics = report.statistics
    facility = statistics.facility.value or 0.0
    right = ranged(facility, report.n)
    told, word = telling(report)

    return (
        Fact(
            _("Right (facility)"),
            right.text if right else "–",
            ease_word(facility),
            _(
                "The mean mark of first attempts, with the 95% interval. After training it may well"
                " be close to 100%."
            ),
        ),
        Fact(
            _("Tells apart (discrimination)"),
            told,
            word,
            _(
                "How far those who do well in the other questions do well here: 100 × the"
                " correlation of this question's"
                " mark and the rest, with the 95% interval. Below 0 it rewards those who know less."
            ),
        ),
        Fact(
            _("Of what is possible (efficiency)"),
            percentage(statistics.efficiency),
            why_words(statistics.efficiency),
            _("The discrimination as a share of the most that a question this easy or hard could have."),
        ),
        Fact(
            _("Best less weakest 27%"),
            number(report.upper_lower.times(100)),
            why_words(report.upper_lower),
            _("Points of percent by which the best 27% of attempts do better here than the weakest 27%."),
        ),
        Fact(
            _("Correlation with the whole"),
            number(statistics.correlation, 2),
            why_words(statistics.correlation),
            _("As the discrimination, but with the whole mark, this question included: always somewhat higher."),
        ),
        Fact(
            _("Spread"),
            number(statistics.deviation.times(100)),
            why_words(statistics.deviation),
            _("The standard deviation of the marks here, in points of percent."),
        ),
        Fact(
            _("By guessing"),
            nearest_percent(report.guess) if report.guess is not None else "–",
            "",
            _("What somebody earns on average who knows nothing and guesses."),
        ),
        Fact(
            _("Left open"),
            nearest_percent(report.left_open.value) if report.left_open else "–",
            "",
            _("Who was asked and gave no answer; it counts as earning nothing."),
        ),
        Fact(
            _("Time"),
            duration(seconds) if seconds is not None else "–",
            _("half took longer") if seconds is not None else "",
            _(
                "The median time from the answer saved before this one, or from the beginning. An"
                " answer changed later"
                " counts from what was saved before that."
            ),
        ),
    )
