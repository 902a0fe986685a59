"""What a file's rows mean for one person's stays in teams, so that history stays true; pure.

A row without a leaving date says: is in this team. Such rows name all the teams the person is in: an open stay
in a team that no row names ends (a move). A row with a leaving date speaks of that one stay only. A file that
is read twice changes nothing the second time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from lms.accounts.roster.plan import NewStay, Reason, Stay, StaysPlan, TeamKey
from lms.accounts.stays import Span, merged

_PASSES = 5


class BadStayError(ValueError):
    """A row's dates cannot be true; `number` is the row, `reason` says why."""

    def __init__(self, number: int, reason: Reason) -> None:
        super().__init__(reason.code)
        self.number = number
        self.reason = reason


@dataclass(frozen=True)
class SaidStay:
    """What one row says: this team, and the dates where it names them."""

    number: int
    team: TeamKey
    joined_on: date | None
    left_on: date | None


def plan_stays(
    stored: tuple[Stay, ...], said: Iterable[SaidStay], today: date, may_end: frozenset[int] | None = None
) -> StaysPlan:
    """Return what to write so that the stored stays become what the rows say. Raises BadStayError.

    `may_end` are the teams whose stays may end without being named; None means all.
    """
    said = tuple(said)
    spans: dict[TeamKey, list[Span]] = defaultdict(list)
    for stay in stored:
        spans[stay.team_id].append((stay.joined_on, stay.left_on))
    # Stays that touch become one, which may let a row say a little more; what it says last is the plan. One row
    # of somebody new has nothing to touch.
    for _ in range(_PASSES if stored or len(said) > 1 else 1):
        book = _Book(spans, said, today, may_end)
        after = book.after()
        if after == spans:
            break
        spans = after
    return _difference(stored, spans)


def _difference(stored: tuple[Stay, ...], spans: Mapping[TeamKey, list[Span]]) -> StaysPlan:
    added: list[NewStay] = []
    changed: list[Stay] = []
    removed: list[Stay] = []
    for team, wanted in spans.items():
        stays = sorted((stay for stay in stored if stay.team_id == team), key=lambda stay: stay.joined_on)
        removed += stays[len(wanted) :]
        for stay, (joined_on, left_on) in zip(stays, wanted, strict=False):
            if (stay.joined_on, stay.left_on) != (joined_on, left_on):
                changed.append(replace(stay, joined_on=joined_on, left_on=left_on))
        added += [NewStay(team, *span) for span in wanted[len(stays) :]]
    return StaysPlan(tuple(added), tuple(changed), tuple(removed))


class _Book:
    """One person's spans of days by team while the rows are gone through once."""

    def __init__(
        self,
        spans: Mapping[TeamKey, list[Span]],
        said: tuple[SaidStay, ...],
        today: date,
        may_end: frozenset[int] | None,
    ) -> None:
        self._said = said
        self._today = today
        self._before = spans
        self._spans: dict[TeamKey, list[Span]] = defaultdict(
            list, {team: list(own) for team, own in spans.items()}
        )
        named = {row.team for row in said}
        is_said_where = any(row.left_on is None for row in said)
        self._surplus = [
            (team, span)
            for team, own in spans.items()
            for span in own
            if is_said_where and span[1] is None and team not in named and (may_end is None or team in may_end)
        ]

    def after(self) -> dict[TeamKey, list[Span]]:
        """Return the spans as the rows want them, none overlapping or touching another of its team."""
        for row in self._said:
            if row.left_on is not None:
                self._leave(row, row.left_on)
        arrivals = [self._stay(row) for row in self._said if row.left_on is None]
        moved_on = min((arrival for arrival in arrivals if arrival), default=self._today)
        for team, span in self._surplus:
            self._spans[team][self._spans[team].index(span)] = (span[0], moved_on)
        return {team: merged(own) for team, own in self._spans.items()}

    def _leave(self, row: SaidStay, left_on: date) -> None:
        """Take down a row that says when a stay ended."""
        spans = self._spans[row.team]
        meant = _meant(spans, row.joined_on, left_on)
        joined_on = spans[meant][0] if meant is not None else row.joined_on
        if joined_on is None:
            raise BadStayError(row.number, Reason("left_without_joining"))
        if left_on < joined_on:
            raise BadStayError(row.number, Reason("left_before_joining"))
        if meant is None:
            spans.append((joined_on, left_on))
        else:
            spans[meant] = (joined_on, left_on)

    def _stay(self, row: SaidStay) -> date | None:
        """Take down a row that says who is in a team; returns when she arrives, or None if she was there."""
        spans = self._spans[row.team]
        there = next((joined_on for joined_on, left_on in spans if left_on is None), None)
        if there is None:
            arrival = self._arrival(row)
            spans.append((arrival, None))
            return arrival
        # A later day than the recorded one would take days away from her history: it is left alone.
        if row.joined_on is not None and row.joined_on < there and self._is_free(row.joined_on, there):
            spans[spans.index((there, None))] = (row.joined_on, None)
        return None

    def _is_free(self, joined_on: date, there: date) -> bool:
        """Return whether an earlier start would not claim days she is known to have spent elsewhere."""
        return all(
            left_on is None or left_on <= joined_on or start >= there
            for own in self._before.values()
            for start, left_on in own
        )

    def _arrival(self, row: SaidStay) -> date:
        """Return the first day in a new team: the file's, unless that is the day she was hired long ago."""
        moved = [span[0] for _, span in self._surplus]
        again = [left_on for _, left_on in self._before.get(row.team, ()) if left_on is not None]
        said = row.joined_on
        if said is None or any(said <= day for day in moved) or any(said < day for day in again):
            return max([self._today, *again])
        return said


def _meant(spans: list[Span], joined_on: date | None, left_on: date) -> int | None:
    """Return which of the spans a row with a leaving date speaks of, or None."""
    candidates = range(len(spans))
    tests: tuple[Callable[[Span], bool], ...] = (
        lambda span: span == (joined_on, left_on),
        lambda span: span[0] == joined_on,
        lambda span: span[1] == left_on,
        lambda span: span[1] is None and left_on >= span[0],
    )
    for test in tests:
        for number in candidates:
            if test(spans[number]):
                return number
    return len(spans) - 1 if spans and joined_on is None else None
