"""COCO's own JSON files: captions, and outlines of things."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted
from imagecraft.media.texts import parsed_json, read_text
from imagecraft.training.sets.base import Item, PictureSet, Split, split_named
from imagecraft.training.sets.polygons import CocoMask

PHOTO_FOLDERS = ("photos", "images", "train2017", "val2017", ".")


def read_coco(path: Path) -> PictureSet:
    """Read a COCO file: a set of captions, or of masks where it has outlines.

    Pictures are looked for beside the file, in `photos`, `images`, and in folders called as its images are
    ("train2017"). An image's own "split" is kept; else the file's name may tell it (captions_val2017.json).

    Raises:
        InvalidInput: if it is no such file.
    """
    table = _table(path)
    images, notes = _listed(table, "images", path), _listed(table, "annotations", path)
    by_image: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for note in notes:
        by_image[str(note.get("image_id"))].append(note)
    folders = _folders(path)
    default = _split_of(path)
    outlines = bool(table.get("categories")) and not any("caption" in note for note in notes)
    categories = _categories(table, path)
    numbers = {identity: place for place, identity in enumerate(sorted(categories), 1)}
    items = []
    for image in sorted(images, key=lambda image: str(image.get("file_name", ""))):
        name = str(image.get("file_name", ""))
        found = by_image.pop(str(image.get("id")), [])
        photo = next((folder / name for folder in folders if (folder / name).is_file()), folders[0] / name)
        split = split_named(str(image.get("split", ""))) or default
        if outlines:
            mask = CocoMask.of(path, image, found, numbers)
            items.append(Item(photo, mask=mask, split=split))
        else:
            texts = tuple(str(note.get("caption", "")).strip() for note in found)
            items.append(Item(photo, texts, split=split))
    remarks = (
        [f"{sum(map(len, by_image.values()))} notes are of images that are not listed"] if by_image else []
    )
    if outlines:
        classes = ("background", *(categories[identity] for identity in sorted(categories)))
        return PictureSet("masks", path, tuple(items), classes, tuple(remarks))
    return PictureSet("captions", path, tuple(items), (), tuple(remarks))


def _categories(table: dict[str, Any], path: Path) -> dict[int, str]:
    """Names of classes by COCO's numbers."""
    try:
        return {int(entry["id"]): str(entry["name"]) for entry in table.get("categories") or ()}
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(
            f"{quoted(path.name)} has a category without a number or a name.",
            "Give each an id and a name, as COCO's own files have them.",
        ) from error


def is_coco(path: Path) -> bool:
    """Whether a JSON file has COCO's lists; only its beginning and its keys are looked at."""
    try:
        table = parsed_json(read_text(path)[0])
    except (ValueError, InvalidInput):
        return False
    return isinstance(table, dict) and {"images", "annotations"} <= table.keys()


def _split_of(path: Path) -> Split | None:
    words = path.stem.lower().replace("2017", "").replace("2014", "").replace("-", "_").split("_")
    return next((split for word in words if (split := split_named(word))), None)


def _folders(path: Path) -> list[Path]:
    beside = [path.parent / name for name in PHOTO_FOLDERS]
    above = [path.parent.parent / name for name in PHOTO_FOLDERS[:-1]]
    return [folder for folder in (*beside, *above) if folder.is_dir()] or [path.parent]


def _table(path: Path) -> dict[str, Any]:
    try:
        table = parsed_json(read_text(path)[0])
    except ValueError as error:
        raise InvalidInput(
            f"{quoted(path.name)} is no JSON.", "Give COCO's captions or instances."
        ) from error
    if not isinstance(table, dict):
        raise InvalidInput(f"{quoted(path.name)} is no COCO file.", "Give COCO's captions or instances.")
    return table


def _listed(table: dict[str, Any], name: str, path: Path) -> list[dict[str, Any]]:
    found = table.get(name)
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise InvalidInput(f"{quoted(path.name)} has no list '{name}'.", "Give COCO's captions or instances.")
    return found
