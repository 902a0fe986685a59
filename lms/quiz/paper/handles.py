"""Short ids for options and items that tell a browser nothing: neither the key nor the author's order."""

import hashlib


def handle(role: str, text: str) -> str:
    """Return 10 hexadecimal characters, the same for the same text in the same role.

    The role is in the hash so that the two sides of a pair never have ids in common.
    """
    return hashlib.sha256(f"{role}\0{text}".encode()).hexdigest()[:10]
