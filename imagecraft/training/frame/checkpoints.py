"""Whether a checkpoint was written to its end, and is still as it was then.

CHECKPOINT/complete.json, written last, has the size in bytes of every other file by its name.
"""

from __future__ import annotations

import json
import re
from itertools import dropwhile
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from imagecraft.errors import InvalidInput
from imagecraft.media.files import folder_to_disk, quoted, replacing, to_disk
from imagecraft.media.texts import parsed_json

MARK = "complete.json"
_CHECKPOINT = re.compile(r"checkpoint-(\d+)")
_STATE, _PACKED = "trainer_state.json", ("optimizer.pt", "scheduler.pt")


def by_step(folder: Path) -> dict[int, Path]:
    """Checkpoints in a folder by their step, the newest first, whole or not."""
    found = {
        int(match[1]): path
        for path in folder.glob("checkpoint-*")
        if (match := _CHECKPOINT.fullmatch(path.name)) and path.is_dir()
    }
    return dict(sorted(found.items(), reverse=True))


def mark(checkpoint: Path) -> None:
    """Mark a checkpoint as whole, once all of it is on the disk, where a power cut does not reach it.

    Raises:
        InvalidInput, ResourceExhausted: if it cannot be written.
    """
    files = [path for path in sorted(checkpoint.rglob("*")) if path.is_file()]
    sizes = {path.relative_to(checkpoint).as_posix(): path.stat().st_size for path in files}
    for path in files:
        to_disk(path)
    with replacing(checkpoint / MARK, lasting=True) as target:
        target.write_text(json.dumps(sizes, indent=0) + "\n", "utf-8")
    folder_to_disk(checkpoint.parent)


def unmark(checkpoint: Path) -> None:
    """Take the mark off a checkpoint that is going to be written again."""
    (checkpoint / MARK).unlink(missing_ok=True)


def is_whole(checkpoint: Path) -> bool:
    """Whether a checkpoint has all its files in full.

    Those of runs that knew no mark are judged by what is in them; after a marked one none counts without it.
    """
    try:
        sizes = _table(checkpoint / MARK)
    except FileNotFoundError:
        return not _comes_after_marked(checkpoint) and _looks_whole(checkpoint)
    except (OSError, ValueError):
        return False
    return bool(sizes) and all(_size(checkpoint / name) == size for name, size in sizes.items())


def best_of(checkpoint: Path) -> Path | None:
    """Where the best model is that a checkpoint knows of: beside it, wherever the run's folder is now.

    None where nothing had been scored by then.

    Raises:
        InvalidInput: if it is gone or not whole. The last model must not end up under the best one's scores.
    """
    try:
        step = _table(checkpoint / _STATE).get("best_global_step")
    except (OSError, ValueError):
        step = None
    if not step:
        return None
    best = checkpoint.parent / f"checkpoint-{step}"
    if not is_whole(best):
        raise InvalidInput(
            f"{quoted(best.name)}, the best one that {quoted(checkpoint.name)} knows of, is "
            f"{'damaged' if best.exists() else 'gone'}.",
            "Put it back from a copy, or start another run.",
        )
    return best


def _comes_after_marked(checkpoint: Path) -> bool:
    older = dropwhile(lambda path: path != checkpoint, by_step(checkpoint.parent).values())
    return any((path / MARK).is_file() for path in older)


def _looks_whole(checkpoint: Path) -> bool:
    try:
        told = "global_step" in _table(checkpoint / _STATE)
    except (OSError, ValueError):
        return False
    weights = [*checkpoint.rglob("*.safetensors"), *checkpoint.rglob("*.bin")]
    return (
        told
        and all(is_zipfile(checkpoint / name) for name in _PACKED)  # what torch writes; its end says so
        and all(_size(path) for path in weights)
    )


def _table(path: Path) -> dict[str, Any]:
    table = parsed_json(path.read_text("utf-8"))
    if not isinstance(table, dict):
        raise ValueError(f"{path.name} is no table")
    return table


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
