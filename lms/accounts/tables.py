"""People, teams, memberships, roles, sessions and links as they are stored."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key


class Person(Base):
    """One person; `email` may be missing, `sign_in_name` and `email` are stored case-folded."""

    __tablename__ = "person"
    __table_args__ = (
        # Few are disabled: reports count everybody and take these off.
        Index(
            "ix_person_disabled",
            "disabled_at",
            sqlite_where=text("disabled_at IS NOT NULL"),
            postgresql_where=text("disabled_at IS NOT NULL"),
        ),
    )

    id: Mapped[int_key]
    name: Mapped[str] = mapped_column(String(200), index=True)
    sign_in_name: Mapped[str] = mapped_column(String(120), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    staff_number: Mapped[str | None] = mapped_column(String(60), unique=True)
    language: Mapped[str] = mapped_column(String(20), default="en")
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    card_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Team(Base):
    """One team in the tree; `code` is the short unique name that imports use."""

    __tablename__ = "team"

    id: Mapped[int_key]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closed_on: Mapped[date | None]


class Membership(Base):
    """One stay of a person in a team, from `joined_on` up to but not including `left_on`."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="leaves_after_joining"),
        # Each tells who was where on a day without touching the rows themselves.
        Index("ix_membership_of_team", "team_id", "joined_on", "left_on", "person_id"),
        Index("ix_membership_of_person", "person_id", "joined_on", "left_on", "team_id"),
        # At most one open stay of a person in the same team.
        Index(
            "uq_membership_open",
            "person_id",
            "team_id",
            unique=True,
            sqlite_where=text("left_on IS NULL"),
            postgresql_where=text("left_on IS NULL"),
        ),
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    joined_on: Mapped[date]
    left_on: Mapped[date | None]


class RoleGrant(Base):
    """One role held by a person from `granted_at` until `revoked_at`; a manager's names the team."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("role <> 'manager' OR team_id IS NOT NULL", name="manager_of_a_team"),
        Index("ix_role_grant_person_id_revoked_at", "person_id", "revoked_at"),
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]


class SignInSession(Base):
    """One signed-in browser; the cookie holds a random token, the row its SHA-256."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    method: Mapped[str] = mapped_column(String(20))
    shared_device: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))


class OneTimeLink(Base):
    """One link that works once, for one purpose, until `expires_at`."""

    __tablename__ = "one_time_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """Failed sign-ins for one account, address or pair of both; holds across processes and nodes."""

    __tablename__ = "sign_in_failure"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime]
