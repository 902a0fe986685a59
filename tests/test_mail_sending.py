"""Mail handed to a real server over a socket: well, refused, away, dying in the middle, by two nodes at once."""

import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.tables import Person
from lms.jobs import handing, mailing
from lms.mail import actions
from lms.mail.envelope import message_of
from lms.mail.mail import LEASE, Letter, MailState, Why
from lms.mail.server import MailServer, mail_server
from lms.mail.tables import Mail
from lms.settings import ROOT, BadSettingError, Settings
from lms.store import writing
from tests.support import databases
from tests.support.cast import Cast, bring_in
from tests.support.databases import free_port
from tests.support.mail_server import MailBox
from tests.support.mail_server import mail_server as serving

DAY = date(2026, 11, 16)
TEXT = "Grüße,\n\n.a line that begins with a dot\n"


@pytest.fixture
def cast(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    return bring_in(session, now)


@pytest.fixture
def box() -> Iterator[MailBox]:
    with serving() as box:
        yield box


def server_of(box: MailBox, url: str = "smtp://127.0.0.1:{port}") -> MailServer:
    settings = Settings(smtp_url=url.format(port=box.port), mail_from="Lantern <learn@example.org>")
    found = mail_server(settings)
    assert found is not None
    return found


def put(session: Session, person_id: int, now: datetime, key: str = "") -> int:
    with writing(session):
        mail_id = actions.post(
            session, person_id, DAY, "report", "Two courses are due", TEXT, "<p>Grüße</p>",
            key or f"for:{person_id}", now, now,
        )  # fmt: skip
    assert mail_id is not None
    return mail_id


def row_of(session: Session, mail_id: int) -> Mail:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Mail).where(Mail.id == mail_id)).one()


def test_a_mail_arrives_whole_with_the_headers_of_a_machine(
    engine: Engine, session: Session, cast: Cast, box: MailBox, now: datetime
) -> None:
    mail_id = put(session, cast.mia, now)
    assert mailing.send_due(engine, server_of(box))
    [message] = box.messages
    assert box.recipients == ["mia@hotel.internal"]
    assert (
        message["From"] == "Lantern <learn@example.org>" and message["To"] == "Mia Sørensen <mia@hotel.internal>"
    )
    assert message["Subject"] == "Two courses are due" and message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith(f"<lantern-{mail_id}-") and message["Date"].datetime == now
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert isinstance(plain, EmailMessage) and plain.get_content().replace("\r\n", "\n") == TEXT
    assert isinstance(rich, EmailMessage) and "Grüße" in rich.get_content()
    assert row_of(session, mail_id).state == MailState.SENT
    assert mailing.send_due(engine, server_of(box)) and len(box.messages) == 1


def test_many_mails_go_over_one_connection(
    engine: Engine, session: Session, cast: Cast, box: MailBox, now: datetime
) -> None:
    for person_id in cast.everyone().values():
        put(session, person_id, now)
    assert mailing.send_due(engine, server_of(box))
    assert len(box.messages) == 7 and box.connections == 1


@pytest.mark.parametrize(
    "name", ["Lena\r\nBcc: all@example.org", "a, b <x@y.example>", '"\\', "Łena 🐝 \x00\x07" * 9, ""]
)
def test_no_name_and_no_subject_adds_a_header_or_a_recipient(name: str, now: datetime) -> None:
    letter = Letter(1, 1, "lantern-1-a", name, "lena@hotel.internal", f"Due {name}", "text", "<p>text</p>")
    message = message_of(letter, Address("Lantern", addr_spec="learn@example.org"), now)
    raw = message.as_bytes()
    head = raw.split(b"\r\n\r\n")[0].decode("ascii")
    names = [line.split(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert sorted(names) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )
    assert [each.addr_spec for each in message["To"].addresses] == ["lena@hotel.internal"]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    "address", ["no address", "a@b@c d", "x\r\nRCPT TO:<all@example.org>", "@", "a@" + "ß" * 80]
)
def test_an_address_that_is_none_is_given_up_and_holds_nobody_up(
    engine: Engine, session: Session, cast: Cast, box: MailBox, now: datetime, address: str
) -> None:
    bad, good = put(session, cast.lena, now), put(session, cast.mia, now)
    with writing(session):
        session.execute(update(Person).where(Person.id == cast.lena).values(email=address))
    assert mailing.send_due(engine, server_of(box))
    assert row_of(session, bad).state == MailState.GIVEN_UP and "address" in row_of(session, bad).error
    assert row_of(session, good).state == MailState.SENT and box.recipients == ["mia@hotel.internal"]


