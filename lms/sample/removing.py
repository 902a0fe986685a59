"""Removes the sample organisation and everything its people did; whoever and whatever is real stays.

Somebody real who joined a team of the sample keeps that team: it stays, unmarked, with its real members. Teams of
the sample without real people go, with the memberships and roles that somebody real once had there. What a person
of the sample gave somebody real to do is withdrawn first: courses nobody began are taken back, the rest stays.
Courses and the audit log are not touched.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lms.accounts.roles import Role
from lms.accounts.roster.tables import RosterPiece, RosterUpload
from lms.accounts.tables import Membership, OneTimeLink, Person, RoleGrant, SignInSession, Team
from lms.coaching.buddies.tables import BuddySight
from lms.coaching.calibration.tables import (
    CalibrationAgreed,
    CalibrationContact,
    CalibrationMark,
    CalibrationSeat,
    CalibrationSession,
)
from lms.coaching.notes.tables import BeforeTalk, CoachingNote, ModellingSession
from lms.coaching.pooled.actions import count_month
from lms.coaching.pooled.tables import CoachingMonth, SeenMonth
from lms.coaching.tables import Observation, ObservationMark, ObservationRhythm
from lms.content.tables import CourseTrainer, StudioDraft
from lms.credentials.tables import Certificate, WithdrawalTakenBack
from lms.customers.tables import CustomerCount
from lms.feeds.tables import CalendarAddress
from lms.mail.tables import Mail
from lms.mentoring.tables import LineRow, MeetingRow, MentorRow, TopicRow
from lms.organisation import actions as organisation
from lms.organisation import queries as organisation_queries
from lms.plans.allowance_actions import withdraw_allowance
from lms.plans.assignment_actions import withdraw_assignment
from lms.plans.programme_actions import everybody_touched, job_keys, withdraw_programme
from lms.plans.settling_actions import settle_in
from lms.plans.tables import (
    Allowance,
    Assignment,
    Nudge,
    Programme,
    ProgrammePerson,
    ProgrammeStep,
    ProgrammeTarget,
)
from lms.practice.cards.tables import CardAnswer, CardRow, QuestionAddress, QuestionMail
from lms.practice.huddles.tables import HuddlePerson, HuddleRow
from lms.practice.tables import Commitment, CommitmentCheck
from lms.progress.tables import (
    Answer,
    Attempt,
    Enrolment,
    EnrolmentTakenBack,
    LessonProgress,
    Marking,
    PracticeAnswer,
    Remark,
    ScenarioMove,
    ScenarioRun,
    SeenOnTheJob,
    Unread,
)
from lms.queue.tables import Job
from lms.reminders.tables import Absence, MeetingDay, OwnQuietHours, PlannedDay, Told
from lms.reports.tables import ReportFile, ReportPiece, ReportSchedule, ReportSubscriber, SavedReport
from lms.sample.staffing import SETTINGS
from lms.surveys.tables import ChecklistTrial, SurveyReply, SurveyTaken
from lms.units.tables import PanelWeek

_PEOPLE = select(Person.id).where(Person.is_sample)
_ENROLMENTS = select(Enrolment.id).where(Enrolment.person_id.in_(_PEOPLE))
_ATTEMPTS = select(Attempt.id).where(Attempt.enrolment_id.in_(_ENROLMENTS))
_RUNS = select(ScenarioRun.id).where(ScenarioRun.enrolment_id.in_(_ENROLMENTS))


class NoAdministratorLeftError(RuntimeError):
    """Only people of the sample administer; without them nobody could sign in to do so."""


@dataclass(frozen=True)
class Removed:
    """How much was removed; `teams_kept` have real people in them and are no longer marked."""

    people: int
    teams: int
    teams_kept: int
    enrolments: int
    attempts: int
    certificates: int
    assignments: int


def remove_sample(session: Session, now: datetime, *, may_leave_nobody: bool = False) -> Removed:
    """Remove the sample organisation; with none there it removes nothing.

    Raises NoAdministratorLeftError when nobody real administers, unless the caller may leave it so (and then
    says that `flask links setup` comes next).
    """
    if not may_leave_nobody and not has_real_administrator(session):
        raise NoAdministratorLeftError("make somebody real an administrator first")
    session.flush()
    _remove_allowances(session, now)
    _remove(session, Nudge, or_(Nudge.person_id.in_(_PEOPLE), Nudge.given_by.in_(_PEOPLE)))
    kept = _teams_with_real_people(session, now.date())
    gone = set(session.scalars(select(Team.id).where(Team.is_sample))) - kept
    enrolments = session.scalar(select(func.count()).select_from(_ENROLMENTS.subquery())) or 0
    _remove_programmes(session, gone, now)
    assignments = _remove_assignments(session, gone, now)
    removed = Removed(
        enrolments=enrolments,
        assignments=assignments,
        attempts=_remove_progress(session),
        certificates=_remove_certificates(session),
        people=_remove_people(session, gone),
        teams=_remove_teams(session, gone, kept),
        teams_kept=len(kept),
    )
    _reset_organisation(session)
    session.expire_all()
    return removed


def has_real_administrator(session: Session) -> bool:
    """Return whether somebody who is not of the sample administers."""
    holders = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.revoked_at.is_(None),
            Person.disabled_at.is_(None),
            Person.is_sample.is_(False),
        )
    )
    return session.scalar(select(holders.exists())) or False


def _teams_with_real_people(session: Session, today: date) -> set[int]:
    members = (
        select(Membership.team_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.is_sample.is_(False), or_(Membership.left_on.is_(None), Membership.left_on > today))
    )
    managers = (
        select(RoleGrant.team_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.is_sample.is_(False), RoleGrant.revoked_at.is_(None), RoleGrant.team_id.is_not(None))
    )
    kept = select(Team.id).where(Team.is_sample, or_(Team.id.in_(members), Team.id.in_(managers)))
    return set(session.scalars(kept))


def _remove_allowances(session: Session, now: datetime) -> None:
    of_sample = or_(Allowance.person_id.in_(_PEOPLE), Allowance.given_by.in_(_PEOPLE))
    to_real = select(Allowance.person_id, Allowance.id, Allowance.given_by).where(
        Allowance.given_by.in_(_PEOPLE), Allowance.person_id.not_in(_PEOPLE), Allowance.withdrawn_at.is_(None)
    )
    for person_id, allowance_id, by in session.execute(to_real).all():
        withdraw_allowance(session, person_id, allowance_id, by=by, now=now)
    _run(session, update(Allowance).where(Allowance.withdrawn_by.in_(_PEOPLE)).values(withdrawn_by=None))
    _remove(session, Allowance, of_sample)


def _remove_assignments(session: Session, gone: set[int], now: datetime) -> int:
    of_sample = or_(
        Assignment.assigned_by.in_(_PEOPLE), Assignment.person_id.in_(_PEOPLE), Assignment.team_id.in_(gone)
    )
    # Only where somebody real may have been reached; the sample's own people go anyway.
    reaching = select(Assignment.id).where(of_sample, Assignment.withdrawn_at.is_(None))
    outside = or_(Assignment.person_id.is_(None), Assignment.person_id.not_in(_PEOPLE))
    for assignment_id in session.scalars(reaching.where(outside)).all():
        withdraw_assignment(session, assignment_id, now)
    return _remove(session, Assignment, of_sample)


def _remove_programmes(session: Session, gone: set[int], now: datetime) -> None:
    of_sample = or_(Programme.made_by.in_(_PEOPLE), Programme.owner_team_id.in_(gone))
    ids = list(session.scalars(select(Programme.id).where(of_sample)))
    for programme_id in ids:
        people = everybody_touched(session, programme_id, now)
        withdraw_programme(session, programme_id, now)
        settle_in(session, programme_id, people, now)
        # A number may be given again; the new programme's jobs must not be taken for these.
        _remove(session, Job, Job.key.startswith(job_keys(programme_id), autoescape=True))
    for table in (ProgrammePerson, ProgrammeTarget, ProgrammeStep):
        _remove(session, table, table.programme_id.in_(ids))
    _remove(session, Programme, Programme.id.in_(ids))
    # Programmes of somebody real stay, but for whom they named of the sample.
    _remove(session, ProgrammePerson, ProgrammePerson.person_id.in_(_PEOPLE))
    named = or_(ProgrammeTarget.person_id.in_(_PEOPLE), ProgrammeTarget.team_id.in_(gone))
    _remove(session, ProgrammeTarget, named)


def _remove_progress(session: Session) -> int:
    _run(session, update(Marking).where(Marking.marked_by.in_(_PEOPLE)).values(marked_by=None))
    _remove(session, Marking, Marking.attempt_id.in_(_ATTEMPTS))
    _remove(session, Unread, Unread.attempt_id.in_(_ATTEMPTS))
    _remove(session, Remark, Remark.attempt_id.in_(_ATTEMPTS))
    _remove(session, Answer, Answer.attempt_id.in_(_ATTEMPTS))
    # A run may have begun in another: all of them go at once.
    _remove(session, ScenarioMove, ScenarioMove.run_id.in_(_RUNS))
    _remove(session, ScenarioRun, ScenarioRun.enrolment_id.in_(_ENROLMENTS))
    _remove(session, PracticeAnswer, PracticeAnswer.enrolment_id.in_(_ENROLMENTS))
    _remove(session, LessonProgress, LessonProgress.enrolment_id.in_(_ENROLMENTS))
    return _remove(session, Attempt, Attempt.enrolment_id.in_(_ENROLMENTS))


def _remove_certificates(session: Session) -> int:
    taken_back, own = WithdrawalTakenBack, select(Certificate.id).where(Certificate.person_id.in_(_PEOPLE))
    _remove(session, taken_back, taken_back.certificate_id.in_(own))
    _run(session, update(taken_back).where(taken_back.revoked_by.in_(_PEOPLE)).values(revoked_by=None))
    _run(session, update(taken_back).where(taken_back.taken_back_by.in_(_PEOPLE)).values(taken_back_by=None))
    _run(session, update(Certificate).where(Certificate.revoked_by.in_(_PEOPLE)).values(revoked_by=None))
    return _remove(session, Certificate, Certificate.person_id.in_(_PEOPLE))


def _remove_people(session: Session, gone: Collection[int]) -> int:
    _remove(session, Enrolment, Enrolment.person_id.in_(_PEOPLE))
    _remove(session, EnrolmentTakenBack, EnrolmentTakenBack.person_id.in_(_PEOPLE))
    _run(session, update(OneTimeLink).where(OneTimeLink.created_by.in_(_PEOPLE)).values(created_by=None))
    _run(session, update(RoleGrant).where(RoleGrant.granted_by.in_(_PEOPLE)).values(granted_by=None))
    _run(session, update(CourseTrainer).where(CourseTrainer.named_by.in_(_PEOPLE)).values(named_by=None))
    _remove(session, CourseTrainer, CourseTrainer.person_id.in_(_PEOPLE))
    _remove(session, StudioDraft, StudioDraft.person_id.in_(_PEOPLE))
    # An anonymous answer of the sample's cannot be told from a real one: it stays, without its team.
    _remove(session, SurveyTaken, SurveyTaken.person_id.in_(_PEOPLE))
    _remove(session, SurveyReply, SurveyReply.person_id.in_(_PEOPLE))
    _run(session, update(SurveyReply).where(SurveyReply.team_id.in_(gone)).values(team_id=None))
    # What somebody real entered for a team that stays is kept.
    _remove(session, CustomerCount, or_(CustomerCount.entered_by.in_(_PEOPLE), CustomerCount.team_id.in_(gone)))
    for table in (CardAnswer, CardRow, QuestionAddress, QuestionMail):
        _remove(session, table, table.person_id.in_(_PEOPLE))
    _remove_coaching(session, gone)
    _remove(session, BeforeTalk, BeforeTalk.person_id.in_(_PEOPLE))
    _remove(session, ModellingSession, ModellingSession.leader_id.in_(_PEOPLE))
    _remove(session, ChecklistTrial, ChecklistTrial.person_id.in_(_PEOPLE))
    _remove(session, CalendarAddress, CalendarAddress.person_id.in_(_PEOPLE))
    _remove(session, Mail, Mail.person_id.in_(_PEOPLE))
    _remove_huddles(session, gone)
    for lists in (LineRow, TopicRow, MeetingRow, MentorRow):
        _remove(session, lists, lists.owner_id.in_(_PEOPLE))
    _remove_reminders(session)
    _remove_practice(session)
    _remove(session, PanelWeek, PanelWeek.person_id.in_(_PEOPLE))
    _remove_calibration(session)
    _remove(session, Job, Job.asked_by.in_(_PEOPLE))
    files = select(ReportFile.id).where(ReportFile.owner_id.in_(_PEOPLE))
    _remove(session, ReportPiece, ReportPiece.file_id.in_(files))
    _remove(session, ReportFile, ReportFile.owner_id.in_(_PEOPLE))
    saved = select(SavedReport.id).where(SavedReport.owner_id.in_(_PEOPLE))
    gone_reader = ReportSubscriber.person_id.in_(_PEOPLE)
    _remove(session, ReportSubscriber, or_(gone_reader, ReportSubscriber.saved_id.in_(saved)))
    _remove(session, ReportSchedule, ReportSchedule.saved_id.in_(saved))
    _remove(session, SavedReport, SavedReport.owner_id.in_(_PEOPLE))
    uploads = select(RosterUpload.id).where(RosterUpload.owner_id.in_(_PEOPLE))
    _remove(session, RosterPiece, RosterPiece.upload_id.in_(uploads))
    _remove(session, RosterUpload, RosterUpload.owner_id.in_(_PEOPLE))
    _remove(session, OneTimeLink, OneTimeLink.person_id.in_(_PEOPLE))
    _remove(session, SignInSession, SignInSession.person_id.in_(_PEOPLE))
    _remove(session, RoleGrant, or_(RoleGrant.person_id.in_(_PEOPLE), RoleGrant.team_id.in_(gone)))
    _remove(session, Membership, or_(Membership.person_id.in_(_PEOPLE), Membership.team_id.in_(gone)))
    return _remove(session, Person, Person.is_sample.is_(True))


def _remove_practice(session: Session) -> None:
    plans = select(Commitment.id).where(Commitment.person_id.in_(_PEOPLE))
    _remove(session, CommitmentCheck, CommitmentCheck.commitment_id.in_(plans))
    _remove(session, BuddySight, or_(BuddySight.person_id.in_(_PEOPLE), BuddySight.buddy_id.in_(_PEOPLE)))
    _remove(session, Commitment, Commitment.person_id.in_(_PEOPLE))
    # Somebody real keeps her plan without the buddy.
    of_sample = update(Commitment).where(Commitment.buddy_id.in_(_PEOPLE))
    _run(session, of_sample.values(buddy_id=None, buddy_state=None))


def _remove_huddles(session: Session, gone: Iterable[int]) -> None:
    of_sample = or_(HuddleRow.team_id.in_(gone), HuddleRow.noted_by.in_(_PEOPLE))
    _run(session, update(HuddleRow).where(HuddleRow.withdrawn_by.in_(_PEOPLE)).values(withdrawn_by=None))
    _remove(session, HuddlePerson, HuddlePerson.person_id.in_(_PEOPLE))
    _remove(session, HuddlePerson, HuddlePerson.huddle_id.in_(select(HuddleRow.id).where(of_sample)))
    _remove(session, HuddleRow, of_sample)


def _remove_coaching(session: Session, gone: Collection[int]) -> None:
    talks = or_(
        CoachingNote.person_id.in_(_PEOPLE), CoachingNote.coach_id.in_(_PEOPLE), CoachingNote.team_id.in_(gone)
    )
    seen = or_(Observation.observee_id.in_(_PEOPLE), Observation.observer_id.in_(_PEOPLE))
    days = [
        *session.execute(select(CoachingNote.team_id, CoachingNote.happened_on).where(talks)),
        *session.execute(select(Observation.team_id, Observation.happened_on).where(seen)),
    ]
    _remove_observations(session, gone)
    _remove(session, CoachingNote, talks)
    for table in (SeenMonth, CoachingMonth):
        _remove(session, table, table.team_id.in_(gone))
    # Teams that stay add up to what is left.
    for team_id, month_on in sorted({(team_id, day.replace(day=1)) for team_id, day in days}):
        if team_id not in gone:
            count_month(session, team_id, month_on)


def _remove_observations(session: Session, gone: Iterable[int]) -> None:
    # What somebody real settled or set stays as it was; who of the sample did is forgotten.
    _run(session, update(Observation).where(Observation.settled_by.in_(_PEOPLE)).values(settled_by=None))
    of_sample = or_(
        Observation.observee_id.in_(_PEOPLE), Observation.observer_id.in_(_PEOPLE), Observation.team_id.in_(gone)
    )
    marks = select(Observation.id).where(of_sample)
    _remove(session, SeenOnTheJob, SeenOnTheJob.observation_id.in_(marks))
    _remove(session, ObservationMark, ObservationMark.observation_id.in_(marks))
    _remove(session, SeenOnTheJob, SeenOnTheJob.person_id.in_(_PEOPLE))
    _remove(session, Observation, of_sample)
    set_by_sample = or_(ObservationRhythm.team_id.in_(gone), ObservationRhythm.set_by.in_(_PEOPLE))
    _remove(session, ObservationRhythm, set_by_sample)


def _remove_reminders(session: Session) -> None:
    _run(session, update(Absence).where(Absence.noted_by.in_(_PEOPLE)).values(noted_by=None))
    _run(session, update(Absence).where(Absence.withdrawn_by.in_(_PEOPLE)).values(withdrawn_by=None))
    _remove(session, Absence, Absence.person_id.in_(_PEOPLE))
    _remove(session, OwnQuietHours, OwnQuietHours.person_id.in_(_PEOPLE))
    _remove(session, PlannedDay, PlannedDay.person_id.in_(_PEOPLE))
    _remove(session, MeetingDay, MeetingDay.person_id.in_(_PEOPLE))
    _remove(session, Told, Told.person_id.in_(_PEOPLE))


def _remove_calibration(session: Session) -> None:
    ours = select(CalibrationSession.id).where(CalibrationSession.opened_by.in_(_PEOPLE))
    for own in (CalibrationMark, CalibrationSeat):
        _remove(session, own, or_(own.session_id.in_(ours), own.person_id.in_(_PEOPLE)))
    for part in (CalibrationAgreed, CalibrationContact):
        _remove(session, part, part.session_id.in_(ours))
    # What somebody of the sample wrote down in a real session stays, in the name of whoever had opened it.
    opener = select(CalibrationSession.opened_by).where(CalibrationSession.id == CalibrationAgreed.session_id)
    agreed = update(CalibrationAgreed).where(CalibrationAgreed.agreed_by.in_(_PEOPLE))
    _run(session, agreed.values(agreed_by=opener.scalar_subquery()))
    _remove(session, CalibrationSession, CalibrationSession.opened_by.in_(_PEOPLE))


def _remove_teams(session: Session, gone: set[int], kept: set[int]) -> int:
    parents = {row.id: row.parent_id for row in session.execute(select(Team.id, Team.parent_id))}
    for team_id, parent_id in parents.items():
        if team_id not in gone and parent_id in gone:
            above = _nearest_above(team_id, parents, gone)
            _run(session, update(Team).where(Team.id == team_id).values(parent_id=above))
    _run(session, update(Team).where(Team.id.in_(kept)).values(is_sample=False))
    _run(session, update(Team).where(Team.id.in_(gone)).values(parent_id=None))
    return _remove(session, Team, Team.id.in_(gone))


def _nearest_above(team_id: int, parents: dict[int, int | None], gone: set[int]) -> int | None:
    above = parents[team_id]
    while above is not None and above in gone:
        above = parents[above]
    return above


def _reset_organisation(session: Session) -> None:
    now_set = organisation_queries.settings(session)
    for key, value in SETTINGS.items():
        if now_set.get(key) == value:
            organisation.remove_value(session, key)


def _remove(session: Session, table: type[Any], condition: ColumnElement[bool]) -> int:
    return _run(session, delete(table).where(condition))


def _run(session: Session, statement: Delete | Update) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
