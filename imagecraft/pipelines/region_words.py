"""A segmentation in words: where each region is and how large, and all of it, the most important first."""

from __future__ import annotations

from collections.abc import Sequence

from imagecraft.assets import vocabulary
from imagecraft.captioning.wording import counted, listed, sentence, takes_plural
from imagecraft.media.places import Box, where
from imagecraft.segmentation.base import Region, Segmentation

NOTHING = "Nothing was recognised that has an outline."
MOST_PLACED = 3  # kinds of things that get a sentence of their own; the others are only listed
UNSURE_BELOW = 0.65  # on 50 COCO photos 9 of 10 regions from here up are right, and fewer than half below
SIZES = (
    (0.75, "nearly all of the picture"), (0.58, "about two thirds of the picture"),
    (0.42, "about half of the picture"), (0.29, "about a third of the picture"),
    (0.2, "about a quarter of the picture"), (0.13, "about a sixth of the picture"),
    (0.07, "about a tenth of the picture"), (0.03, "a small part of the picture"),
    (0.0, "a very small part of the picture"),
)  # fmt: skip
SETTINGS = ("furniture",)  # kinds that other things stand on or before, and that matter less for their size
SETTING_WEIGHT = 0.4


def size_words(share: float) -> str:
    """How much of the picture a share of it is: "about a third of the picture"."""
    return next(words for least, words in SIZES if share >= least)


def region_name(region: Region) -> str:
    """What a region is called where it is spoken: "cat", or "perhaps a television"."""
    if region.score < UNSURE_BELOW:
        return f"perhaps {counted(region.label, 1)}"
    return str(vocabulary("coco")[region.label]["one"])


def region_words(region: Region, number: int, count: int) -> str:
    """A region for those who listen: "Cat. In the middle, about a third of the picture."

    Args:
        region: It.
        number: Which one of its kind it is, from 1.
        count: How many of its kind there are.
    """
    several = f" {number} of {count}" if count > 1 else ""
    return (
        f"{sentence(region_name(region) + several)} {sentence(f'{region.place}, {size_words(region.share)}')}"
    )


def summary(segmentation: Segmentation) -> str:
    """What is in the picture, most important first: "A cat, in the middle, about a third of the picture."""
    kinds = _by_importance(segmentation.regions)
    if not kinds:
        return NOTHING
    said = [_placed(regions, segmentation.size) for regions in kinds[:MOST_PLACED]]
    rest = [_counted(regions) for regions in kinds[MOST_PLACED:]]
    if rest:
        said.append(sentence(f"also {listed(rest)}"))
    return " ".join(said)


def reading_order(regions: Sequence[Region]) -> list[Region]:
    """The regions as a text is read: row by row from the top, in a row from the left."""
    waiting = sorted(regions, key=lambda region: region.centre[1])
    ordered: list[Region] = []
    while waiting:
        first = waiting[0]
        row = [one for one in waiting if one.centre[1] <= max(first.box[3], first.centre[1])]
        row = [one for one in row if one.box[1] <= first.centre[1] or one is first]
        ordered += sorted(row, key=lambda region: region.centre[0])
        waiting = [one for one in waiting if one not in row]
    return ordered


def _by_importance(regions: Sequence[Region]) -> list[list[Region]]:
    """The regions by kind, the most important kind first."""
    kinds: dict[str, list[Region]] = {}
    for region in regions:
        kinds.setdefault(region.label, []).append(region)
    return sorted(kinds.values(), key=lambda members: -sum(map(_importance, members)))


def _importance(region: Region) -> float:
    setting = vocabulary("coco")[region.label]["kind"] in SETTINGS
    return float(region.share**0.5 * region.score * (SETTING_WEIGHT if setting else 1.0))


def _placed(regions: Sequence[Region], size: tuple[int, int]) -> str:
    """A sentence: how many of a kind, where, and how much of the picture they take."""
    share = sum(region.share for region in regions)
    together = "together " if len(regions) > 1 and takes_plural(regions[0].label, len(regions)) else ""
    return sentence(f"{_counted(regions)}, {where(_extent(regions, size))}, {together}{size_words(share)}")


def _counted(regions: Sequence[Region]) -> str:
    """So many of a kind, and whether that is sure of any: "two dogs", "perhaps a chair"."""
    words = counted(regions[0].label, len(regions))
    return words if max(region.score for region in regions) >= UNSURE_BELOW else f"perhaps {words}"


def _extent(regions: Sequence[Region], size: tuple[int, int]) -> Box:
    """The box around regions, as shares of the picture's width and height."""
    width, height = size
    return (
        min(region.box[0] for region in regions) / width,
        min(region.box[1] for region in regions) / height,
        max(region.box[2] for region in regions) / width,
        max(region.box[3] for region in regions) / height,
    )
