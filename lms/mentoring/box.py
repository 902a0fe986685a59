"""One person's locked box: what she writes for her mentor is sealed with a key that fits her rows alone; pure.

The key is derived from the server's secret and the owner's number (HKDF with SHA-256), the seal is Fernet
(AES-128-CBC with HMAC-SHA-256). A row that is moved to another owner, or changed by a bit, opens for nobody.
Who holds the database or a backup of it reads nothing without the server's secret; who holds both can.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"lantern mentoring 1, owner "
_KEY_BYTES = 32


class Box:
    """Whose lists are asked for, and what opens them: no read or write of this room goes without one."""

    def __init__(self, owner_id: int, secrets: Sequence[str]) -> None:
        """Make the box of this person; the first secret seals, each of them opens."""
        self.owner_id = owner_id
        self._seal = MultiFernet([Fernet(_key(secret, owner_id)) for secret in secrets])

    def sealed(self, content: dict[str, Any]) -> bytes:
        """Return the content so that only this box opens it."""
        return self._seal.encrypt(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())

    def opened(self, sealed: bytes) -> dict[str, Any] | None:
        """Return what was sealed, or None when none of the secrets opens it: the server has another one now."""
        try:
            content: dict[str, Any] = json.loads(self._seal.decrypt(sealed))
        except InvalidToken:
            return None
        return content


def _key(secret: str, owner_id: int) -> bytes:
    derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE + str(owner_id).encode())
    return base64.urlsafe_b64encode(derived.derive(secret.encode()))
