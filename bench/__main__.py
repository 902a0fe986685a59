"""`python -m bench`: measure everything, print the table, write bench/results.json."""

import sys
import tempfile
from pathlib import Path

from bench import (
    browsing,
    checking,
    curves,
    documents,
    figures,
    managers,
    organisation,
    questions,
    reports,
    requests,
    roster,
    studio,
)
from bench.rows import keep, table

PARTS = {
    "checking": checking.measure,
    "requests": requests.measure,
    "organisation": organisation.measure,
    "managers": managers.measure,
    "roster": roster.measure,
    "documents": documents.measure,
    "figures": figures.measure,
    "questions": questions.measure,
    "studio": studio.measure,
    "browsing": browsing.measure,
}
# Measured only when it is asked for: it takes most of an hour and 6 GB of disk.
LARGE = {
    "managers-large": managers.measure_large,
    "roster-large": roster.measure_large,
    "reports-large": reports.measure,
}


def main() -> int:
    """Run every part in a folder of its own; returns the exit status, which tells nothing of the figures."""
    wanted = sys.argv[1:] or list(PARTS)
    known = PARTS | LARGE
    if unknown := [name for name in wanted if name not in {*known, "large", "curves"}]:
        there = ", ".join((*known, "large", "curves"))
        print(f"Nothing is called {', '.join(unknown)}. There are: {there}.", file=sys.stderr)
        return 2
    for name, measure in known.items():
        if name not in wanted and not (name in LARGE and "large" in wanted):
            continue
        print(f"… {name}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="lantern-bench-") as folder:
            measured = measure(Path(folder))
        print(table(measured), flush=True)
        keep(measured)
    curves.draw()
    return 0


if __name__ == "__main__":
    sys.exit(main())
