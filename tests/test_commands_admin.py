"""`flask backup`, `flask restore` and `flask roster …` as somebody at the server types them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from lms.accounts.queries import find_person_by_name
from lms.accounts.tables import Person
from lms.audit.queries import verify_chain
from lms.audit.tables import AuditEntry
from lms.organisation import queries as organisation
from lms.settings import Environment, Settings
from lms.web.building import build_app
from lms.web.extensions import db
from tests.support import cast, databases


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Another server on a database of its own that its migrations made."""
    url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    if request.param == "postgresql":
        url = databases.new_postgres_database(request.getfixturevalue("postgres_server"), f"other_{id(request)}")
    settings = Settings(
        env=Environment.TEST,
        database_url=url,
        data_folder=tmp_path / "other",
        secret_key="for tests only, and long enough to be one",
    )
    app = build_app(settings)
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


def run(app: Flask, *words: str, status: int = 0) -> Result:
    """Run a command and expect this exit status."""
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == status, result.output + repr(result.exception)
    return result


def actions_in(app: Flask) -> list[str]:
    """Return what this server's audit log holds, oldest first."""
    with app.app_context():
        found = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
        assert verify_chain(db.session()).broken_at is None
        return found


def test_a_backup_goes_into_a_server_that_migrations_made(
    app: Flask, other: Flask, session: Session, now: datetime, tmp_path: Path
) -> None:
    cast.bring_in(session, now)
    session.rollback()
    file = tmp_path / "a.zip"
    assert "read back and whole" in run(app, "backup", str(file)).output
    assert organisation.setting(session, "backup.taken_at")
    session.rollback()
    assert "compared with the file" in run(other, "restore", str(file)).output
    with other.app_context():
        assert db.session.scalar(select(func.count(Person.id))) == 7
        assert db.session.scalar(text("SELECT version_num FROM alembic_version"))
        db.session.remove()
        upgrade()
    # The backup was taken before its own entry was written.
    assert actions_in(other) == ["backup.restore"]
    assert actions_in(app) == ["backup.take"]
    again = tmp_path / "b.zip"
    run(other, "backup", str(again))
    assert "Nothing was changed" in run(other, "restore", str(again), status=1).output
    run(other, "restore", "--replace", str(again))
    assert actions_in(other) == ["backup.restore", "backup.restore"]


def test_a_damaged_backup_is_refused_in_words(app: Flask, session: Session, now: datetime, tmp_path: Path) -> None:
    cast.bring_in(session, now)
    session.rollback()
    file = tmp_path / "a.zip"
    run(app, "backup", str(file))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    result = run(app, "restore", "--replace", str(file), status=1)
    assert "damaged" in result.output
    assert "Traceback" not in result.output
    assert find_person_by_name(session, "lena") is not None


def test_a_backup_into_a_folder_that_is_not_there_says_so(app: Flask, tmp_path: Path) -> None:
    assert "No backup was made" in run(app, "backup", str(tmp_path / "none" / "a.zip"), status=1).output


def test_a_roster_goes_out_and_in_again(
    app: Flask, engine: Engine, session: Session, now: datetime, tmp_path: Path
) -> None:
    cast.bring_in(session, now)
    session.rollback()
    out, new = tmp_path / "out.csv", tmp_path / "new.csv"
    run(app, "roster", "export", str(out))
    assert "Unchanged: 7" in run(app, "roster", "import", str(out)).output
    new.write_text("name,staff number,team,joined on\nEve,1,Spa,3/11/2026\n,,,\nMax,,,\n", encoding="utf-8")
    dry = run(app, "roster", "import", "--dry-run", "--create-teams", "--dates", "day", str(new), status=1)
    assert "New" in dry.output and "Refused" in dry.output
    assert session.scalar(select(func.count(Person.id))) == 7
    session.rollback()
    run(app, "roster", "import", "--create-teams", "--dates", "day", str(new), status=1)
    assert find_person_by_name(session, "eve") is not None
    session.rollback()
    assert actions_in(app) == ["people.import"]
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"PK\x03\x04")
    assert "Save it as CSV" in run(app, "roster", "import", str(bad), status=1).output
