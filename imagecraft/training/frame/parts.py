"""Which pictures a run learns from and which it is scored on: the same after a stop, whatever came since.

RUN/parts.json has the classes, and the part of every picture by its path from the data's folder.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted, replacing
from imagecraft.media.texts import parsed_json
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.settings import Settings
from imagecraft.training.sets.base import SPLITS, Item, PictureSet
from imagecraft.training.sets.splits import with_splits


def in_parts(found: PictureSet, settings: Settings) -> PictureSet:
    """The set with a part for every picture: that of the run in `settings.out`, where there is one.

    Pictures that came after the start of that run are left out.

    Raises:
        InvalidInput: if there are too few pictures, or one that the run began with is gone.
    """
    path = Run(Path(settings.out)).parts_file
    if not (settings.out and path.is_file()):
        return with_splits(found, settings.validation_share, settings.seed)
    table = _read(path)
    waiting: dict[str, list[Any]] = {}
    for name, split in table["pictures"]:
        waiting.setdefault(name, []).append(split)
    items = []
    for item in found.items:
        if splits := waiting.get(_name(item, found)):
            items.append(replace(item, split=splits.pop(0)))
    gone = sorted(name for name, splits in waiting.items() if splits)
    if gone:
        raise InvalidInput(
            f"{len(gone)} of the pictures that the run began with are gone or cannot be used now, such as "
            f"{quoted(gone[0])}.",
            "Put them back, or start another run.",
        )
    classes = tuple(table["classes"])
    if found.kind != "classes" and found.classes != classes:
        raise InvalidInput(
            "The classes of the data are not those that the run began with.", "Start another run."
        )
    return replace(found, items=tuple(items), classes=classes)


def write_parts(found: PictureSet, run: Run) -> None:
    """Write down a set's parts, for a run that goes on after a stop."""
    pictures = [(_name(item, found), item.split) for item in found.items]
    table = {"classes": list(found.classes), "pictures": pictures}
    with replacing(run.parts_file) as target:
        target.write_text(json.dumps(table, indent=0) + "\n", "utf-8")


def _name(item: Item, found: PictureSet) -> str:
    folder = found.source if found.source.is_dir() else found.source.parent
    return Path(os.path.relpath(item.image, folder)).as_posix()


def _read(path: Path) -> dict[str, Any]:
    try:
        table = parsed_json(path.read_text("utf-8"))
        known = all(isinstance(name, str) and split in SPLITS for name, split in table["pictures"])
        if known and all(isinstance(name, str) for name in table["classes"]):
            return dict(table)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise InvalidInput(f"{quoted(str(path))} cannot be read as a run's parts.", "Start another run.")
