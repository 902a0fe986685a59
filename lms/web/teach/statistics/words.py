"""The words of the pages about statistics: what was seen, what it may mean, what to do; numbers in sentences."""

import re
from collections.abc import Sequence
from html import unescape

import flask_babel
from flask_babel import format_decimal

from lms.analytics.bands import (
    FEWEST_FOR_ALPHA,
    FEWEST_QUESTIONS_FOR_ALPHA,
    FEWEST_SURE,
    Consistency,
    Ease,
    Power,
    Trust,
    consistency_of,
    ease_of,
    is_judged,
    power_of,
    trust_in,
)
from lms.analytics.figure import Figure, Why
from lms.analytics.options import OptionCount
from lms.analytics.report import FormReport, QuestionReport, QuizReport
from lms.analytics.signs import EASY_ENOUGH, TO_MEND, Kind, Sign
from lms.measures import Mean, correlation_interval, difference, interval
from lms.web.speech import day, grouped, nearest_percent, upper_first
from lms.web.teach.statistics.pages import Range, Reason

_TAG = re.compile(r"<[^>]*>")
_LONGEST = 60
_INNER_QUOTES = str.maketrans("“”", "‘’")


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return the words for one or for many, as flask_babel does, with a type."""
    return str(flask_babel.ngettext(one, many, num, **values))


def whole(share: float) -> int:
    """Return a share (-1..1) as whole percent, rounded to the nearest."""
    return round(share * 100)


def signed(value: float) -> str:
    """Return a number rounded to the nearest whole one, with a real minus sign."""
    return f"{round(value)}".replace("-", "−")


def ranged(value: float, n: int) -> Range | None:
    """Return a share of so many people with its interval, None below five; below thirty the interval leads."""
    trust = trust_in(n)
    if trust is Trust.HIDDEN:
        return None
    low, high = interval(value, n)
    numbers = {"value": nearest_percent(value), "low": whole(low), "high": whole(high)}
    if trust is Trust.FAIR:
        text = _("%(value)s (%(low)s–%(high)s%%)", **numbers)
    else:
        text = _("%(low)s–%(high)s%%, here %(value)s", **numbers)
    return Range(text, (low, value, high))


def ease_word(facility: float) -> str:
    """Return how easy a question is, in words."""
    words = {
        Ease.BROKEN: _("almost nobody is right"),
        Ease.VERY_HARD: _("very hard"),
        Ease.HARD: _("hard"),
        Ease.RATHER_HARD: _("rather hard"),
        Ease.MIDDLING: _("neither hard nor easy"),
        Ease.RATHER_EASY: _("fairly easy"),
        Ease.EASY: _("easy"),
        Ease.VERY_EASY: _("very easy"),
        Ease.EXTREMELY_EASY: _("almost everybody is right"),
    }
    return words[ease_of(facility)]


def telling(report: QuestionReport) -> tuple[str, str]:
    """Return the discrimination index with its interval, and the word for it; both "" below ten attempts."""
    value = report.statistics.discrimination.value
    if trust_in(report.n) in (Trust.HIDDEN, Trust.TOO_FEW):
        return "", ""
    if value is None:
        return "–", why_words(report.statistics.discrimination)
    limits = correlation_interval(value / 100, report.n)
    text = signed(value)
    if limits:
        low, high = signed(100 * limits[0]), signed(100 * limits[1])
        text = _("%(value)s (%(low)s to %(high)s)", value=text, low=low, high=high)
    return text, _telling_word(value, report, limits)


def _telling_word(value: float, report: QuestionReport, limits: tuple[float, float] | None) -> str:
    facility = report.statistics.facility.value or 0.0
    if limits and limits[1] < 0:
        return _("runs against the rest")
    if facility >= EASY_ENOUGH:
        return _("fine: most are right")
    if report.n < FEWEST_SURE:
        return _("too early to say")
    words = {
        Power.AGAINST: _("does not tell people apart"),
        Power.VERY_WEAK: _("hardly tells people apart"),
        Power.WEAK: _("tells people apart weakly"),
        Power.ADEQUATE: _("tells people apart"),
        Power.VERY_GOOD: _("tells people apart very well"),
    }
    return words[power_of(value)]


def why_words(figure: Figure) -> str:
    """Return why a figure has no value, "" when it has one."""
    words = {
        None: "",
        Why.TOO_FEW: _("too few first attempts"),
        Why.NO_SPREAD: _("everybody earned the same"),
        Why.NO_SPREAD_ELSEWHERE: _("everybody earned the same in the other questions"),
        Why.ONE_QUESTION: _("one question alone has none"),
        Why.NEGATIVE: _("it pulls against the rest"),
        Why.DIFFERENT_PAPERS: _("attempts ask different questions"),
        Why.SHORT_QUIZ: _("needs ten questions in the quiz"),
    }
    return words[figure.why]


def number(figure: Figure, digits: int = 0) -> str:
    """Return a figure's value with so many decimals, in the reader's own manner, or a dash."""
    if figure.value is None:
        return "–"
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(round(figure.value, digits) + 0.0, pattern)).replace("-", "−")


def percentage(figure: Figure, digits: int = 0) -> str:
    """Return a figure in percent with so many decimals, or a dash."""
    return number(figure, digits) if figure.value is None else f"{number(figure, digits)}%"


def reasons_for(report: QuestionReport) -> tuple[Reason, ...]:
    """Return a reason for each sign, the worst first."""
    return tuple(
        Reason("attention" if sign.kind in TO_MEND else "quiet", _seen(sign), _cure(sign)) for sign in report.signs
    )


def _seen(sign: Sign) -> str:
    values = {"percent": nearest_percent(sign.value), "option": _names(sign.options)}
    words = {
        Kind.AGAINST: _("Who does well in the rest gets this one wrong more often than others."),
        Kind.BEATEN: _("Those who do best prefer %(option)s (%(percent)s) to the key.", **values),
        Kind.MISLEADS: _("%(option)s draws more of those who do best than of those who do least well.", **values),
        Kind.MISSED_BY_BEST: _("Even of those who do best fewer than half are right (%(percent)s).", **values),
        Kind.MISSED_BY_MOST: _("Fewer than half are right (%(percent)s).", **values),
        Kind.LEFT_OPEN: _("%(percent)s left it open.", **values),
        Kind.DEAD: _("Hardly anybody chooses %(option)s.", **values),
        Kind.WEAK: _("It hardly tells those who do well in the rest from those who do not."),
    }
    return words[sign.kind]


def _cure(sign: Sign) -> str:
    key = _("Look at the key first: is the tick at the right option? Then look for a second way to read it.")
    taught = _("See whether the lesson teaches it, and whether the stem says everything one must know.")
    words = {
        Kind.AGAINST: key,
        Kind.BEATEN: key,
        Kind.MISLEADS: _("See whether that option is right in a way you did not think of; let the stem decide."),
        Kind.MISSED_BY_BEST: taught,
        Kind.MISSED_BY_MOST: taught,
        Kind.LEFT_OPEN: _("See whether it is clear what to do, and whether the time is enough."),
        Kind.DEAD: _("Write what people really do wrong instead, or take it out: three options are enough."),
        Kind.WEAK: _("See whether the wrong options are what people really do wrong."),
    }
    return words[sign.kind]


def _names(options: Sequence[OptionCount]) -> str:
    return ", ".join(f"“{plain(option.html)}”" for option in options)


def plain(safe_html: str) -> str:
    """Return the text of a line of HTML, cut at a word when it is long."""
    text = " ".join(unescape(_TAG.sub(" ", safe_html)).split()).translate(_INNER_QUOTES)
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def sentence_of(report: QuizReport) -> str:
    """Return how many first attempts there were, and when."""
    count = ngettext("%(count)s first attempt", "%(count)s first attempts", report.n, count=grouped(report.n))
    if report.first_at is None or report.last_at is None:
        return _("No first attempt yet.")
    first, last = day(report.first_at), day(report.last_at)
    if first == last:
        return _("%(count)s, %(day)s.", count=count, day=first)
    return _("%(count)s, %(first)s to %(last)s.", count=count, first=first, last=last)


def verdict_of(report: QuizReport) -> str:
    """Return how many questions want mending."""
    match trust_in(report.n):
        case Trust.HIDDEN:
            return _(
                "Figures about questions are shown from five first attempts on, so that nobody is known by them."
            )
        case Trust.TOO_FEW:
            return _("Too few to judge: from ten first attempts on, this page says what to mend.")
    if not any(is_judged(each.n) for each in report.questions):
        return _("No question was asked ten times yet, so none can be judged.")
    return verdict(sum(each.wants_mending for each in report.questions), len(report.to_look_at))


def verdict(to_mend: int, to_look_at: int) -> str:
    """Return how many questions want mending, and how many more are worth a look."""
    more = to_look_at - to_mend
    if not to_look_at:
        return _("No question wants mending.")
    if not to_mend:
        return ngettext("One question is worth a look.", "%(num)s questions are worth a look.", more)
    text = ngettext("One question wants mending.", "%(num)s questions want mending.", to_mend)
    if more:
        text = f"{text} " + ngettext("One more is worth a look.", "%(num)s more are worth a look.", more)
    return text


def course_verdict(attempts: int, to_mend: int, to_look_at: int) -> str:
    """Return how many first attempts a course had and how many of its questions want mending."""
    if not attempts:
        return _("No first attempt yet: as soon as ten people have sat a quiz, this page says what to mend.")
    count = ngettext(
        "%(count)s first attempt at a quiz.",
        "%(count)s first attempts at quizzes.",
        attempts,
        count=grouped(attempts),
    )
    return f"{count} {verdict(to_mend, to_look_at)}"


def question_sentence(report: QuestionReport) -> str:
    """Return how many were asked a question first and how they fared, as far as may be said."""
    if not report.n:
        return _("No first attempt was asked it yet.")
    count = ngettext(
        "Asked in %(count)s first attempt.",
        "Asked in %(count)s first attempts.",
        report.n,
        count=grouped(report.n),
    )
    trust, facility = trust_in(report.n), report.statistics.facility.value or 0.0
    if not is_judged(report.n):
        return f"{count} " + _("Too few to judge: from ten on its figures stand here.")
    low, high = interval(facility, report.n)
    numbers = {
        "value": nearest_percent(facility),
        "low": whole(low),
        "high": whole(high),
        "word": ease_word(facility),
    }
    if trust is Trust.ROUGH:
        return f"{count} " + _("Between %(low)s%% and %(high)s%% are right (here %(value)s): %(word)s.", **numbers)
    return f"{count} " + upper_first(_("%(value)s are right (%(low)s–%(high)s%%): %(word)s.", **numbers))


def forms_sentence(forms: Sequence[FormReport]) -> str:
    """Return whether two forms are equally hard, as far as first attempts tell; "" for other numbers of forms."""
    if len(forms) != 2 or not all(is_judged(form.passed.of) for form in forms):
        return ""
    one, other = forms
    found = difference(one.passed, other.passed)
    if not found.is_clear:
        numbers = {"low": signed(100 * found.low), "high": signed(100 * found.high)}
        return _("Which is harder cannot be told: they may be %(low)s to %(high)s points apart.", **numbers)
    least, most = sorted((abs(whole(found.low)), abs(whole(found.high))))
    easier = one.name if found.value > 0 else other.name
    return _("Form %(name)s is easier, by %(least)s to %(most)s points.", name=easier, least=least, most=most)


def change_sentence(earlier: Mean, later: Mean) -> str:
    """Return whether more are right in a later quiz than in an earlier one; "" where either has too few people."""
    if not (is_judged(earlier.of) and is_judged(later.of)):
        return ""
    found = difference(later, earlier)
    numbers = {"low": signed(100 * found.low), "high": signed(100 * found.high)}
    if not found.is_clear:
        return _("no clear change (%(low)s to %(high)s points)", **numbers)
    if found.value > 0:
        return _("more are right later (%(low)s to %(high)s points)", **numbers)
    return _("fewer are right later (%(low)s to %(high)s points)", **numbers)


def alpha_note(report: QuizReport) -> str:
    """Return what alpha says, or what it needs to be shown; "" when it is shown without a word."""
    if report.whole is None:
        return why_words(Figure(why=Why.DIFFERENT_PAPERS))
    if report.whole.n < FEWEST_FOR_ALPHA:
        return _("needs %(count)s first attempts", count=FEWEST_FOR_ALPHA)
    if report.whole.questions < FEWEST_QUESTIONS_FOR_ALPHA:
        return _("needs %(count)s questions", count=FEWEST_QUESTIONS_FOR_ALPHA)
    if report.whole.alpha.value is None:
        return why_words(report.whole.alpha)
    words = {
        Consistency.SATISFACTORY: _("its questions hang together well"),
        Consistency.BETWEEN: _("its questions hang together passably"),
        Consistency.UNSATISFACTORY: _("its questions ask for different things, or nearly all are right"),
    }
    return words[consistency_of(report.whole.alpha.value)]


def duration(seconds: int) -> str:
    """Return so many seconds in words: "48 seconds", "2:05 minutes"."""
    if seconds < 90:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    return _("%(minutes)s:%(seconds)s minutes", minutes=seconds // 60, seconds=f"{seconds % 60:02}")
