"""Outlines as masks: LabelMe's files, and COCO's polygons and run lengths.

References:
    https://github.com/cocodataset/cocoapi, common/maskApi.c (run lengths and how they are packed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from imagecraft.errors import InvalidInput
from imagecraft.media.decoding import check_size
from imagecraft.media.files import quoted
from imagecraft.media.texts import parsed_json
from imagecraft.training.sets.base import IGNORED, Item, PictureSet, is_image, split_named

Points = Sequence[tuple[float, float]]
BACKGROUND = "background"
FARTHEST = 1e6  # pixels from a corner; what is farther away is drawn as if it were there


@dataclass(frozen=True, eq=False)
class CocoMask:
    """The things of one image of a COCO file, drawn largest first, so that none is hidden by what it lies on.

    Attributes:
        path: The COCO file.
        size: (width, height) of the image.
        things: (class, outline) of each; crowds are what nothing is learnt from.
    """

    path: Path
    size: tuple[int, int]
    things: tuple[tuple[int, Any], ...]

    @classmethod
    def of(
        cls,
        path: Path,
        image: Mapping[str, Any],
        notes: Iterable[Mapping[str, Any]],
        numbers: Mapping[int, int],
    ) -> CocoMask:
        """Out of a COCO file's entries; `numbers` are class numbers by category."""
        try:
            size = int(image["width"]), int(image["height"])
            ordered = sorted(notes, key=lambda note: -float(note.get("area", 0)))
            things = tuple(
                (IGNORED if note.get("iscrowd") else numbers[int(note["category_id"])], note["segmentation"])
                for note in ordered
                if note.get("segmentation")
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InvalidInput(
                f"{quoted(path.name)} lacks an image's size, or a thing's category ({error}).",
                "Give a COCO file with images, annotations, categories.",
            ) from error
        return cls(path, size, things)

    def draw(self) -> NDArray[np.uint8]:
        check_size(self.size)
        mask = Image.new("L", self.size, 0)
        try:
            for number, outline in self.things:
                if isinstance(outline, dict):
                    where = run_lengths(outline, self.size)
                    mask.paste(number, mask=Image.fromarray(where.astype(np.uint8) * 255))
                else:
                    _fill(mask, [_pairs(polygon) for polygon in outline], number)
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidInput(
                f"An outline in {quoted(self.path.name)} is not made of numbers.",
                "Write the COCO file again.",
            ) from error
        return np.asarray(mask)


@dataclass(frozen=True)
class LabelMeMask:
    """The shapes of one LabelMe file, later ones over earlier ones.

    Attributes:
        path: The file.
        classes: Names of the set's classes, by number.
    """

    path: Path
    classes: tuple[str, ...]

    def draw(self) -> NDArray[np.uint8]:
        table = _labelme(self.path)
        try:
            size = int(table["imageWidth"]), int(table["imageHeight"])
            check_size(size)
            mask = Image.new("L", size, 0)
            for shape in table["shapes"]:
                _draw_shape(mask, shape, self._number(shape))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InvalidInput(
                f"{quoted(self.path.name)} is no proper LabelMe file ({error}).",
                "Save it again with LabelMe.",
            ) from error
        return np.asarray(mask)

    def _number(self, shape: object) -> int:
        label = _label(shape)
        if not label:
            raise InvalidInput(
                f"{quoted(self.path.name)} has a shape without a label.", "Give it one in LabelMe."
            )
        return 0 if label.lower() == BACKGROUND else self.classes.index(label)


def read_labelme(folder: Path) -> PictureSet:
    """Read a folder of LabelMe's JSON files with their pictures beside them; train/ and val/ are kept apart.

    Raises:
        InvalidInput: if there are none.
    """
    files = [path for path in sorted(folder.rglob("*.json")) if _is_labelme(path)]
    if not files:
        raise InvalidInput(f"There are no LabelMe files in {quoted(str(folder))}.", "Give their folder.")
    tables = {path: _labelme(path) for path in files}
    labels = {_label(shape) for table in tables.values() for shape in table["shapes"]}
    classes = (BACKGROUND, *sorted(label for label in labels if label and label.lower() != BACKGROUND))
    if len(classes) > IGNORED:
        raise InvalidInput(f"{len(classes)} classes are too many for a mask.", "Use at most 254.")
    items = [
        Item(_picture_of(path, table), mask=LabelMeMask(path, classes), split=split_named(path.parent.name))
        for path, table in tables.items()
    ]
    return PictureSet("masks", folder, tuple(items), classes)


def run_lengths(packed: Mapping[str, Any], size: tuple[int, int]) -> NDArray[np.bool_]:
    """COCO's run lengths as a mask of shape (height, width).

    Args:
        packed: {"counts": a list of numbers, or their packed text; "size": [height, width]}.
        size: (width, height) that it must have.

    Raises:
        InvalidInput: if they do not fill such a picture.
    """
    counts = packed.get("counts")
    runs = _unpacked(counts) if isinstance(counts, str | bytes) else [int(count) for count in counts or ()]
    width, height = size
    if (
        list(packed.get("size", ())) != [height, width]
        or sum(runs) != width * height
        or min(runs, default=0) < 0
    ):
        raise InvalidInput("A thing's run lengths do not fit its picture.", "Write the COCO file again.")
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, runs).reshape(width, height).T


