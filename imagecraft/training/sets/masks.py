"""Masks as PNG files of class numbers, beside their pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from imagecraft.errors import InvalidInput
from imagecraft.media.decoding import check_size
from imagecraft.media.files import quoted
from imagecraft.media.texts import parsed_json, read_text
from imagecraft.training.sets.base import IGNORED, Item, PictureSet, Split, is_image, split_named

IMAGE_FOLDERS, MASK_FOLDERS = (
    ("images", "photos", "image", "imgs"),
    ("masks", "labels", "mask", "annotations"),
)
CLASS_FILES = ("classes.txt", "classes.json", "classes.yaml", "mask_classes.yaml", "labels.txt", "names.txt")
_NUMBERED = re.compile(r"\s*['\"]?(\d{1,3})['\"]?\s*[:=]\s*['\"]?(.+?)['\"]?,?\s*")


@dataclass(frozen=True)
class PngMask:
    """A picture whose pixels are class numbers: greyscale or a palette.

    Attributes:
        path: The file.
    """

    path: Path

    def draw(self) -> NDArray[np.uint8]:
        try:
            with Image.open(self.path) as image:
                check_size(image.size)
                if image.mode not in ("L", "P", "1", "I;16", "I"):
                    raise InvalidInput(
                        f"{quoted(self.path.name)} is a picture in colours, not of class numbers.",
                        "Save masks as PNG with one number a pixel (greyscale or a palette).",
                    )
                values = np.asarray(ImageOps.exif_transpose(image))
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise InvalidInput(
                f"The mask {quoted(self.path.name)} cannot be read.", "Save it as PNG again."
            ) from error
        if values.max(initial=0) > IGNORED:
            raise InvalidInput(
                f"{quoted(self.path.name)} has numbers above 255.", "Number classes from 0 to 254."
            )
        return np.asarray(values, np.uint8)


def read_masks(folder: Path) -> PictureSet:
    """Read folders of pictures and of masks with the same names: FOLDER/images and FOLDER/masks.

    There may be parts, as FOLDER/train/images or FOLDER/images/train. Names of classes are in classes.txt (a
    line each), classes.json (a list, or {number: name}) or a YAML of "number: name"; without one they are
    numbered.

    Raises:
        InvalidInput: if there are no such folders, or no picture has a mask.
    """
    items: list[Item] = []
    remarks: list[str] = []
    for place, split in [(folder, None), *_parts(folder)]:
        images, masks = _named(place, IMAGE_FOLDERS), _named(place, MASK_FOLDERS)
        if images is not None and masks is not None:
            for pictures, labels, part in _nested(images, masks, split):
                found, left = _paired(pictures, labels, part)
                items += found
                remarks += left
    if not items:
        raise InvalidInput(
            f"There are no pictures with masks in {quoted(str(folder))}.",
            "Put pictures into images/ and PNGs of the same names into masks/.",
        )
    return PictureSet("masks", folder, tuple(items), classes_of(folder, items), tuple(remarks))


def classes_of(folder: Path, items: Sequence[Item]) -> tuple[str, ...]:
    """The classes that a file in a folder names, else as many as the masks have numbers."""
    return class_names(folder) or _numbers(items)


def class_names(folder: Path) -> tuple[str, ...]:
    """The classes that a file in a folder names, by number; empty where there is none."""
    path = next((folder / name for name in CLASS_FILES if (folder / name).is_file()), None)
    if path is None:
        return ()
    text, _ = read_text(path)
    if path.suffix == ".json":
        try:
            table = parsed_json(text)
        except ValueError as error:
            raise InvalidInput(f"{quoted(path.name)} is no JSON.", "Mend it.") from error
        if isinstance(table, dict):
            return _by_number(
                {int(number): str(name) for number, name in table.items() if str(number).isdigit()}
            )
        return tuple(map(str, table)) if isinstance(table, list) else ()
    numbered = [found for line in text.splitlines() if (found := _NUMBERED.fullmatch(line))]
    if numbered:
        return _by_number({int(found[1]): found[2] for found in numbered})
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _by_number(names: dict[int, str]) -> tuple[str, ...]:
    """Names in the order of their numbers; numbers that are skipped are called after themselves."""
    return tuple(names.get(number, f"class {number}") for number in range(min(max(names), IGNORED - 1) + 1))


def _numbers(items: Sequence[Item]) -> tuple[str, ...]:
    """As many classes as the masks have numbers; `check` names those that cannot be read."""
    highest = 0
    for item in items:
        with suppress(InvalidInput):
            mask = item.mask.draw() if item.mask is not None else np.zeros((1, 1), np.uint8)
            highest = max(highest, int(mask[mask != IGNORED].max(initial=0)))
    return tuple("background" if number == 0 else f"class {number}" for number in range(highest + 1))


def _named(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_dir()), None)


def _parts(folder: Path) -> list[tuple[Path, Split | None]]:
    return [
        (path, part)
        for path in sorted(folder.iterdir())
        if path.is_dir() and (part := split_named(path.name))
    ]


def _nested(images: Path, masks: Path, split: Split | None) -> list[tuple[Path, Path, Split | None]]:
    inside = [(path, masks / path.name, part) for path, part in _parts(images)]
    return [found for found in inside if found[1].is_dir()] or [(images, masks, split)]


def _paired(images: Path, masks: Path, split: Split | None) -> tuple[list[Item], list[str]]:
    drawn = {path.stem: path for path in sorted(masks.iterdir()) if path.suffix.lower() == ".png"}
    photos = {path.stem: path for path in sorted(images.iterdir()) if is_image(path)}
    items = [
        Item(photo, mask=PngMask(drawn[stem]), split=split) for stem, photo in photos.items() if stem in drawn
    ]
    alone = len(photos) - len(items), len(drawn) - len(items)
    words = ("pictures in {} have no mask", "masks in {} have no picture")
    places = (images.name, masks.name)
    return items, [
        f"{count} {text.format(place)}"
        for count, text, place in zip(alone, words, places, strict=True)
        if count
    ]
