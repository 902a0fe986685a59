"""What runs through a scenario add up to, on both databases and against an example worked by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.analytics.play_queries import count_runs
from lms.analytics.plays import Chosen, PlayReport, RunCounts, report_on_runs
from lms.content.course import Course, Play
from lms.scenario.scenario import Outcome
from tests.support.builders import a_course
from tests.support.crowds import newcomers
from tests.support.databases import selects_of
from tests.support.plays import a_play
from tests.support.runs_played import Played, write_runs
from tests.support.shelf import shelve

GOOD, CRITICAL, NUMBER = "Twice for our mistake", "A manager would", "May I have"
WARM = Played([("angry", GOOD), ("calm", "I book")], Outcome.SOLVED, 1.0, passed=True)
COOL = Played([("angry", GOOD), ("calm", "Somebody")], Outcome.TIRED, 0.5, end_heat=3)
LOST = Played([("angry", CRITICAL), ("shouting", "One more")], Outcome.LOST, 0.25, end_heat=5)
FAIR = Played([("angry", NUMBER), ("calm", "I book")], Outcome.SOLVED, 0.75, passed=True, end_heat=1)
# Twelve said it well, ten were critical, two asked for the number; six of the ten played it again.
RUNS = [[WARM]] * 10 + [[COOL]] * 2 + [[LOST, WARM]] * 6 + [[LOST]] * 4 + [[FAIR]] * 2


@pytest.fixture
def play() -> Play:
    return a_play()


@pytest.fixture
def course(session: Session, play: Play, now: datetime) -> Course:
    return shelve(session, a_course("steady", play), now)


@pytest.fixture
def counts(session: Session, course: Course, play: Play, now: datetime) -> RunCounts:
    write_runs(session, course, play, newcomers(session, len(RUNS), now), RUNS, now)
    return count_runs(session, "steady", play.id)


def test_first_runs_and_later_ones_are_counted_apart(counts: RunCounts) -> None:
    assert counts.first_outcomes == {Outcome.SOLVED: 12, Outcome.TIRED: 2, Outcome.LOST: 10}
    assert counts.again_outcomes == {Outcome.SOLVED: 6}
    assert (counts.first, counts.again, counts.passed, counts.left) == (24, 6, 12, 0)
    assert counts.score_sum == pytest.approx(10 + 1 + 2.5 + 1.5)


def test_scores_and_end_heats_of_first_runs_are_spread(counts: RunCounts) -> None:
    assert counts.tenths == (0, 0, 10, 0, 0, 2, 0, 2, 0, 10)
    assert counts.end_heats == (10, 2, 0, 2, 0, 10)


def line(report: PlayReport, moment_id: str) -> list[tuple[int, int | None, int | None]]:
    found = next(each for each in report.moments if each.moment.id == moment_id)
    return [
        (reply.number, reply.first and reply.first.count, reply.again and reply.again.count)
        for reply in found.replies
    ]


def test_replies_are_counted_by_moment(play: Play, counts: RunCounts) -> None:
    report = report_on_runs(play.scenario, counts)
    assert line(report, "angry") == [(1, 12, 6), (2, 10, 0), (3, 2, 0)]
    assert line(report, "shouting") == [(1, 0, None), (2, 10, None)]
    (angry,) = [each for each in report.moments if each.moment.id == "angry"]
    share = angry.replies[0].first
    assert share is not None and (share.of, round(share.low, 4), round(share.high, 4)) == (24, 0.3143, 0.6857)
    assert (angry.met, angry.met_again, angry.elsewhere) == (24, 6, 0)


def test_the_reply_that_costs_most_by_hand(play: Play, counts: RunCounts) -> None:
    """Ten were critical: mean .25. The other fourteen: (10·1 + 2·.5 + 2·.75) / 14 = .892857. Lost: .642857."""
    (costly,) = report_on_runs(play.scenario, counts).costly
    assert (costly.moment.id, costly.reply.number, costly.n, costly.others) == ("angry", 2, 10, 14)
    assert (costly.mean, round(costly.mean_others, 6), round(costly.lost, 6)) == (0.25, 0.892857, 0.642857)
    assert (costly.failed.count, costly.failed_others.count) == (10, 2)
    # Newcombe: 1 − 2/14 = .857143, less the root of (1 − .7225)² + (.3994 − .1429)², plus .1429 − .0401.
    gap = costly.more_failed
    assert (round(gap.value, 4), round(gap.low, 4), round(gap.high, 4)) == (0.8571, 0.4792, 0.9599)


def test_where_somebody_comes_twice_the_first_time_counts(
    session: Session, course: Course, play: Play, now: datetime
) -> None:
    twice = Played(
        [("angry", CRITICAL), ("shouting", "Twice"), ("angry", GOOD), ("calm", "I book")], Outcome.SOLVED, 0.5
    )
    write_runs(session, course, play, newcomers(session, 5, now), [[twice]] * 5, now)
    report = report_on_runs(play.scenario, count_runs(session, "steady", play.id))
    assert line(report, "angry") == [(1, 0, None), (2, 5, None), (3, 0, None)]


def test_what_fewer_than_five_people_did_again_is_shown_to_nobody(
    session: Session, course: Course, play: Play, now: datetime
) -> None:
    """However often they did: nine later runs may all be one person's."""
    runs = [[LOST], [LOST], [LOST], *[[LOST, *[WARM] * 9]] * 4]
    people = newcomers(session, len(runs), now)
    write_runs(session, course, play, people, runs, now)
    counts = count_runs(session, "steady", play.id)
    assert (counts.first, counts.again, counts.again_people) == (7, 36, 4)
    report = report_on_runs(play.scenario, counts)
    assert [(each.outcome, each.again) for each in report.outcomes] == [(Outcome.LOST, None)]
    assert line(report, "angry") == [(1, 0, None), (2, 7, None), (3, 0, None)]
    later = now + timedelta(minutes=1)
    write_runs(session, course, play, newcomers(session, 1, later), [[LOST, WARM]], later)
    report = report_on_runs(play.scenario, count_runs(session, "steady", play.id))
    assert {each.outcome: each.again and each.again.count for each in report.outcomes} == {
        Outcome.SOLVED: 37,
        Outcome.LOST: 0,
    }