def test_an_address_beyond_ascii_goes_where_the_server_takes_it(
    engine: Engine, session: Session, cast: Cast, box: MailBox, now: datetime
) -> None:
    first = put(session, cast.lena, now)
    with writing(session):
        session.execute(update(Person).where(Person.id == cast.lena).values(email="lena@bücher.internal"))
    assert mailing.send_due(engine, server_of(box))
    assert box.recipients == ["lena@xn--bcher-kva.internal"] and row_of(session, first).state == MailState.SENT
    with writing(session):
        session.execute(update(Person).where(Person.id == cast.lena).values(email="léna@hotel.internal"))
    second = put(session, cast.lena, now, "second")
    assert mailing.send_due(engine, server_of(box))
    assert "beyond ASCII" in row_of(session, second).error


@pytest.mark.parametrize(
    ("stage", "reply", "state", "is_away"),
    [
        ("rcpt", "450 mailbox busy", MailState.WAITING, False),
        ("rcpt", "550 no such user here", MailState.GIVEN_UP, False),
        ("rcpt", "421 shutting down", MailState.WAITING, True),
        ("rcpt", "drop", MailState.WAITING, True),
        ("mail", "550 we do not know you", MailState.WAITING, True),
        ("mail", "451 greylisted", MailState.WAITING, True),
        ("data", "451 not now", MailState.WAITING, False),
        ("data", "554 no", MailState.GIVEN_UP, False),
        ("body", "452 disk full", MailState.WAITING, False),
        ("body", "554 looks like spam", MailState.GIVEN_UP, False),
        ("body", "drop", MailState.PERHAPS, True),
    ],
)
def test_what_the_server_answers_decides(  # noqa: PLR0917
    engine: Engine, session: Session, cast: Cast, box: MailBox, now: datetime, stage: str, reply: str,
    state: MailState, is_away: bool,
) -> None:  # fmt: skip
    mail_id = put(session, cast.lena, now)
    box.replies[stage] = reply
    assert mailing.send_due(engine, server_of(box)) is not is_away
    mail = row_of(session, mail_id)
    assert mail.state == state
    assert reply in mail.error if reply != "drop" else mail.error
    assert len(box.messages) == (stage == "body" and reply == "drop")
    box.replies.clear()
    later = now + timedelta(hours=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: later)
        assert mailing.send_due(engine, server_of(box))
    assert row_of(session, mail_id).state == (MailState.SENT if state == MailState.WAITING else state)
    assert len(box.messages) == (state in (MailState.WAITING, MailState.PERHAPS))


def test_one_whom_the_server_does_not_know_holds_nobody_up(
    engine: Engine, session: Session, cast: Cast, box: MailBox, now: datetime
) -> None:
    refused, good = put(session, cast.lena, now), put(session, cast.mia, now)
    box.refused["lena@hotel.internal"] = "550 5.1.1 no such user"
    assert mailing.send_due(engine, server_of(box))
    assert row_of(session, refused).error == "550 5.1.1 no such user"
    assert row_of(session, good).state == MailState.SENT and box.connections == 1


def test_a_server_that_is_away_is_tried_again_later(
    engine: Engine, session: Session, cast: Cast, now: datetime
) -> None:
    first, second = put(session, cast.lena, now), put(session, cast.mia, now)
    assert not mailing.send_due(engine, server_of(MailBox(port=free_port())))
    assert row_of(session, first).state == MailState.WAITING and "refused" in row_of(session, first).error
    assert (row_of(session, first).retry_at, row_of(session, second).attempts) == (now + timedelta(minutes=1), 0)
    with serving() as box, pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: now + timedelta(minutes=2))
        assert mailing.send_due(engine, server_of(box))
        assert sorted(box.recipients) == ["lena@hotel.internal", "mia@hotel.internal"]


def test_without_a_server_the_outbox_says_so_and_nothing_breaks(
    engine: Engine, session: Session, cast: Cast, now: datetime
) -> None:
    mail_id = put(session, cast.lena, now)
    assert mail_server(Settings(smtp_url="", mail_from="")) is None
    assert mailing.send_due(engine, None)
    assert (row_of(session, mail_id).state, row_of(session, mail_id).why) == (MailState.WITHHELD, Why.NO_SERVER)


