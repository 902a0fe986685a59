"""How each entry's digest covers the entry and the digest before it; pure."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

START = "0" * 64


def plain(value: Any) -> Any:
    """Return the value as both databases give it back: whole floats as integers, storable text, ISO dates.

    Raises ValueError for a number that JSON cannot hold.
    """
    if isinstance(value, dict):
        return {plain(str(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else json.loads(json.dumps(value, allow_nan=False))
    if value is None or isinstance(value, int):
        return value
    return storable(value.isoformat() if hasattr(value, "isoformat") else str(value))


def storable(text: str) -> str:
    """Return the text without what PostgreSQL refuses: NUL and lone surrogates."""
    return text.replace("\0", "").encode(errors="replace").decode()


def digest(previous: str, row: dict[str, Any]) -> str:
    """Return the SHA-256 (hex) of the digest before and this row in canonical JSON."""
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_moment)
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"no canonical form for {type(value).__name__}")
