"""What runs through a scenario add up to: replies by moment, endings, and the reply that costs most; pure.

The first whole run of somebody's first round measures. Whatever was played later is practice and stands beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lms.analytics.bands import FEWEST_JUDGED, FEWEST_SHOWN
from lms.measures import Difference, Share, difference, share
from lms.scenario.scenario import HIGHEST, Choice, Moment, Outcome, Scenario

TENTHS = 10


@dataclass(frozen=True)
class Chosen:
    """One reply at its moment, counted once a run: where somebody first met the moment.

    `first` of the first runs chose it, `failed` of these did not pass, their scores (0..1) add up to `score_sum`;
    `again` counts the later runs.
    """

    moment_id: str
    choice_id: str
    first: int
    failed: int
    score_sum: float
    again: int


@dataclass(frozen=True)
class RunCounts:
    """The runs of one scenario as the database counts them; first runs are those of so many people.

    `first_outcomes` and `again_outcomes` are by outcome, `tenths` counts first runs by tenths of the score (the
    last holds a full score), `end_heats` by the heat at the end. `left` first runs are not finished.
    Later runs are those of `again_people`.
    """

    first_outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    again_outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    passed: int = 0
    score_sum: float = 0.0
    tenths: tuple[int, ...] = (0,) * TENTHS
    end_heats: tuple[int, ...] = (0,) * (HIGHEST + 1)
    left: int = 0
    again_people: int = 0
    chosen: tuple[Chosen, ...] = ()

    @property
    def first(self) -> int:
        """Return how many first runs are finished."""
        return sum(self.first_outcomes.values())

    @property
    def again(self) -> int:
        """Return how many later runs are finished."""
        return sum(self.again_outcomes.values())


@dataclass(frozen=True)
class OutcomeLine:
    """How many first runs, and how many later ones, ended like this; None where there are too few to be shown."""

    outcome: Outcome
    first: Share | None
    again: Share | None


@dataclass(frozen=True)
class ReplyLine:
    """One reply of a moment; `number` is its place in the file, from 1. Shares are of those who met the moment."""

    number: int
    choice: Choice
    first: Share | None
    again: Share | None


@dataclass(frozen=True)
class MomentLine:
    """One moment that offers replies: `met` first runs came to it and chose one that is still there.

    `elsewhere` more chose a reply that today's scenario has not. Fewer than five people are shown to nobody: then
    the replies have no shares.
    """

    moment: Moment
    met: int
    met_again: int
    elsewhere: int
    replies: tuple[ReplyLine, ...]

    @property
    def is_shown(self) -> bool:
        """Return whether enough people came here to say anything."""
        return self.met >= FEWEST_SHOWN


@dataclass(frozen=True)
class Costly:
    """One reply after which first runs went worse than after the other replies of its moment.

    Mean scores are 0..1, `lost` is how much lower its own is; `failed` and `failed_others` are shares of runs that
    did not pass, `more_failed` is their difference with its interval.
    """

    moment: Moment
    reply: ReplyLine
    n: int
    others: int
    mean: float
    mean_others: float
    failed: Share
    failed_others: Share
    more_failed: Difference

    @property
    def lost(self) -> float:
        """Return how much lower the mean score (0..1) of those who chose it is."""
        return self.mean_others - self.mean


@dataclass(frozen=True)
class PlayReport:
    """One scenario as its runs tell it, moments in the order of the file, costly replies from the worst on."""

    counts: RunCounts
    passed: Share | None
    mean: float | None
    outcomes: tuple[OutcomeLine, ...]
    moments: tuple[MomentLine, ...]
    costly: tuple[Costly, ...]

    @property
    def n(self) -> int:
        """Return how many first runs, and so people, it is about."""
        return self.counts.first

    def people(self) -> dict[tuple[str, str], int]:
        """Return how many people first chose each reply, by moment and choice, where enough came to its moment."""
        return {
            (line.moment.id, reply.choice.id): reply.first.count
            for line in self.moments
            if line.is_shown
            for reply in line.replies
            if reply.first
        }


def report_on_runs(scenario: Scenario, counts: RunCounts) -> PlayReport:
    """Return the report on a scenario as it is now; runs of earlier releases count where they chose the same.

    Of later runs nothing is told while fewer than five people have played again, however often they did.
    """
    by_moment: dict[str, dict[str, Chosen]] = {}
    for each in counts.chosen:
        by_moment.setdefault(each.moment_id, {})[each.choice_id] = each
    tells_again = counts.again_people >= FEWEST_SHOWN
    moments = [
        _moment_line(moment, by_moment.get(moment.id, {}), tells_again=tells_again)
        for moment in scenario.all_moments
        if moment.choices
    ]
    costly = [found for line in moments for found in _costly(line, by_moment.get(line.moment.id, {}))]
    seen = [
        outcome
        for outcome in Outcome
        if counts.first_outcomes.get(outcome) or (tells_again and counts.again_outcomes.get(outcome))
    ]
    return PlayReport(
        counts=counts,
        passed=share(counts.passed, counts.first),
        mean=counts.score_sum / counts.first if counts.first else None,
        outcomes=tuple(
            OutcomeLine(
                outcome,
                share(counts.first_outcomes.get(outcome, 0), counts.first),
                share(counts.again_outcomes.get(outcome, 0), counts.again) if tells_again else None,
            )
            for outcome in seen
        ),
        moments=tuple(moments),
        costly=tuple(sorted(costly, key=lambda each: (-each.lost, each.reply.choice.id))),
    )


def _moment_line(moment: Moment, chosen: Mapping[str, Chosen], *, tells_again: bool) -> MomentLine:
    offered = {choice.id for choice in moment.choices}
    there = [each for each in chosen.values() if each.choice_id in offered]
    met, met_again = sum(each.first for each in there), sum(each.again for each in there)
    shown = (met, met_again if tells_again else 0) if met >= FEWEST_SHOWN else (0, 0)
    return MomentLine(
        moment=moment,
        met=met,
        met_again=met_again,
        elsewhere=sum(each.first for each in chosen.values()) - met,
        replies=tuple(
            _reply_line(number, choice, chosen.get(choice.id), shown)
            for number, choice in enumerate(moment.choices, start=1)
        ),
    )


def _reply_line(number: int, choice: Choice, chosen: Chosen | None, met: tuple[int, int]) -> ReplyLine:
    first, again = (chosen.first, chosen.again) if chosen else (0, 0)
    return ReplyLine(
        number=number,
        choice=choice,
        first=share(first, met[0]) if met[0] else None,
        again=share(again, met[1]) if met[1] >= FEWEST_SHOWN else None,
    )


def _costly(line: MomentLine, chosen: Mapping[str, Chosen]) -> Sequence[Costly]:
    """Return the replies of a moment that enough people chose, and enough did not, and whose runs went worse."""
    found = []
    there = [chosen[reply.choice.id] for reply in line.replies if reply.choice.id in chosen]
    for reply in line.replies:
        own = chosen.get(reply.choice.id)
        if own is None or own.first < FEWEST_JUDGED or line.met - own.first < FEWEST_JUDGED:
            continue
        others = line.met - own.first
        failed = share(own.failed, own.first)
        failed_others = share(sum(each.failed for each in there) - own.failed, others)
        assert failed is not None and failed_others is not None, "neither group is empty"
        each = Costly(
            moment=line.moment,
            reply=reply,
            n=own.first,
            others=others,
            mean=own.score_sum / own.first,
            mean_others=(sum(each.score_sum for each in there) - own.score_sum) / others,
            failed=failed,
            failed_others=failed_others,
            more_failed=difference(failed, failed_others),
        )
        if each.lost > 0:
            found.append(each)
    return found
