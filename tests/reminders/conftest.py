"""Two nodes on one database, a mail server, the cast, and a clock to be set."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms import clock
from lms.jobs import handlers
from lms.settings import Environment, Settings
from tests.support.cast import Cast, bring_in
from tests.support.mail_server import MailBox
from tests.support.mail_server import mail_server as serving
from tests.support.reminding import LONG_AGO, Node

START = datetime(2026, 10, 22, 18, tzinfo=UTC)  # a Thursday evening in Berlin


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        env=Environment.TEST,
        database_url=database_url,
        data_folder=tmp_path,
        public_url="https://learn.example.org",
        smtp_url="smtp://127.0.0.1:25",
        mail_from="Lantern <learn@example.org>",
        secret_key="for tests only, and long enough to be one",
    )


@pytest.fixture
def nodes(database_url: str, settings: Settings) -> Iterator[list[Node]]:
    nodes = [Node(database_url, settings), Node(database_url, settings)]
    yield nodes
    for node in nodes:
        node.engine.dispose()


@pytest.fixture
def box() -> Iterator[MailBox]:
    with serving() as box:
        yield box


@pytest.fixture
def cast(session: Session) -> Cast:
    return bring_in(session, LONG_AGO)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the clock shows, in a list of one."""
    shown = [START]
    monkeypatch.setattr(clock, "utc_now", lambda: shown[0])
    monkeypatch.setattr(handlers, "PERIODIC", [each for each in handlers.PERIODIC if "remind" in each.kind])
    return shown
