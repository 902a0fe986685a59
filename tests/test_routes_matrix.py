"""Every address asked by everyone about Lena's things: who may, who may not, and that looking changes nothing.

The table below is the promise; the addresses come from the app itself, so a new one without an entry fails here.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.content.writing import hash_of
from tests.support import world as worlds
from tests.support.browser import Browser
from tests.support.folders import LESSON, write_course
from tests.support.reading import text_of
from tests.support.world import CANARIES, PRIVATE, TALKED, Keeper, World, rows_of

pytestmark = pytest.mark.usefixtures("clock")

NOBODY = "nobody"
REMOVED = "20261129T010000-02-gone.md"
SIGNED_IN = frozenset({"lena", "otto", "tom", "mia", "nora", "ada"})
EVERYONE = SIGNED_IN | {NOBODY}
LENA = frozenset({"lena"})
MIA = frozenset({"mia"})
TRAINERS = frozenset({"tom", "ada"})
MANAGERS = frozenset({"mia", "nora", "ada"})
HER_MANAGERS = frozenset({"mia", "ada"})
ADMINISTRATORS = frozenset({"ada"})
NO_ONE: frozenset[str] = frozenset()

# Who may, and what an empty but genuine request of theirs gets. Other people get 404, nobody the sign-in page.
TABLE: dict[str, tuple[frozenset[str], int]] = {
    "static": (EVERYONE, 200),
    # For anyone; whoever holds a link is whom it was made for.
    "visit.health": (EVERYONE, 200),
    "visit.readiness": (EVERYONE, 200),
    "visit.front_page": (EVERYONE, 302),
    "visit.sign_in_page": (EVERYONE, 200),
    "visit.sign_in": (EVERYONE, 422),
    "visit.card_page": (EVERYONE, 200),
    "visit.card_sign_in": (EVERYONE, 422),
    "visit.link_page": (EVERYONE, 200),
    "visit.use_link": (EVERYONE, 303),
    "visit.set_up_page": (EVERYONE, 404),
    "visit.set_up": (EVERYONE, 404),
    "visit.sign_out": (EVERYONE, 303),
    "visit.verification_page": (EVERYONE, 200),
    "visit.calendar_feed": (EVERYONE, 200),
    "visit.mailed_questions_page": (EVERYONE, 200),
    "visit.answer_mailed_question": (EVERYONE, 303),
    "visit.mailed_answer_page": (EVERYONE, 200),
    "visit.mailed_plans_page": (EVERYONE, 200),
    "visit.answer_mailed_plan": (EVERYONE, 303),
    # Lena's own, and what every learner has.
    "learn.home_page": (SIGNED_IN, 200),
    "learn.courses_page": (SIGNED_IN, 200),
    "learn.course_page": (SIGNED_IN, 200),
    "learn.start_course": (SIGNED_IN, 303),
    "learn.activity_page": (SIGNED_IN, 200),
    "learn.record_place": (SIGNED_IN, 204),
    "learn.finish_lesson": (SIGNED_IN, 303),
    "learn.answer_practice": (SIGNED_IN, 422),
    "learn.check_practice": (SIGNED_IN, 303),
    "learn.send_reply": (SIGNED_IN, 422),
    "learn.keep_trial": (SIGNED_IN, 422),
    "learn.forget_trial": (SIGNED_IN, 303),
    "learn.start_attempt": (SIGNED_IN, 303),
    "learn.media": (SIGNED_IN, 200),
    "learn.start_run": (SIGNED_IN, 303),
    "learn.run_page": (LENA, 200),
    "learn.make_move": (LENA, 303),
    "learn.play_on": (LENA, 303),
    "learn.questions_page": (SIGNED_IN, 200),
    "learn.answer_question": (SIGNED_IN, 303),
    "learn.remembering_page": (SIGNED_IN, 200),
    "learn.pocket_cards": (SIGNED_IN, 200),
    "learn.answer_page": (LENA, 200),
    "learn.search_page": (SIGNED_IN, 200),
    "learn.own_page": (SIGNED_IN, 200),
    "learn.save_settings": (SIGNED_IN, 422),
    "learn.change_password": (SIGNED_IN, 422),
    "learn.end_session": (SIGNED_IN, 303),
    "learn.end_other_sessions": (SIGNED_IN, 303),
    "learn.make_calendar": (SIGNED_IN, 200),
    "learn.drop_calendar": (SIGNED_IN, 303),
    "learn.note_absence": (SIGNED_IN, 422),
    # Leave that is not there was taken back, as far as anybody is told.
    "learn.withdraw_absence": (SIGNED_IN, 303),
    "learn.keep_quiet_hours": (SIGNED_IN, 422),
    "learn.drop_quiet_hours": (SIGNED_IN, 303),
    "learn.choose_question_mail": (SIGNED_IN, 400),
    "learn.take_question_addresses_back": (SIGNED_IN, 303),
    "learn.change_pin": (LENA, 422),
    "learn.job_aids_page": (SIGNED_IN, 200),
    # Everybody has lists for a mentor of her own, and nobody anybody else's.
    "learn.mentor_page": (SIGNED_IN, 200),
    "learn.add_topic": (SIGNED_IN, 422),
    "learn.mentor_topic_page": (LENA, 200),
    "learn.keep_topic": (LENA, 422),
    "learn.add_theme": (LENA, 303),
    # What is not one's own was removed, as far as anybody is told.
    "learn.tick_topic": (SIGNED_IN, 303),
    "learn.remove_topic": (SIGNED_IN, 303),
    "learn.mentor_meeting_page": (SIGNED_IN, 200),
    "learn.arrange_meeting": (SIGNED_IN, 422),
    "learn.call_off_meeting": (SIGNED_IN, 303),
    "learn.mentor_ics": (LENA, 200),
    "learn.hold_meeting": (SIGNED_IN, 422),
    "learn.mentor_lists_page": (SIGNED_IN, 200),
    "learn.mentor_list_page": (LENA, 200),
    "learn.keep_list": (LENA, 422),
    "learn.remove_list": (SIGNED_IN, 303),
    "learn.mentor_themes_page": (SIGNED_IN, 200),
    "learn.mentor_letter_page": (SIGNED_IN, 200),
    "learn.write_letter": (SIGNED_IN, 200),
    "learn.mentor_json": (SIGNED_IN, 200),
    "learn.remove_mentor_lists": (SIGNED_IN, 303),
    "learn.put_away": (LENA, 303),
    "learn.practice_page": (SIGNED_IN, 200),
    "learn.make_plan": (SIGNED_IN, 303),
    "learn.plan_page": (LENA, 200),
    "learn.check_in": (LENA, 422),
    "learn.note_down": (LENA, 422),
    "learn.make_smaller": (LENA, 422),
    "learn.close_plan": (LENA, 303),
    "learn.share_plan": (LENA, 303),
    "learn.ask_buddy": (LENA, 303),
    # Mia alone is asked to be the buddy of Lena's plan.
    "learn.answer_request": (frozenset({"mia"}), 303),
    # She has not agreed yet.
    "learn.buddy_sight_page": (frozenset(), 404),
    "learn.tell_sight": (frozenset(), 404),
    "learn.read_sights": (LENA, 303),
    "learn.attempt_page": (LENA, 200),
    "learn.save_answer": (LENA, 303),
    "learn.submit_attempt": (LENA, 303),
    "learn.review_page": (LENA, 200),
    "learn.check_answer": (LENA, 303),
    "learn.certificate_page": (LENA, 200),
    "learn.certificate_pdf": (LENA, 200),
    "learn.renew_certificate": (LENA, 303),
    "learn.passport_page": (SIGNED_IN, 200),
    "learn.passport_pdf": (SIGNED_IN, 200),
    "learn.passport_json": (SIGNED_IN, 200),
    # A session is for whoever was invited, and that is Mia.
    "learn.calibrations_page": (SIGNED_IN, 200),
    "learn.calibration_page": (MIA, 200),
    "learn.calibration_contact_page": (MIA, 200),
    "learn.keep_calibration_marks": (MIA, 303),
    "learn.hand_in_calibration": (MIA, 303),
    "teach.calibrations_page": (TRAINERS, 200),
    "teach.coverage_page": (TRAINERS, 200),
    "teach.new_calibration_page": (TRAINERS, 200),
    "teach.open_calibration": (TRAINERS, 422),
    "teach.calibration_page": (TRAINERS, 200),
    "teach.invite_to_calibration": (TRAINERS, 422),
    "teach.withdraw_calibration_seat": (TRAINERS, 303),
    "teach.reveal_calibration": (TRAINERS, 303),
    "teach.keep_calibration_agreed": (TRAINERS, 303),
    "teach.drop_calibration": (TRAINERS, 303),
    "learn.feedback_page": (SIGNED_IN, 200),
    "learn.feedback_line_page": (LENA, 200),
    "learn.read_feedback": (LENA, 303),
    "learn.reply_to_feedback": (LENA, 422),
    "learn.note_tried": (LENA, 303),
    "learn.dispute_feedback": (LENA, 422),
    "learn.talks_page": (SIGNED_IN, 200),
    "learn.write_before_talk": (SIGNED_IN, 303),
    "learn.talk_page": (LENA, 200),
    "learn.read_talk": (LENA, 303),
    "learn.answer_talk": (LENA, 422),
    "teach.courses_page": (TRAINERS, 200),
    "teach.course_page": (TRAINERS, 200),
    "teach.activity_page": (TRAINERS, 200),
    "teach.import_page": (TRAINERS, 200),
    "teach.take_import": (TRAINERS, 422),
    "teach.import_template": (TRAINERS, 200),
    # An import is its owner's alone, and here nobody has one.
    "teach.review_page": (TRAINERS, 404),
    "teach.import_media": (TRAINERS, 404),
    "teach.write_import": (TRAINERS, 404),
    "teach.drop_import": (TRAINERS, 404),
    "teach.export_page": (TRAINERS, 200),
    "teach.export_questions": (TRAINERS, 422),
    "teach.export_course": (TRAINERS, 200),
    "teach.print_paper": (TRAINERS, 422),
    "teach.results_page": (TRAINERS, 200),
    "teach.begin_next_round": (TRAINERS, 303),
    "teach.marking_page": (TRAINERS, 200),
    "teach.answer_page": (TRAINERS, 200),
    "teach.mark_answer": (TRAINERS, 422),
    "teach.role_play_page": (TRAINERS, 200),
    "teach.runs_page": (TRAINERS, 200),
    "teach.role_play_pdf": (TRAINERS, 200),
    "teach.huddle_pdf": (TRAINERS, 200),
    "teach.hold_course": (TRAINERS, 303),
    "teach.let_go": (TRAINERS, 303),
    "teach.publish_page": (TRAINERS, 200),
    "teach.publish": (TRAINERS, 409),
    "teach.releases_page": (TRAINERS, 200),
    "teach.describe_publication": (TRAINERS, 303),
    "teach.compare_page": (TRAINERS, 200),
    "teach.go_back_page": (TRAINERS, 200),
    "teach.go_back": (TRAINERS, 303),
    "teach.key_page": (TRAINERS, 200),
    "teach.correct_key": (TRAINERS, 422),
    "teach.decide_pass": (TRAINERS, 404),
    "teach.studio_page": (TRAINERS, 200),
    "teach.new_course_page": (TRAINERS, 200),
    "teach.add_course": (TRAINERS, 422),
    "teach.add_file": (TRAINERS, 422),
    "teach.rename_file": (TRAINERS, 303),
    "teach.move_file": (TRAINERS, 303),
    "teach.remove_file": (TRAINERS, 303),
    "teach.put_back": (TRAINERS, 303),
    "teach.file_page": (TRAINERS, 200),
    "teach.save_file": (TRAINERS, 303),
    "teach.keep_draft": (TRAINERS, 200),
    "teach.drop_draft": (TRAINERS, 303),
    "teach.preview_page": (TRAINERS, 200),
    "teach.draft_map_page": (TRAINERS, 200),
    "teach.preview": (TRAINERS, 200),
    "teach.studio_media": (TRAINERS, 200),
    "teach.add_media": (TRAINERS, 303),
    "teach.course_statistics_page": (TRAINERS, 200),
    "teach.quiz_statistics_page": (TRAINERS, 200),
    "teach.question_statistics_page": (TRAINERS, 200),
    "teach.quiz_statistics_csv": (TRAINERS, 200),
    "teach.quiz_statistics_xlsx": (TRAINERS, 200),
    # Nora manages too, but neither Lena nor her team.
    "manage.teams_page": (MANAGERS, 200),
    "manage.assign_page": (MANAGERS, 200),
    "manage.customers_page": (MANAGERS, 200),
    "manage.customers_csv": (MANAGERS, 200),
    "manage.record_customers": (MANAGERS, 422),
    "manage.role_plays_page": (MANAGERS, 200),
    "manage.role_play_pdf": (MANAGERS, 200),
    "manage.huddles_page": (MANAGERS, 200),
    "manage.huddle_page": (MANAGERS, 200),
    "manage.huddle_pdf": (MANAGERS, 200),
    "manage.note_huddle": (HER_MANAGERS, 422),
    # What is not of one's own teams was taken back, as far as anybody is told.
    "manage.withdraw_huddle": (MANAGERS, 303),
    "manage.assign_course": (HER_MANAGERS, 303),
    "manage.team_page": (HER_MANAGERS, 200),
    "manage.stuck_page": (HER_MANAGERS, 200),
    "manage.team_csv": (HER_MANAGERS, 200),
    "manage.team_xlsx": (HER_MANAGERS, 200),
    "manage.person_page": (HER_MANAGERS, 200),
    "manage.attempt_page": (HER_MANAGERS, 200),
    "manage.nudge": (HER_MANAGERS, 303),
    "manage.give_allowance": (HER_MANAGERS, 422),
    # An allowance that is not there was taken back, as far as anybody is told.
    "manage.withdraw_allowance": (HER_MANAGERS, 303),
    "manage.digest_page": (MANAGERS, 200),
    "manage.without_email_page": (MANAGERS, 200),
    "manage.absences_page": (HER_MANAGERS, 200),
    "manage.note_absence": (HER_MANAGERS, 422),
    "manage.withdraw_absence": (HER_MANAGERS, 303),
    "manage.programmes_page": (MANAGERS, 200),
    "manage.new_programme_page": (MANAGERS, 200),
    "manage.make_programme": (MANAGERS, 422),
    "manage.programme_page": (HER_MANAGERS, 200),
    "manage.edit_programme_page": (HER_MANAGERS, 200),
    "manage.change_programme": (HER_MANAGERS, 422),
    "manage.withdraw_programme": (HER_MANAGERS, 303),
    "manage.reports_page": (MANAGERS, 200),
    "manage.build_report_page": (MANAGERS, 200),
    "manage.look_at_report": (MANAGERS, 422),
    "manage.save_report": (MANAGERS, 422),
    "manage.make_report_file": (MANAGERS, 422),
    # A report and a file are their maker's alone, and here nobody has one.
    "manage.saved_report": (MANAGERS, 404),
    "manage.share_report": (MANAGERS, 404),
    "manage.archive_report": (MANAGERS, 404),
    "manage.kept_report_page": (MANAGERS, 404),
    "manage.rename_report": (MANAGERS, 404),
    "manage.schedule_report": (MANAGERS, 404),
    "manage.rest_report": (MANAGERS, 404),
    "manage.end_report": (MANAGERS, 404),
    "manage.get_report": (MANAGERS, 404),
    "manage.report_file_page": (MANAGERS, 404),
    "manage.download_report": (MANAGERS, 404),
    "manage.cancel_report": (MANAGERS, 404),
    "manage.organisation_page": (ADMINISTRATORS, 200),
    "manage.compliance_page": (MANAGERS, 200),
    "manage.head_page": (MANAGERS, 200),
    "manage.head_pdf": (MANAGERS, 200),
    "manage.compliance_csv": (MANAGERS, 200),
    "manage.compliance_xlsx": (MANAGERS, 200),
    "manage.coaching_page": (MANAGERS, 200),
    "manage.coaching_figures_page": (HER_MANAGERS, 200),
    "manage.coaching_below_page": (HER_MANAGERS, 200),
    "manage.set_rhythm": (HER_MANAGERS, 422),
    "manage.set_focus": (HER_MANAGERS, 303),
    # Nobody is named in the address.
    "manage.new_observation_page": (MANAGERS, 302),
    "manage.keep_observation": (MANAGERS, 404),
    "manage.observed_person_page": (HER_MANAGERS, 200),
    "manage.observation_page": (HER_MANAGERS, 200),
    # This one was given: nobody has a draft of it.
    "manage.drop_observation": (HER_MANAGERS, 404),
    "manage.withdraw_observation": (HER_MANAGERS, 303),
    "manage.settle_observation": (HER_MANAGERS, 303),
    "manage.talks_page": (MANAGERS, 200),
    # Nobody is named in the address.
    "manage.new_talk_page": (MANAGERS, 302),
    "manage.keep_talk": (MANAGERS, 404),
    # Mia talked with Lena: nobody else reads it, whoever looks after either of them.
    "manage.talk_page": (frozenset({"mia"}), 200),
    "manage.drop_talk": (frozenset({"mia"}), 303),
    "manage.log_showing": (MANAGERS, 404),
    "admin.home_page": (ADMINISTRATORS, 200),
    "admin.parts_page": (ADMINISTRATORS, 200),
    "admin.audit_page": (ADMINISTRATORS, 200),
    "admin.audit_csv": (ADMINISTRATORS, 200),
    "admin.jobs_page": (ADMINISTRATORS, 200),
    "admin.try_job_again": (ADMINISTRATORS, 303),
    "admin.cancel_job": (ADMINISTRATORS, 303),
    "admin.reminders_page": (ADMINISTRATORS, 200),
    "admin.save_reminders": (ADMINISTRATORS, 422),
    "admin.without_email_page": (ADMINISTRATORS, 200),
    "admin.outbox_page": (ADMINISTRATORS, 200),
    "admin.mail_page": (ADMINISTRATORS, 200),
    "admin.send_mail_again": (ADMINISTRATORS, 303),
    "admin.courses_page": (ADMINISTRATORS, 200),
    "admin.course_page": (ADMINISTRATORS, 200),
    "admin.hide_course": (ADMINISTRATORS, 303),
    "admin.show_course": (ADMINISTRATORS, 303),
    "admin.name_trainer": (ADMINISTRATORS, 303),
    "admin.drop_trainer": (ADMINISTRATORS, 303),
    "admin.organisation_page": (ADMINISTRATORS, 200),
    "admin.save_organisation": (ADMINISTRATORS, 422),
    "admin.take_sample_away": (ADMINISTRATORS, 303),
    "admin.people_page": (ADMINISTRATORS, 200),
    "admin.new_person_page": (ADMINISTRATORS, 200),
    "admin.add_person": (ADMINISTRATORS, 422),
    "admin.export_csv": (ADMINISTRATORS, 200),
    "admin.export_xlsx": (ADMINISTRATORS, 200),
    "admin.import_page": (ADMINISTRATORS, 200),
    "admin.plan_import": (ADMINISTRATORS, 422),
    "admin.plan_csv": (ADMINISTRATORS, 422),
    "admin.apply_plan": (ADMINISTRATORS, 422),
    # A file of people is its sender's alone, and here nobody has sent one.
    "admin.sent_roster_page": (ADMINISTRATORS, 404),
    "admin.sent_roster_csv": (ADMINISTRATORS, 404),
    "admin.plan_sent_roster": (ADMINISTRATORS, 404),
    "admin.write_sent_roster": (ADMINISTRATORS, 404),
    "admin.go_on_with_sent_roster": (ADMINISTRATORS, 404),
    "admin.drop_sent_roster": (ADMINISTRATORS, 404),
    "admin.person_page": (ADMINISTRATORS, 200),
    "admin.change_person": (ADMINISTRATORS, 422),
    "admin.disable_person": (ADMINISTRATORS, 303),
    "admin.enable_person": (ADMINISTRATORS, 303),
    "admin.make_link": (ADMINISTRATORS, 200),
    "admin.make_card": (ADMINISTRATORS, 200),
    "admin.drop_card": (ADMINISTRATORS, 303),
    "admin.reset_pin": (ADMINISTRATORS, 200),
    "admin.end_sessions": (ADMINISTRATORS, 303),
    "admin.join_team": (ADMINISTRATORS, 303),
    "admin.leave_team": (ADMINISTRATORS, 303),
    "admin.move_person": (ADMINISTRATORS, 303),
    "admin.grant_role": (ADMINISTRATORS, 303),
    "admin.revoke_role": (ADMINISTRATORS, 303),
    "admin.certificate_page": (ADMINISTRATORS, 200),
    "admin.withdrawal_page": (ADMINISTRATORS, 200),
    "admin.withdraw_certificate": (ADMINISTRATORS, 422),
    # Hers was never withdrawn.
    "admin.giving_back_page": (ADMINISTRATORS, 303),
    "admin.give_back_certificate": (ADMINISTRATORS, 303),
    "admin.issuing_again_page": (ADMINISTRATORS, 200),
    "admin.issue_certificate_again": (ADMINISTRATORS, 422),
    "admin.teams_page": (ADMINISTRATORS, 200),
    "admin.add_team": (ADMINISTRATORS, 422),
    "admin.team_page": (ADMINISTRATORS, 200),
    "admin.change_team": (ADMINISTRATORS, 422),
    "admin.close_team": (ADMINISTRATORS, 303),
    "admin.reopen_team": (ADMINISTRATORS, 303),
}
# A refusal that is not 404, since the page itself may be asked for.
REFUSED_OTHERWISE = {("manage.assign_course", "nora")}
# When a session was last used is noted by looking.
SEEN = frozenset({"sign_in_session.seen_at"})


@dataclass(frozen=True)
class Address:
    """One way to ask: a rule's method with Lena's objects in its place, and what a form of it would carry."""

    endpoint: str
    method: str
    path: str
    form: dict[str, Any]

    def may(self, who: str) -> bool:
        """Return whether the table lets this person."""
        return who in TABLE[self.endpoint][0]


@pytest.fixture
def world(app: Flask, session: Session, now: datetime) -> World:
    """The cast, and one of everything that is Lena's."""
    _lay_files(app)
    return worlds.make(session, now)


