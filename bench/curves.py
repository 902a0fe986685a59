"""`python -m bench curves`: how the cost of a page grows with the organisation, drawn and tabled for the docs."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from bench import pages
from bench.pages import Figure
from bench.rows import RESULTS

LIMIT = 150
_DOCS = RESULTS.parent.parent / "docs"
_TEXT = _DOCS / "scale.md"
_BEGIN, _END = "<!-- pages: begin, written by `python -m bench` -->", "<!-- pages: end -->"
_DATABASES = ("SQLite", "PostgreSQL")
_SEATS = {
    "head": "of all",
    "unit": "of a unit",
    "team": "of a team",
    "administrator": "administrator",
    "learner": "learner",
}
Key = tuple[str, str]
Costs = Mapping[Key, Mapping[tuple[str, int], Figure]]


def draw() -> None:
    """Write the table and the drawings of what is kept; nothing is measured."""
    figures = pages.kept()
    if not figures:
        return
    costs: dict[Key, dict[tuple[str, int], Figure]] = defaultdict(dict)
    for each in figures:
        costs[each.page, each.seat][each.database, each.people] = each
    for database in _DATABASES:
        _drawing(database).write_text(_curves(costs, database))
    text = _TEXT.read_text()
    before, _begin, rest = text.partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    _TEXT.write_text(f"{before}{_BEGIN}\n\n{_table(costs)}\n\n{_END}{after}")


def _drawing(database: str) -> Path:
    return _DOCS / "pictures" / f"cost-of-pages-{database.lower()}.svg"


def _sizes(costs: Costs) -> list[int]:
    return sorted({people for by_place in costs.values() for _database, people in by_place})


# --- The table ---


def _table(costs: Costs) -> str:
    sizes = _sizes(costs)
    heads = [f"{database} {people:,}" for database in _DATABASES for people in sizes]
    lines = ["| page | manager | queries | " + " | ".join(heads) + " |"]
    lines.append("| --- | --- | ---: | " + " | ".join("---:" for _head in heads) + " |")
    for (page, seat), by_place in sorted(costs.items()):
        cells = [_cell(by_place.get((database, people))) for database in _DATABASES for people in sizes]
        lines.append(f"| {page} | {_SEATS[seat]} | {_queries(by_place)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    text = f"{figure.half:.0f} / {figure.most:.0f} / {figure.work:.0f}"
    return f"**{text}**" if figure.half > LIMIT else text


def _queries(by_place: Mapping[tuple[str, int], Figure]) -> str:
    found = sorted({figure.queries for figure in by_place.values()})
    return str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}"


# --- The drawings ---

_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _FOOT = 720, 380, 68, 250, 16, 40
_LEAST, _MOST = 1.0, 3_000.0
_APART = 13
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#444}path{fill:none;stroke:#8a8f98;stroke-width:1.2;opacity:.6}"
    ".late{stroke:#b3261e;stroke-width:2;opacity:1}.limit{stroke:#b3261e;stroke-dasharray:5 4;opacity:1}"
    ".grid{stroke:#bbb;opacity:.5}"
    "@media(prefers-color-scheme:dark){text{fill:#ccc}.late,.limit{stroke:#ff8a80}.grid{stroke:#555}}"
)


def _curves(costs: Costs, database: str) -> str:
    """Return a line a page over the sizes, both axes logarithmic; those above the limit are named.

    Drawn is the processor's time: what else the machine does meanwhile bends it least.
    """
    sizes = _sizes(costs)
    lines = {
        key: [by_place[database, people] for people in sizes if (database, people) in by_place]
        for key, by_place in sorted(costs.items())
    }
    lines = {key: line for key, line in lines.items() if line}
    late = {key: line for key, line in lines.items() if line[-1].work > LIMIT}
    told = f"{len(late)} of {len(lines)} above {LIMIT}"
    title = f"{database}: a page's processor time in milliseconds, by people; {told}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        *_grid(sizes),
        *(f'<path d="{_path(line, sizes)}"/>' for key, line in lines.items() if key not in late),
        *(f'<path class="late" d="{_path(line, sizes)}"/>' for line in late.values()),
        *_names(late, sizes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(sizes: list[int]) -> Iterator[str]:
    right, foot = _WIDE - _RIGHT, _HIGH - _FOOT
    for value in (1, 10, 100, 1_000):
        yield f'<path class="grid" d="M{_LEFT} {_y(value):.1f}H{right}"/>'
        yield f'<text x="{_LEFT - 8}" y="{_y(value) + 4:.1f}" text-anchor="end">{value:,} ms</text>'
    yield f'<path class="limit" d="M{_LEFT} {_y(LIMIT):.1f}H{right}"/>'
    for people in sizes:
        yield f'<text x="{_x(people, sizes):.1f}" y="{foot + 20}" text-anchor="middle">{people:,}</text>'


def _names(late: Mapping[Key, list[Figure]], sizes: list[int]) -> Iterator[str]:
    """Yield the names at the ends of the lines, the slowest first, none over another."""
    lowest = 0.0
    for (page, seat), line in sorted(late.items(), key=lambda each: -each[1][-1].work):
        lowest = max(lowest + _APART, _y(line[-1].work) + 4)
        yield f'<text x="{_x(line[-1].people, sizes) + 8:.1f}" y="{lowest:.1f}">{escape(page)} ({seat})</text>'


def _path(line: list[Figure], sizes: list[int]) -> str:
    points = (f"{_x(figure.people, sizes):.1f} {_y(figure.work):.1f}" for figure in line)
    return "M" + "L".join(points)


def _x(people: int, sizes: list[int]) -> float:
    least, most = math.log(sizes[0]), math.log(max(sizes[-1], sizes[0] + 1))
    return _LEFT + 20 + (math.log(people) - least) / (most - least) * (_WIDE - _RIGHT - _LEFT - 40)


def _y(milliseconds: float) -> float:
    inside = math.log(min(max(milliseconds, _LEAST), _MOST) / _LEAST) / math.log(_MOST / _LEAST)
    return _HIGH - _FOOT - inside * (_HIGH - _FOOT - _TOP)
