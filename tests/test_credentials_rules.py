"""The rules of certificates that hold with the power off: dates, standing, lettering, the QR code."""

import re
from datetime import UTC, date, datetime

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials import awarding
from lms.credentials.certificate import Standing, standing
from lms.credentials.lettering import NAME_STEPS, TITLE_STEPS, direction, lettering, script_language, units
from lms.credentials.qr import qr_code
from tests.support.certificates import a_certificate

MOMENT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 11, 16), 24, date(2028, 11, 16)),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int, after: date) -> None:
    assert awarding.months_after(day, months) == after


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Berlin", date(2026, 12, 1)), ("America/Lima", date(2026, 11, 30)), ("No/Where", date(2026, 11, 30))],
)
def test_a_day_is_a_day_where_the_person_lives(zone: str, day: date) -> None:
    assert awarding.day_of(MOMENT, zone) == day


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 16), Standing.VALID),
        (date(2027, 11, 16), Standing.VALID),
        (date(2027, 11, 17), Standing.EXPIRED),
    ],
)
def test_a_certificate_holds_through_its_last_day(today: date, expected: Standing) -> None:
    assert standing(a_certificate(), today) is expected


def test_a_certificate_without_an_end_never_expires_but_may_be_revoked() -> None:
    endless = a_certificate(valid_until=None)
    assert standing(endless, date(2126, 1, 1)) is Standing.VALID
    assert standing(a_certificate(revoked_at=MOMENT), date(2126, 1, 1)) is Standing.REVOKED


def test_a_serial_can_be_read_aloud() -> None:
    assert re.fullmatch(r"LN-2026-[0-9A-HJKMNP-TV-Z]{6}", awarding.new_serial(date(2026, 1, 1)))


def test_the_code_is_printed_in_two_lines_of_three_groups() -> None:
    assert awarding.code_lines("7K3MQ9ABCDEFGHJKMNPQRSTVWX") == ("7K3M Q9AB CDEFG", "HJKM NPQR STVWX")


@given(st.text(st.sampled_from("abcdefghij0123456789:/.-"), min_size=1, max_size=120))
def test_the_qr_path_draws_the_matrix_and_nothing_else(text: str) -> None:
    code = qr_code(text)
    drawn = [[0] * code.size for _ in range(code.size)]
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", code.path):
        for column in range(int(x), int(x) + int(length)):
            drawn[int(y)][column] += 1
    assert drawn == [list(row) for row in segno.make_qr(text, error="m").matrix]
    assert re.sub(r"M\d+ \d+\.5h\d+", "", code.path) == ""


@given(st.text(max_size=300))
def test_lettering_keeps_every_word_in_order(text: str) -> None:
    set_name = lettering(text, NAME_STEPS, "en")
    assert " ".join(set_name.lines).split() == text.split()


@given(st.lists(st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=12), min_size=1, max_size=20))
def test_lines_of_short_words_stay_within_their_size(words: list[str]) -> None:
    for steps in (NAME_STEPS, TITLE_STEPS):
        text = lettering(" ".join(words), steps, "en")
        step = next(step for step in steps if step.size == text.size)
        assert all(units(line) <= step.line * 1.02 or " " not in line for line in text.lines)


def test_two_lines_are_about_equally_long() -> None:
    name = lettering("Maria Fernanda Guadalupe de la Concepción Villavicencio-Ruiz", NAME_STEPS, "es")
    assert name.lines == ("Maria Fernanda Guadalupe de la", "Concepción Villavicencio-Ruiz")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("فاطمة", "rtl"),
        ("יעל", "rtl"),
        ("(1) יעל Cohen", "rtl"),
        ("Yael כהן", "ltr"),
        ("山田", "ltr"),
        ("123", "ltr"),
    ],
)
def test_a_text_runs_as_its_first_letter_does(text: str, expected: str) -> None:
    assert direction(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("欧阳雪", "zh", "zh"),
        ("歐陽雪", "zh-Hant", "zh-Hant"),
        ("歐陽雪", "zh_HK", "zh-HK"),
        ("佐藤雪", "ja", "ja"),
        ("佐藤さくら", "en", "ja"),
        ("김서연", "en", "ko"),
        ("欧阳雪", "en", "zh"),
        ("فاطمة", "ur", "ur"),
        ("فاطمة", "de", "ar"),
        ("Світлана", "uk", "uk"),
        ("Lena Brandt", "de", ""),
    ],
)
def test_letters_are_those_of_the_persons_language_or_of_the_script(
    text: str, language: str, expected: str
) -> None:
    assert script_language(text, language) == expected
