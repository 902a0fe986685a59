"""The page about a scenario's runs: what people said, how it ended, which reply costs most."""

from collections.abc import Mapping, Sequence

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.analytics.bands import Trust, trust_in
from lms.analytics.play_queries import count_runs
from lms.analytics.plays import Costly, MomentLine, OutcomeLine, PlayReport, RunCounts, report_on_runs
from lms.content.course import Play
from lms.measures import Share
from lms.web.extensions import database
from lms.web.render import show
from lms.web.speech import ngettext, percent
from lms.web.teach.routes import desk
from lms.web.teach.scenario_pages import map_part
from lms.web.teach.scope import my_release
from lms.web.teach.statistics.runs_pages import Column, CostlyLine, EndingCount, MomentCount, ReplyCount, RunsPage
from lms.web.teach.statistics.words import ranged
from lms.web.wording import scenario_in_our_words

MOST_COSTLY = 3
# From which tenth of the score on, and up to which heat, a run is spoken of as one that went well.
_WELL, _CALM = 7, 2


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


@desk.get("/courses/<slug>/<activity_id>/runs")
def runs_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show what the runs through one scenario say of it; five queries however many there are."""
    course = my_release(slug)
    play = course.activity(activity_id)
    if not isinstance(play, Play):
        abort(404)
    scenario = scenario_in_our_words(play.scenario)
    counts = count_runs(database(), slug, play.id)
    report = report_on_runs(scenario, counts)
    trust = trust_in(report.n)
    is_shown = trust is not Trust.HIDDEN
    script = url_for(".activity_page", slug=slug, activity_id=play.id)
    drawn = map_part(scenario, report.people() if is_shown else None, script)
    page = RunsPage(
        slug=slug,
        course_title=course.title,
        activity_id=play.id,
        title=play.title,
        language=course.language,
        n=report.n,
        trust=trust,
        sentence=_sentence(report, trust),
        left=_left(counts),
        costly=tuple(_costly_line(each, drawn.titles) for each in report.costly[:MOST_COSTLY]) if is_shown else (),
        map=drawn,
        moments=tuple(_moment_count(line, drawn.titles) for line in report.moments) if is_shown else (),
        endings=tuple(_ending_count(line, report.n) for line in report.outcomes) if is_shown else (),
        scores=_columns(
            counts.tenths, [f"{tenth * 10}" for tenth in range(len(counts.tenths))], is_shown=is_shown
        ),
        score_words=_score_words(report) if is_shown else "",
        heats=_columns(counts.end_heats, list(map(str, range(len(counts.end_heats)))), is_shown=is_shown),
        heat_words=_heat_words(counts) if is_shown else "",
    )
    return show("teach/runs_page.html", page)


def _sentence(report: PlayReport, trust: Trust) -> str:
    if trust is Trust.HIDDEN:
        return _("What people said is shown from five first runs on, so that nobody is known by it.")
    count = ngettext(
        "%(num)s person has played it to an ending.", "%(num)s people have played it to an ending.", report.n
    )
    if trust is Trust.TOO_FEW:
        return count + " " + _("%(num)s runs, too few to judge.", num=report.n)
    passed = ranged(report.passed.value, report.n) if report.passed else None
    return count + (" " + _("Passed at the first go: %(range)s.", range=passed.text) if passed else "")


def _left(counts: RunCounts) -> str:
    return (
        ngettext("%(num)s more is in the middle of it.", "%(num)s more are in the middle of it.", counts.left)
        if counts.left
        else ""
    )


def _costly_line(each: Costly, titles: Mapping[str, str]) -> CostlyLine:
    gap = each.more_failed
    followed = _(
        "First runs with it ended with %(mean)s on average, those with another reply here with %(others)s"
        " (n = %(n)s and %(m)s).",
        mean=percent(each.mean), others=percent(each.mean_others), n=each.n, m=each.others,
    )  # fmt: skip
    numbers = {
        "failed": percent(each.failed.value), "others": percent(each.failed_others.value),
        "low": round(100 * gap.low), "high": round(100 * gap.high),
    }  # fmt: skip
    surety = _("%(failed)s of them did not pass, against %(others)s: %(low)s to %(high)s points more.", **numbers)
    if not gap.is_clear:
        surety = _(
            "%(failed)s of them did not pass, against %(others)s: with so few, that may be chance.", **numbers
        )
    return CostlyLine(
        moment_id=each.moment.id,
        moment_title=titles[each.moment.id],
        text_html=each.reply.choice.text_html,
        followed=followed,
        surety=surety,
        is_clear=gap.is_clear,
    )


def _moment_count(line: MomentLine, titles: Mapping[str, str]) -> MomentCount:
    met = ngettext("%(num)s person came here", "%(num)s people came here", line.met)
    if not line.is_shown:
        met = _("fewer than five people came here")
    elif trust_in(line.met) is Trust.TOO_FEW:
        met = _("%(num)s people came here, too few to judge", num=line.met)
    if line.is_shown and line.elsewhere:
        met += "; " + ngettext(
            "%(num)s more said what is no longer in it",
            "%(num)s more said what is no longer in it",
            line.elsewhere,
        )
    return MomentCount(
        id=line.moment.id,
        title=titles[line.moment.id],
        met=met,
        is_shown=line.is_shown,
        is_few=line.is_shown and trust_in(line.met) is Trust.TOO_FEW,
        replies=tuple(
            ReplyCount(
                number=reply.number,
                text_html=reply.choice.text_html,
                is_critical=reply.choice.is_critical,
                count=reply.first.count if reply.first else None,
                first=ranged(reply.first.value, reply.first.of) if reply.first else None,
                again=_of(reply.again),
            )
            for reply in line.replies
        ),
    )


def _ending_count(line: OutcomeLine, n: int) -> EndingCount:
    count = line.first.count if line.first else 0
    return EndingCount(line.outcome.value, ranged(count / n, n), count, _of(line.again))


def _of(share: Share | None) -> str:
    return _("%(share)s of %(n)s", share=percent(share.value), n=share.of) if share else "–"


def _columns(counts: Sequence[int], labels: list[str], *, is_shown: bool) -> tuple[Column, ...]:
    return tuple(Column(label, count) for label, count in zip(labels, counts, strict=True)) if is_shown else ()


def _score_words(report: PlayReport) -> str:
    well = sum(report.counts.tenths[_WELL:])
    return _(
        "%(mean)s on average; %(well)s of %(n)s reached %(mark)s or more.",
        mean=percent(report.mean or 0.0), well=well, n=report.n, mark=percent(_WELL / 10),
    )  # fmt: skip


def _heat_words(counts: RunCounts) -> str:
    calm = sum(counts.end_heats[: _CALM + 1])
    return _("%(calm)s of %(n)s ended at a heat of %(heat)s or below.", calm=calm, n=counts.first, heat=_CALM)