def _lay_files(app: Flask) -> None:
    """Lay the files that the studio shows into the courses folder, as if nobody had written there."""
    courses = app.config["SETTINGS"].courses_folder
    shutil.rmtree(courses)
    removed = f".removed/{REMOVED}"
    write_course(courses, {"01-read.md": LESSON, removed: LESSON, "media/bee.svg": worlds.PICTURE}, "bees")


@pytest.fixture
def addresses(app: Flask, world: World) -> list[Address]:
    """Every address of the app, filled with Lena's objects."""
    return addresses_of(app, world)


def addresses_of(app: Flask, world: World) -> list[Address]:
    """Return every address of the app, filled with what is this world's."""
    found = []
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=str):
            given = {**_objects(world), **_exceptions(world).get(rule.endpoint, {})}
            path = url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found += [Address(rule.endpoint, method, path, _form(world, rule.endpoint)) for method in methods]
    return found


def _objects(world: World) -> dict[str, Any]:
    return {
        "slug": "bees",
        "activity_id": "read",
        "question_id": "practice",
        "attempt_id": world.under_way,
        "run_id": world.open_run,
        "serial": world.serial,
        "code": world.code,
        "token": world.link,
        "person_id": world.cast.lena,
        "job_id": world.job,
        "mail_id": world.mail,
        "nudge_id": world.nudge,
        "observation_id": world.observation,
        "note_id": world.talk,
        "programme_id": world.programme,
        "answer_id": world.card_answer,
        "plan_id": world.plan,
        "calibration_id": world.calibration,
        "team_id": world.cast.front_desk,
        "release_hash": world.release_hash,
        "path": "bee.svg",
        "filename": "icon.svg",
        "grant_id": world.grant_id,
        "key": "no-import-has-this-key",
        "name": "01-read.md",
        "removed": REMOVED,
        "number": 1,
        "publication_id": 1,
        "saved_id": 1,
        "file_id": 1,
        "upload_id": 1,
        "allowance_id": 1,
        "absence_id": 1,
        "huddle_id": world.huddle,
        "meeting_id": world.meeting,
        "topic_id": world.topic,
    }


