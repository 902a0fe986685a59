"""Teams and people to choose from at this desk: those in sight."""

from collections.abc import Collection, Iterable, Mapping

from lms.accounts import queries as accounts
from lms.accounts.queries import PeopleFilter
from lms.accounts.roles import Role
from lms.web.choosing import MOST_LISTED, Chooser, Option, Options, Teams, chooser, words_for
from lms.web.extensions import database
from lms.web.identity import me, today
from lms.web.manage.scope import scope


def teams_in_sight(value: str = "{}", *, with_closed: bool = False) -> Teams:
    """Return the open teams whom the signed-in person looks after, or the closed ones as well."""
    return Teams(scope().teams.values(), value=value, are_named=True, with_closed=with_closed)


def team_field(
    given: Mapping[str, str],
    chosen: str,
    name: str = "team",
    *,
    teams: Teams | None = None,
    fixed: Iterable[tuple[str, str]] = (),
) -> Chooser:
    """Return the field that chooses one of these teams, or of the open ones in sight."""
    return chooser(name, teams or teams_in_sight(), [chosen], words_for(name, given), fixed=fixed)


class PeopleInSight:
    """Whoever is looked after and may sign in: too many to list, so found by words or by the very sign-in name."""

    def count(self) -> int:
        """Return more than are listed, whoever they are."""
        return MOST_LISTED + 1

    def all(self) -> Options:
        """Return nobody: people are found."""
        return ()

    def matching(self, words: str, most: int) -> tuple[Options, int]:
        """Return the only one with this sign-in name, e-mail address or staff number; else the first by name."""
        known = accounts.find_person_by_name(database(), words)
        if known and (exactly := self.of([str(known.id)])):
            return exactly, 1
        wanted = PeopleFilter(words, None if Role.ADMINISTRATOR in me().roles else scope().team_ids)
        found = accounts.people(database(), wanted, today(), limit=most)
        count = len(found) if len(found) < most else accounts.count_people(database(), wanted, today())
        return [Option(str(person.id), person.name, person.sign_in_name) for person in found], count

    def of(self, values: Collection[str]) -> Options:
        """Return those of these people who are in sight; two queries for each."""
        found = []
        for value in values:
            number = int(value) if value.isascii() and value.isdecimal() and len(value) < 18 else 0
            if number and accounts.may_see_person(database(), me(), number, today()):
                person = accounts.find_person(database(), number)
                if person and person.disabled_at is None:
                    found.append(Option(str(person.id), person.name, person.sign_in_name))
        return found
