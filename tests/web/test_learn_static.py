"""What a page brings with it: sheets, scripts and fonts by their hash, small and kept; pages sent compressed."""

import gzip
import os
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask

from lms.settings import ROOT
from lms.web import assets
from tests.support.learning import LESSON_AT, Enter, compiled, enter, publish, time

__all__ = ["compiled", "enter", "publish", "time"]
BOTH = {"Accept-Encoding": "gzip, deflate, br"}
BUDGET = 60_000


def _addresses(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page)


def test_a_static_file_is_kept_for_good_under_its_hash(app: Flask) -> None:
    client = app.test_client()
    for address in _addresses(client.get("/sign-in").text):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"], address
        assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
        assert client.get(address.split("?")[0]).headers["Cache-Control"] == "no-cache"


def test_sheets_and_scripts_are_sent_compressed(app: Flask) -> None:
    client = app.test_client()
    plain = client.get("/static/css/site.css")
    packed = client.get("/static/css/site.css", headers=BOTH)
    assert packed.headers["Content-Encoding"] == "br" and brotli.decompress(packed.data) == plain.data
    old = client.get("/static/css/site.css", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(old.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "css/none.css", "css", "%00"])
def test_nothing_beside_the_folder_is_served(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/static/{name}").status_code == 404


def test_pages_are_compressed_with_a_header_of_random_length(enter: Enter) -> None:
    lena = enter("lena")
    answers = [lena.client.get("/learn/", headers=BOTH) for _ in range(12)]
    assert all(answer.headers["Content-Encoding"] == "gzip" for answer in answers)
    assert gzip.decompress(answers[0].data).startswith(b"<!doctype html>")
    assert len({len(answer.data) for answer in answers}) > 3
    assert "Content-Encoding" not in lena.client.get("/learn/").headers


def test_the_first_lesson_is_small(enter: Enter) -> None:
    lena = enter("lena")
    page = lena.client.get(LESSON_AT, headers=BOTH)
    addresses = set(_addresses(gzip.decompress(page.data).decode()))
    sheet = lena.client.get("/static/css/site.css").text
    addresses |= {f"/static/{found}" for found in re.findall(r"\.\./(fonts/[\w-]+-base\.woff2)", sheet)}
    sizes = {address.split("?")[0]: len(lena.client.get(address, headers=BOTH).data) for address in addresses}
    total = len(page.data) + sum(sizes.values())
    assert total < BUDGET, (total, len(page.data), sizes)


def test_the_site_stands_without_fonts(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css/tokens.css").write_text((ROOT / "static/css/tokens.css").read_text())
    shelf = assets.Shelf(tmp_path)
    assert shelf.fonts() == []
    sheet = shelf.find("css/site.css")
    assert sheet is not None and b"Georgia" in sheet.plain


def test_a_sheet_changed_on_disk_gets_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_FRESH_SECONDS", -1.0)
    file = tmp_path / "one.css"
    file.write_text("p { margin: 0 }")
    shelf = assets.Shelf(tmp_path)
    first = shelf.find("one.css")
    file.write_text("p { margin: 1px }")
    os.utime(file, (1, 1))
    second = shelf.find("one.css")
    assert first and second and first.hash != second.hash