def _exceptions(world: World) -> dict[str, dict[str, Any]]:
    return {
        "visit.calendar_feed": {"token": world.calendar},
        "visit.mailed_questions_page": {"token": world.questions},
        "visit.answer_mailed_question": {"token": world.questions},
        "visit.mailed_answer_page": {"token": world.questions},
        "visit.mailed_plans_page": {"token": world.mailed_plans},
        "visit.answer_mailed_plan": {"token": world.mailed_plans},
        "learn.start_attempt": {"activity_id": "check"},
        "teach.role_play_page": {"activity_id": "call"},
        "teach.runs_page": {"activity_id": "call"},
        "teach.role_play_pdf": {"activity_id": "call"},
        "manage.role_play_pdf": {"activity_id": "call"},
        "learn.start_run": {"activity_id": "call"},
        "learn.play_on": {"run_id": world.ended_run},
        "learn.save_answer": {"question_id": "short"},
        "learn.check_practice": {"question_id": "note"},
        "learn.send_reply": {"activity_id": "pulse"},
        "learn.keep_trial": {"activity_id": "seen"},
        "learn.forget_trial": {"activity_id": "seen", "trial_id": 1},
        "teach.results_page": {"activity_id": "pulse"},
        "teach.begin_next_round": {"activity_id": "pulse"},
        "learn.check_answer": {"attempt_id": world.unread, "question_id": "diary"},
        "teach.answer_page": {"attempt_id": world.unread, "question_id": "letter"},
        "teach.mark_answer": {"attempt_id": world.unread, "question_id": "letter"},
        "teach.key_page": {"question_id": "short"},
        "teach.correct_key": {"question_id": "short"},
        "teach.decide_pass": {"question_id": "short"},
        "learn.review_page": {"attempt_id": world.submitted},
        "manage.attempt_page": {"attempt_id": world.submitted},
        "teach.quiz_statistics_page": {"activity_id": "check"},
        "teach.question_statistics_page": {"activity_id": "check", "question_id": "short"},
        "teach.quiz_statistics_csv": {"activity_id": "check"},
        "teach.quiz_statistics_xlsx": {"activity_id": "check"},
        # Lena holds no role.
        "admin.revoke_role": {"person_id": world.cast.tom},
    }


