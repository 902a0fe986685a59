"""Playing a scenario: its front, beginning a run, one moment after the other."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import queries as content
from lms.content.course import Course, Play
from lms.content.variables import filled
from lms.credentials.actions import award_what_is_due
from lms.ids import new_seed
from lms.progress import queries, run_actions, run_queries
from lms.progress.actions import play_of
from lms.progress.completion import needed_mark
from lms.progress.run import MoveOutcome, Run
from lms.scenario.graph import Graph
from lms.scenario.playing import Turn, scene_of
from lms.scenario.scenario import Scenario, most_of
from lms.store import writing
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.identity import me, now
from lms.web.learn.endings import end_page_of, meters_used, said_of
from lms.web.learn.outline import after
from lms.web.learn.routes import desk, published
from lms.web.learn.run_pages import Gauge, Offer, RunPage, ScenarioPage
from lms.web.render import show
from lms.web.wording import scenario_in_our_words


def front_shown(course: Course, play: Play) -> ResponseReturnValue:
    """Show the front of a scenario: who one is, where it happens and what one knows before it begins."""
    state = queries.course_state(database(), me().person_id, course)
    runs = run_queries.runs_at(database(), state.enrolment.id, play.id) if state.enrolment else ()
    step = next(step for step in state.completion.outline if step.activity_id == play.id)
    page = ScenarioPage(
        slug=course.slug,
        course_title=course.title,
        scenario_id=play.id,
        title=play.title,
        language=course.language,
        minutes=play.minutes,
        seat=play.seat.value,
        channel=play.channel.value,
        intro_html=filled(play.scenario.intro_html, house().variables),
        needed_mark=needed_mark(course, play),
        end_heat=play.rule.end_heat,
        open_run=state.open_runs.get(play.id),
        runs=tuple(run for run in runs if run.finished_at),
        is_passed=step.is_done,
        next=after(course, play),
    )
    return show("learn/scenario_page.html", page)


@desk.post("/courses/<slug>/<activity_id>/runs")
def start_run(slug: str, activity_id: str) -> ResponseReturnValue:
    """Begin a run, or go on with the one that is open."""
    course = published(slug)
    if not isinstance(course.activity(activity_id), Play):
        abort(404)
    with writing(database()) as session:
        start = run_actions.start_run(session, me().person_id, course, activity_id, now(), new_seed())
        award_what_is_due(session, start.enrolment_id, now())
    return redirect(url_for(".run_page", run_id=start.run_id), 303)


@desk.get("/runs/<int:run_id>")
def run_page(run_id: int) -> ResponseReturnValue:
    """Show where a run stands: the moment with its choices, or how it ended."""
    run = _run(run_id)
    taken = content.course_at(database(), run.release_id)
    play = play_of(taken, run.activity_id)
    scenario = scenario_in_our_words(play.scenario)
    turns = run.turns(scenario)
    if run.is_open:
        return show("learn/run_page.html", run_page_of(run, taken, play, scenario, turns))
    current = content.find_course(database(), run.course_slug) or taken
    state = queries.course_state(database(), me().person_id, current)
    runs = run_queries.runs_at(database(), run.enrolment_id, play.id)
    return show("learn/end_page.html", end_page_of(run, taken, turns, scenario, current, state, runs))


@desk.post("/runs/<int:run_id>/moves")
def make_move(run_id: int) -> ResponseReturnValue:
    """Make a choice and go on to what follows."""
    turn = request.form.get("turn", "")
    run = _run(run_id)
    if turn.isascii() and turn.isdigit() and len(turn) < 5:
        with writing(database()) as session:
            choice_id = request.form.get("choice", "")
            moved = run_actions.make_move(session, run.id, me().person_id, int(turn), choice_id, now())
            if moved.has_ended:
                award_what_is_due(session, run.enrolment_id, now())
        if moved.outcome is MoveOutcome.OTHERWISE_MADE:
            flash(_("You had answered this already, perhaps in another window. The run goes on here."))
    return redirect(url_for(".run_page", run_id=run_id, _anchor="now"), 303)


@desk.post("/runs/<int:run_id>/again")
def play_on(run_id: int) -> ResponseReturnValue:
    """Begin a run where a turn of this one was made."""
    turn = request.form.get("turn", "")
    run = _run(run_id)
    start = None
    if turn.isascii() and turn.isdigit() and len(turn) < 5:
        with writing(database()) as session:
            start = run_actions.start_run_from(session, run.id, me().person_id, int(turn), now())
            award_what_is_due(session, run.enrolment_id, now())
    return redirect(url_for(".run_page", run_id=start.run_id if start else run_id), 303)


def _run(run_id: int) -> Run:
    run = run_queries.find_run(database(), run_id, me().person_id)
    if run is None:
        abort(404)
    return run


def run_page_of(run: Run, taken: Course, play: Play, scenario: Scenario, turns: tuple[Turn, ...]) -> RunPage:
    """Return the page of a run that goes on; `scenario` and `turns` are in the organisation's words."""
    last = turns[-1] if turns else None
    state = last.after if last else run.start
    scene = scene_of(scenario, state, run.seed)
    current = content.find_course(database(), run.course_slug)
    changes = last.changes if last else {}
    return RunPage(
        run_id=run.id,
        slug=run.course_slug,
        scenario_id=play.id,
        scenario_title=play.title,
        language=taken.language,
        turn=run.next_turn,
        still=(Graph(scenario).shortest_way_from(scene.moment) or 1) - 1,
        heat=state.meters.get("heat", 0),
        trust=state.meters.get("trust", 0),
        effort=state.meters.get("effort", 0),
        gauges=tuple(
            Gauge(name, state.meters.get(name, 0), most_of(name), changes.get(name, 0))
            for name in meters_used(scenario)
        ),
        said=said_of(last) if last else None,
        moment_title=scene.moment.title,
        lead_html=scene.lead_html,
        moment_html=scene.moment.html,
        offers=tuple(Offer(choice.id, choice.text_html) for choice in scene.choices),
        is_practice=not run.is_whole,
        is_older_release=current is not None and current.release_id != run.release_id,
    )
