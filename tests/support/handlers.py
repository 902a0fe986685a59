"""Handlers that do what a test of jobs needs: well, badly, slowly, too much."""

import os
import signal
import time
from pathlib import Path
from typing import Any

from lms.jobs.context import Context, GivenUpError, Result


def well(context: Context, payload: dict[str, Any]) -> Result:
    context.tell(0.5, "halfway")
    print("a library says something")  # noqa: T201
    return {"given": payload, "process": os.getpid()}


def badly(_context: Context, _payload: dict[str, Any]) -> Result:
    raise ValueError("the sky\0 fell")


def hopelessly(_context: Context, _payload: dict[str, Any]) -> Result:
    raise GivenUpError("Name a team that is there.")


def slowly(context: Context, payload: dict[str, Any]) -> Result:
    """Tell that it began, then go on for a minute, looking up now and then."""
    Path(payload["began"]).write_text(str(os.getpid()))
    for number in range(1_200):
        context.tell(number / 1_200, "on it")
        time.sleep(0.05)
    return None


def greedily(_context: Context, _payload: dict[str, Any]) -> Result:
    return {"size": len(bytes(300_000_000))}


def killed(_context: Context, _payload: dict[str, Any]) -> Result:
    os.kill(os.getpid(), signal.SIGKILL)
    return None