def test_a_second_round_is_practice_and_an_open_run_no_measure(
    session: Session, course: Course, play: Play, now: datetime
) -> None:
    people = newcomers(session, 3, now)
    open_run = Played([("angry", GOOD)], None)
    write_runs(session, course, play, people, [[WARM], [open_run], [WARM]], now)
    write_runs(session, course, play, people[:1], [[LOST]], now, round=2)
    counts = count_runs(session, "steady", play.id)
    assert (counts.first, counts.again, counts.left) == (2, 1, 1)
    assert counts.again_outcomes == {Outcome.LOST: 1}
    assert count_runs(session, "steady", "another") == count_runs(session, "elsewhere", play.id) == RunCounts()


def test_replies_that_are_gone_are_told_apart(play: Play, counts: RunCounts) -> None:
    angry = play.scenario.moments[0]
    fewer = replace(play.scenario, moments=(replace(angry, choices=angry.choices[:2]), *play.scenario.moments[1:]))
    (found,) = [each for each in report_on_runs(fewer, counts).moments if each.moment.id == "angry"]
    assert (found.met, found.elsewhere) == (22, 2)


def test_fewer_than_five_people_are_shown_to_nobody(play: Play) -> None:
    angry = play.scenario.moments[0]
    four = RunCounts(chosen=(Chosen("angry", angry.choices[0].id, first=4, failed=4, score_sum=0.0, again=9),))
    report = report_on_runs(play.scenario, four)
    found = report.moments[0]
    assert not found.is_shown and all(reply.first is reply.again is None for reply in found.replies)
    assert report.people() == {} and report.costly == ()


def test_fewer_than_ten_are_no_costly_reply(play: Play) -> None:
    one, other, _ = play.scenario.moments[0].choices
    counts = RunCounts(
        chosen=(
            Chosen("angry", one.id, first=9, failed=9, score_sum=0.0, again=0),
            Chosen("angry", other.id, first=40, failed=0, score_sum=40.0, again=0),
        )
    )
    assert report_on_runs(play.scenario, counts).costly == ()


def test_four_queries_however_many_runs(
    engine: Engine, session: Session, course: Course, play: Play, now: datetime
) -> None:
    write_runs(session, course, play, newcomers(session, 300, now), [[WARM, LOST]] * 300, now)
    with selects_of(engine) as asked:
        found = count_runs(session, "steady", play.id)
    assert (found.first, found.again) == (300, 300) and len(asked) == 4
