"""A little mail server that keeps what it takes and misbehaves when told to."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast


@dataclass
class MailBox:
    """What the server took, and how it answers: replies by stage (`mail`, `rcpt`, `data`, `body`), or `drop`."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    extensions: tuple[str, ...] = ()
    connections: int = 0
    said: list[str] = field(default_factory=list)


@contextmanager
def mail_server(box: MailBox | None = None) -> Iterator[MailBox]:
    """Serve on a free port of this machine until the block ends."""
    box = box or MailBox()
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.box, box.port = box, server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    box: MailBox

    def handle_error(self, *_: object) -> None:
        """A visitor who leaves is no error."""


class _Talk(socketserver.StreamRequestHandler):
    """One conversation; each `on_` method answers its verb and returns whether to go on."""

    def handle(self) -> None:
        self.box = cast(_Server, self.server).box
        self.box.connections += 1
        self.say("220 test")
        while line := self.rfile.readline():
            self.line = line.decode().rstrip("\r\n")
            self.box.said.append(self.line)
            verb = self.line.split(" ", 1)[0].split(":", 1)[0].lower()
            if not getattr(self, f"on_{verb}", self.on_anything)():
                return

    def say(self, *lines: str) -> bool:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        return True

    def stage(self, name: str, well: str) -> bool:
        reply = self.box.replies.get(name, well)
        return reply != "drop" and self.say(reply) and not reply.startswith("421")

    def on_anything(self) -> bool:
        return self.say("250 ok")

    def on_ehlo(self) -> bool:
        offered = ["test", *self.box.extensions, *(["STARTTLS"] if self.box.tls else []), "AUTH PLAIN"]
        return self.say(*(f"250-{each}" for each in offered), "250 8BITMIME")

    def on_starttls(self) -> bool:
        self.say("220 go on")
        secured = cast(ssl.SSLContext, self.box.tls).wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = secured.makefile("rb"), secured.makefile("wb", buffering=0)
        return True

    def on_auth(self) -> bool:
        return self.stage("auth", "235 come in")

    def on_mail(self) -> bool:
        return self.stage("mail", "250 ok")

    def on_rcpt(self) -> bool:
        self.to = self.line.partition("<")[2].partition(">")[0]
        refusal = self.box.refused.get(self.to)
        return self.say(refusal) if refusal else self.stage("rcpt", "250 ok")

    def on_data(self) -> bool:
        if not self.stage("data", "354 go on"):
            return False
        if "data" in self.box.replies:
            return True
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if self.box.replies.get("body", "250")[:1] in ("2", "d"):
            self.box.messages.append(cast(EmailMessage, message_from_bytes(b"".join(lines), policy=default)))
            self.box.recipients.append(self.to)
        return self.stage("body", "250 taken")

    def on_quit(self) -> bool:
        self.say("221 bye")
        return False
