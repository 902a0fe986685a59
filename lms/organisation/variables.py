"""The names of lesson variables: what a lesson may speak of as `{{ org.refund_limit }}`; pure."""

import re

PREFIX = "var."
# `{{ org.name }}` is the organisation's own name.
_TAKEN = frozenset({"name"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def is_variable_name(name: str) -> bool:
    """Return whether a variable may have this name: small letters, digits, underscores, and not `name` itself."""
    return _NAME.fullmatch(name) is not None and name not in _TAKEN


def key_of(name: str) -> str:
    """Return the setting's key of this variable."""
    return PREFIX + name
