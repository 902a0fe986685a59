"""How much memory the server's processes hold together: proportional set size, shared pages counted once."""

from pathlib import Path


def family_of(process_id: int) -> list[int]:
    """Return this process and all its descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [process_id]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += children.get(each, [])
    return found


def megabytes(process_id: int) -> float:
    """Return the family's memory in megabytes (10^6 bytes)."""
    total = 0
    for each in family_of(process_id):
        try:
            rollup = (Path("/proc") / str(each) / "smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total * 1024 / 1e6
