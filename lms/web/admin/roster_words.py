"""What a roster file would do, in words."""

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _

from lms.accounts.roster.plan import Change, Outcome, PlannedRow, Reason
from lms.accounts.roster.reading import COLUMNS, BadFileError
from lms.sheets import Cell
from lms.web.admin.pages import ImportLine

_KINDS = {
    Outcome.NEW: "good",
    Outcome.CHANGED: "here",
    Outcome.MOVED: "here",
    Outcome.LEFT: "attention",
    Outcome.UNCHANGED: "quiet",
    Outcome.REFUSED: "harm",
}


def outcome_words() -> dict[Outcome, str]:
    """Return what each outcome is called."""
    return {
        Outcome.NEW: _("New"),
        Outcome.CHANGED: _("Changed"),
        Outcome.MOVED: _("Moved"),
        Outcome.LEFT: _("Left"),
        Outcome.UNCHANGED: _("Unchanged"),
        Outcome.REFUSED: _("Refused"),
    }


def column_words() -> dict[str, str]:
    """Return what each column is called."""
    return {
        "name": _("Name"),
        "sign_in_name": _("Sign-in name"),
        "email": _("E-mail"),
        "staff_number": _("Staff number"),
        "language": _("Language"),
        "time_zone": _("Time zone"),
        "team": _("Team"),
        "joined_on": _("Joined on"),
        "left_on": _("Left on"),
        "role": _("Role"),
        "active": _("Active"),
    }


def column_facts() -> list[tuple[str, str]]:
    """Return each column's name as a file has it, and what goes into it."""
    hints: dict[str, str] = {
        "name": _("The person's full name. First and last name in two columns do as well."),
        "sign_in_name": _("What the person types to sign in. Left empty, one is made from the name."),
        "email": _("May stay empty."),
        "staff_number": _("The surest way to find the same person again in the next file."),
        "language": _("A language tag such as en or de."),
        "time_zone": _("Such as Europe/Berlin."),
        "team": _("The team's code, or its path such as Hotel/Front desk. Several teams: one row for each."),
        "joined_on": _("The first day in the team, such as 2026-11-03."),
        "left_on": _("The first day no longer in the team. Empty: still there."),
        "role": _("learner, trainer, manager (of the row's team) or administrator; several with commas."),
        "active": _("yes or no; no shuts the person out."),
    }
    return [(column, hints[column]) for column in COLUMNS]


def lines_of(rows: Iterable[PlannedRow]) -> Iterator[ImportLine]:
    """Yield each row's fate in words; there may be a hundred thousand, so each word is looked up once."""
    outcomes, columns, sentences = outcome_words(), column_words(), _sentences()
    for row in rows:
        yield ImportLine(
            number=row.number,
            name=row.name,
            word=outcomes[row.outcome],
            kind=_KINDS[row.outcome],
            changes=[_change(columns[change.field], change) for change in row.changes],
            reasons=[_reason(sentences, reason) for reason in row.reasons],
        )


def _change(column: str, change: Change) -> str:
    if not change.before:
        return f"{column}: {change.after}"
    return f"{column}: {change.before} → {change.after or '–'}"


def table_head() -> list[str]:
    """Return the titles above the rows of `table_of`."""
    return [_("Row"), _("Name"), _("What would happen"), _("Changes"), _("Why not")]


def table_of(rows: Iterable[PlannedRow]) -> Iterator[list[Cell]]:
    """Yield each row's fate for a file to look at."""
    for line in lines_of(rows):
        yield [line.number, line.name, line.word, "; ".join(line.changes), " ".join(line.reasons)]


def date_choices() -> list[tuple[str, str]]:
    """Return how dates such as 3/11/2026 may be understood."""
    return [
        ("", _("Refuse them")),
        ("day", _("The day comes first: 3 November")),
        ("month", _("The month comes first: 11 March")),
    ]


def file_notices(is_guessed: bool, unknown_columns: Sequence[str]) -> Sequence[str]:
    """Return what somebody should know about how the file was read."""
    notices = []
    if is_guessed:
        notices.append(
            _("The file does not say how its letters are written. Windows-1252 was assumed: look at the umlauts.")
        )
    if unknown_columns:
        notices.append(
            _("Columns that mean nothing here were ignored: %(names)s.", names=", ".join(unknown_columns))
        )
    return notices


def file_refusal(error: BadFileError) -> str:
    """Return why a file cannot be read at all, and what to do."""
    return refusal_of(error.code, error.value)


