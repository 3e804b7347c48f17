"""The classes, their numbers, words, sounds and looks: fixed, so that a colour keeps its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from imagecraft.assets import vocabulary

BACKGROUND = "background"
SETTINGS = ("furniture",)  # kinds of coco.toml that other things stand on or before


@dataclass(frozen=True)
class Kind:
    """A class of things, or of surfaces such as the sky.

    Attributes:
        index: Its value in label maps.
        label: Its name.
        coco_id: Its category in COCO's own files, for classes that are COCO's; else its index.
        colour: What it is drawn in, "#rrggbb".
        pattern: What fills it where colour alone is not to be relied on.
        lies_under: Whether other things lie on it, so that its parts are one thing.
        one: What one is called where it is spoken.
        many: What several are called; empty where they are not counted, as with broccoli or the sky.
        stuff: Whether it is a surface or a place rather than things.
        setting: Whether other things stand on it or before it, and matter more for their size.
        sound: Name of its sound in assets/sounds.toml; empty for what is silent.
    """

    index: int
    label: str
    coco_id: int
    colour: str
    pattern: str
    lies_under: bool = False
    one: str = ""
    many: str = ""
    stuff: bool = False
    setting: bool = False
    sound: str = ""


@cache
def kinds() -> tuple[Kind, ...]:
    """COCO's 80 classes in COCO's order, with indices from 1."""
    things, words = vocabulary("soundscape_things")["things"], vocabulary("coco")
    found = []
    for index, (label, entry) in enumerate(vocabulary("segmentation")["classes"].items(), 1):
        layers = things.get(label, {}).get("layers", ())
        kind = Kind(
            index,
            label,
            **entry,
            one=words[label]["one"],
            many="" if words[label].get("mass") else words[label]["many"],
            setting=words[label]["kind"] in SETTINGS,
            sound=str(layers[0]["sound"]) if layers else "",
        )
        found.append(kind)
    return tuple(found)


@cache
def surfaces() -> tuple[Kind, ...]:
    """What models name beside COCO's classes, in the order of surfaces.toml; numbered from 81 until a data
    set numbers them."""
    after = len(kinds()) + 1
    numbers = _coco_ids()
    return tuple(
        Kind(
            index,
            label,
            coco_id=numbers.get(label, 0),
            colour=entry["colour"],
            pattern=entry["pattern"],
            lies_under=entry.get("stuff", False),
            one=entry.get("one", label),
            many=entry.get("many", ""),
            stuff=entry.get("stuff", False),
            sound=entry.get("sound", ""),
        )
        for index, (label, entry) in enumerate(vocabulary("surfaces")["kinds"].items(), after)
    )


@cache
def labels() -> tuple[str, ...]:
    """Name of each of COCO's classes by its index; the first is the background."""
    return (BACKGROUND, *(kind.label for kind in kinds()))


@cache
def index_of(label: str) -> int:
    """The index of one of COCO's classes in label maps."""
    return labels().index(label)


def _coco_ids() -> dict[str, int]:
    """COCO's own numbers of the surfaces it knows."""
    data_set = vocabulary("data_sets")["coco_panoptic"]
    return dict(zip(data_set["classes"][len(kinds()) :], data_set["surface_ids"], strict=True))
