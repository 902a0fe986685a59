"""Who works at the sample company: sixty invented people in six teams; pure, the same from the same seed.

Ferryhill is a made-up chain of home-and-garden shops with a service centre. Nobody in it is real.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

COMPANY = "Ferryhill Home & Garden"


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
class SamplePerson:
    """One invented person: where they work since when, and how eagerly they learn (0..1)."""

    sign_in_name: str
    name: str
    email: str | None
    team: str
    joined_on: date
    eagerness: float
    skill: float


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

# The people with a part to play, first; the rest fill the teams.
_NAMED = (
    ("petra", "Petra Vogel", "service"),
    ("tom", "Tom Ashworth", "service"),
    ("omar", "Omar Haddad", "service"),
    ("sina", "Sina Rahimi", "phones"),
    ("mina", "Mina Castellano", "phones"),
    ("joao", "João Ferreira", "chat"),
    ("ruth", "Ruth Adeyemi", "counter-north"),
    ("kwame", "Kwame Mensah", "counter-river"),
    ("ines", "Inês Duarte", "returns"),
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


def sample_people(today: date, seed: int = 26) -> tuple[SamplePerson, ...]:
    """Return the sixty people, joined over the past years up to `today`; unique by sign-in name."""
    chance = random.Random(seed)  # noqa: S311  # believable people, not secrets
    room = {team.code: team.size for team in TEAMS}
    for _sign_in_name, _name, team in _NAMED:
        room[team] -= 1
    seats = [code for code, left in room.items() for _seat in range(left)]
    chance.shuffle(seats)
    people = [_person(chance, today, *named) for named in _NAMED]
    taken = {person.sign_in_name for person in people}
    for name, team in zip(_OTHERS, seats, strict=True):
        sign_in_name = _free_sign_in_name(name, taken)
        taken.add(sign_in_name)
        people.append(_person(chance, today, sign_in_name, name, team))
    return tuple(people)


def _person(chance: random.Random, today: date, sign_in_name: str, name: str, team: str) -> SamplePerson:
    newcomer = chance.random() < 0.15 and sign_in_name not in MANAGERS
    days = chance.randint(10, 45) if newcomer else chance.randint(200, 2600)
    # Many on the shop floor have no address at work.
    has_email = team in ("service", "chat", "phones") or chance.random() < 0.3
    return SamplePerson(
        sign_in_name=sign_in_name,
        name=name,
        email=f"{sign_in_name}@ferryhill.example" if has_email else None,
        team=team,
        joined_on=today - timedelta(days=days),
        eagerness=min(1.0, max(0.0, chance.gauss(0.62, 0.27))),
        skill=min(0.97, max(0.35, chance.gauss(0.78, 0.12))),
    )


def _free_sign_in_name(name: str, taken: set[str]) -> str:
    first = "".join(
        character for character in name.split()[0].casefold() if character.isascii() and character.isalpha()
    )
    first = first or "omar.k"
    candidate, number = first, 1
    while candidate in taken:
        number += 1
        candidate = f"{first}{number}"
    return candidate
