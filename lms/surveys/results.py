"""What may be told of a survey's answers, and what has to stay hidden so that nobody is told of; pure.

Nothing is told of fewer than five people, no words of fewer than ten. Where a hidden group could be worked out by
subtracting what is shown from the whole, the next smallest group is hidden as well.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from lms.content.asking import POINTS, AskKind, SurveyPart
from lms.content.course import Survey
from lms.measures import Share, share

FEWEST = 5
FEWEST_WITH_WORDS = 10
_FAVOURABLE = POINTS[-2:]

Group = TypeVar("Group", bound=Hashable)


@dataclass(frozen=True)
class Reply:
    """One set of answers: a point by statement, a choice or a text by part."""

    team_id: int | None
    is_leader: bool
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class StatementResult:
    """How one statement was rated; everything but `n` is None or empty while fewer than five people rated it.

    `counts` are by point, from the low end to the high one.
    """

    id: str
    html: str
    advice_html: str
    n: int
    favourable: Share | None = None
    counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class ChoiceResult:
    """How often one thing was chosen; None while fewer than five people chose anything."""

    id: str
    html: str
    chosen: Share | None


@dataclass(frozen=True)
class GroupResult:
    """The share of favourable marks that one group gave to a part; None where the group has to stay hidden."""

    n: int | None
    favourable: float | None


@dataclass(frozen=True)
class PartResult:
    """One part of a survey: what its kind fills. `n` people answered anything in it.

    `words` are in an order of chance, and empty with `words_hidden` while fewer than ten people answered.
    """

    part: SurveyPart
    n: int
    statements: tuple[StatementResult, ...] = ()
    choices: tuple[ChoiceResult, ...] = ()
    words: tuple[str, ...] = ()
    words_hidden: bool = False
    everyone: GroupResult | None = None
    leaders: GroupResult | None = None
    staff: GroupResult | None = None
    teams: tuple[tuple[int, GroupResult], ...] = ()


@dataclass(frozen=True)
class Results:
    """What may be told of one round; nothing at all (`parts` empty) while fewer than five people answered."""

    n: int
    parts: tuple[PartResult, ...] = ()

    @property
    def lowest(self) -> tuple[StatementResult, ...]:
        """Return the three statements with the smallest favourable shares, the smallest first."""
        told = [each for part in self.parts for each in part.statements if each.favourable]
        return tuple(sorted(told, key=lambda each: each.favourable.value if each.favourable else 1.0)[:3])


def results_of(survey: Survey, replies: Sequence[Reply]) -> Results:
    """Return what may be told of these answers."""
    if len(replies) < FEWEST:
        return Results(len(replies))
    return Results(len(replies), tuple(_part(part, replies) for part in survey.parts))


def shown_groups(sizes: Mapping[Group, int], whole: int) -> frozenset[Group]:
    """Return the groups that may be shown beside the whole they are parts of.

    The rest of the whole, hidden groups and people in no group together, must be nobody or at least five people;
    until it is, the smallest group that is shown is hidden too. Of a whole below five nothing is shown.
    """
    if whole < FEWEST:
        return frozenset()
    shown = {group for group, size in sizes.items() if size >= FEWEST}
    while shown and 0 < whole - sum(sizes[group] for group in shown) < FEWEST:
        shown.remove(min(shown, key=lambda group: (sizes[group], str(group))))
    return frozenset(shown)


def _part(part: SurveyPart, replies: Sequence[Reply]) -> PartResult:
    match part.kind:
        case AskKind.SCALE:
            return _scale(part, replies)
        case AskKind.CHOICE:
            return _choices(part, replies)
        case AskKind.OPEN:
            return _words(part, replies)


def _scale(part: SurveyPart, replies: Sequence[Reply]) -> PartResult:
    names = [each.id for each in part.statements]
    answered = [reply for reply in replies if _points(reply, names)]
    leaders = _grouped(answered, names, lambda reply: reply.is_leader)
    teams = _grouped(answered, names, lambda reply: reply.team_id)
    return PartResult(
        part,
        len(answered),
        statements=tuple(_statement(part, place, answered) for place in range(len(names))),
        everyone=_of_group(answered, names) if len(answered) >= FEWEST else _HIDDEN,
        leaders=leaders.get(True, _HIDDEN),
        staff=leaders.get(False, _HIDDEN),
        teams=tuple((team_id, result) for team_id, result in teams.items() if team_id is not None),
    )


_HIDDEN = GroupResult(None, None)


def _grouped(
    replies: Sequence[Reply], names: Collection[str], group_of: Callable[[Reply], Any]
) -> dict[Any, GroupResult]:
    """Return the result of each group that answered; those that have to stay hidden without a number."""
    members: dict[Any, list[Reply]] = {}
    for reply in replies:
        members.setdefault(group_of(reply), []).append(reply)
    sizes = {group: len(each) for group, each in members.items() if group is not None}
    shown = shown_groups(sizes, len(replies))
    return {group: _of_group(each, names) if group in shown else _HIDDEN for group, each in members.items()}


def _of_group(replies: Iterable[Reply], names: Collection[str]) -> GroupResult:
    given = [_points(reply, names) for reply in replies]
    points = [point for each in given for point in each]
    return GroupResult(len(given), sum(point in _FAVOURABLE for point in points) / len(points))


def _statement(part: SurveyPart, place: int, replies: Iterable[Reply]) -> StatementResult:
    statement = part.statements[place]
    points = [point for reply in replies for point in _points(reply, [statement.id])]
    told = StatementResult(statement.id, statement.html, statement.advice_html, len(points))
    if len(points) < FEWEST:
        return told
    counted = Counter(points)
    favourable = share(sum(counted[point] for point in _FAVOURABLE), len(points))
    counts = tuple(counted[point] for point in POINTS)
    return StatementResult(told.id, told.html, told.advice_html, told.n, favourable, counts)


def _points(reply: Reply, names: Iterable[str]) -> list[int]:
    given = (reply.answers.get(name) for name in names)
    return [point for point in given if isinstance(point, int) and point in POINTS]


def _choices(part: SurveyPart, replies: Iterable[Reply]) -> PartResult:
    known = {each.id for each in part.statements}
    chosen = [choice for reply in replies if (choice := reply.answers.get(part.id)) in known]
    counted = Counter(chosen)
    is_told = len(chosen) >= FEWEST
    return PartResult(
        part,
        len(chosen),
        choices=tuple(
            ChoiceResult(each.id, each.html, share(counted[each.id], len(chosen)) if is_told else None)
            for each in part.statements
        ),
    )


def _words(part: SurveyPart, replies: Sequence[Reply]) -> PartResult:
    texts = [text for reply in replies if isinstance(text := reply.answers.get(part.id), str) and text]
    if len(replies) < FEWEST_WITH_WORDS:
        return PartResult(part, len(texts), words_hidden=True)
    # By what they hash to: no order of anybody's, and the same each time the page is read.
    return PartResult(
        part, len(texts), words=tuple(sorted(texts, key=lambda text: sha256(text.encode()).digest()))
    )
