"""Who works at the sample company: sixty invented people in six teams; pure, the same from the same seed.

Ferryhill is a made-up chain of home-and-garden shops with a service centre. Nobody in it is real.
"""

import random
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta

COMPANY = "Ferryhill Home & Garden"
TIME_ZONE = "Europe/London"


@dataclass(frozen=True)
class SampleTeam:
    """One team of the sample; `parent` is the code of the team above, or empty at the top."""

    code: str
    name: str
    parent: str
    size: int


TEAMS = (
    SampleTeam("service", "Customer service", "", 4),
    SampleTeam("phones", "Phones", "service", 16),
    SampleTeam("chat", "Chat and e-mail", "service", 11),
    SampleTeam("counter-north", "Service counter North", "service", 12),
    SampleTeam("counter-river", "Service counter Riverside", "service", 10),
    SampleTeam("returns", "Returns and repairs", "service", 7),
)


@dataclass(frozen=True)
class Move:
    """One move from the team with this code; `on` is the first day in the team of now."""

    from_team: str
    on: date


@dataclass(frozen=True)
class SamplePerson:
    """One invented person: where they work since when, how eagerly and how surely they learn (both 0..1).

    `team` is the last one; `left_on` is the first day outside for those who work elsewhere now.
    """

    sign_in_name: str
    name: str
    email: str | None
    staff_number: str
    team: str
    joined_on: date
    eagerness: float
    skill: float
    move: Move | None = None
    left_on: date | None = None


@dataclass(frozen=True)
class Guide:
    """One of the four whose sign-in links are printed at start."""

    sign_in_name: str
    seat: str


GUIDES = (
    Guide("mina", "learner"),
    Guide("tom", "trainer"),
    Guide("sina", "manager"),
    Guide("omar", "administrator"),
)
MANAGERS = {
    "petra": "service",
    "sina": "phones",
    "joao": "chat",
    "ruth": "counter-north",
    "kwame": "counter-river",
    "ines": "returns",
}
TRAINER = "tom"
ADMINISTRATOR = "omar"

# The people with a part to play, first, with the days since they joined; the rest fill the teams.
_NAMED = (
    ("petra", "Petra Vogel", "service", 2890),
    ("tom", "Tom Ashworth", "service", 1480),
    ("omar", "Omar Haddad", "service", 960),
    ("sina", "Sina Rahimi", "phones", 2110),
    ("mina", "Mina Castellano", "phones", 410),
    ("joao", "João Ferreira", "chat", 1190),
    ("ruth", "Ruth Adeyemi", "counter-north", 2480),
    ("kwame", "Kwame Mensah", "counter-river", 1330),
    ("ines", "Inês Duarte", "returns", 1790),
)
_OTHERS = (
    "Aaliyah Brooks", "Agnieszka Nowak", "Aiko Tanaka", "Alasdair Reid", "Amara Okonkwo", "Anselm Keller",
    "Beatriz Lima", "Ben Whitlock", "Birgit Sandvik", "Callum Price", "Chiara Russo", "Dafydd Llewellyn",
    "Deepa Iyer", "Dmitri Volkov", "Ebony Clarke", "Elif Yıldız", "Ewan McAllister", "Fatima Zahra Benali",
    "Freya Holm", "Gethin Morgan", "Grace Oduya", "Hana Kovářová", "Hugo Lindqvist", "Imani Njoroge",
    "Jack Turner", "Jasmin Weiss", "Jin-ho Park", "Katya Morozova", "Kieran Doyle", "Leila Aziz",
    "Liam O’Connor", "Lucía Herrera", "Magnus Berg", "Mei Ling Chan", "Mohammed Siddiqui", "Nadia Petrova",
    "Niamh Gallagher", "Olek Zieliński", "Oluwaseun Bello", "Paolo Conti", "Priya Raman", "Rosa Delgado",
    "Samir Nasser", "Saoirse Byrne", "Tariq Mahmood", "Thandiwe Dube", "Valentina Popescu", "Wei Zhang",
    "Yusuf Demir", "Zofia Wójcik", "عمر الخطيب",
)  # fmt: skip
# Those who left, with the team of their last day and how many days ago that was.
_FORMER = (
    ("nils", "Nils Åberg", "phones", 17),
    ("carla", "Carla Mendes", "chat", 9),
)


