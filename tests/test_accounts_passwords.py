"""Passwords and PINs: what is taken, how it is hashed, that at most two are hashed at a time."""

import threading
import time

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts import passwords
from lms.accounts.passwords import Weakness, password_weakness, pin_weakness

LENA = ("Lena Brandt", "lena.brandt", "lena@hotel.internal")


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("short1234", Weakness.TOO_SHORT),
        ("x" * 201, Weakness.TOO_LONG),
        ("aaaaaaaaaaaa", Weakness.PATTERN),
        ("abcabcabcabc", Weakness.PATTERN),
        ("abababcabab", Weakness.PATTERN),
        ("1234567890", Weakness.PATTERN),
        ("0987654321", Weakness.PATTERN),
        ("qwertyuiop", Weakness.PATTERN),
        ("qwertzuiop", Weakness.PATTERN),
        ("1qaz2wsx3edc", Weakness.PATTERN),
        ("Password123!", Weakness.COMMON),
        ("P@ssw0rd2026", Weakness.COMMON),
        ("welcome2026!", Weakness.COMMON),
        ("Willkommen1", Weakness.COMMON),
        ("iloveyou1234", Weakness.COMMON),
        ("football football", Weakness.COMMON),
        ("correct horse battery staple", Weakness.COMMON),
        ("ｐａｓｓｗｏｒｄ１２３４", Weakness.COMMON),
        ("LenaBrandt1", Weakness.LIKE_NAME),
        ("brandt-lena-99", Weakness.LIKE_NAME),
        ("lena@hotel.internal", Weakness.LIKE_NAME),
        ("seven grey herons dance", None),
        ("Tq9v.Lw2xR", None),
        ("пятьзелёныхслонов", None),
        ("mein Rad steht im Regen", None),
        ("lena hums at breakfast", None),
        (
            "Last Tuesday a heron stood on the roof of the bakery and nobody but the postman and I had noticed it",
            None,
        ),
    ],
)
def test_what_is_taken(password: str, weakness: Weakness | None) -> None:
    assert password_weakness(password, LENA) == weakness


@pytest.mark.parametrize(
    ("pin", "weakness"),
    [
        ("", Weakness.TOO_SHORT),
        ("123", Weakness.TOO_SHORT),
        ("12a4", Weakness.NOT_DIGITS),
        ("١٢٣٤", Weakness.NOT_DIGITS),
        ("1" * 13, Weakness.TOO_LONG),
        ("0000", Weakness.PATTERN),
        ("1212", Weakness.PATTERN),
        ("1234", Weakness.PATTERN),
        ("9876", Weakness.PATTERN),
        ("8901", Weakness.PATTERN),
        ("4071", None),
        ("1122", None),
        ("904417", None),
    ],
)
def test_which_pin_is_taken(pin: str, weakness: Weakness | None) -> None:
    assert pin_weakness(pin) == weakness


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert password_weakness(text, [text]) in {*Weakness, None}
    assert pin_weakness(text) in {*Weakness, None}


def test_a_hash_is_argon2id_and_matches_only_its_own_secret() -> None:
    stored = passwords.hashed("seven grey herons dance")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != passwords.hashed("seven grey herons dance")
    assert passwords.matches(stored, "seven grey herons dance")
    assert not passwords.matches(stored, "seven grey herons dancE")
    assert not passwords.is_outdated(stored)


def test_letters_composed_in_another_way_are_the_same_password() -> None:
    assert passwords.matches(passwords.hashed("Søren isst Äpfel"), "Søren isst A\u0308pfel")


def test_no_hash_a_broken_hash_and_endless_text_never_match() -> None:
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("not a hash", "anything at all")
    assert not passwords.matches(passwords.hashed("a" * 200), "a" * 100_000)
    assert not passwords.matches(passwords.hashed("a" * 201), "a" * 201)
    assert not passwords.matches(None, "\ud800\0")


def test_an_old_hash_still_matches_and_is_known_to_be_old() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("seven grey herons dance")
    assert passwords.matches(old, "seven grey herons dance")
    assert passwords.is_outdated(old)


def test_at_most_two_hash_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work, most, guard = 0, 0, threading.Lock()

    class SlowHasher:
        def hash(self, _secret: bytes) -> str:
            nonlocal at_work, most
            with guard:
                at_work += 1
                most = max(most, at_work)
            time.sleep(0.02)
            with guard:
                at_work -= 1
            return "hash"

    monkeypatch.setattr(passwords, "_HASHER", SlowHasher())
    threads = [threading.Thread(target=passwords.hashed, args=("secret",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
