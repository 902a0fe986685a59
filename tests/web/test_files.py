"""Files handed out under names of any script."""

import pytest
from werkzeug.http import parse_options_header

from lms.web.files import disposition


@pytest.mark.parametrize(
    "name", ["Phones 2026-11-16.csv", "Tęczowy zespół.xlsx", "فريق الهاتف.csv", 'a"b\r\nc;d.csv', "東京.xlsx"]
)
def test_the_name_comes_back_and_the_header_stays_one_line(name: str) -> None:
    header = disposition("attachment", name)
    assert header.isascii()
    assert "\r" not in header
    assert "\n" not in header
    kind, options = parse_options_header(header)
    assert kind == "attachment"
    assert options["filename"] == name
