"""Enrolments, lessons read, attempts and answers, runs and moves, as they are stored."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PlainJson, int_key

BEGUN = "completed_at IS NULL AND started_at IS NOT NULL"


class Enrolment(Base):
    """One person in one round of a course, with the summary of what happened in it.

    A round with `renews_by` renews a certificate: it is due on that day, whatever was assigned. So is one with
    `again_by`, which follows a certificate that was withdrawn and asks for the whole course; a later round with
    neither is asked for by nothing and due on no day. `withdrawn_on` is the day on which the certificate of this
    round was withdrawn: it stays complete, and what asks for the course is not met by it. The columns from
    `started_at` on are derived from the rows below and written in the same transaction that changes them;
    `progress.actions.recompute` makes them anew.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "course_slug", "round"),
        # Covers what the organisation's totals ask, so that they never touch the rows themselves.
        Index("ix_enrolment_totals", "course_slug", "completed_at", "due_on", "started_at"),
        # Tells who was enrolled in a course by a day, in the order of people.
        Index("ix_enrolment_by_course", "course_slug", "person_id", "enrolled_at"),
        # Few renew: what counts everybody takes off the rounds that these follow.
        Index(
            "ix_enrolment_later_rounds",
            "person_id",
            "course_slug",
            "round",
            sqlite_where=text("round > 1"),
            postgresql_where=text("round > 1"),
        ),
        # Finds what people are in the middle of, without walking what they have finished or not begun.
        Index("ix_enrolment_begun", "person_id", sqlite_where=text(BEGUN), postgresql_where=text(BEGUN)),
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"))
    round: Mapped[int] = mapped_column(default=1)
    enrolled_at: Mapped[datetime]
    due_on: Mapped[date | None]
    renews_by: Mapped[date | None]
    again_by: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    started_at: Mapped[datetime | None]
    last_activity_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    steps_done: Mapped[int] = mapped_column(default=0)
    steps_total: Mapped[int] = mapped_column(default=0)
    minutes_left: Mapped[int] = mapped_column(default=0)
    # Where she stands, for managers: the first step that is not done, and failed attempts at it.
    next_activity_id: Mapped[str | None] = mapped_column(String(120))
    failed_attempts: Mapped[int] = mapped_column(default=0)


class EnrolmentTakenBack(Base):
    """An enrolment that went because nobody began it and nothing asked for it any more: asked for until then.

    It counts on the days whose end (in UTC) it saw.
    """

    __tablename__ = "enrolment_taken_back"
    # Tells who was enrolled in a course by a day, beside the enrolments there are.
    __table_args__ = (
        Index("ix_enrolment_taken_back_by_course", "course_slug", "person_id", "enrolled_at", "taken_back_at"),
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"))
    round: Mapped[int]
    enrolled_at: Mapped[datetime]
    taken_back_at: Mapped[datetime]


class LessonProgress(Base):
    """What one enrolment did in one lesson; `place` is the anchor of the heading read last."""

    __tablename__ = "lesson_progress"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    activity_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    opened_at: Mapped[datetime]
    place: Mapped[str | None] = mapped_column(String(120))
    place_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class PracticeAnswer(Base):
    """The answers to one question inside a lesson: the first (before teaching) and the latest."""

    __tablename__ = "practice_answer"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    activity_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    first_response: Mapped[Any] = mapped_column(PlainJson)
    first_mark: Mapped[float]
    first_at: Mapped[datetime]
    response: Mapped[Any] = mapped_column(PlainJson)
    mark: Mapped[float]
    answered_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=1)


