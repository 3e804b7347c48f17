"""Outlines written as masks: PNGs of class numbers, the names of the classes, and a table that holds both."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import chain, count
from pathlib import Path

from PIL import Image

from imagecraft.errors import ImageCraftError, InvalidInput
from imagecraft.media.files import quoted, replacing
from imagecraft.training.sets.base import PictureSet

Progress = Callable[[str, int, int], None]

_ODD = re.compile(r"[^\w.-]+")


def write_masks(found: PictureSet, out: Path, progress: Progress | None = None) -> list[str]:
    """Draw the masks of a set into files; its pictures stay where they are.

    Args:
        found: Pictures with masks or outlines.
        out: Folder for masks/*.png, classes.json, and masks.jsonl, which names picture, mask and part.
        progress: Told how far it is.

    Returns:
        Names of pictures whose mask could not be drawn; these are left out.

    Raises:
        InvalidInput: if the folder cannot be written, or no mask can be drawn.
    """
    try:
        (out / "masks").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{quoted(str(out))} cannot be written.", "Choose another folder.") from error
    rows, left_out = [], []
    taken: set[str] = set()
    for place, item in enumerate(found.items, 1):
        name = f"masks/{_free(_ODD.sub('_', item.image.stem), taken)}.png"
        try:
            if item.mask is None:
                raise InvalidInput(f"{quoted(item.image.name)} has no mask.")
            mask = item.mask.draw()
        except ImageCraftError:
            left_out.append(item.image.name)
            continue
        with replacing(out / name) as target:
            Image.fromarray(mask).save(target, "PNG")
        row = {"image": str(item.image.resolve()), "mask": name}
        rows.append(row | ({"split": item.split} if item.split else {}))
        if progress is not None:
            progress("masks", place, len(found.items))
    if not rows:
        raise InvalidInput("None of the masks can be drawn.", "`imagecraft train check` says what is wrong.")
    with replacing(out / "classes.json") as target:
        target.write_text(json.dumps(list(found.classes), indent=0, ensure_ascii=False) + "\n", "utf-8")
    with replacing(out / "masks.jsonl") as target:
        target.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return left_out


def _free(stem: str, taken: set[str]) -> str:
    """A name that none has yet, with a number where it needs one; it is taken then.

    Capitals alone make no other name: some disks do not tell them apart.
    """
    numbered = (f"{stem}-{number}" for number in count(2))
    name = next(name for name in chain([stem], numbered) if name.lower() not in taken)
    taken.add(name.lower())
    return name
