"""What a one-time link is good for."""

from enum import StrEnum


class LinkPurpose(StrEnum):
    """A purpose; a link for one never works for another."""

    SIGN_IN = "sign-in"
    SET_UP = "set-up"
