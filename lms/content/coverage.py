"""Which behaviours the courses teach, ask for, let decide and look for; pure.

Whoever teaches and whoever observes have to speak of the same few behaviours: one that is looked for and never
taught is unfair, one that is taught and never looked for is lost. Source: practices, S2 and S6.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms.content.course import Activity, Checklist, Course, Lesson, Play, Quiz, Survey


class Way(StrEnum):
    """How a course deals with a behaviour, in the order in which a person meets it."""

    TAUGHT = "taught"
    ASKED = "asked"
    DECIDED = "decided"
    LOOKED_FOR = "looked-for"


@dataclass(frozen=True)
class Place:
    """One activity that deals with a behaviour: `count` questions, moments or lines of it, 1 for a lesson."""

    way: Way
    course: Course
    activity: Activity
    count: int


@dataclass(frozen=True)
class Covered:
    """One behaviour and every place that deals with it, in the order of the courses; unnamed it goes by its id."""

    behaviour_id: str
    name: str
    places: tuple[Place, ...]

    def count(self, way: Way) -> int:
        """Return how many lessons, questions, moments or lines deal with it in this way."""
        return sum(place.count for place in self.places if place.way is way)


def coverage(courses: Iterable[Course], names: Mapping[str, str]) -> tuple[Covered, ...]:
    """Return each behaviour that has a name in its order, then those that only the courses speak of, by id."""
    places: dict[str, list[Place]] = {behaviour_id: [] for behaviour_id in names}
    unnamed: dict[str, list[Place]] = {}
    for course in courses:
        for activity in course.activities:
            for way, counts in _ways(activity):
                for behaviour_id, count in counts.items():
                    found = places.get(behaviour_id)
                    if found is None:
                        found = unnamed.setdefault(behaviour_id, [])
                    found.append(Place(way, course, activity, count))
    known = [Covered(each, name, tuple(places[each])) for each, name in names.items()]
    return (*known, *(Covered(each, each, tuple(unnamed[each])) for each in sorted(unnamed)))


def _ways(activity: Activity) -> Iterable[tuple[Way, Counter[str]]]:
    match activity:
        case Lesson():
            return (Way.TAUGHT, Counter(set(activity.behaviours))), (Way.ASKED, _asked(activity))
        case Quiz():
            return ((Way.ASKED, _asked(activity)),)
        case Play():
            return ((Way.DECIDED, _decided(activity)),)
        case Checklist():
            lines = (set(criterion.behaviours) for criterion in activity.criteria)
            return ((Way.LOOKED_FOR, Counter(each for line in lines for each in line)),)
        case Survey():
            return ()


def _asked(activity: Lesson | Quiz) -> Counter[str]:
    """Count the questions that ask for each; one that a quiz borrows is counted where it is at home."""
    at_home = (question for question in activity.questions if not question.home)
    return Counter(each for question in at_home for each in set(question.behaviours or activity.behaviours))


def _decided(play: Play) -> Counter[str]:
    """Count the moments in which some choice shows each."""
    return Counter(
        behaviour_id
        for moment in play.scenario.all_moments
        for behaviour_id in {each for choice in moment.choices for each in choice.shows}
    )
