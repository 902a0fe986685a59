"""The size of a picture: what a drawing says of itself, and what a hostile one may cost."""

import time
from pathlib import Path

import pytest

from lms.content.reading.pictures import picture_size


@pytest.mark.parametrize(
    ("drawing", "size"),
    [
        ("<svg width=\"30px\" height = '20'>", (30, 20)),
        ('<?xml version="1.0"?>\n<svg\n  viewBox="0 0 300 150.4">', (300, 150)),
        ('<svg width="100%" height="auto" viewBox="0,0,40,10">', (40, 10)),
        ('<svg width="1.2.3" height="1">', None),
        (f'<svg width="{"9" * 400}" height="1">', None),
        (f'<svg viewBox="0 0 {"9" * 400} 1">', None),
    ],
)
def test_a_drawing_says_its_size_or_nothing(tmp_path: Path, drawing: str, size: tuple[int, int] | None) -> None:
    picture = tmp_path / "a.svg"
    picture.write_text(drawing)
    assert picture_size(picture) == size


@pytest.mark.parametrize("body", ["<svg " * 50_000, f'<svg width="1{" " * 250_000}x">', f"<svg {'a ' * 120_000}"])
def test_a_drawing_made_to_be_slow_costs_a_moment(tmp_path: Path, body: str) -> None:
    picture = tmp_path / "a.svg"
    picture.write_text(body)
    began = time.process_time()
    assert picture_size(picture) is None
    assert time.process_time() - began < 1
