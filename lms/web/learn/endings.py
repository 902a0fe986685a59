"""How a run ended, as its page tells it: result and reasons, the heat line, what was said; pure."""

from collections.abc import Sequence
from dataclasses import replace

from lms.content.course import Course
from lms.progress.actions import play_of
from lms.progress.completion import needed_mark
from lms.progress.run import Run, RunLine
from lms.progress.standing import CourseState
from lms.scenario.playing import Turn
from lms.scenario.scenario import HIGHEST, METERS, Choice, Outcome, Scenario
from lms.scenario.scoring import Report, report_of
from lms.web.learn.outline import after
from lms.web.learn.run_pages import Bar, EndPage, HeatPoint, Said

# The heat line is drawn on a ground of this size, in units of its own.
WIDTH, HEIGHT = 480, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 16, 16, 32


def end_page_of(
    run: Run,
    taken: Course,
    turns: Sequence[Turn],
    scenario: Scenario,
    current: Course,
    state: CourseState,
    runs: Sequence[RunLine],
) -> EndPage:
    """Return the page of a run that has ended; `scenario` and `turns` are in the organisation's words."""
    assert run.finished_at is not None and run.score is not None
    play = play_of(taken, run.activity_id)
    needed = needed_mark(taken, play)
    report = report_of(scenario, replace(play.rule, score=needed), turns)
    ending = scenario.moment(report.end.moment_id)
    names = dict(play.behaviour_names)
    here = current.activity(play.id)
    step = next((step for step in state.completion.outline if step.activity_id == play.id), None)
    costly = None if report.costly is None else report.turns[report.costly]
    return EndPage(
        run_id=run.id,
        slug=run.course_slug,
        scenario_id=play.id,
        scenario_title=play.title,
        language=taken.language,
        ending_title=ending.title,
        ending_html=ending.html,
        outcome=report.outcome,
        score=report.score,
        needed_mark=needed,
        passed=report.passed,
        is_whole=run.is_whole,
        measures=run.number == 1,
        finished_at=run.finished_at,
        end_heat=report.heat[-1],
        heat_allowed=play.rule.end_heat,
        is_too_hot=report.outcome is not Outcome.SAFE and report.heat[-1] > play.rule.end_heat,
        is_critical=bool(report.criticals),
        effort=report.end.meters.get("effort") if "effort" in meters_used(scenario) else None,
        points=heat_points(report),
        best=None if report.best is None else said_of(report.turns[report.best]),
        costly=said_of(costly) if costly else None,
        costly_turn=report.costly,
        alternative=_said(costly, report.alternative) if costly and report.alternative else None,
        bars=tuple(
            Bar(names.get(each.behaviour, each.behaviour), each.met, each.shown) for each in report.behaviours
        ),
        criticals=tuple(said_of(turn) for turn in report.criticals if turn is not costly),
        aims=tuple(report.aims.items()),
        conversation=tuple(said_of(turn) for turn in report.turns),
        runs=tuple(each for each in runs if each.finished_at and each.id != run.id),
        has_open_run=any(each.finished_at is None for each in runs),
        is_passed=step is not None and step.is_done,
        next=after(current, here) if here else None,
        is_course_complete=state.completed_at is not None,
        has_just_finished=state.completed_at == run.finished_at,
    )


def said_of(turn: Turn) -> Said:
    """Return what was said at this turn, and what it did."""
    return replace(_said(turn, turn.choice), changes=tuple(turn.changes.items()))


def meters_used(scenario: Scenario) -> tuple[str, ...]:
    """Return the meters that say something in this scenario: heat and trust, then what begins or moves above 0."""
    moved = {name for moment in scenario.all_moments for name in moment.effects}
    moved |= {name for moment in scenario.all_moments for choice in moment.choices for name in choice.effects}
    used = [name for name in scenario.start.known if scenario.start.meters.get(name) or name in moved]
    return tuple(dict.fromkeys((*METERS[:2], *used)))


def heat_points(report: Report) -> tuple[HeatPoint, ...]:
    """Return where the heat stood at the start and after each turn, with where that is drawn."""
    across = (WIDTH - _LEFT - _RIGHT) / max(1, len(report.heat) - 1)
    down = (HEIGHT - _TOP - _BOTTOM) / HIGHEST
    titles = ["", *(turn.moment.title for turn in report.turns)]
    return tuple(
        HeatPoint(
            x=round(_LEFT + place * across, 1),
            y=round(_TOP + (HIGHEST - heat) * down, 1),
            heat=heat,
            title=title,
        )
        for place, (heat, title) in enumerate(zip(report.heat, titles, strict=True))
    )


def _said(turn: Turn, choice: Choice) -> Said:
    return Said(turn.moment.title, choice.text_html, choice.feedback_html, choice.is_critical)