def _unpacked(text: str | bytes) -> list[int]:
    """Numbers out of COCO's text of them: six bits a letter, from the third number on as differences."""
    letters = text.encode("ascii", "replace") if isinstance(text, str) else text
    runs: list[int] = []
    value = shift = 0
    for letter in letters:
        bits = letter - 48
        value |= (bits & 0x1F) << shift
        shift += 5
        if not bits & 0x20:
            if bits & 0x10:
                value -= 1 << shift
            runs.append(value + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    return runs


def _label(shape: object) -> str:
    """The class of a shape; empty where it names none, or is no shape. `LabelMeMask` says so."""
    label = shape.get("label") if isinstance(shape, dict) else None
    return str(label) if label is not None and str(label).strip() else ""


def _draw_shape(mask: Image.Image, shape: Mapping[str, Any], number: int) -> None:
    points = [(float(x), float(y)) for x, y in shape["points"]]
    match shape.get("shape_type", "polygon"):
        case "polygon":
            _fill(mask, [points], number)
        case "rectangle":
            (left, top), (right, bottom) = points
            ImageDraw.Draw(mask).rectangle(
                (min(left, right), min(top, bottom), max(left, right), max(top, bottom)), fill=number
            )
        case "circle":
            (x, y), (u, v) = points
            radius = float(np.hypot(u - x, v - y))
            ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=number)
        case other:
            raise ValueError(f"a shape is a {other}, not a polygon, rectangle or circle")


def _fill(mask: Image.Image, polygons: Iterable[Points], number: int) -> None:
    for polygon in polygons:
        if len(polygon) >= 3:
            if not np.isfinite(polygon).all():
                raise ValueError("a point is no number")
            inside = np.clip(polygon, -FARTHEST, FARTHEST)
            ImageDraw.Draw(mask).polygon([tuple(point) for point in inside.tolist()], fill=number)


def _pairs(numbers: Sequence[float]) -> Points:
    return list(zip(map(float, numbers[::2]), map(float, numbers[1::2]), strict=False))


def _is_labelme(path: Path) -> bool:
    try:
        return isinstance(_labelme(path).get("shapes"), list)
    except InvalidInput:
        return False


def _labelme(path: Path) -> dict[str, Any]:
    try:
        table = parsed_json(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{quoted(path.name)} cannot be read.", "Save it again with LabelMe.") from error
    return table if isinstance(table, dict) else {}


def _picture_of(path: Path, table: Mapping[str, Any]) -> Path:
    """The picture a LabelMe file speaks of: by its name, in the same folder, whatever path it has."""
    named = path.parent / Path(str(table.get("imagePath", "")).replace("\\", "/")).name
    if is_image(named) and named.is_file():
        return named
    beside = (other for other in sorted(path.parent.glob(f"{path.stem}.*")) if is_image(other))
    return next(beside, named if is_image(named) else path.with_suffix(".jpg"))
