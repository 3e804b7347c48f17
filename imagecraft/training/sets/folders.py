"""A folder for each class, with train/ and val/ above them or without: the first ImageCraft's layout."""

from __future__ import annotations

from pathlib import Path

from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted
from imagecraft.training.sets.base import Item, PictureSet, Split, is_image, split_named


def read_folders(folder: Path) -> PictureSet:
    """Read FOLDER/train/CLASS/*.jpg and FOLDER/val/CLASS/*.jpg, or FOLDER/CLASS/*.jpg.

    Pictures may lie in folders further down; folders without pictures are no classes.

    Raises:
        InvalidInput: if there are no two classes.
    """
    parts = {path: part for path in _folders(folder) if (part := split_named(path.name))}
    items: list[Item] = []
    for place, split in parts.items() if parts else [(folder, None)]:
        items += _items(place, split)
    classes = tuple(sorted({item.label for item in items}))
    if len(classes) < 2:
        raise InvalidInput(
            f"There are no two classes in {quoted(str(folder))}.",
            "Make a folder for each class with its pictures: train/CLASS and val/CLASS, or just CLASS.",
        )
    return PictureSet("classes", folder, tuple(items), classes)


def _items(folder: Path, split: Split | None) -> list[Item]:
    return [
        Item(path, label=place.name, split=split)
        for place in _folders(folder)
        for path in sorted(place.rglob("*"))
        if is_image(path) and path.is_file()
    ]


def _folders(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]