class Attempt(Base):
    """One attempt at a quiz, bound to its release; `questions` is the drawn paper in shown order."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "activity_id", "number"),
        CheckConstraint("mark IS NULL OR (mark >= 0 AND mark <= 1)", name="mark_range"),
        # Finds a quiz's first attempts, for its statistics, without walking everybody's.
        Index("ix_attempt_activity_id_number", "activity_id", "number"),
        # At most one open attempt at a quiz, however often the button is pressed.
        Index(
            "uq_attempt_open",
            "enrolment_id",
            "activity_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        # Few wait to be read: asked of each enrolment that somebody looks at.
        Index(
            "ix_attempt_waiting",
            "enrolment_id",
            "activity_id",
            "waits_for",
            sqlite_where=text("waits_for IS NOT NULL"),
            postgresql_where=text("waits_for IS NOT NULL"),
        ),
    )

    id: Mapped[int_key]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    activity_id: Mapped[str] = mapped_column(String(120))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    number: Mapped[int]
    # 63 bits: PostgreSQL's plain integer has 32.
    seed: Mapped[int] = mapped_column(BigInteger)
    questions: Mapped[list[Any]]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(20))
    mark: Mapped[float | None]
    passed: Mapped[bool | None]
    # Handed in, and an open answer in it still has to be read: by a "trainer" or by the "learner".
    waits_for: Mapped[str | None] = mapped_column(String(20))


class Answer(Base):
    """The saved answer to one question of an attempt; `mark` (0..1) is set when the attempt closes."""

    __tablename__ = "answer"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    response: Mapped[Any] = mapped_column(PlainJson)
    saved_at: Mapped[datetime]
    mark: Mapped[float | None]


class ScenarioRun(Base):
    """One run through a scenario, bound to its release; variants and orders follow from `seed` and `start`.

    A whole run begins where the scenario does. Another is practice: it begins at `start`, the state before turn
    `from_turn` of the earlier run `from_run_id`, and never passes. The first whole run of an enrolment is the one
    that measures.
    """

    __tablename__ = "scenario_run"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "activity_id", "number"),
        CheckConstraint("score IS NULL OR (score >= 0 AND score <= 1)", name="score_range"),
        CheckConstraint("(from_run_id IS NULL) = (from_turn IS NULL)", name="from_both"),
        # At most one open run of a scenario, however often the button is pressed.
        Index(
            "uq_scenario_run_open",
            "enrolment_id",
            "activity_id",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    id: Mapped[int_key]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    activity_id: Mapped[str] = mapped_column(String(120))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    number: Mapped[int]
    seed: Mapped[int] = mapped_column(BigInteger)
    start: Mapped[dict[str, Any]]
    from_run_id: Mapped[int | None] = mapped_column(ForeignKey("scenario_run.id"))
    from_turn: Mapped[int | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    score: Mapped[float | None]
    passed: Mapped[bool | None]


class ScenarioMove(Base):
    """One choice made in a run; `turn` counts from 0, `state` is where it led."""

    __tablename__ = "scenario_move"

    run_id: Mapped[int] = mapped_column(ForeignKey("scenario_run.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moment_id: Mapped[str] = mapped_column(String(120))
    choice_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class Unread(Base):
    """One open answer that waits for a trainer; gone in the transaction that marks it."""

    __tablename__ = "unread"
    __table_args__ = (Index("ix_unread_course_slug_handed_in_at", "course_slug", "handed_in_at"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"))
    handed_in_at: Mapped[datetime]


class Marking(Base):
    """One time that a person marked an open answer; the latest counts, the earlier ones stay to be read.

    `response` is the answer with what was found in it (see `quiz.kinds.open_answer.judged`).
    """

    __tablename__ = "marking"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]
    response: Mapped[Any] = mapped_column(PlainJson)
    mark: Mapped[float]


class Correction(Base):
    """One decision about a question whose key was wrong: how every answer counts that was given under that key.

    `key_print` is of what was asked and held right (`quiz.keying`), `release_id` one release that asked it so,
    `right_release_id` the one whose key is right. Of several about the same key the latest counts. Past attempts
    are marked again by enrolment: those up to `done_to` are, all of them once `finished_at` is set.
    """

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_course_slug_question_id", "course_slug", "question_id"),)

    id: Mapped[int_key]
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"))
    question_id: Mapped[str] = mapped_column(String(120))
    key_print: Mapped[str] = mapped_column(String(64))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    choice: Mapped[str] = mapped_column(String(10))
    right_release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    reason: Mapped[str] = mapped_column(String(500))
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    done_to: Mapped[int] = mapped_column(BigInteger, default=0)
    finished_at: Mapped[datetime | None]


class Remark(Base):
    """One attempt that a correction marked again: what it was, what it is or would be, and what was decided.

    The marks of the answer to the question are None when there was none. Rows are added once and keep the
    values of before for good.
    """

    __tablename__ = "remark"

    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True, index=True)
    answer_before: Mapped[float | None]
    answer_after: Mapped[float | None]
    mark_before: Mapped[float]
    mark_after: Mapped[float]
    passed_before: Mapped[bool]
    passed_after: Mapped[bool]
    remarked_at: Mapped[datetime]
    standing: Mapped[str] = mapped_column(String(10))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    decided_why: Mapped[str] = mapped_column(String(500), default="")


class SeenOnTheJob(Base):
    """A behaviour that an observer saw clearly at work: when for the first time, and in which observation.

    The room of observations keeps it true in the transaction that gives, disputes, settles or takes one back;
    completion reads it here. `observation_id` is a row of that room, which this one does not know.
    """

    __tablename__ = "seen_on_the_job"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    behaviour_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    first_at: Mapped[datetime]
    observation_id: Mapped[int] = mapped_column(BigInteger)
