"""Writes of the organisation's own settings."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.organisation.tables import OrganisationSetting


def set_value(session: Session, key: str, value: str, now: datetime) -> bool:
    """Set one setting; returns whether that changed anything, and touches nothing when it did not."""
    row = session.get(OrganisationSetting, key)
    if row is not None and row.value == value:
        return False
    if row is None:
        session.add(OrganisationSetting(key=key, value=value, updated_at=now))
    else:
        row.value = value
        row.updated_at = now
    session.flush()
    return True


def remove_value(session: Session, key: str) -> bool:
    """Forget one setting; returns whether there was one."""
    found = session.get(OrganisationSetting, key)
    if found is None:
        return False
    session.delete(found)
    session.flush()
    return True