def _form(world: World, endpoint: str) -> dict[str, Any]:
    forms = {
        "manage.note_huddle": {"team": str(world.cast.front_desk)},
        "manage.assign_course": {"course": "bees", "to": f"person-{world.cast.lena}"},
        "learn.save_answer": {"response": "another answer"},
        "teach.save_file": {"text": LESSON, "base": hash_of(LESSON)},
        "learn.play_on": {"turn": "1"},
    }
    return forms.get(endpoint, {})


def test_every_address_has_an_entry_and_every_entry_an_address(addresses: list[Address]) -> None:
    assert {address.endpoint for address in addresses} == set(TABLE)


def test_looking_is_answered_as_the_table_says_and_changes_nothing(
    app: Flask, engine: Engine, world: World, addresses: list[Address]
) -> None:
    before = rows_of(engine, SEEN)
    for address in addresses:
        if address.method == "GET":
            for who in sorted(EVERYONE):
                check(address, who, _browser(app, world, who).client.get(address.path, buffered=True))
    assert rows_of(engine, SEEN) == before


def test_lena_reads_every_word_of_her_mentor_lists_that_check_forbids_others(app: Flask, world: World) -> None:
    lena = _browser(app, world, "lena")
    own = "".join(lena.get(f"/learn/mentor{path}").text for path in ("", "/lists", "/lists.json", "/meeting"))
    assert not [word for word in PRIVATE if word not in own]


