"""Programmes in words: due rules, and whom they are for."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts.roles import Role
from lms.plans.programme import DueKind, DueRule, Target, Who
from lms.web.speech import whole_day


def rule_choices() -> list[tuple[str, str]]:
    """Return the due rules to choose from."""
    return [
        (DueKind.NEVER.value, _("Without a day")),
        (DueKind.ON_A_DAY.value, _("On a day")),
        (DueKind.AFTER_COMING.value, _("Days after coming in")),
        (DueKind.AFTER_STEP.value, _("Days after another course")),
    ]


def whom_choices() -> list[tuple[str, str]]:
    """Return whom of a team a programme may be for."""
    return [
        (Who.EVERYONE.value, _("Everybody in it and below")),
        (Who.JOINED.value, _("Who joined it lately, and who joins from now on")),
        (Role.MANAGER.value, _("Its managers, and those below")),
        (Role.TRAINER.value, _("Trainers in it")),
        (Role.ADMINISTRATOR.value, _("Administrators in it")),
    ]


def rule_words(rule: DueRule, titles: Mapping[str, str]) -> str:
    """Return a due rule as a sentence says it."""
    days = rule.days or 0
    match rule.kind:
        case DueKind.ON_A_DAY if rule.on:
            return str(_("due %(day)s", day=whole_day(rule.on)))
        case DueKind.AFTER_COMING:
            return str(ngettext("due %(num)s day after coming in", "due %(num)s days after coming in", days))
        case DueKind.AFTER_STEP:
            title = titles.get(rule.after or "", rule.after or "")
            counted: str = ngettext(
                "due %(num)s day after %(title)s", "due %(num)s days after %(title)s", days, title=title
            )
            return counted
        case _:
            return str(_("without a day"))


def target_words(target: Target, teams: Mapping[int, str], people: Mapping[int, str]) -> str:
    """Return whom a target means; who or what is out of sight has no name."""
    if target.who is Who.PERSON:
        return people.get(target.person_id or 0, _("Somebody you do not look after"))
    if target.team_id is None:
        team = _("the whole organisation")
    elif target.team_id in teams:
        team = teams[target.team_id]
    else:
        return str(_("A team you do not look after"))
    match target.who:
        case Who.JOINED:
            since: date = target.joined_from or target.since
            return str(_("Whoever joined %(team)s on %(day)s or later", team=team, day=whole_day(since)))
        case Who.ROLE:
            words: dict[Role | None, str] = {
                Role.MANAGER: _("Managers in %(team)s", team=team),
                Role.TRAINER: _("Trainers in %(team)s", team=team),
                Role.ADMINISTRATOR: _("Administrators in %(team)s", team=team),
            }
            return words[target.role]
        case _:
            return str(_("Everybody in %(team)s", team=team))


def due_words(first: date | None, last: date | None) -> str:
    """Return the days on which a course would be due."""
    if first is None or last is None:
        return ""
    if first == last:
        return str(_("due %(day)s", day=whole_day(first)))
    return str(_("due from %(first)s to %(last)s", first=whole_day(first), last=whole_day(last)))
