"""The roles a person can hold; everybody who can sign in is a learner."""

from enum import StrEnum


class Role(StrEnum):
    """A role that is granted; a manager's always names a team, the others hold everywhere."""

    TRAINER = "trainer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
