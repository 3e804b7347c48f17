"""What processes take of the machine, as Linux tells it; 0 elsewhere, and for one that has ended."""

from __future__ import annotations

import os
from pathlib import Path

PROCESSES = Path("/proc")


def family(pid: int) -> set[int]:
    """A process, and all that it and they started."""
    parents = {int(path.name): _field(int(path.name), "PPid") for path in PROCESSES.glob("[0-9]*")}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def megabytes(pid: int) -> float:
    """Resident memory of a process and those it started."""
    return sum(_field(one, "VmRSS") for one in family(pid)) / 1024


def peak_megabytes(pid: int) -> float:
    """The most memory that a process had."""
    return _field(pid, "VmHWM") / 1024


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and those it started, ended ones too."""
    return sum(map(_ticks, family(pid))) / os.sysconf("SC_CLK_TCK") if PROCESSES.exists() else 0.0


def _field(pid: int, name: str) -> int:
    try:
        lines = (PROCESSES / str(pid) / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return 0
    return int(next((line.split()[1] for line in lines if line.startswith(f"{name}:")), 0))


def _ticks(pid: int) -> int:
    try:
        fields = (PROCESSES / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))
