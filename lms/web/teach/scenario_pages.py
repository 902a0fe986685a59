"""What the trainer's page of a scenario shows: its front, the map of its ways, and every moment as a script."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lms.content.course import Course, Play
from lms.markup import inline_html, plain_text
from lms.scenario.graph import Graph
from lms.scenario.mapping import flaws_of, path_map
from lms.scenario.picture import Flaw, PathMap
from lms.scenario.scenario import METERS, Moment, Scenario
from lms.web.wording import scenario_in_our_words


@dataclass(frozen=True)
class MapPart:
    """One scenario's map and the table behind it; `picture` is None when there is too much to look at.

    `titles` and `flaws` are by moment id; moments that are in order have no flaws. `shortest` and `longest` count
    decisions, `shortest` is None when no way leads to an ending. `people` says how many first chose each reply, by
    moment and number; None where nobody was counted. `script` is the address of the page that has the moments, ""
    for the same page and None where there is none.
    """

    picture: PathMap | None
    moments: tuple[Moment, ...]
    first_id: str
    titles: Mapping[str, str]
    flaws: Mapping[str, tuple[Flaw, ...]]
    endings: int
    shortest: int | None
    longest: int
    people: Mapping[str, Mapping[int, int]] | None = None
    script: str | None = ""


@dataclass(frozen=True)
class ScenarioPage:
    """One scenario with all that lies behind its choices; `start` holds the meters, heat first."""

    slug: str
    course_title: str
    release_number: int
    language: str
    play: Play
    start: tuple[tuple[str, int], ...]
    map: MapPart
    may_be_read: bool


def map_part(
    scenario: Scenario, people: Mapping[tuple[str, str], int] | None = None, script: str | None = ""
) -> MapPart:
    """Return the map of a scenario as it stands, broken or whole; nothing but the scenario is asked.

    `people` says how many chose each reply, by moment and choice id; moments with too few of them are not in it.
    """
    graph = Graph(scenario)
    return MapPart(
        picture=path_map(scenario, has_counts=people is not None),
        moments=graph.moments,
        first_id=graph.first.id,
        titles={moment.id: plain_text(inline_html(moment.title)) for moment in graph.moments},
        flaws=flaws_of(graph),
        endings=sum(moment.outcome is not None for moment in graph.moments),
        shortest=graph.shortest_way,
        longest=graph.longest_way,
        script=script,
        people=None
        if people is None
        else {
            moment.id: {
                number: people[moment.id, choice.id]
                for number, choice in enumerate(moment.choices, start=1)
                if (moment.id, choice.id) in people
            }
            for moment in graph.moments
        },
    )


def scenario_page_of(course: Course, play: Play, *, may_be_read: bool) -> ScenarioPage:
    """Return the page of a scenario in the organisation's own words."""
    scenario = scenario_in_our_words(play.scenario)
    return ScenarioPage(
        slug=course.slug,
        course_title=course.title,
        release_number=course.number,
        language=course.language,
        play=replace(play, scenario=scenario),
        start=_in_order(scenario.start.meters),
        map=map_part(scenario),
        may_be_read=may_be_read,
    )


def _in_order(meters: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    names = dict.fromkeys([*METERS, *meters])
    return tuple((name, meters[name]) for name in names if name in meters)
