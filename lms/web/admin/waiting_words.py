"""Jobs and mails in words."""

from flask_babel import gettext as _

from lms.mail.mail import MailState, Why
from lms.mail.queries import MailFacts
from lms.queue.job import JobState
from lms.web import speech
from lms.web.admin.waiting_pages import Mark


def job_word(kind: str) -> str:
    """Return what jobs of this kind do; a kind nobody gave words keeps its code."""
    words: dict[str, str] = {
        "certificates.renew": _("Begin renewals whose time has come"),
        "coaching.clear": _("Delete the words of observations and coaching notes older than a year"),
        "jobs.forget": _("Forget old jobs and mails"),
        "programmes.follow": _("Ask of people what their teams and programmes ask"),
        "programmes.team": _("Ask of a team that moved what the teams above it ask"),
        "programmes.look": _("Look once more whom a programme reaches"),
        "programmes.round": _("Look whom all programmes reach"),
        "programmes.settle": _("Bring a programme to its people"),
        "reminders.forget": _("Forget what was reminded long ago"),
        "reminders.plan": _("Plan the reminders of the day"),
        "reports.forget": _("Forget old report files"),
        "reports.rounds": _("See which reports come round"),
        "reports.make": _("Make a report file"),
        "roster.forget": _("Forget files of people"),
        "roster.plan": _("Read a file of people"),
        "roster.write": _("Bring people in from a file"),
    }
    return words.get(kind, kind)


def job_mark(state: JobState) -> Mark:
    """Return a job's state in a word."""
    return {
        JobState.WAITING: Mark(_("Waiting"), "quiet"),
        JobState.RUNNING: Mark(_("Running"), "here"),
        JobState.DONE: Mark(_("Done"), "good"),
        JobState.FAILED: Mark(_("Failed"), "harm"),
        JobState.CANCELLED: Mark(_("Cancelled"), "quiet"),
    }[state]


def mail_word(kind: str) -> str:
    """Return what mails of this kind are; a kind nobody gave words keeps its code."""
    words: dict[str, str] = {
        "reminder": _("Reminder of the day"),
        "week": _("The week of a manager’s teams"),
        "certificate": _("News of a certificate"),
    }
    return words.get(kind, kind)


def mail_mark(state: MailState) -> Mark:
    """Return a mail's state in a word."""
    return {
        MailState.WAITING: Mark(_("Waiting"), "quiet"),
        MailState.SENDING: Mark(_("Being sent"), "here"),
        MailState.SENT: Mark(_("Sent"), "good"),
        MailState.PERHAPS: Mark(_("Perhaps sent"), "attention"),
        MailState.GIVEN_UP: Mark(_("Given up"), "harm"),
        MailState.WITHHELD: Mark(_("Not sent"), "quiet"),
    }[state]


def mail_why(mail: MailFacts) -> str:
    """Return what became of a mail where its state alone does not say it, in a sentence; empty where it does."""
    match mail.state:
        case MailState.WITHHELD if mail.why is not None:
            words: dict[Why, str] = {
                Why.NO_SERVER: _("No mail server is set."),
                Why.NO_ADDRESS: _("There is no e-mail address to send it to."),
                Why.DISABLED: _("The account is disabled."),
                Why.MADE_UP: _(
                    "The address is made up, such as all that end in .example: nobody reads mail there."
                ),
            }
            return words[mail.why]
        case MailState.PERHAPS:
            return str(_("It was handed over, then the connection or the server broke off. It may have arrived."))
        case MailState.GIVEN_UP:
            return str(_("What went wrong: %(words)s", words=mail.error))
        case MailState.WAITING:
            return _waiting_for(mail)
    return ""


def _waiting_for(mail: MailFacts) -> str:
    again = speech.moment(mail.retry_at)
    if mail.error:
        text = _("To be tried again %(moment)s. What went wrong: %(words)s", moment=again, words=mail.error)
    elif mail.retry_at > mail.created_at:
        text = _("Not before %(moment)s.", moment=again)
    else:
        return ""
    return str(text)
