"""Teams to choose from at this desk: every open one."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from lms.accounts import queries
from lms.web.choosing import Chooser, Teams, chooser, words_for
from lms.web.extensions import database


def every_team() -> Teams:
    """Return the open teams by their paths; one query."""
    return Teams(queries.team_nodes(database()))


def manager_roles() -> Teams:
    """Return the roles of a manager of each open team, as `manager-12`; one query."""
    return Teams(
        queries.team_nodes(database()), value="manager-{}", say=lambda team: _("Manager of %(team)s", team=team)
    )


def team_field(
    given: Mapping[str, str],
    teams: Teams,
    name: str = "team",
    *,
    fixed: Iterable[tuple[str, str]] = (),
    chosen: str | None = None,
) -> Chooser:
    """Return the field that chooses one of these teams, as a form or an address holds it.

    `chosen` is what was chosen before; it is read from there when it is None.
    """
    value = given.get(name, "") if chosen is None else chosen
    return chooser(name, teams, [value], words_for(name, given), fixed=fixed)
