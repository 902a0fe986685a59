"""From counts of first attempts to what there is to say about a quiz and each of its questions; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.analytics.figure import Figure, Why
from lms.analytics.guessing import guess_mark
from lms.analytics.item_statistics import ItemStatistics, item_statistics, upper_lower
from lms.analytics.joint import Joint
from lms.analytics.options import PlaceCounts, Response, by_rest, option_counts
from lms.analytics.quiz_statistics import QuizStatistics, quiz_statistics
from lms.analytics.sameness import is_same
from lms.analytics.signs import TO_MEND, Sign, signs_of, urgency
from lms.analytics.tally import Band, Group, Tally, newest_first
from lms.content.course import Quiz
from lms.measures import Share, share
from lms.quiz.question import Question

Versions = Mapping[int, Quiz]
# With fewer questions on a paper each would have a say in who did well; who did well in the rest is asked instead.
FEWEST_FOR_THIRDS = 10


@dataclass(frozen=True)
class ReleaseFacility:
    """How one release's first attempts fared with a question; `is_same` when they count as answers to today's."""

    release_id: int
    n: int
    facility: float
    is_same: bool


@dataclass(frozen=True)
class QuestionReport:
    """One question: its statistics over `statistics.n` first attempts that were asked it, and the signs in them.

    `guess` is 0..1 or None; `marks` are counts by mark (0..1), questions left open among those that earned 0.
    """

    question: Question
    statistics: ItemStatistics
    upper_lower: Figure
    guess: float | None
    left_open: Share | None
    weight: Figure
    alpha_without: Figure
    places: tuple[PlaceCounts, ...]
    signs: tuple[Sign, ...]
    marks: tuple[tuple[float, int], ...]
    by_release: tuple[ReleaseFacility, ...]

    @property
    def n(self) -> int:
        """Return how many first attempts were asked this question."""
        return self.statistics.n

    @property
    def wants_mending(self) -> bool:
        """Return whether a sign is more than worth a look."""
        return any(sign.kind in TO_MEND for sign in self.signs)


@dataclass(frozen=True)
class FormReport:
    """How many of those who met one form first passed."""

    name: str
    passed: Share


@dataclass(frozen=True)
class QuizReport:
    """One quiz: `n` first attempts, and its questions in the order of the file.

    `whole` is None where attempts ask different questions; then it covers nobody. It covers the attempts of the
    releases that asked exactly what is asked today, `whole.n` of them.
    """

    n: int
    first_at: datetime | None
    last_at: datetime | None
    passed: Share | None
    mean: float | None
    is_sampled: bool
    whole: QuizStatistics | None
    questions: tuple[QuestionReport, ...]
    forms: tuple[FormReport, ...]

    @property
    def to_look_at(self) -> tuple[QuestionReport, ...]:
        """Return the questions with a sign, what to mend first in front."""
        found = [each for each in self.questions if each.signs]
        return tuple(sorted(found, key=lambda each: urgency(each.signs)))

    def question(self, question_id: str) -> QuestionReport | None:
        """Return what is known of this question, or None."""
        return next((each for each in self.questions if each.question.id == question_id), None)


def report_on(quiz: Quiz, tally: Tally, versions: Versions) -> QuizReport:
    """Return the report on a quiz as it is now; `versions` are the releases that the attempts were made on."""
    n = tally.n
    is_sampled = bool(quiz.draws or quiz.forms)
    whole = None if is_sampled else _whole(quiz, tally, versions)
    questions = tuple(_question(quiz, place, tally, versions, whole) for place in range(len(quiz.questions)))
    return QuizReport(
        n=n,
        first_at=min((group.first_at for group in tally.groups), default=None),
        last_at=max((group.last_at for group in tally.groups), default=None),
        passed=share(sum(group.passed for group in tally.groups), n),
        mean=sum(group.total * group.count for group in tally.groups) / n if n else None,
        is_sampled=is_sampled,
        whole=whole,
        questions=questions,
        forms=_forms(quiz, tally),
    )


def question_report(quiz: Quiz, place: int, tally: Tally, versions: Versions) -> QuestionReport:
    """Return the report on the question at this place from a tally that holds every response to it."""
    return _question(quiz, place, tally, versions, None)


def _upper_lower(banded: Sequence[tuple[Band, float, int]]) -> Figure:
    best, weakest = (
        [(mark, count) for in_band, mark, count in banded if in_band is band] for band in (Band.BEST, Band.WEAKEST)
    )
    return upper_lower(best, weakest)


def _question(
    quiz: Quiz, place: int, tally: Tally, versions: Versions, whole: QuizStatistics | None
) -> QuestionReport:
    question = quiz.questions[place]
    asked = [
        _Asked(release_id, question.id, tally, versions[release_id])
        for release_id in _asking(question, tally, versions)
    ]
    same = [each for each in asked if is_same(each.question, question)]
    cells = _merged(cell for each in same for cell in each.cells)
    statistics = item_statistics(cells)
    marks = Counter[float]()
    for cell in cells:
        marks[round(cell.mark, 9)] += cell.count
    responses = [response for each in same for response in each.responses]
    is_short = quiz.question_count < FEWEST_FOR_THIRDS
    responses = by_rest(responses) if is_short else responses
    places = option_counts(question, responses)
    banded = [pair for each in same for pair in each.banded]
    left_open = share(sum(each.left_open for each in same), statistics.n)
    of_best = _mean([(each.mark, each.count) for each in responses if each.third == 2])
    unknown = Figure(why=Why.DIFFERENT_PAPERS)
    return QuestionReport(
        question=question,
        statistics=statistics,
        upper_lower=Figure(why=Why.SHORT_QUIZ) if is_short else _upper_lower(banded),
        guess=guess_mark(question),
        left_open=left_open,
        weight=whole.weights[place] if whole else unknown,
        alpha_without=whole.alphas_without[place] if whole else unknown,
        places=places,
        signs=signs_of(statistics, left_open, of_best, places),
        marks=tuple(sorted(marks.items())),
        by_release=tuple(
            ReleaseFacility(each.release_id, each.n, each.facility, is_same(each.question, question))
            for each in asked
            if each.n
        ),
    )


def _asking(question: Question, tally: Tally, versions: Versions) -> list[int]:
    """Return the releases that had a question of this id, the one asked last first."""
    return [
        release_id
        for release_id in newest_first(tally.groups)
        if release_id in versions and any(each.id == question.id for each in versions[release_id].questions)
    ]


class _Asked:
    """The first attempts of one release that were asked one question, by mark and rest."""

    def __init__(self, release_id: int, question_id: str, tally: Tally, quiz: Quiz) -> None:
        self.release_id = release_id
        self.question = next(each for each in quiz.questions if each.id == question_id)
        self._worth, self._asked = _points(quiz, self.question)
        self.cells: list[Joint] = []
        self.responses: list[Response] = []
        self.banded: list[tuple[Band, float, int]] = []
        self.left_open = 0
        for answered in tally.of(question_id):
            if answered.group.release_id == release_id:
                self._add(answered.group, answered.mark, answered.response, answered.count)
        for group, count in tally.opened(question_id).items():
            if group.release_id == release_id:
                self.left_open += count
                self._add(group, 0.0, None, count)
        self.n = sum(cell.count for cell in self.cells)
        self.facility = sum(cell.mark * cell.count for cell in self.cells) / self.n if self.n else 0.0

    def _add(self, group: Group, mark: float, response: object, count: int) -> None:
        left = self._asked - self._worth
        # Rounded so that sums of thirds and tenths that are equal are one value.
        rest = round((group.total * self._asked - mark * self._worth) / left, 9) if left > 0 else 0.0
        # Where a question was left out of an attempt's mark, the total is one of the others.
        rest = min(1.0, max(0.0, rest))
        self.cells.append(Joint(mark, rest, group.total, count))
        self.responses.append(Response(response, mark, group.band.third, rest, count))
        self.banded.append((group.band, mark, count))


def _points(quiz: Quiz, question: Question) -> tuple[float, float]:
    """Return what a question is worth and what a paper with it is worth in all, in points.

    A pool whose questions have different points counts with their mean: which of them a paper held is not looked
    up. As when attempts are marked, everything weighs alike where nothing has points.
    """
    asked: list[tuple[float, Sequence[Question]]]
    if quiz.forms:
        asked = [(1.0, [each for each in quiz.questions if each.form == question.form])]
    elif quiz.draws:
        pools = {draw.pool: [each for each in quiz.questions if each.pool == draw.pool] for draw in quiz.draws}
        asked = [
            (min(1.0, draw.count / len(pools[draw.pool])), pools[draw.pool])
            for draw in quiz.draws
            if pools[draw.pool]
        ]
    else:
        asked = [(1.0, quiz.questions)]
    points = sum(chance * each.points for chance, pool in asked for each in pool)
    if points <= 0:
        return 1.0, sum(chance * len(pool) for chance, pool in asked)
    return question.points, points


def _whole(quiz: Quiz, tally: Tally, versions: Versions) -> QuizStatistics:
    alike = frozenset(release_id for release_id, version in versions.items() if _asks_the_same(version, quiz))
    highest = sum(question.points for question in quiz.questions) or len(quiz.questions)
    columns = []
    for question in quiz.questions:
        worth = _points(quiz, question)[0]
        cells = [
            Joint(mark * worth, (group.total * highest) - mark * worth, group.total * highest, count)
            for group, mark, count in _of_everybody(tally, question.id)
            if group.release_id in alike
        ]
        columns.append(_merged(cells))
    return quiz_statistics(columns)


def _of_everybody(tally: Tally, question_id: str) -> Iterable[tuple[Group, float, int]]:
    yield from ((each.group, each.mark, each.count) for each in tally.of(question_id))
    yield from ((group, 0.0, count) for group, count in tally.opened(question_id).items())


def _asks_the_same(version: Quiz, quiz: Quiz) -> bool:
    if version.draws or version.forms or len(version.questions) != len(quiz.questions):
        return False
    theirs = {question.id: question for question in version.questions}
    return all(
        question.id in theirs
        and is_same(theirs[question.id], question)
        and theirs[question.id].points == question.points
        for question in quiz.questions
    )


def _merged(cells: Iterable[Joint]) -> list[Joint]:
    counts = Counter[tuple[float, float, float]]()
    for cell in cells:
        counts[cell.mark, cell.rest, cell.total] += cell.count
    return [Joint(*values, count) for values, count in counts.items()]


def _forms(quiz: Quiz, tally: Tally) -> tuple[FormReport, ...]:
    form_of = {question.id: question.form for question in quiz.questions}
    sat, passed = Counter[str](), Counter[str]()
    for group in tally.groups:
        form = form_of.get(group.lead, "")
        sat[form] += group.count
        passed[form] += group.passed
    found = [(name, share(passed[name], sat[name])) for name in quiz.forms]
    return tuple(FormReport(name, each) for name, each in found if each)


def _mean(pairs: Sequence[tuple[float, int]]) -> float | None:
    count = sum(each for _, each in pairs)
    return sum(mark * each for mark, each in pairs) / count if count else None
