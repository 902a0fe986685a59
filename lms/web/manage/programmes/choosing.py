"""Whose a programme is and whom it is for, as the form chooses them among any number."""

from dataclasses import dataclass, replace

from flask_babel import gettext as _

from lms.accounts.roles import Role
from lms.organisation import queries as organisation
from lms.web.choosing import Chooser, chooser
from lms.web.extensions import database
from lms.web.fields import FieldProblem
from lms.web.identity import me
from lms.web.manage.choosing import PeopleInSight, teams_in_sight
from lms.web.manage.programmes.forms import ORGANISATION, ProgrammeChoice


@dataclass(frozen=True)
class Fields:
    """The three fields that choose: the owner, and a team or a person who is to be added."""

    owner: Chooser
    team: Chooser
    person: Chooser


def fields_of(choice: ProgrammeChoice) -> Fields:
    """Return the fields with what is chosen and found."""
    teams, adding = teams_in_sight(), choice.adding
    whole = [(ORGANISATION, organisation.name(database()))] if Role.ADMINISTRATOR in me().roles else []
    return Fields(
        chooser("owner", teams, [choice.owner], choice.owner_words, fixed=whole),
        chooser("team", teams, [adding.team], adding.team_words, fixed=whole),
        chooser("person", PeopleInSight(), [adding.person], adding.person_words),
    )


def found_in(choice: ProgrammeChoice, fields: Fields) -> ProgrammeChoice:
    """Return the form with what the fields have chosen, also the only one that was found.

    What is out of sight by now stays as it was sent, to be complained of.
    """
    adding = choice.adding
    adding = replace(adding, team=fields.team.value or adding.team, person=fields.person.value or adding.person)
    return replace(choice, owner=fields.owner.value or choice.owner, adding=adding)


def waits(choice: ProgrammeChoice, fields: Fields) -> bool:
    """Return whether somebody is being looked for and has to be picked first.

    Whom words tell for certain is added by the button that adds; whose programme it is, is always looked at.
    """
    adding = ((fields.team, choice.adding.team_words), (fields.person, choice.adding.person_words))
    return fields.owner.asks or any(
        field.asks and (words.is_pressed or field.found != 1) for field, words in adding
    )


def nobody(fields: Fields) -> list[FieldProblem]:
    """Return that nobody is called what was typed, if so."""
    is_lost = fields.person.asks and bool(fields.person.words) and not fields.person.found
    return [unknown_person()] if is_lost else []


def unknown_person() -> FieldProblem:
    """Return that this is nobody in sight."""
    return FieldProblem("person", _("Nobody you look after is called that."))
