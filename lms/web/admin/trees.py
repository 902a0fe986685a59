"""The teams as a tree, in the order a person reads it; pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lms.accounts.queries import TeamFacts
from lms.web.admin.pages import TeamLine


def tree(teams: Iterable[TeamFacts]) -> list[TeamLine]:
    """Return the teams, each followed by those below it, with how many people each has in all."""
    known = {team.id: team for team in teams}
    below: dict[int | None, list[TeamFacts]] = defaultdict(list)
    for team in known.values():
        # A team whose parent is not among these stands at the root.
        below[team.parent_id if team.parent_id in known else None].append(team)
    lines: list[TeamLine] = []

    def walk(parent_id: int | None, depth: int) -> int:
        members = 0
        for team in below[parent_id]:
            place = len(lines)
            lines.append(TeamLine(team, depth, 0))
            total = team.members + walk(team.id, depth + 1)
            lines[place] = TeamLine(team, depth, total)
            members += total
        return members

    walk(None, 0)
    return lines


def matching(lines: Sequence[TeamLine], words: str) -> list[TeamLine]:
    """Return the lines whose team's name and code hold all these words, out of the tree; all without words."""
    wanted = words.casefold().split()[:10]
    if not wanted:
        return list(lines)
    return [
        replace(line, depth=0)
        for line in lines
        if all(word in f"{line.team.name} {line.team.code}".casefold() for word in wanted)
    ]