def refusal_of(code: str, value: str) -> str:
    """Return why a file was refused, by the code of that and the value it stumbled on."""
    words: dict[str, str] = {
        "gone": _("The file is no longer here. Send it again."),
        "not_yours": _("Whoever sent it may not bring people in any more."),
        "too_big": _("The file is larger than %(size)s MB. Split it in two.", size=value),
        "too_many_rows": _("The file has more than %(count)s rows. Split it in two.", count=value),
        "workbook": _("This is a workbook. Save it as CSV (in Excel: Save as, CSV UTF-8) and send that."),
        "empty": _("The file is empty."),
        "not_text": _("This is not a CSV file. Save the table as CSV UTF-8 and send that."),
        "no_columns": _(
            "The first row has to name the columns; none of these is known here: %(names)s.", names=value
        ),
        "column_twice": _("Two columns mean the same: %(name)s. Take one of them away.", name=value),
        "broken_row": _("Row %(number)s cannot be read; look for a lonely quotation mark.", number=value),
    }
    return words[code]


def _reason(sentences: dict[str, str], reason: Reason) -> str:
    """Return why a row is refused and what to do, in a sentence."""
    text = sentences.get(reason.code, reason.code)
    return text % dict(reason.values) if reason.values else text


def _sentences() -> dict[str, str]:
    """Return the sentences with their places still open."""
    return {**_about_cells(), **_about_people(), **_about_rights()}


def _about_cells() -> dict[str, str]:
    return {
        "bad_name": _("The name is empty or longer than 200 characters."),
        "bad_sign_in_name": _("%(value)s cannot be a sign-in name: use 2 to 120 letters, digits, dots or dashes."),
        "bad_email": _("%(value)s is not an e-mail address."),
        "bad_staff_number": _("The staff number is longer than 60 characters."),
        "bad_language": _("%(value)s is not a language tag such as en or de."),
        "bad_time_zone": _("%(value)s is not a time zone such as Europe/Berlin."),
        "bad_active": _("%(value)s is neither yes nor no."),
        "bad_role": _("%(value)s is not a role: use learner, trainer, manager or administrator."),
        "bad_date": _("%(value)s is not a date such as 2026-11-03."),
        "date_ambiguous": _("%(value)s is another day elsewhere: write 2026-11-03, or say what comes first."),
        "dates_without_team": _("Dates without a team say nothing: name the team."),
        "left_without_joining": _("Nobody knows when this stay began: add the first day."),
        "left_before_joining": _("The last day comes before the first."),
        "team_unknown": _("There is no team %(team)s. Tick “Create the teams” to make it."),
        "team_unclear": _("Several teams are called %(team)s: write the path or one of the codes %(codes)s."),
        "team_bad": _("%(team)s cannot be a team's path."),
        "team_closed": _("The team %(team)s is closed."),
        "manager_of_no_team": _("Manager of which team? Name it in the team column, or write manager (code)."),
    }


def _about_people() -> dict[str, str]:
    return {
        "nobody": _("Nobody could find this person again: add a staff number, a sign-in name or an e-mail."),
        "name_missing": _("A new person needs a name."),
        "staff_number_is_anothers": _("The staff number %(value)s belongs to %(name)s."),
        "sign_in_name_is_anothers": _(
            "The sign-in name %(value)s belongs to %(name)s, who is somebody else here."
        ),
        "email_is_anothers": _("The e-mail %(value)s belongs to %(name)s, who is somebody else here."),
        "shared_in_file": _("%(value)s stands at different people in this file: rows %(rows)s."),
        "duplicate": _("The same as another row: rows %(rows)s. The first one counts."),
        "contradiction": _("Rows %(rows)s say different things about the same person."),
        "changed_meanwhile": _("Somebody changed this person meanwhile. Send the file again to bring it in."),
        "other_row_refused": _("Another row of this person is refused: %(rows)s."),
    }


def _about_rights() -> dict[str, str]:
    return {
        "role_not_yours": _("You cannot give or take the role %(role)s: you do not hold it yourself."),
        "team_not_yours": _("%(team)s is not one of your teams."),
        "person_not_yours": _("This person is not in one of your teams."),
        "administrators_account": _("%(name)s administers; only an administrator may change that account."),
        "last_administrator": _("Nobody would be left to administer."),
        "yourself": _("You would shut yourself out: ask another administrator."),
    }
