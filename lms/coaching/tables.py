"""Observations with their marks, and how often each team is observed, as they are stored."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key


def _only(where: str) -> dict[str, Any]:
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


class Observation(Base):
    """One contact of a person as an observer saw it: begun as a draft, given once, then hers to answer.

    `key` is made by the observer's browser, so that what is sent twice is one observation. `team_id` is the team
    she was observed in. `warned_at` says when judging words were pointed out. `counts` is whether the observer
    marks as others do, as it stood when it was given. After a year the texts are emptied (`cleared_at`) and the
    marks stay.
    """

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("observer_id", "key"),
        CheckConstraint("observee_id <> observer_id", name="of_somebody_else"),
        CheckConstraint("(state = 'draft') = (given_at IS NULL)", name="given_once"),
        # A person's own feed, and who was seen last when.
        Index("ix_observation_person", "observee_id", "given_at", **_only("state <> 'draft'")),
        # What a team's figures walk.
        Index("ix_observation_team", "team_id", "happened_on", **_only("state <> 'draft'")),
        Index("ix_observation_drafts", "observer_id", "saved_at", **_only("state = 'draft'")),
        Index("ix_observation_disputed", "team_id", **_only("state = 'disputed'")),
        # What is to be cleared, by age.
        Index("ix_observation_whole", "given_at", **_only("cleared_at IS NULL")),
    )

    id: Mapped[int_key]
    observee_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    observer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    checklist_id: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    minutes: Mapped[int]
    contact: Mapped[str] = mapped_column(String(200))
    words_heard: Mapped[str] = mapped_column(Text)
    strength_situation: Mapped[str] = mapped_column(Text)
    strength_behaviour: Mapped[str] = mapped_column(Text)
    strength_impact: Mapped[str] = mapped_column(Text)
    strength_criterion_id: Mapped[str] = mapped_column(String(120))
    step_when: Mapped[str] = mapped_column(Text)
    step_then: Mapped[str] = mapped_column(Text)
    step_criterion_id: Mapped[str] = mapped_column(String(120))
    look_again_on: Mapped[date | None]
    counts: Mapped[bool] = mapped_column(default=True)
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    given_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    dispute: Mapped[str] = mapped_column(Text, default="")
    disputed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_words: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]


class ObservationMark(Base):
    """One criterion of an observation; `score` is None where it had no chance to show.

    Behaviour, weight and whether it is critical are those of the release, so that figures need not open it.
    """

    __tablename__ = "observation_mark"
    __table_args__ = (CheckConstraint("score IS NULL OR score BETWEEN 0 AND 2", name="score"),)

    observation_id: Mapped[int] = mapped_column(ForeignKey("observation.id"), primary_key=True)
    criterion_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    behaviour_id: Mapped[str] = mapped_column(String(60))
    score: Mapped[int | None]
    weight: Mapped[int] = mapped_column(default=1)
    is_critical: Mapped[bool] = mapped_column(default=False)


class ObservationRhythm(Base):
    """How often the people of a team are observed, as its managers set it; a team without a row has the usual.

    `focus` is the behaviour chosen for the week that begins on `focus_on`, a Monday. `days` are those on which
    contacts come in, as digits from 0 for Monday.
    """

    __tablename__ = "observation_rhythm"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    every_days: Mapped[int]
    new_every_days: Mapped[int]
    new_weeks: Mapped[int]
    minutes_a_week: Mapped[int]
    minutes_each: Mapped[int]
    days: Mapped[str] = mapped_column(String(7))
    first_hour: Mapped[int]
    last_hour: Mapped[int]
    focus: Mapped[str] = mapped_column(String(60))
    focus_on: Mapped[date | None]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
