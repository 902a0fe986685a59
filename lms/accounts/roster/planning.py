"""What a roster file would do, row by row, without doing it; pure. Applied by `actions.apply_import`."""

from collections import defaultdict
from collections.abc import Mapping

from lms.accounts.roles import Role
from lms.accounts.roster.plan import (
    Change,
    Current,
    Held,
    Importer,
    NewTeam,
    Options,
    Outcome,
    PersonDeed,
    PersonNow,
    Plan,
    PlannedRow,
    StaysPlan,
    TeamKey,
)
from lms.accounts.roster.reading import RosterFile
from lms.accounts.roster.stays import BadStayError, SaidStay, plan_stays
from lms.accounts.roster.teams import TeamIndex
from lms.accounts.roster.understanding import (
    IDENTITY,
    WRITTEN,
    Draft,
    refuse_contradictions,
    suggested_sign_in_name,
    understood,
)


def plan_import(file: RosterFile, current: Current, importer: Importer, options: Options) -> Plan:
    """Return what this file would do to what is stored, with the importer's rights; writes nothing."""
    return _Planner(current, importer, options).plan(file)


class _Planner:
    """One planning: the indexes over what is stored, and what the file has claimed so far."""

    def __init__(self, current: Current, importer: Importer, options: Options) -> None:
        self._importer = importer
        self._options = options
        self._people = {person.id: person for person in current.people}
        self._teams = TeamIndex(current.teams, options.create_teams and importer.is_administrator)
        self._index: dict[str, dict[str, int]] = {key: {} for key in IDENTITY}
        for person in current.people:
            for key in IDENTITY:
                value = getattr(person, key)
                if value:
                    self._index[key][value] = person.id
        self._sign_in_names = set(self._index["sign_in_name"]) | set(self._index["email"])
        self._changes: dict[int, list[Change]] = defaultdict(list)

    def plan(self, file: RosterFile) -> Plan:
        drafts = [understood(row, self._teams, self._importer, self._options) for row in file.rows]
        groups = self._grouped(drafts)
        _refuse_shared_identifiers(groups)
        for draft in drafts:
            self._sign_in_names |= {draft.said[key] for key in ("sign_in_name", "email") if key in draft.said}
        deeds = [deed for group in groups.values() if (deed := self._deed(group)) is not None]
        deeds = self._keeping_an_administrator(deeds, drafts)
        deeds = [deed for deed in deeds if not deed.is_empty]
        new = {number for deed in deeds if deed.person_id is None for number in deed.rows}
        return Plan(
            tuple(self._planned(draft, draft.row.number in new) for draft in drafts),
            tuple(deeds),
            self._teams_to_create(deeds, drafts),
            tuple(self._teams.unknown.values()),
        )

    # Rows that speak of the same person

    def _grouped(self, drafts: list[Draft]) -> Mapping[object, list[Draft]]:
        groups: dict[object, list[Draft]] = defaultdict(list)
        for draft in drafts:
            if draft.identity is None:
                if not draft.row.team or draft.said or draft.row.role or draft.row.active or draft.row.joined_on:
                    draft.refuse("nobody")
                continue
            person = self._match(draft)
            groups[person.id if person else draft.identity].append(draft)
        for group in groups.values():
            refuse_contradictions(group)
        return groups

    def _match(self, draft: Draft) -> PersonNow | None:
        """Return the stored person a row speaks of: by staff number, else sign-in name, else e-mail."""
        found: PersonNow | None = None
        for position, key in enumerate(IDENTITY):
            person = self._people.get(self._index[key].get(draft.said.get(key, ""), 0))
            if person is None:
                continue
            if found is None:
                found = person
                # A stronger identifier that says somebody else must not hand over this account.
                stronger = [each for each in IDENTITY[:position] if each in draft.said]
                if any(getattr(person, each) for each in stronger):
                    draft.refuse(f"{key}_is_anothers", value=draft.said[key], name=person.name)
            elif person.id != found.id:
                draft.refuse(f"{key}_is_anothers", value=draft.said[key], name=person.name)
        return found

    # One person

    def _deed(self, group: list[Draft]) -> PersonDeed | None:
        drafts = [draft for draft in group if not draft.is_repetition]
        person = self._match(drafts[0])
        values = self._values(drafts, person)
        active = self._activity(drafts, person)
        stays = self._stays(drafts, person)
        granted, revoked = self._roles(drafts, person)
        self._hold_to_rights(drafts, person, bool(values) or active is not None)
        refused = ", ".join(str(draft.row.number) for draft in drafts if draft.reasons)
        if refused:
            for draft in drafts:
                if not draft.reasons:
                    draft.refuse("other_row_refused", rows=refused)
            return None
        rows = tuple(draft.row.number for draft in drafts)
        return PersonDeed(rows, person.id if person else None, values, active, stays, granted, revoked)

    def _values(self, drafts: list[Draft], person: PersonNow | None) -> dict[str, str | None]:
        """Return the columns to write: all of a new person's, else those the file changes."""
        first = drafts[0]
        said = {column: value for draft in drafts for column, value in draft.said.items()}
        email = said.get("email", "")
        owner = self._people.get(self._index["sign_in_name"].get(email, 0))
        if owner is not None and owner is not person:
            # Both open the same door at sign-in.
            first.refuse("email_is_anothers", value=email, name=owner.name)
        if person is None:
            return self._new_values(first, said)
        values: dict[str, str | None] = {
            column: said[column]
            for column in WRITTEN
            if column in said and said[column] != getattr(person, column)
        }
        for column, value in values.items():
            self._note(first, column, getattr(person, column) or "", value or "")
        return values

    def _new_values(self, draft: Draft, said: dict[str, str]) -> dict[str, str | None]:
        if "name" not in said:
            draft.refuse("name_missing")
        if draft.reasons:
            return {}
        values: dict[str, str | None] = {column: said.get(column) for column in WRITTEN}
        values["language"] = said.get("language", self._options.language)
        values["time_zone"] = said.get("time_zone", self._options.time_zone)
        values["sign_in_name"] = said.get("sign_in_name") or self._made_sign_in_name(said["name"])
        for column, value in values.items():
            if value:
                self._note(draft, column, "", value)
        return values

    def _made_sign_in_name(self, name: str) -> str:
        base = suggested_sign_in_name(name)
        made, number = base, 2
        while made in self._sign_in_names:
            made, number = f"{base}{number}", number + 1
        self._sign_in_names.add(made)
        return made

    def _activity(self, drafts: list[Draft], person: PersonNow | None) -> bool | None:
        """Return what the account is to become, or None when it stays as it is."""
        said = next((draft.active for draft in drafts if draft.active is not None), None)
        was = person.is_active if person else True
        if said is None or said == was:
            return None
        self._note(drafts[0], "active", "yes" if was else "no", "yes" if said else "no")
        return said

    def _stays(self, drafts: list[Draft], person: PersonNow | None) -> StaysPlan:
        stored = person.stays if person else ()
        open_teams = {stay.team_id for stay in stored if stay.left_on is None}
        said = []
        for draft in drafts:
            if draft.team is None or draft.reasons:
                continue
            if draft.left_on is None and draft.team not in open_teams and self._teams.is_closed(draft.team):
                draft.refuse("team_closed", team=draft.row.team)
            said.append(SaidStay(draft.row.number, draft.team, draft.joined_on, draft.left_on))
        may_end = None if self._importer.is_administrator else self._importer.reach
        try:
            plan = plan_stays(stored, said, self._options.today, may_end)
        except BadStayError as error:
            for draft in drafts:
                if draft.row.number == error.number:
                    draft.refuse(error.reason.code, **error.reason.values)
            return StaysPlan()
        self._note_stays(drafts, stored_by_id={stay.id: stay for stay in stored}, plan=plan)
        return plan

    def _note_stays(self, drafts: list[Draft], stored_by_id: Mapping[int, object], plan: StaysPlan) -> None:
        """Note each change of a stay at the row that names its team; teams moved from at the one moved to."""
        by_team = {draft.team: draft for draft in reversed(drafts) if draft.team is not None}
        gone = {stay.team_id for stay in (*plan.changed, *plan.removed)} - set(by_team)
        moved_from = ", ".join(sorted(self._teams.label(team) for team in gone))
        for new in plan.added:
            draft = by_team[new.team]
            self._note(draft, "team", moved_from if new.left_on is None else "", self._teams.label(new.team))
            moved_from = moved_from if new.left_on else ""
            self._note(draft, "joined_on", "", new.joined_on.isoformat())
            if new.left_on:
                self._note(draft, "left_on", "", new.left_on.isoformat())
        if moved_from:
            self._note(drafts[0], "team", moved_from, "")
        for stay in plan.changed:
            for column in ("joined_on", "left_on"):
                before, after = getattr(stored_by_id[stay.id], column), getattr(stay, column)
                if before != after and stay.team_id in by_team:
                    self._note(by_team[stay.team_id], column, str(before or ""), str(after or ""))
        for stay in plan.removed:
            if stay.team_id in by_team:
                self._note(by_team[stay.team_id], "joined_on", stay.joined_on.isoformat(), "")

    def _roles(
        self, drafts: list[Draft], person: PersonNow | None
    ) -> tuple[tuple[tuple[Role, TeamKey | None], ...], tuple[Held, ...]]:
        """Return the roles to grant and those to revoke; rows that say nothing of roles leave them be."""
        if all(draft.roles is None for draft in drafts):
            return (), ()
        held = person.roles if person else ()
        has = {(each.role, each.team_id) for each in held}
        wanted = {(said.role, said.team): draft for draft in drafts for said in draft.roles or ()}
        granted = tuple(each for each in wanted if each not in has)
        revoked = tuple(each for each in held if (each.role, each.team_id) not in wanted)
        for role, team in granted:
            self._note(wanted[role, team], "role", "", self._role_label(role, team))
            if not self._importer.may_give(role, team):
                wanted[role, team].refuse("role_not_yours", role=role.value)
            if team is not None and self._teams.is_closed(team):
                wanted[role, team].refuse("team_closed", team=self._teams.label(team))
        for each in revoked:
            self._note(drafts[0], "role", self._role_label(each.role, each.team_id), "")
            if not self._importer.may_give(each.role, each.team_id):
                drafts[0].refuse("role_not_yours", role=each.role.value)
        return granted, revoked

    def _role_label(self, role: Role, team: TeamKey | None) -> str:
        return role.value if team is None else f"{role.value} ({self._teams.label(team)})"

    # Rights

    def _hold_to_rights(self, drafts: list[Draft], person: PersonNow | None, account_changes: bool) -> None:
        """Refuse what an importer who does not administer could not do by hand."""
        if self._importer.is_administrator:
            return
        if person is None:
            if all(draft.team is None for draft in drafts):
                drafts[0].refuse("person_not_yours")
            return
        if person.is_administrator and account_changes:
            drafts[0].refuse("administrators_account", name=person.name)
        if not {stay.team_id for stay in person.stays if stay.left_on is None} & self._importer.reach:
            drafts[0].refuse("person_not_yours")

    def _keeping_an_administrator(self, deeds: list[PersonDeed], drafts: list[Draft]) -> list[PersonDeed]:
        """Refuse the deeds that take the importer's own rights, or together leave nobody to administer."""
        administrators = {
            person.id for person in self._people.values() if person.is_administrator and person.is_active
        }
        losing = [
            deed
            for deed in deeds
            if deed.person_id in administrators
            and (deed.active is False or any(held.role is Role.ADMINISTRATOR for held in deed.revoked))
        ]
        code = "last_administrator"
        if not losing or len(losing) < len(administrators):
            me = self._importer.person_id
            code, own = "yourself", [deed for deed in deeds if me is not None and deed.person_id == me]
            losing = [deed for deed in own if deed in losing or deed.active is False]
        numbers = {number for deed in losing for number in deed.rows}
        for draft in drafts:
            if draft.row.number in numbers:
                draft.refuse(code)
        return [deed for deed in deeds if deed not in losing]

    def _teams_to_create(self, deeds: list[PersonDeed], drafts: list[Draft]) -> tuple[NewTeam, ...]:
        """Return the new teams that a row which is not refused needs, those above first."""
        used: set[TeamKey | None] = {
            draft.team for draft in drafts if draft.identity is None and not draft.reasons
        }
        for deed in deeds:
            used |= {stay.team for stay in deed.stays.added} | {team for _, team in deed.granted}
        created = self._teams.created
        for key in reversed(created):
            if key in used:
                used.add(created[key].parent)
        return tuple(team for key, team in created.items() if key in used)

    # What is shown

    def _note(self, draft: Draft, field: str, before: str, after: str) -> None:
        self._changes[draft.row.number].append(Change(field, before, after))

    def _planned(self, draft: Draft, is_new: bool) -> PlannedRow:
        number, changes = draft.row.number, tuple(self._changes.get(draft.row.number, ()))
        name = draft.said.get("name", draft.row.name[:200])
        if draft.reasons:
            return PlannedRow(number, Outcome.REFUSED, name, (), tuple(draft.reasons))
        if draft.identity is None and draft.team is not None:
            label = self._teams.label(draft.team)
            if isinstance(draft.team, str):
                return PlannedRow(number, Outcome.NEW, label, (Change("team", "", label),))
            return PlannedRow(number, Outcome.UNCHANGED, label)
        if not name:
            person = self._match(draft)
            name = person.name if person else ""
        return PlannedRow(number, Outcome.NEW if is_new else _outcome(changes), name, changes)


def _refuse_shared_identifiers(groups: Mapping[object, list[Draft]]) -> None:
    """Refuse rows of different people that claim the same staff number, sign-in name or e-mail."""
    for key in IDENTITY:
        first: dict[str, object] = {}
        said = [(draft.said[key], at, draft) for at, own in groups.items() for draft in own if key in draft.said]
        shared = {value for value, at, _draft in said if first.setdefault(value, at) != at}
        users: dict[str, list[Draft]] = defaultdict(list)
        for value, _at, draft in said if shared else ():
            if value in shared:
                users[value].append(draft)
        for value, drafts in users.items():
            numbers = ", ".join(str(draft.row.number) for draft in drafts)
            for draft in drafts:
                draft.refuse("shared_in_file", rows=numbers, value=value)


def _outcome(changes: tuple[Change, ...]) -> Outcome:
    if not changes:
        return Outcome.UNCHANGED
    if any(change.field == "left_on" and change.after for change in changes):
        return Outcome.LEFT
    if any(change.field == "team" and change.before for change in changes):
        return Outcome.MOVED
    return Outcome.CHANGED
