"""What every set of pictures gives, whatever format it came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = ("train", "val", "test")
SPLIT_NAMES: dict[str, Split] = {
    "train": "train", "training": "train",
    "val": "val", "valid": "val", "validation": "val", "dev": "val",
    "test": "test", "testing": "test",
}  # fmt: skip
"""What people call the parts of a set, in lower case."""

IMAGE_SUFFIXES = frozenset(
    [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".ppm"]
)
SOUND_SUFFIXES = frozenset([".wav", ".flac", ".ogg", ".mp3", ".m4a", ".opus"])

Kind = Literal["captions", "classes", "masks", "triplets"]
KINDS: tuple[Kind, ...] = ("captions", "classes", "masks", "triplets")


class Mask(Protocol):
    """A class for each pixel, drawn when it is asked for."""

    def draw(self) -> NDArray[np.uint8]:
        """Class numbers of shape (height, width); `IGNORED` where nothing is known.

        Raises:
            InvalidInput: if it cannot be read.
        """

    @property
    def path(self) -> Path | None:
        """The file it is read from, for messages."""


IGNORED = 255
"""The value of a mask's pixel that nothing is learnt from."""


@dataclass(frozen=True)
class Item:
    """A picture and what is known of it.

    Attributes:
        image: The file; it may be missing, which `check` says.
        captions: What people wrote.
        label: Its class; empty where it has none.
        mask: The classes of its pixels.
        sound: A sound that goes with it.
        split: The part it belongs to, where the set says so.
    """

    image: Path
    captions: tuple[str, ...] = ()
    label: str = ""
    mask: Mask | None = None
    sound: Path | None = None
    split: Split | None = None


@dataclass(frozen=True)
class PictureSet:
    """Pictures to learn from.

    Attributes:
        kind: What is known of the pictures.
        source: Where it was read.
        items: The pictures, in a fixed order.
        classes: Names of classes, where it has classes; a mask's value is the place in it.
        remarks: What was odd while reading, a sentence each; nothing was lost silently.
    """

    kind: Kind
    source: Path
    items: tuple[Item, ...]
    classes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    def part(self, split: Split) -> tuple[Item, ...]:
        """The items of one part."""
        return tuple(item for item in self.items if item.split == split)

    def having(self, items: Sequence[Item]) -> PictureSet:
        """The same set with other items."""
        return replace(self, items=tuple(items))


def is_image(path: Path) -> bool:
    """Whether a name is that of a picture."""
    return path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")


def pictures_in(folder: Path) -> list[Path]:
    """Pictures in a folder, not in those below it, by name."""
    return sorted(path for path in folder.iterdir() if is_image(path) and path.is_file())


def split_named(name: str) -> Split | None:
    """The part that a folder or a file is named after."""
    return SPLIT_NAMES.get(name.strip().lower())
