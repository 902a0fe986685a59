"""What a role cell says: `trainer`, `manager` of the row's team, `manager (kitchen)` of another; pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lms.accounts.names import folded
from lms.accounts.roles import Role
from lms.accounts.roster.plan import Reason, TeamKey

_WORDS = {
    **dict.fromkeys(("trainer", "trainerin", "author"), Role.TRAINER),
    **dict.fromkeys(("manager", "managerin", "teamleiter", "teamleiterin", "leiter", "leiterin"), Role.MANAGER),
    **dict.fromkeys(("administrator", "admin", "administratorin"), Role.ADMINISTRATOR),
    **dict.fromkeys(("learner", "lernender", "lernende", "lerner", "staff", "none"), None),
}
_PART = re.compile(r"\s*([^(),;|+&]+?)\s*(?:\(([^)]*)\)\s*)?(?:[,;|+&]|$)")


class BadRoleError(ValueError):
    """A role cell that cannot be understood; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


@dataclass(frozen=True)
class SaidRole:
    """One role a cell names; only a manager's has a team."""

    role: Role
    team: TeamKey | None = None


def roles_in(
    text: str, own_team: TeamKey | None, find_team: Callable[[str], TeamKey]
) -> tuple[SaidRole, ...] | None:
    """Return the roles a cell names, () for a plain learner, None when it says nothing.

    Raises BadRoleError for an unknown word and for a manager of no team; `find_team` may raise its own.
    """
    if not text:
        return None
    said: list[SaidRole] = []
    place = 0
    while place < len(text):
        found = _PART.match(text, place)
        word = folded(found[1]) if found else ""
        if found is None or word not in _WORDS or found.end() == place:
            raise BadRoleError(Reason("bad_role", {"value": text[:80]}))
        place = found.end()
        role = _WORDS[word]
        if role is Role.MANAGER:
            team = find_team(found[2]) if found[2] else own_team
            if team is None:
                raise BadRoleError(Reason("manager_of_no_team"))
            said.append(SaidRole(role, team))
        elif role is not None:
            said.append(SaidRole(role))
    return tuple(dict.fromkeys(said))