def test_looking_at_everything_else_of_hers_changes_nothing(app: Flask, engine: Engine, world: World) -> None:
    lena = _browser(app, world, "lena")
    before = rows_of(engine, SEEN)
    for path, status in {
        f"/learn/attempts/{world.overdue}": 200,
        f"/learn/attempts/{world.overdue}?q=1": 200,
        f"/learn/attempts/{world.overdue}/review": 302,
        f"/learn/attempts/{world.under_way}?q=check": 200,
        f"/learn/attempts/{world.submitted}": 302,
        "/learn/courses/bees/check": 200,
        "/learn/courses/bees/race": 200,
        "/learn/courses/bees/pulse": 200,
        "/learn/courses/bees/seen": 200,
        "/learn/courses/bees/call": 200,
        f"/learn/runs/{world.ended_run}": 200,
        "/learn/courses/bees/read?again=practice": 200,
        "/learn/courses/bees/read?left=1": 200,
        "/learn/search?q=bees": 200,
        "/learn/mentor?new=2": 200,
    }.items():
        lena.get(path, status)
    assert rows_of(engine, SEEN) == before


def test_what_is_refused_changes_nothing(
    app: Flask, engine: Engine, world: World, addresses: list[Address]
) -> None:
    browsers = {who: _browser(app, world, who) for who in sorted(EVERYONE)}
    tokens = {who: browser.csrf_token() for who, browser in browsers.items()}
    before = rows_of(engine, SEEN)
    for address in addresses:
        if address.method != "POST":
            continue
        for who, browser in browsers.items():
            if not address.may(who):
                check(address, who, browser.client.post(address.path, data=_filled(address, tokens[who])))
    assert rows_of(engine, SEEN) == before


