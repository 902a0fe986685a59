"""A certificate against a blank page of the same engine with the same fonts, in the press as it runs."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import select

from bench.memory import megabytes
from bench.rows import Row, below, told
from lms.credentials.queries import find_certificate
from lms.credentials.tables import Certificate
from lms.jobs import press
from lms.jobs.publishing import publish_courses
from lms.settings import ROOT, Settings
from lms.web import certificates
from lms.web.building import build_app
from lms.web.extensions import db
from lms.web.starting import bring_schema_up_to_date, fill_if_empty

_TIMES = 40
_BLANK = (
    '<!doctype html><html lang="en"><title>Blank</title><meta name="frame" content="a4"><body class="a4"><p>.</p>'
)


def measure(folder: Path) -> list[Row]:
    """Measure one certificate of the sample, warm, the two documents in turn."""
    settings = Settings(data_folder=folder / "data")
    html = _a_certificate(settings)
    command = [sys.executable, "-m", "lms.jobs.press"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        asked, answered = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
        press.read_frame(answered)

        def seconds(document: str) -> float:
            started = time.perf_counter()
            press.write_frame(asked, press.DONE, document.encode())
            answer = press.read_frame(answered)
            assert answer is not None
            assert answer[0] == press.DONE, answer[1][:300]
            return time.perf_counter() - started

        blank, full = _in_turn(seconds, _BLANK, html)
        memory = megabytes(process.pid)
        asked.close()
    return [
        told("blank page of the same engine and fonts, median", blank * 1000, "ms"),
        below("certificate, median", round(full * 1000, 2), "ms", round(blank * 1500, 2), round(blank * 1000, 2)),
        told("certificates a second, one press", 1 / full, "1/s"),
        told("memory of the press", memory, "MB"),
    ]


def _in_turn(seconds: Callable[[str], float], one: str, other: str) -> tuple[float, float]:
    pairs = [(seconds(one), seconds(other)) for _ in range(_TIMES)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def _a_certificate(settings: Settings) -> str:
    app = build_app(settings)
    with app.app_context():
        bring_schema_up_to_date()
        publish_courses(db.engine, settings)
        fill_if_empty(settings)
        serial, person_id = db.session.execute(select(Certificate.serial, Certificate.person_id)).first() or (
            "",
            0,
        )
        certificate = find_certificate(db.session(), serial, person_id)
        assert certificate is not None
        with app.test_request_context(base_url=settings.origin):
            return certificates.printed(certificate, "a4")
