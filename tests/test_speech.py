"""Shares in words: whole percent, and never none of some or all of nearly all."""

import pytest
from flask import Flask

from lms.web.speech import nearest_percent, percent


@pytest.mark.parametrize(
    ("share", "down", "nearest"),
    [
        (0.0, "0%", "0%"),
        (1 / 167, "under 1%", "under 1%"),
        (0.01, "1%", "1%"),
        (0.016, "1%", "2%"),
        (0.796, "79%", "80%"),
        (0.99, "99%", "99%"),
        (0.996, "over 99%", "over 99%"),
        (99_999 / 100_000, "over 99%", "over 99%"),
        (1.0, "100%", "100%"),
        (sum([0.1] * 10), "100%", "100%"),
    ],
)
def test_some_are_never_none_and_nearly_all_never_all(app: Flask, share: float, down: str, nearest: str) -> None:
    with app.test_request_context():
        assert (percent(share), nearest_percent(share)) == (down, nearest)
