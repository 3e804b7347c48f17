"""Which pictures a run learns from and which it is scored on: the same after a stop, whatever came since.

RUN/parts.json has the classes, and for every picture, in their order, its path from the data's folder, its
part, and a digest of what is learnt of it: captions, class, mask, sound.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.files import file_sha256, quoted, replacing
from imagecraft.media.texts import parsed_json
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.settings import Settings
from imagecraft.training.sets.base import SPLITS, Item, PictureSet
from imagecraft.training.sets.polygons import CocoMask
from imagecraft.training.sets.splits import with_splits


def in_parts(found: PictureSet, settings: Settings) -> PictureSet:
    """The set with a part for every picture: that of the run in `settings.out`, where there is one.

    Pictures that came after the start of that run are left out, and the others are in the order of then.

    Raises:
        InvalidInput: if there are too few pictures, or one that the run began with is gone or has other
            captions, another class, mask or sound now.
    """
    path = Run(Path(settings.out)).parts_file
    if not (settings.out and path.is_file()):
        return with_splits(found, settings.validation_share, settings.seed)
    table = _read(path)
    there: dict[str, list[Item]] = {}
    for item in found.items:
        there.setdefault(_name(item, found), []).append(item)
    items: list[Item] = []
    gone, changed = [], []
    for name, split, *digest in table["pictures"]:
        rows = there.get(name)
        if not rows:
            gone.append(name)
            continue
        same = next((item for item in rows if not digest or _digest(item) == digest[0]), None)
        if same is None:
            changed.append(name)
        else:
            rows.remove(same)
            items.append(replace(same, split=split))
    if gone:
        raise InvalidInput(
            f"{len(gone)} of the pictures that the run began with are gone or cannot be used now, such as "
            f"{quoted(min(gone))}.",
            "Put them back, or start another run.",
        )
    if changed:
        raise InvalidInput(
            f"{len(changed)} of the pictures that the run began with have other captions, another class, "
            f"mask or sound now, such as {quoted(min(changed))}.",
            "Put these back as they were, or start another run, which learns from them as they are.",
        )
    classes = tuple(table["classes"])
    if found.kind != "classes" and found.classes != classes:
        raise InvalidInput(
            "The classes of the data are not those that the run began with.", "Start another run."
        )
    return replace(found, items=tuple(items), classes=classes)


def write_parts(found: PictureSet, run: Run) -> None:
    """Write down a set's parts, for a run that goes on after a stop."""
    pictures = [(_name(item, found), item.split, _digest(item)) for item in found.items]
    table = {"classes": list(found.classes), "pictures": pictures}
    with replacing(run.parts_file) as target:
        target.write_text(json.dumps(table, indent=0) + "\n", "utf-8")


def _name(item: Item, found: PictureSet) -> str:
    folder = found.source if found.source.is_dir() else found.source.parent
    return Path(os.path.relpath(item.image, folder)).as_posix()


def _digest(item: Item) -> str:
    """What is learnt of a picture, in short: where any of it changes, so does this."""
    told = hashlib.sha256(json.dumps([item.captions, item.label]).encode())
    if isinstance(item.mask, CocoMask):
        told.update(repr((item.mask.size, item.mask.things)).encode())
    elif item.mask is not None:
        told.update(_content(item.mask.path))
    told.update(_content(item.sound))
    return told.hexdigest()[:16]


def _content(path: Path | None) -> bytes:
    """A digest of a file; of nothing where it cannot be read, which is said when it is learnt from."""
    if path is None:
        return b""
    try:
        return bytes.fromhex(file_sha256(path))
    except OSError:
        return b""


def _read(path: Path) -> dict[str, Any]:
    try:
        table = parsed_json(path.read_text("utf-8"))
        known = all(
            isinstance(name, str) and split in SPLITS and len(digest) <= 1
            for name, split, *digest in table["pictures"]
        )
        if known and all(isinstance(name, str) for name in table["classes"]):
            return dict(table)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise InvalidInput(f"{quoted(str(path))} cannot be read as a run's parts.", "Start another run.")
