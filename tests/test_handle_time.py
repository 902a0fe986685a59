"""Handle time is never shown without behaviour and resolution beside it; today it is shown nowhere."""

import re
from pathlib import Path

from lms.reports.catalogue import KINDS

ROOT = Path(__file__).parent.parent
_HANDLE_TIME = re.compile(r"handl(?:e|ing)[ _-]?time|talk[ _-]?time|after[ _-]call[ _-]work|\b(?:AHT|ACW)\b", re.I)


def test_no_page_and_no_text_of_the_interface_shows_handle_time() -> None:
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "lms/web").rglob("*.py")]
    assert len(files) > 100
    assert [path.name for path in files if _HANDLE_TIME.search(path.read_text())] == []


def test_no_column_of_a_report_is_handle_time() -> None:
    names = [column.key for kind in KINDS.values() for column in kind.columns]
    assert names
    assert [name for name in names if _HANDLE_TIME.search(name)] == []
