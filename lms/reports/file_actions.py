"""One file made from its question: read in portions, written in pieces, each in a transaction of its own.

It may be killed anywhere and begun again: pieces belong to an attempt, and a file is ready in one transaction.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms import sheets
from lms.bidi import listed
from lms.reports import actions, printing, queries, row_queries
from lms.reports.actions import Made
from lms.reports.asker import Asker
from lms.reports.catalogue import KINDS, Holds
from lms.reports.compiling import FEWEST
from lms.reports.description import BadDescriptionError, Description, description_from
from lms.reports.queries import FileFacts, FileState, Form
from lms.reports.row_queries import Cells, Group
from lms.reports.wording import Wording, wording_from
from lms.sheets import Cell, Sheet
from lms.store import writing

PIECE = 1024 * 1024
Render = Callable[[str], bytes]
Tell = Callable[[int, int], None]
Ready = Callable[[Session, FileFacts, int], object]


class CannotMakeError(RuntimeError):
    """The file cannot be made and will not be by trying again; the message says why."""


def make_file(  # what a file needs from its surroundings
    engine: Engine,
    file_id: int,
    attempt: int,
    now: datetime,
    render: Render,
    tell: Tell = lambda _done, _of: None,
    ready: Ready = lambda _session, _file, _rows: None,
) -> Made | None:
    """Make the file with its owner's sight of now and return what came of it, or None when nobody waits for it.

    `ready` is called in the transaction that lets the file be fetched, once however often it was begun. Raises
    CannotMakeError, and lets through whatever `tell` and `render` raise.
    """
    with Session(engine) as session:
        file, asker = queries.find_file(session, file_id), None
        if file is not None and file.state is FileState.WAITING:
            asker = queries.find_asker(session, file.owner_id, now)
    if file is None or file.state is not FileState.WAITING:
        return None
    if asker is None:
        raise CannotMakeError("whoever asked for it looks after nobody any more")
    try:
        description = description_from(file.description)
    except BadDescriptionError as error:
        raise CannotMakeError(f"the report cannot be asked today: {error}") from error
    with Session(engine) as session, writing(session):
        actions.drop_pieces(session, file_id)
    making = _Making(engine, file, description, asker, tell)
    before = making.covered()
    target = _Pieces(engine, file_id, attempt)
    rows = making.write(target, render)
    target.close()
    after = making.covered()
    # A team that came into sight in between may be in it too.
    teams = None if before is None or after is None else sorted({*before, *after})
    made = Made(attempt, rows, target.size, teams)
    with Session(engine) as session, writing(session):
        is_wanted = actions.finish_file(session, file_id, made, now)
        if is_wanted:
            ready(session, file, made.rows)
        else:
            actions.drop_pieces(session, file_id)
    return made if is_wanted else None


class _Pieces(io.RawIOBase):
    """A file whose bytes go to the database a megabyte at a time."""

    def __init__(self, engine: Engine, file_id: int, attempt: int) -> None:
        super().__init__()
        self._engine, self._file_id, self._attempt = engine, file_id, attempt
        self._waiting = bytearray()
        self._number = 0
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        body = memoryview(data).cast("B")  # type: ignore[arg-type]  # whatever holds bytes
        self._waiting += body
        self.size += len(body)
        while len(self._waiting) >= PIECE:
            self._keep(bytes(self._waiting[:PIECE]))
            del self._waiting[:PIECE]
        return len(body)

    def close(self) -> None:
        if not self.closed and self._waiting:
            self._keep(bytes(self._waiting))
            self._waiting.clear()
        super().close()

    def _keep(self, body: bytes) -> None:
        with Session(self._engine) as session, writing(session):
            actions.add_piece(session, self._file_id, self._attempt, self._number, body)
        self._number += 1


class _Making:
    """One file in the making."""

    def __init__(
        self, engine: Engine, file: FileFacts, description: Description, asker: Asker, tell: Tell
    ) -> None:
        self._engine = engine
        self._file = file
        self._asked = description
        self._asker = asker
        self._tell = tell
        self._wording: Wording = wording_from(file.wording)
        self._rows = 0

    def covered(self) -> list[int] | None:
        with Session(self._engine) as session:
            return row_queries.covered_teams(session, self._asked, self._asker)

    def write(self, target: _Pieces, render: Render) -> int:
        """Write the file and return how many rows (or groups) it tells of."""
        match self._file.form:
            case Form.CSV:
                for chunk in sheets.csv_chunks(self._header(), self._lines()):
                    target.write(chunk)
            case Form.XLSX:
                sheets.write_book(target, self._sheets())  # type: ignore[arg-type]  # bytes in, nothing else asked
            case Form.PDF:
                target.write(render(self._pdf_page()))
            case Form.WALL_A4 | Form.WALL_A3:
                target.write(render(self._wall_page()))
        return self._rows

    @property
    def _slugs(self) -> list[str]:
        return [slug for slug, _title in self._wording.courses]

    def _header(self) -> list[str]:
        if self._asked.group:
            return [self._title(self._asked.group), *(self._wording.phrases[key] for key in self._group_keys())]
        found: list[str] = []
        for key in self._asked.columns:
            if KINDS[self._asked.rows].column(key).holds is Holds.EACH_COURSE:
                found += [title for _slug, title in self._wording.courses]
            else:
                found.append(self._title(key))
        return found

    def _title(self, key: str) -> str:
        return self._wording.heads[key].title

    def _lines(self) -> Iterator[Sequence[Cell]]:
        if self._asked.group:
            yield from self._group_lines(self._groups())
            return
        cells = Cells(self._asked, len(self._slugs), self._asker.zone, self._word)
        for row in row_queries.rows(self._engine, self._asked, self._asker, self._slugs, self._tell):
            self._rows += 1
            yield cells.of(row)

    def _word(self, value: str) -> str:
        return self._wording.standings.get(value, value)

    def _groups(self) -> list[Group]:
        with Session(self._engine) as session:
            found = row_queries.groups(session, self._asked, self._asker)
        self._rows = len(found)
        return found

    def _group_keys(self) -> tuple[str, ...]:
        kind = KINDS[self._asked.rows]
        has_people = kind.columns[0].key == "name"
        return ("rows", *(("people",) if has_people else ()), *(("share", "low", "high") if kind.good else ()))

    def _group_lines(self, groups: Sequence[Group]) -> Iterator[Sequence[Cell]]:
        wanted = self._group_keys()
        for group in groups:
            good = group.good if group.rows >= FEWEST else None
            told: dict[str, Cell] = {
                "rows": group.rows,
                "people": group.people,
                "share": round(100 * good.value, 1) if good else None,
                "low": round(100 * good.low, 1) if good else None,
                "high": round(100 * good.high, 1) if good else None,
            }
            yield [self._group_name(group), *(told[key] for key in wanted)]

    def _group_name(self, group: Group) -> str:
        if group.name is None:
            return self._wording.phrases["none"]
        return self._word(group.name)

    def _sheets(self) -> Iterator[Sheet]:
        header = self._header()
        widths = [28 if number == 0 else 0 for number in range(len(header))]
        yield Sheet(self._wording.title, header, self._lines(), widths, has_filter=True)
        phrases = self._wording.phrases
        yield Sheet(phrases["about"], (phrases["about"], ""), self._about(), (28, 60))

    def _about(self) -> Iterator[Sequence[Cell]]:
        yield from self._facts()
        yield (self._wording.phrases["definitions"], None)
        for key in dict.fromkeys((self._asked.group,) if self._asked.group else self._asked.columns):
            head = self._wording.heads[key]
            yield (head.title, head.definition)

    def _facts(self) -> Iterator[tuple[str, Cell]]:
        phrases = self._wording.phrases
        yield (phrases["report"], self._wording.title)
        yield (phrases["organisation"], self._wording.organisation)
        yield from self._wording.facts
        yield from self._narrowed()
        yield (phrases["made_at"], f"{self._local_now():%Y-%m-%d %H:%M} ({self._asker.time_zone})")
        yield (phrases["rows"], self._rows)

    def _narrowed(self) -> Iterator[tuple[str, Cell]]:
        """Yield what narrows the rows: whoever reads the sheet has to know what is not in it."""
        phrases, filters = self._wording.phrases, self._asked.filters
        if filters.standings:
            yield (phrases["only_standing"], ", ".join(self._word(each) for each in filters.standings))
        if filters.team_ids:
            with Session(self._engine) as session:
                names = row_queries.chosen_team_names(session, self._asked, self._asker)
            yield (phrases["only_teams"], listed(names))
        if filters.course_slugs:
            yield (phrases["only_courses"], listed(title for _slug, title in self._wording.courses))
        of_period = self._wording.heads[self._asked.period_of].title if self._asked.period_of else ""
        spans = (
            (of_period, self._asked.period),
            (phrases["due"], filters.due),
            (phrases["joined"], filters.joined),
        )
        for term, span in spans:
            first, last = span.days(self._asker.today)
            if term and (first or last):
                yield (term, f"{first or '…'} – {last or '…'}")
        if self._asked.group:
            yield (phrases["counted_by"], self._title(self._asked.group))

    def _local_now(self) -> datetime:
        return self._asker.now.astimezone(self._asker.zone)

    # --- On paper ---

    def _pdf_page(self) -> str:
        with Session(self._engine) as session:
            # Counted to the last one: paper says how many there are.
            total = 0 if self._asked.group else row_queries.count(session, self._asked, self._asker)
            shares = self._shares(session)
        lines: list[Sequence[Cell]] = []
        if self._asked.group:
            lines = list(self._group_lines(self._groups()))
            total = len(lines)
        else:
            with Session(self._engine) as session:
                cells = Cells(self._asked, len(self._slugs), self._asker.zone, self._word)
                found = row_queries.first_rows(session, self._asked, self._asker, self._slugs, printing.MOST_ROWS)
                lines = [cells.of(row) for row in found]
        self._rows = total
        return printing.report_html(
            self._wording, self._header(), lines[: printing.MOST_ROWS], total, shares, list(self._facts())[2:],
            [(self._wording.heads[key].title, self._wording.heads[key].definition) for key in self._asked.columns],
        )  # fmt: skip

    def _shares(self, session: Session) -> list[tuple[str, str, int]]:
        """Return how many rows stand where: value, word, rows; nothing where rows have no standing."""
        kind = KINDS[self._asked.rows]
        held = [column.key for column in kind.columns if column.holds is Holds.STANDING]
        if not held:
            return []
        by_standing = replace(self._asked, group=held[0])
        counted = {group.name: group.rows for group in row_queries.groups(session, by_standing, self._asker)}
        return [(value, self._word(value), counted[value]) for value in kind.standings if value in counted]

    def _wall_page(self) -> str:
        with Session(self._engine) as session:
            wall = row_queries.wall(session, self._asked, self._asker)
        self._rows = len(wall.courses)
        # A report of who is late hangs on no wall by that name: the sheet tells of everybody.
        title = self._wording.phrases["where_we_stand"] if self._asked.filters.standings else self._wording.title
        return printing.wall_html(self._wording, title, wall, self._file.form, self._asker.today)
