"""`python -m bench`: measure everything, print the table, write bench/results.json."""

import sys
import tempfile
from pathlib import Path

from bench import (
    browsing,
    checking,
    documents,
    figures,
    managers,
    organisation,
    questions,
    requests,
    roster,
    studio,
)
from bench.rows import keep, table

PARTS = (
    checking.measure,
    requests.measure,
    organisation.measure,
    managers.measure,
    roster.measure,
    documents.measure,
    figures.measure,
    questions.measure,
    studio.measure,
    browsing.measure,
)


def main() -> int:
    """Run every part in a folder of its own; returns the exit status, which tells nothing of the figures."""
    wanted = set(sys.argv[1:])
    for measure in PARTS:
        name = measure.__module__.rpartition(".")[2]
        if wanted and name not in wanted:
            continue
        print(f"… {name}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="lantern-bench-") as folder:
            measured = measure(Path(folder))
        print(table(measured), flush=True)
        keep(measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
