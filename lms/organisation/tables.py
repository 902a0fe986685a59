"""The organisation's own settings, one row a name."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class OrganisationSetting(Base):
    """One setting: `name`, `is_sample`, `paper` or a lesson variable such as `var.refund_limit`."""

    __tablename__ = "organisation_setting"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
