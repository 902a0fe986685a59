"""Every desk, bound to its address."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

from lms.web.admin import audit, courses, home, jobs, organisation, outbox, parts_route, person_deeds, rosters
from lms.web.admin import certificates as admin_certificates
from lms.web.admin import people as admin_people
from lms.web.admin import reminders as admin_reminders
from lms.web.admin import teams as admin_teams
from lms.web.admin.routes import desk as admin
from lms.web.learn import (
    activities,
    calendars,
    calibrating,
    cards,
    certificates,
    feedback,
    job_aids,
    media,
    mentoring,
    mentoring_letters,
    mentoring_meetings,
    mentoring_themes,
    own,
    own_peace,
    own_questions,
    passport,
    plans,
    pocket_card,
    remembering,
    reviews,
    searching,
    sights,
)
from lms.web.learn import nudges as learn_nudges
from lms.web.learn import talks as coaching_talks
from lms.web.learn.routes import desk as learn
from lms.web.manage import absences, allowances, assigning, compliance, digest, heads, nudges, people, teams
from lms.web.manage import customers as manage_customers
from lms.web.manage import huddles as manage_huddles
from lms.web.manage import role_plays as manage_role_plays
from lms.web.manage.coaching import below as coaching_below
from lms.web.manage.coaching import figures as coaching_figures
from lms.web.manage.coaching import observing
from lms.web.manage.coaching import people as observed_people
from lms.web.manage.coaching import routes as coaching
from lms.web.manage.coaching import talks as coach_talks
from lms.web.manage.programmes import routes as programmes
from lms.web.manage.reports import building as report_building
from lms.web.manage.reports import files as report_files
from lms.web.manage.reports import kept as kept_reports
from lms.web.manage.reports import routes as reports
from lms.web.manage.routes import desk as manage
from lms.web.teach import calibrating as teach_calibrating
from lms.web.teach import coverage, role_plays
from lms.web.teach import huddles as teach_huddles
from lms.web.teach import surveys as teach_surveys
from lms.web.teach.exchange import exports, imports
from lms.web.teach.marking import routes as marking
from lms.web.teach.releases import correcting, history, holding, publishing
from lms.web.teach.routes import desk as teach
from lms.web.teach.statistics import routes as teach_statistics
from lms.web.teach.statistics import runs
from lms.web.teach.studio import draft_map, one_file
from lms.web.teach.studio import media as studio_media
from lms.web.teach.studio import routes as studio
from lms.web.visit import calendars as visit_calendars
from lms.web.visit import links, signing_in, verification
from lms.web.visit import plans as visit_plans
from lms.web.visit import questions as visit_questions
from lms.web.visit.routes import desk as visit

# Each topic of a desk puts its routes on the desk's blueprint when it is imported.
TOPICS = (
    absences,
    activities,
    admin_certificates,
    admin_people,
    admin_reminders,
    admin_teams,
    allowances,
    assigning,
    audit,
    calendars,
    calibrating,
    cards,
    certificates,
    coach_talks,
    coaching,
    coaching_below,
    coaching_figures,
    coaching_talks,
    compliance,
    correcting,
    courses,
    coverage,
    digest,
    draft_map,
    exports,
    feedback,
    heads,
    history,
    holding,
    home,
    imports,
    job_aids,
    jobs,
    kept_reports,
    learn_nudges,
    links,
    manage_customers,
    manage_huddles,
    manage_role_plays,
    marking,
    media,
    mentoring,
    mentoring_letters,
    mentoring_meetings,
    mentoring_themes,
    nudges,
    observed_people,
    observing,
    one_file,
    organisation,
    outbox,
    own,
    own_peace,
    own_questions,
    parts_route,
    passport,
    people,
    person_deeds,
    plans,
    pocket_card,
    programmes,
    publishing,
    remembering,
    report_building,
    report_files,
    reports,
    reviews,
    role_plays,
    runs,
    rosters,
    searching,
    sights,
    signing_in,
    studio,
    studio_media,
    teach_calibrating,
    teach_huddles,
    teach_statistics,
    teach_surveys,
    teams,
    verification,
    visit_calendars,
    visit_plans,
    visit_questions,
)


class _Number(IntegerConverter):
    """A row's number in an address; one that no database can hold leads nowhere."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **{"max": 2**63 - 1, **options})


def install(app: Flask) -> None:
    """Register the desks; `visit` has the root, each other desk its own first path segment."""
    app.url_map.converters["int"] = _Number
    app.register_blueprint(visit)
    app.register_blueprint(learn, url_prefix="/learn")
    app.register_blueprint(teach, url_prefix="/teach")
    app.register_blueprint(manage, url_prefix="/manage")
    app.register_blueprint(admin, url_prefix="/admin")
