"""A roster file carried from its dry run to its import inside the form itself, signed.

Kept so, nothing of it lies on a disk or in a table in between, there is nothing to clean up, and whichever node
answers the second step has the very bytes of the first. The signature binds the file to the administrator who
sent it and to the hour in which she did.
"""

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, Signer

_LIVES = timedelta(hours=2)
# A form field may hold 2 MB; packed and in base64 a file of 30,000 people needs about half of it.
_LONGEST = 1_700_000


@dataclass(frozen=True)
class Carried:
    """One file on its way."""

    name: str
    content: bytes


def pack(file: Carried, person_id: int, now: datetime) -> str | None:
    """Return the file as a token for a hidden field, or None when it is too long for one."""
    head = json.dumps([person_id, now.timestamp(), file.name]).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(head + b"\n" + file.content, 9))
    return None if len(packed) > _LONGEST else _signer().sign(packed).decode()


def unpack(token: str, person_id: int, now: datetime) -> Carried | None:
    """Return the file, or None for a token that is not this person's, not ours or too old."""
    try:
        packed = _signer().unsign(token)
    except BadSignature:
        return None
    # Only what was signed here is ever unpacked: it is no larger than a file that was let in.
    head, _newline, content = zlib.decompress(base64.urlsafe_b64decode(packed)).partition(b"\n")
    owner, packed_at, name = json.loads(head)
    if owner != person_id or now.timestamp() - packed_at > _LIVES.total_seconds():
        return None
    return Carried(name, content)


def _signer() -> Signer:
    config = current_app.config
    return Signer([*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]], salt="roster file")
