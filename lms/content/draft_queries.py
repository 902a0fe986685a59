"""Reads about what people have open in the studio."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content.tables import StudioDraft


@dataclass(frozen=True)
class Draft:
    """One text that was typed and not saved; `base_hash` is the file it began from."""

    file: str
    text: str
    base_hash: str
    kept_at: datetime


def find_draft(session: Session, person_id: int, slug: str, file: str) -> Draft | None:
    """Return what this person typed into this file and did not save, or None."""
    row = session.get(StudioDraft, (person_id, slug, file))
    return None if row is None or row.text is None else Draft(row.file, row.text, row.base_hash, row.kept_at)


def drafted_files(session: Session, person_id: int, slug: str) -> frozenset[str]:
    """Return the files of the course in which this person has something unsaved."""
    mine = StudioDraft.person_id == person_id, StudioDraft.course_slug == slug, StudioDraft.text.is_not(None)
    return frozenset(session.scalars(select(StudioDraft.file).where(*mine)))


def others_at(session: Session, slug: str, file: str, *, but: int, since: datetime) -> list[tuple[int, bool]]:
    """Return who else has had this file open since then, and whether with something unsaved; by number."""
    rows = session.execute(
        select(StudioDraft.person_id, StudioDraft.text.is_not(None))
        .where(
            StudioDraft.course_slug == slug,
            StudioDraft.file == file,
            StudioDraft.person_id != but,
            StudioDraft.seen_at >= since,
        )
        .order_by(StudioDraft.person_id)
    )
    return [(person_id, bool(has_text)) for person_id, has_text in rows]
