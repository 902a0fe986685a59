"""Reads about the organisation's own settings; each is one query over a handful of rows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.organisation.tables import OrganisationSetting
from lms.organisation.variables import PREFIX

_DEFAULT_NAME = "Lantern"
PAPERS = ("a4", "letter")


def settings(session: Session) -> dict[str, str]:
    """Return every setting by its key."""
    rows = session.execute(select(OrganisationSetting.key, OrganisationSetting.value))
    return {row.key: row.value for row in rows}


def setting(session: Session, key: str, default: str = "") -> str:
    """Return one setting, or the default when it was never set."""
    value = session.scalar(select(OrganisationSetting.value).where(OrganisationSetting.key == key))
    return default if value is None else value


def name(session: Session) -> str:
    """Return what the organisation calls itself, never empty."""
    return setting(session, "name").strip() or _DEFAULT_NAME


def paper(session: Session) -> str:
    """Return the paper certificates are laid out for: `a4` or `letter`."""
    chosen = setting(session, "paper", PAPERS[0])
    return chosen if chosen in PAPERS else PAPERS[0]


def is_sample(session: Session) -> bool:
    """Return whether this is the made-up organisation for trying Lantern."""
    return setting(session, "is_sample") == "yes"


def variables(session: Session) -> dict[str, str]:
    """Return the lesson variables by the name that lessons use, sorted by it."""
    statement = (
        select(OrganisationSetting.key, OrganisationSetting.value)
        .where(OrganisationSetting.key.startswith(PREFIX))
        .order_by(OrganisationSetting.key)
    )
    return {row.key.removeprefix(PREFIX): row.value for row in session.execute(statement)}
