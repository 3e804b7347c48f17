"""What a container may use: the limits of Linux control groups, version 1 and 2.

A limit holds for the groups below: each is looked for from this process's own group up to the root.

References: Linux kernel documentation, admin-guide/cgroup-v2 (cpu.max, memory.max) and cgroup-v1
(cfs_quota_us, memory.limit_in_bytes).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MOUNT = "sys/fs/cgroup"


def cpu_quota(root: Path) -> float | None:
    """Cores' worth of time this process may spend, None without a limit.

    Args:
        root: Where the file system begins.
    """
    quotas = [_per_period(text) for text in _settings(root, "", "cpu.max")]
    for folder in _folders(root, "cpu"):
        quota, period = _read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us")
        quotas.append(_per_period(f"{quota} {period}"))
    return min((quota for quota in quotas if quota is not None), default=None)


def memory_limit(root: Path) -> int | None:
    """Bytes this process may use, None without a limit.

    Args:
        root: Where the file system begins.
    """
    texts = [*_settings(root, "", "memory.max"), *_settings(root, "memory", "memory.limit_in_bytes")]
    return min((int(text) for text in texts if text.isdigit()), default=None)


def _per_period(text: str) -> float | None:
    quota, _, period = text.partition(" ")
    if not quota.isdigit() or not period.isdigit() or int(period) == 0:
        return None
    return int(quota) / int(period)


def _settings(root: Path, controller: str, name: str) -> list[str]:
    return [text for folder in _folders(root, controller) if (text := _read(folder / name))]


def _folders(root: Path, controller: str) -> Iterator[Path]:
    """Folders of this process's group and those above it; controller "" is version 2."""
    mounted = root / MOUNT / controller
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if controller in controllers.split(","):
            path = PurePosixPath(group.lstrip("/"))
            for part in (path, *path.parents):
                yield mounted / part


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
