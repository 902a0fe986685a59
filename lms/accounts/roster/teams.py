"""Which team a cell means: a code or a path such as `Hotel/Front desk`; pure."""

import re
from collections import defaultdict

from lms.accounts.names import folded, shown
from lms.accounts.roster.plan import NewTeam, Reason, TeamKey, TeamNow


class BadTeamError(ValueError):
    """A cell names no team that can be used; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


class TeamIndex:
    """The teams by code and path, with those that a plan creates."""

    def __init__(self, teams: tuple[TeamNow, ...], may_create: bool) -> None:
        self._teams = {team.id: team for team in teams}
        self._by_code = {folded(team.code): team.id for team in teams}
        self._codes = set(self._by_code)
        self._below: dict[tuple[TeamKey | None, str], list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for team in teams:
            self._below[team.parent_id, folded(team.name)].append(team.id)
            self._by_name[folded(team.name)].append(team.id)
        self._may_create = may_create
        self._known: dict[str, TeamKey] = {}
        self.created: dict[str, NewTeam] = {}
        self.unknown: dict[str, str] = {}

    def find(self, text: str) -> TeamKey:
        """Return the team this cell names, creating it where that is asked for. Raises BadTeamError."""
        if text not in self._known:
            self._known[text] = self._found(text)
        return self._known[text]

    def is_closed(self, team: TeamKey) -> bool:
        """Return whether nobody can join this team any more."""
        return isinstance(team, int) and self._teams[team].is_closed

    def label(self, team: TeamKey) -> str:
        """Return how a file names this team: its path when that leads back to it, else its code."""
        if isinstance(team, str):
            new = self.created[team]
            return new.name if new.parent is None else f"{self.label(new.parent)}/{new.name}"
        path, node = [self._teams[team].name], self._teams[team].parent_id
        while node is not None:
            path.append(self._teams[node].name)
            node = self._teams[node].parent_id
        text = "/".join(reversed(path))
        return text if self._existing(text) == [team] else self._teams[team].code

    def _existing(self, text: str) -> list[int]:
        """Return the teams this cell may mean: by code, else by path, else by a name used only once."""
        code = self._by_code.get(folded(text))
        if code is not None:
            return [code]
        places: list[TeamKey | None] = [None]
        parts = [folded(part) for part in text.split("/")]
        for part in parts:
            places = [team for place in places for team in self._below.get((place, part), ())]
        found = [place for place in places if isinstance(place, int)]
        return found or (self._by_name.get(parts[0], []) if len(parts) == 1 else [])

    def _found(self, text: str) -> TeamKey:
        existing = self._existing(text)
        if len(existing) > 1:
            # A closed team keeps its name; the open one is meant.
            existing = [team for team in existing if not self._teams[team].is_closed] or existing
        if len(existing) == 1:
            return existing[0]
        if existing:
            codes = ", ".join(self._teams[team].code for team in existing)
            raise BadTeamError(Reason("team_unclear", {"team": text, "codes": codes}))
        parts = [shown(part) for part in text.split("/")]
        if not all(parts) or max(len(part) for part in parts) > 200 or len(parts) > 12:
            raise BadTeamError(Reason("team_bad", {"team": text}))
        if not self._may_create:
            self.unknown.setdefault(folded(text), "/".join(parts))
            raise BadTeamError(Reason("team_unknown", {"team": text}))
        return self._create(parts)

    def _create(self, parts: list[str]) -> TeamKey:
        place: TeamKey | None = None
        for depth, part in enumerate(parts):
            existing = self._below.get((place, folded(part)), ())
            if existing:
                place = existing[0]
                continue
            key = "/".join(folded(each) for each in parts[: depth + 1])
            if key not in self.created:
                self.created[key] = NewTeam(key, place, part, self._new_code(part))
            place = key
        if place is None:
            raise BadTeamError(Reason("team_bad", {"team": "/".join(parts)}))
        return place

    def _new_code(self, name: str) -> str:
        base = re.sub(r"[^\w]+", "-", folded(name)).strip("-")[:50] or "team"
        code, number = base, 2
        while code in self._codes:
            code, number = f"{base}-{number}", number + 1
        self._codes.add(code)
        return code
