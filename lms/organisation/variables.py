"""The names of lesson variables: what a lesson may speak of as `{{ org.refund_limit }}`; pure."""

import re

PREFIX = "var."
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def is_variable_name(name: str) -> bool:
    """Return whether lessons can speak of a variable by this name: small letters, digits, underscores."""
    return _NAME.fullmatch(name) is not None


def key_of(name: str) -> str:
    """Return the setting's key of this variable."""
    return PREFIX + name