def sample_people(today: date, seed: int = 26) -> tuple[SamplePerson, ...]:
    """Return the sixty who work there `today`, joined over the past years; unique by sign-in name.

    One of them moved to Phones three weeks ago.
    """
    chance = random.Random(seed)  # noqa: S311  # believable people, not secrets
    room = {team.code: team.size for team in TEAMS}
    for _sign_in_name, _name, team, _days in _NAMED:
        room[team] -= 1
    seats = [code for code, left in room.items() for _seat in range(left)]
    chance.shuffle(seats)
    people = [
        _person(chance, sign_in_name, name, team, today - timedelta(days=days))
        for sign_in_name, name, team, days in _NAMED
    ]
    taken = {person.sign_in_name for person in people}
    for name, team in zip(_OTHERS, seats, strict=True):
        sign_in_name = _free_sign_in_name(name, taken)
        taken.add(sign_in_name)
        days = chance.randint(10, 45) if chance.random() < 0.13 else chance.randint(200, 2600)
        people.append(_person(chance, sign_in_name, name, team, today - timedelta(days=days)))
    return _numbered(_with_mover(people, today))


def former_people(today: date, seed: int = 26) -> tuple[SamplePerson, ...]:
    """Return those who worked there and left; their history stays."""
    chance = random.Random(f"{seed}:former")  # noqa: S311  # believable people, not secrets
    return tuple(
        replace(
            _person(chance, sign_in_name, name, team, today - timedelta(days=chance.randint(500, 1500))),
            staff_number=f"F{990 + number}",
            left_on=today - timedelta(days=days),
        )
        for number, (sign_in_name, name, team, days) in enumerate(_FORMER)
    )


def _person(chance: random.Random, sign_in_name: str, name: str, team: str, joined_on: date) -> SamplePerson:
    eagerness = min(1.0, max(0.0, chance.gauss(0.62, 0.27)))
    skill = min(0.97, max(0.35, chance.gauss(0.78, 0.12)))
    # Many on the shop floor have no address at work; Mina signs in on her own phone.
    has_email = team in ("service", "chat", "phones") or chance.random() < 0.3
    return SamplePerson(
        sign_in_name=sign_in_name,
        name=name,
        email=f"{sign_in_name}@ferryhill.example" if has_email and sign_in_name != "mina" else None,
        staff_number="",
        team=team,
        joined_on=joined_on,
        eagerness=max(eagerness, 0.85) if sign_in_name in MANAGERS else eagerness,
        skill=max(skill, 0.8) if sign_in_name in MANAGERS else skill,
    )


def _with_mover(people: list[SamplePerson], today: date) -> list[SamplePerson]:
    mover = next(
        person
        for person in people[len(_NAMED) :]
        if person.team == "phones" and person.eagerness > 0.7 and today - person.joined_on > timedelta(days=150)
    )
    moved = replace(mover, move=Move("counter-river", today - timedelta(days=21)))
    return [moved if person is mover else person for person in people]


def _numbered(people: list[SamplePerson]) -> tuple[SamplePerson, ...]:
    by_seniority = sorted(people, key=lambda person: (person.joined_on, person.sign_in_name))
    numbers = {person.sign_in_name: number for number, person in enumerate(by_seniority, start=1001)}
    return tuple(replace(person, staff_number=f"F{numbers[person.sign_in_name]}") for person in people)


def _free_sign_in_name(name: str, taken: set[str]) -> str:
    bare = unicodedata.normalize("NFKD", name.split(maxsplit=1)[0]).casefold()
    # One name is written in Arabic; its bearer chose a sign-in name any keyboard can type.
    first = "".join(letter for letter in bare if letter.isascii() and letter.isalpha()) or "omar.k"
    candidate, number = first, 1
    while candidate in taken:
        number += 1
        candidate = f"{first}{number}"
    return candidate