def test_what_is_allowed_is_done(app: Flask, engine: Engine, world: World, addresses: list[Address]) -> None:
    keeper = Keeper(engine)
    for address in addresses:
        if address.method != "POST":
            continue
        for who in sorted(TABLE[address.endpoint][0]):
            browser = _browser(app, world, who)
            check(address, who, browser.client.post(address.path, data=_filled(address, browser.csrf_token())))
            keeper.put_back()
            _lay_files(app)


@pytest.mark.parametrize("token", [None, "", "not one", "somebody else’s"])
def test_nothing_is_done_without_the_token_of_the_form(
    app: Flask, engine: Engine, world: World, addresses: list[Address], token: str | None
) -> None:
    stolen = _browser(app, world, "otto").csrf_token() if token == "somebody else’s" else token
    before = rows_of(engine, SEEN)
    for address in addresses:
        if address.method != "POST":
            continue
        for who in sorted(TABLE[address.endpoint][0] or EVERYONE):
            browser = _browser(app, world, who)
            data = address.form if stolen is None else _filled(address, stolen)
            response = browser.client.post(address.path, data=data)
            assert response.status_code == 400, f"{who} POST {address.path}: {response.status_code}"
    assert rows_of(engine, SEEN) == before


def test_other_methods_are_refused(app: Flask, world: World, addresses: list[Address]) -> None:
    known: dict[str, set[str]] = {}
    for address in addresses:
        known.setdefault(address.path, set()).add(address.method)
    for who in ("ada", NOBODY):
        browser = _browser(app, world, who)
        token = browser.csrf_token()
        for path, methods in known.items():
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
                headers = {"X-CSRFToken": token}
                response = browser.client.open(path, method=method, headers=headers, buffered=True)
                # Also the address of a lesson that might be called "start".
                is_lesson = path.endswith("/start") and method == "GET"
                assert response.status_code in ((302, 404) if is_lesson else (405,)), f"{who} {method} {path}"


def _browser(app: Flask, world: World, who: str) -> Browser:
    return Browser(app, world.tokens.get(who))


def _filled(address: Address, token: str) -> dict[str, Any]:
    return {**address.form, "csrf_token": token}


def check(address: Address, who: str, response: TestResponse) -> None:
    """Hold one answer to the table; a refusal tells nothing of Lena, and no answer what only she may read."""
    where = f"{who} {address.method} {address.path}: {response.status_code}"
    said = "" if who == "lena" else text_of(response)
    assert not [word for word in PRIVATE if word in said], where
    assert who == "mia" or not [word for word in TALKED if word in said], where
    if address.may(who):
        assert response.status_code == TABLE[address.endpoint][1], f"{where}\n{response.text[:1000]}"
        return
    if who == NOBODY:
        assert response.status_code == (302 if address.method == "GET" else 303), where
        assert response.headers["Location"].partition("?")[0] == "/sign-in", where
    elif (address.endpoint, who) in REFUSED_OTHERWISE:
        assert response.status_code in (404, 422), where
    else:
        assert response.status_code == 404, where
    assert not [canary for canary in CANARIES if canary in said], where
