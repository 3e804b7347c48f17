"""The classes, their numbers and how each is drawn: fixed, so that a colour always means the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from imagecraft.assets import vocabulary

BACKGROUND = "background"


@dataclass(frozen=True)
class Kind:
    """A class of things.

    Attributes:
        index: Its value in label maps.
        label: Its name.
        coco_id: Its category in COCO's own files.
        colour: What it is drawn in, "#rrggbb".
        pattern: What fills it where colour alone is not to be relied on.
        lies_under: Whether other things lie on it, so that its parts are one thing.
    """

    index: int
    label: str
    coco_id: int
    colour: str
    pattern: str
    lies_under: bool = False


@cache
def kinds() -> tuple[Kind, ...]:
    """COCO's 80 classes in COCO's order, with indices from 1."""
    table = vocabulary("segmentation")["classes"]
    return tuple(Kind(index, label, **entry) for index, (label, entry) in enumerate(table.items(), 1))


@cache
def labels() -> tuple[str, ...]:
    """Name of each class by its index; the first is the background."""
    return (BACKGROUND, *(kind.label for kind in kinds()))


@cache
def index_of(label: str) -> int:
    """The index of a class in label maps."""
    return labels().index(label)


def kind_of(index: int) -> Kind:
    """The class with an index from 1 up."""
    return kinds()[index - 1]
