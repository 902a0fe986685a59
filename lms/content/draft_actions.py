"""Writes about what people have open in the studio; a draft is one person's until it is saved or dropped."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.content.tables import StudioDraft


def keep_draft(
    session: Session, person_id: int, slug: str, file: str, *, text: str | None, base_hash: str, now: datetime
) -> None:
    """Keep what this person has typed and that she is there; None: everything is as saved."""
    _put(session, person_id, slug, file, now, {"text": text, "base_hash": base_hash, "kept_at": now})


def note_presence(
    session: Session, person_id: int, slug: str, file: str, *, base_hash: str, now: datetime
) -> None:
    """Note that this person has the file open; what was kept of hers stays as it is."""
    _put(session, person_id, slug, file, now, {}, base_hash)


def drop_draft(session: Session, person_id: int, slug: str, file: str) -> None:
    """Forget what this person typed into this file, and that she had it open."""
    mine = StudioDraft.person_id == person_id, StudioDraft.course_slug == slug, StudioDraft.file == file
    session.execute(delete(StudioDraft).where(*mine))


def follow_rename(session: Session, slug: str, names: dict[str, str]) -> None:
    """Let everybody's drafts go with files that got other names, old to new.

    A draft that stands where one arrives belongs to a file that is gone: it makes room.
    """
    moved = {old: new for old, new in names.items() if old != new}
    here = StudioDraft.course_slug == slug
    # Two steps, for names that change places.
    for old in moved:
        session.execute(update(StudioDraft).where(here, StudioDraft.file == old).values(file=f"/{old}"))
    for old, new in moved.items():
        session.execute(delete(StudioDraft).where(here, StudioDraft.file == new))
        session.execute(update(StudioDraft).where(here, StudioDraft.file == f"/{old}").values(file=new))


def forget_presence(session: Session, before: datetime) -> None:
    """Forget who had which file open before this moment; what somebody typed and did not save stays."""
    session.execute(delete(StudioDraft).where(StudioDraft.seen_at < before, StudioDraft.text.is_(None)))


def _put(
    session: Session,
    person_id: int,
    slug: str,
    file: str,
    now: datetime,
    values: dict[str, object],
    base_hash: str = "",
) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = {"text": None, "base_hash": base_hash, "kept_at": now} | values
    statement = insert(StudioDraft).values(person_id=person_id, course_slug=slug, file=file, seen_at=now, **new)
    keys = [StudioDraft.person_id, StudioDraft.course_slug, StudioDraft.file]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"seen_at": now} | values))
