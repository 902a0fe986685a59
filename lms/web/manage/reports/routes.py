"""The page of reports: to begin from, one's own, those shared, and files."""

from lms.reports import queries, schedule_queries
from lms.web.extensions import database
from lms.web.manage.reports import words
from lms.web.manage.reports.asking import who_asks
from lms.web.manage.reports.pages import OwnReport, ReportsPage, SharedReport
from lms.web.manage.reports.ready_made import ready_made
from lms.web.manage.routes import desk
from lms.web.render import show


@desk.get("/reports")
def reports_page() -> str:
    """Show what to begin from, one's own reports, those shared, and one's files."""
    asker = who_asks()
    own = queries.own_reports(database(), asker.person_id)
    shared = queries.shared_reports(database(), asker)
    schedules = schedule_queries.schedules(database(), [each.id for each in (*own, *shared)])
    taken = schedule_queries.subscriptions(database(), asker.person_id)
    comes = {saved_id for saved_id, each in taken.items() if each.stopped is None}
    page = ReportsPage(
        ready_made=ready_made(),
        own=[OwnReport(each, schedules.get(each.id)) for each in own],
        shared=[SharedReport(each, schedules.get(each.id), each.id in comes) for each in shared],
        ended=[each for each in taken.values() if each.stopped is not None],
        files=queries.files_of(database(), asker.person_id),
        forms=words.form_words(),
        stops=words.stop_words(),
    )
    return show("manage/reports_page.html", page)
