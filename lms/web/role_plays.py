"""A scenario played by two people with an observer: what stands on their three cards, the same words as PDF."""

from dataclasses import dataclass
from pathlib import Path

from flask import Response, current_app

from lms.content.course import Course, Play
from lms.content.reading.behaviours import Behaviour, read_behaviours
from lms.content.reading.files import behaviours_text
from lms.markup import plain_text
from lms.scenario.scenario import Scenario
from lms.settings import Settings
from lms.web.frame import house
from lms.web.papers import pdf_of, spoken_in, to_look_at
from lms.web.wording import scenario_in_our_words

# More criteria than this nobody watches for in four minutes; with their anchors they fill a sheet.
MOST_CRITERIA = 6
# How many words a sheet holds in large and in middling type.
_ROOMY, _PLAIN = 230, 330


@dataclass(frozen=True)
class RolePlay:
    """The three cards of one scenario, safe HTML in the organisation's words.

    `opening_html` is what the customer begins with. `customer_html` is "" when the author wrote no such card.
    The observer's card is `observer_html`, or else `criteria` from the behaviours that the scenario is about;
    both are empty when there is neither. `sizes` are those of the type: `roomy`, `plain` or `tight`, by card.
    """

    course_title: str
    title: str
    language: str
    release_number: int
    seat: str
    channel: str
    front_html: str
    opening_html: str
    customer_html: str
    observer_html: str
    criteria: tuple[Behaviour, ...]
    sizes: tuple[str, str, str]

    @property
    def is_whole(self) -> bool:
        """Return whether the author wrote both cards."""
        return bool(self.customer_html and self.observer_html)


@dataclass(frozen=True)
class PrintedRolePlay:
    """The cards of a role play on one paper (`a4` or `letter`), a sheet each."""

    role_play: RolePlay
    organisation_name: str
    language: str
    direction: str
    paper: str


def role_play_of(course: Course, play: Play) -> RolePlay:
    """Return the cards of this scenario."""
    scenario = scenario_in_our_words(play.scenario)
    opening = _opening(scenario)
    criteria = () if scenario.observer_card_html else _criteria(play)
    watched = scenario.observer_card_html or " ".join(each.html + "".join(each.anchors) for each in criteria)
    return RolePlay(
        course_title=course.title,
        title=play.title,
        language=course.language,
        release_number=course.number,
        seat=play.seat.value,
        channel=play.channel.value,
        front_html=scenario.intro_html,
        opening_html=opening,
        customer_html=scenario.customer_card_html,
        observer_html=scenario.observer_card_html,
        criteria=criteria,
        sizes=(_size(scenario.customer_card_html + opening), _size(scenario.intro_html), _size(watched)),
    )


def printed(role_play: RolePlay, paper: str) -> str:
    """Return the cards as the HTML that is printed, in the course's language where the house speaks it."""
    with spoken_in(role_play.language) as (language, direction):
        page = PrintedRolePlay(
            role_play=role_play,
            organisation_name=house().name,
            language=language,
            direction=direction,
            paper=paper,
        )
        return current_app.jinja_env.get_template("print/role_play.html").render(page=page)


def pdf_response(role_play: RolePlay, paper: str) -> Response:
    """Return the cards as a PDF to look at or keep; answers 503 while none can be made."""
    pdf = pdf_of(printed(role_play, paper), f"the cards of {role_play.title}")
    return to_look_at(pdf, f"{role_play.title[:80]}.pdf")


def _opening(scenario: Scenario) -> str:
    """Return what happens first: of a draw, its first variant's words after its own."""
    first = scenario.moments[0]
    return first.html + (first.variants[0].html if first.variants else "")


def _criteria(play: Play) -> tuple[Behaviour, ...]:
    """Return the behaviours to watch for: those the scenario names, else those its choices show."""
    shown = [name for moment in play.scenario.all_moments for choice in moment.choices for name in choice.shows]
    known = _behaviours(_settings().courses_folder)
    names = dict.fromkeys(play.behaviours or shown)
    return tuple(known.get(name) or Behaviour(name, name, "", ()) for name in names)[:MOST_CRITERIA]


def _behaviours(courses: Path) -> dict[str, Behaviour]:
    text = behaviours_text(courses)
    return read_behaviours(text) if text else {}


def _size(safe_html: str) -> str:
    words = len(plain_text(safe_html).split())
    if words <= _ROOMY:
        return "roomy"
    return "plain" if words <= _PLAIN else "tight"


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