def test_a_mail_that_nobody_thought_of_does_not_end_the_hand(
    session: Session, cast: Cast, box: MailBox, now: datetime, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = put(session, cast.lena, now), put(session, cast.mia, now)
    monkeypatch.setattr(mailing, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(handing, "message_of", _unless_for("lena@hotel.internal"))
    settings = Settings(
        database_url=database_url, smtp_url=f"smtp://127.0.0.1:{box.port}", mail_from="a@b.example"
    )
    stop = threading.Event()
    hand = threading.Thread(target=mailing.send_mail, args=(settings, stop))
    hand.start()
    began = time.monotonic()
    while not box.messages:
        assert time.monotonic() - began < 60 and hand.is_alive(), "it never came"
        time.sleep(0.05)
    stop.set()
    hand.join(30)
    assert row_of(session, good).state == MailState.SENT and row_of(session, bad).state == MailState.SENDING


def _unless_for(address: str) -> Callable[[Letter, Address, datetime], EmailMessage]:
    def made(letter: Letter, sender: Address, now: datetime) -> EmailMessage:
        if letter.address == address:
            raise RuntimeError("nobody thought of this")
        return message_of(letter, sender, now)

    return made


def test_two_nodes_send_each_mail_once(
    engine: Engine, session: Session, cast: Cast, box: MailBox, now: datetime, database_url: str
) -> None:
    people = list(cast.everyone().values())
    for number in range(42):
        put(session, people[number % 7], now, key=f"m:{number}")
    nodes = [engine, databases.opened(database_url)]
    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(lambda number: mailing.send_due(nodes[number % 2], server_of(box)), range(6)))
    nodes[1].dispose()
    ids = Counter(str(message["Message-ID"]) for message in box.messages)
    assert len(ids) == 42 and set(ids.values()) == {1}
    session.rollback()
    assert set(session.scalars(select(Mail.state))) == {MailState.SENT}


def test_a_sender_killed_in_the_middle_leaves_perhaps_and_no_second_mail(
    engine: Engine, session: Session, cast: Cast, database_url: str
) -> None:
    moment = datetime.now(UTC)
    mail_id = put(session, cast.lena, moment)
    with serving(MailBox(replies={"body": "hang"})) as box:
        # The server has the whole mail and does not answer: the sender waits, and is killed.
        hung = threading.Event()
        box.replies = _Hanging(hung)
        code = (
            "import sys; from lms import store; from lms.jobs import mailing; from lms.settings import Settings\n"
            "from lms.mail.server import mail_server\n"
            "mailing.send_due(store.open_engine(sys.argv[1]), mail_server(Settings()))"
        )
        sender = subprocess.Popen(
            [sys.executable, "-c", code, database_url],
            cwd=ROOT,
            env={**os.environ, "LMS_SMTP_URL": f"smtp://127.0.0.1:{box.port}", "LMS_MAIL_FROM": "l@example.org"},
        )
        began = time.monotonic()
        while not box.messages:
            assert time.monotonic() - began < 60, "it never came"
            time.sleep(0.02)
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        hung.set()
    assert row_of(session, mail_id).state == MailState.SENDING
    with serving() as box, pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: moment + LEASE + timedelta(minutes=1))
        assert mailing.send_due(engine, server_of(box))
        assert box.messages == []
    assert row_of(session, mail_id).state == MailState.PERHAPS


class _Hanging(dict[str, str]):
    """Replies of a server that says nothing more once it has a mail."""

    def __init__(self, until: threading.Event) -> None:
        super().__init__()
        self._until = until

    def get(self, stage: str, well: str = "") -> str:  # type: ignore[override]
        if stage == "body" and well == "250 taken":
            self._until.wait(60)
        return well


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody but itself vouches for, with its key."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path,
         "-out", f"{path}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.mark.parametrize("is_known", [True, False])
def test_a_password_is_told_only_to_a_server_whose_certificate_holds(
    engine: Engine, session: Session, cast: Cast, now: datetime, certificate: Path,
    monkeypatch: pytest.MonkeyPatch, is_known: bool,
) -> None:  # fmt: skip
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    mail_id = put(session, cast.lena, now)
    with serving(MailBox(tls=context)) as box:
        server = server_of(box, "smtp://lantern:p%40ss@127.0.0.1:{port}?starttls")
        assert server.password == "p@ss"
        assert mailing.send_due(engine, server) is is_known
    assert any(line.startswith("AUTH") for line in box.said) is is_known
    assert len(box.messages) == is_known
    assert is_known or "CERTIFICATE_VERIFY_FAILED" in row_of(session, mail_id).error


def test_a_server_that_offers_no_encryption_is_told_nothing(
    engine: Engine, session: Session, cast: Cast, box: MailBox, now: datetime
) -> None:
    mail_id = put(session, cast.lena, now)
    assert not mailing.send_due(engine, server_of(box, "smtp://lantern:secret@127.0.0.1:{port}?starttls"))
    assert "STARTTLS" in row_of(session, mail_id).error and not box.messages


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example.org", "a@example.org"),
        ("mail.example.org", "a@example.org"),
        ("smtp://", "a@example.org"),
        ("smtp://mail.example.org:port", "a@example.org"),
        ("smtp://mail.example.org?ssl", "a@example.org"),
        ("smtp://me:secret@mail.example.org", "a@example.org"),
        ("smtp://localhost", ""),
        ("smtp://localhost", "Lantern"),
        ("smtp://localhost", "Lantern <lantern>"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_words(url: str, sender: str) -> None:
    with pytest.raises(BadSettingError, match="LMS_"):
        mail_server(Settings(smtp_url=url, mail_from=sender))


def test_ports_follow_from_how_it_is_encrypted() -> None:
    for url, port in (("smtps://a", 465), ("smtp://a?starttls", 587), ("smtp://a", 25), ("smtp://a:26", 26)):
        found = mail_server(Settings(smtp_url=url, mail_from="a@example.org"))
        assert found and replace(found, port=0).host == "a" and found.port == port
