"""A team's people a leaf at a time, with addresses that keep what was searched for."""

from urllib.parse import urlencode

from flask import url_for

from lms.web.manage.pages import Leaf, TeamFilter

LEAF = 200


def leaf_number(found: int, asked: str, size: int = 0) -> tuple[int, int]:
    """Return the number of the leaf to show, from 1, and how many there are; what is no number is the first.

    A leaf holds `size`, or `LEAF` of them.
    """
    pages = max(1, -(-found // (size or LEAF)))
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else 1
    return min(max(number, 1), pages), pages


def leaf_of(team_id: int, number: int, pages: int, wanted: TeamFilter) -> Leaf:
    """Return the leaf with the addresses of its neighbours."""
    asked = {"q": wanted.words, "course": wanted.course, "standing": wanted.standing, "sort": wanted.sort}
    kept = {name: value for name, value in asked.items() if value and (name, value) != ("sort", "name")}

    def address(other: int) -> str:
        query = {**kept, "page": str(other)} if other > 1 else kept
        return f"{url_for('manage.team_page', team_id=team_id)}{'?' if query else ''}{urlencode(query)}#people"

    return Leaf(
        number,
        pages,
        before=address(number - 1) if number > 1 else "",
        after=address(number + 1) if number < pages else "",
    )
