"""The statistics of questions and quizzes against worked vectors, and against a plain computation by attempt."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from statistics import covariance, mean, stdev, variance

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.analytics.figure import Figure, Why
from lms.analytics.item_statistics import group_size, item_statistics, upper_lower
from lms.analytics.joint import Joint, greatest_covariance, joint, mark_of, rest_of
from lms.analytics.quiz_statistics import length_factor, quiz_statistics

# Eight learners, five questions of one point.
ROWS = ["11111", "11110", "11101", "11010", "10100", "11000", "10001", "00000"]
ATTEMPTS = [[float(mark) for mark in row] for row in ROWS]

marks = st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 1.0, 2.0])
papers = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(marks, min_size=width, max_size=width), min_size=2, max_size=30)
)


def counted(attempts: Sequence[Sequence[float]]) -> list[list[Joint]]:
    """Return the joint counts of each question, as a database would hand them out."""
    return [
        [joint(mark, total, n) for (mark, total), n in Counter((row[place], sum(row)) for row in attempts).items()]
        for place in range(len(attempts[0]))
    ]


# Facility, discrimination, efficiency, correlation with the total, effective weight, alpha without it, D.
@pytest.mark.parametrize(
    ("place", "row"),
    [
        (0, (0.875, 55.86, 100.00, 0.7028, 17.80, 0.5437, 0.5)),
        (1, (0.625, 52.60, 70.37, 0.7419, 22.13, 0.5211, 1.0)),
        (2, (0.500, 41.70, 50.00, 0.6761, 21.47, 0.5797, 1.0)),
        (3, (0.375, 39.74, 48.39, 0.6547, 20.79, 0.5895, 1.0)),
        (4, (0.375, 17.16, 22.58, 0.4801, 17.80, 0.6967, 0.0)),
    ],
)
def test_each_question_is_as_printed(place: int, row: tuple[float, ...]) -> None:
    questions = counted(ATTEMPTS)
    item, quiz = item_statistics(questions[place]), quiz_statistics(questions)
    ordered = sorted(ATTEMPTS, key=sum, reverse=True)
    group = group_size(len(ordered))
    assert row == (
        printed(item.facility, 3),
        printed(item.discrimination, 2),
        printed(item.efficiency, 2),
        printed(item.correlation, 4),
        printed(quiz.weights[place], 2),
        printed(quiz.alphas_without[place], 4),
        printed(upper_lower(ones(ordered[:group], place), ones(ordered[-group:], place)), 1),
    )


def test_the_quiz_is_as_printed() -> None:
    quiz = quiz_statistics(counted(ATTEMPTS))
    assert (quiz.n, quiz.questions, quiz.mean) == (8, 5, Figure(2.75))
    assert printed(quiz.deviation, 8) == 1.58113883
    assert printed(quiz.skewness, 9) == -0.325262845
    assert printed(quiz.kurtosis, 10) == -0.0365714286
    assert printed(quiz.alpha, 10) == 0.6428571429
    assert printed(quiz.standard_error, 10) == 0.9449111825
    assert printed(quiz.error_ratio, 10) == 59.7614304667
    assert quiz.alpha.value
    assert printed(length_factor(quiz.alpha.value, 0.8), 10) == 2.2222222222


def test_alpha_of_rights_and_wrongs_is_kr_20() -> None:
    shares = [mean(column) for column in zip(*ATTEMPTS, strict=True)]
    totals = [sum(row) for row in ATTEMPTS]
    kr20 = 5 / 4 * (1 - sum(share * (1 - share) for share in shares) / (variance(totals) * 7 / 8))
    assert quiz_statistics(counted(ATTEMPTS)).alpha.value == pytest.approx(kr20)


def test_points_only_change_the_unit() -> None:
    plain, heavy = counted(ATTEMPTS), counted([[mark * 3 for mark in row] for row in ATTEMPTS])
    one, other = item_statistics(plain[1]), item_statistics(heavy[1], highest=3)
    assert other.facility == one.facility
    assert other.discrimination.value == pytest.approx(one.discrimination.value)
    assert other.deviation.value == pytest.approx(3 * (one.deviation.value or 0))


@pytest.mark.parametrize(
    ("attempts", "figure", "why"),
    [
        ([], "facility", Why.TOO_FEW),
        ([[1, 0]], "discrimination", Why.TOO_FEW),
        ([[1, 0], [1, 1]], "discrimination", Why.NO_SPREAD),
        ([[1, 0], [1, 1]], "efficiency", Why.NO_SPREAD),
        ([[1, 1], [0, 1]], "discrimination", Why.NO_SPREAD_ELSEWHERE),
        ([[1, 1], [0, 1]], "efficiency", Why.NO_SPREAD_ELSEWHERE),
    ],
)
def test_what_cannot_be_said_says_why(attempts: list[list[float]], figure: str, why: Why) -> None:
    cells = counted(attempts)[0] if attempts else []
    assert getattr(item_statistics(cells), figure) == Figure(why=why)


@pytest.mark.parametrize(
    ("attempts", "figure", "why"),
    [
        ([[1, 0]], "alpha", Why.TOO_FEW),
        ([[1], [0]], "alpha", Why.ONE_QUESTION),
        ([[1, 0], [0, 1]], "alpha", Why.NO_SPREAD),
        ([[1, 0], [1, 1]], "skewness", Why.TOO_FEW),
        ([[1, 0]] * 3, "skewness", Why.NO_SPREAD),
        ([[1, 0], [1, 1], [0, 0]], "kurtosis", Why.TOO_FEW),
    ],
)
def test_what_cannot_be_said_of_a_quiz_says_why(attempts: list[list[float]], figure: str, why: Why) -> None:
    assert getattr(quiz_statistics(counted(attempts)), figure) == Figure(why=why)


def test_a_question_against_the_others_weighs_nothing_and_says_so() -> None:
    quiz = quiz_statistics(counted([[0, 1, 1], [0, 1, 1], [1, 0, 0], [1, 0, 1]]))
    assert quiz.weights[0] == Figure(why=Why.NEGATIVE)
    assert sum(weight.value or 0 for weight in quiz.weights) == pytest.approx(100)


def test_a_quiz_that_measures_nothing_cannot_be_lengthened() -> None:
    assert length_factor(-0.2, 0.8) == Figure(why=Why.NEGATIVE)


def test_without_both_groups_there_is_no_difference() -> None:
    assert upper_lower([], [(1, 4)]) == Figure(why=Why.TOO_FEW)


@given(papers)
def test_counts_say_what_the_attempts_say(attempts: list[list[float]]) -> None:
    for place, cells in enumerate(counted(attempts)):
        own = [row[place] for row in attempts]
        rest = [sum(row) - row[place] for row in attempts]
        item = item_statistics(cells, highest=2)
        assert item.n == len(attempts)
        assert item.facility.value == pytest.approx(mean(own) / 2)
        assert item.deviation.value == pytest.approx(stdev(own), abs=1e-9)
        assume(variance(own) > 1e-6 and variance(rest) > 1e-6)
        crossed = covariance(own, rest)
        assert item.discrimination.value == pytest.approx(
            100 * crossed / sqrt(variance(own) * variance(rest)), abs=1e-6
        )
        assert item.efficiency.value == pytest.approx(
            100 * crossed / covariance(sorted(own), sorted(rest)), abs=1e-6
        )


@given(papers)
def test_alpha_is_that_of_the_attempts(attempts: list[list[float]]) -> None:
    totals = [sum(row) for row in attempts]
    width = len(attempts[0])
    assume(width > 1 and variance(totals) > 1e-6)
    ratio = sum(variance(column) for column in zip(*attempts, strict=True)) / variance(totals)
    quiz = quiz_statistics(counted(attempts))
    assert quiz.alpha.value == pytest.approx(width / (width - 1) * (1 - ratio), abs=1e-9)
    assert quiz.mean.value == pytest.approx(mean(totals))
    for place, figure in enumerate(quiz.alphas_without):
        left = [row[:place] + row[place + 1 :] for row in attempts]
        if width > 2 and variance([sum(row) for row in left]) > 1e-6:
            assert figure.value == pytest.approx(quiz_statistics(counted(left)).alpha.value, abs=1e-9)


@given(st.lists(st.integers(0, 9), min_size=4, max_size=20))
def test_skewness_and_kurtosis_are_unbiased_cumulants(totals: list[int]) -> None:
    assume(len(set(totals)) > 1)
    quiz = quiz_statistics([[joint(0, total, n) for total, n in Counter(totals).items()]])
    second = variance(totals)
    assert quiz.skewness.value == pytest.approx(float(_k3(totals)) / second**1.5, abs=1e-9)
    assert quiz.kurtosis.value == pytest.approx(float(_k4(totals)) / second**2, abs=1e-9)


@given(papers)
def test_no_order_of_a_column_covaries_more_than_the_sorted_one(attempts: list[list[float]]) -> None:
    cells = counted(attempts)[0]
    own, rest = [row[0] for row in attempts], [sum(row) - row[0] for row in attempts]
    assert greatest_covariance(cells, mark_of, rest_of) == pytest.approx(
        covariance(sorted(own), sorted(rest)), abs=1e-9
    )


@given(st.integers(1, 500))
def test_the_groups_are_never_empty_and_never_overlap(n: int) -> None:
    assert 1 <= group_size(n) <= max(1, n // 2)


def printed(figure: Figure, digits: int) -> float:
    assert figure.value is not None
    return round(figure.value, digits)


def ones(rows: Sequence[Sequence[float]], place: int) -> list[tuple[float, int]]:
    return [(row[place], 1) for row in rows]


def _k3(values: Sequence[int]) -> Fraction:
    """Return the third k-statistic from power sums, as textbooks print it."""
    n, s1, s2, s3 = (Fraction(sum(value**power for value in values)) for power in range(4))
    return (2 * s1**3 - 3 * n * s1 * s2 + n**2 * s3) / (n * (n - 1) * (n - 2))


def _k4(values: Sequence[int]) -> Fraction:
    """Return the fourth k-statistic from power sums, as textbooks print it."""
    n, s1, s2, s3, s4 = (Fraction(sum(value**power for value in values)) for power in range(5))
    top = -6 * s1**4 + 12 * n * s1**2 * s2 - 3 * n * (n - 1) * s2**2 - 4 * n * (n + 1) * s1 * s3
    return (top + n**2 * (n + 1) * s4) / (n * (n - 1) * (n - 2) * (n - 3))
