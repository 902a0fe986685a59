"""Every tables module imported, and what the database enforces beyond tables: triggers and the search index."""

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from lms.accounts import tables as accounts_tables
from lms.accounts.roster import tables as roster_tables
from lms.audit import tables as audit_tables
from lms.coaching import tables as coaching_tables
from lms.coaching.buddies import tables as buddies_tables
from lms.coaching.calibration import tables as calibration_tables
from lms.coaching.notes import tables as notes_tables
from lms.coaching.pooled import tables as pooled_tables
from lms.content import tables as content_tables
from lms.credentials import tables as credentials_tables
from lms.customers import tables as customers_tables
from lms.db import Base
from lms.feeds import tables as feeds_tables
from lms.mail import tables as mail_tables
from lms.mentoring import tables as mentoring_tables
from lms.organisation import tables as organisation_tables
from lms.plans import tables as plans_tables
from lms.practice import tables as practice_tables
from lms.practice.cards import tables as card_tables
from lms.practice.huddles import tables as huddles_tables
from lms.progress import tables as progress_tables
from lms.queue import tables as queue_tables
from lms.reminders import tables as reminders_tables
from lms.reports import tables as reports_tables
from lms.surveys import tables as surveys_tables
from lms.units import tables as units_tables
from lms.units import watching_actions

TABLES = (
    accounts_tables,
    roster_tables,
    audit_tables,
    coaching_tables,
    buddies_tables,
    calibration_tables,
    notes_tables,
    pooled_tables,
    content_tables,
    credentials_tables,
    customers_tables,
    feeds_tables,
    huddles_tables,
    mail_tables,
    mentoring_tables,
    organisation_tables,
    plans_tables,
    practice_tables,
    card_tables,
    progress_tables,
    queue_tables,
    reminders_tables,
    reports_tables,
    surveys_tables,
    units_tables,
)
# Whoever knows the tables also watches what changes how a team stands.
WATCHES = (watching_actions,)
metadata = Base.metadata

# (dialect, statement) in the order they run after the tables exist; the first migration runs the same list.
EXTRAS: tuple[tuple[str, str], ...] = (
    (
        "sqlite",
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry"
        " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry"
        " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    ),
    (
        "postgresql",
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    ),
    (
        "postgresql",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
    ),
    (
        "sqlite",
        "CREATE VIRTUAL TABLE search_index USING fts5(title, heading, text, content='search_passage',"
        " content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    ),
    (
        "sqlite",
        "CREATE TRIGGER search_passage_added AFTER INSERT ON search_passage BEGIN"
        " INSERT INTO search_index(rowid, title, heading, text)"
        " VALUES (new.id, new.title, new.heading, new.text); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER search_passage_removed AFTER DELETE ON search_passage BEGIN"
        " INSERT INTO search_index(search_index, rowid, title, heading, text)"
        " VALUES ('delete', old.id, old.title, old.heading, old.text); END",
    ),
    (
        "postgresql",
        "CREATE INDEX ix_search_passage_words ON search_passage USING gin"
        " (to_tsvector('simple', title || ' ' || heading || ' ' || text))",
    ),
)


def _ddl(statement: str, dialect: str) -> ExecutableDDLElement:
    made: ExecutableDDLElement = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves DDL untyped
    return made


for _dialect, _statement in EXTRAS:
    event.listen(metadata, "after_create", _ddl(_statement, _dialect))
