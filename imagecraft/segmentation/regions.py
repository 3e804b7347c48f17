"""A map of classes made clean and counted: specks away, holes filled, touching objects told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from imagecraft.media.colours import colour_words
from imagecraft.media.images import Picture
from imagecraft.media.places import Box, where
from imagecraft.runtime.vision import Sighting
from imagecraft.segmentation.base import Region, Source
from imagecraft.segmentation.classes import Kind, kinds

SPECK_SHARE = 6e-4  # of the picture; smaller parts are noise
SPECK_PIXELS = 12
MOST_REGIONS = 250  # what fits the map's 8 bits, and far more than anybody wants to hear
APART_SCORE = 0.45  # detections from here up tell touching objects of a class apart
SAME_OBJECT = 0.65  # of the smaller of two boxes that the other covers, from which they show one object
OWN_SHARE = 0.25  # of a box that its class must fill for the box to count as one of the objects there
HELD_SHARE = 0.8  # of a part that must lie in a box to belong to its object
NO_BOX = -1
OWN_COLOUR_SHARE = 0.5
COLOUR_SAMPLES = 2_000
BLANK_SPREAD = 2.0  # standard deviation of the channels, of 255, up to which a picture shows nothing

Map = NDArray[np.uint8]
Number = TypeVar("Number", bound=np.integer[Any])
Judge = Callable[[int, Kind, Box], tuple[float, Source]]
"""From a region's number, kind and box (as shares of the picture): how sure it is, and what drew it."""


def cleaned(mask: NDArray[Number]) -> NDArray[Number]:
    """The map of classes without specks, and without holes of a speck's size."""
    import cv2

    least = max(SPECK_PIXELS, round(SPECK_SHARE * mask.size))
    clean = mask.copy()
    for index in _present(mask):
        count, parts, stats = _connected(mask == index)
        small = stats[:, cv2.CC_STAT_AREA] < least
        small[0] = False
        if small.any() and count > 1:
            clean[small[parts]] = 0
    _, parts, stats = _connected(clean == 0)
    for number in np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < least):
        left, top, width, height = stats[number, :4]
        if (
            not number
            or left == 0
            or top == 0
            or left + width == mask.shape[1]
            or top + height == mask.shape[0]
        ):
            continue
        hole = parts[top : top + height, left : left + width] == number
        row = int(np.argmax(hole[:, 0]))
        clean[top : top + height, left : left + width][hole] = clean[top + row, left - 1]
    return clean


def numbered(
    mask: NDArray[np.integer[Any]], sightings: Sequence[Sighting] = (), known: Sequence[Kind] | None = None
) -> tuple[Map, list[int]]:
    """Each object by a number of its own, the largest first.

    What is connected is one object, unless boxes tell several apart in it; what is not connected is one where
    the same box holds it all (a dog behind a post), or where other things lie on it (a table).

    Args:
        mask: Class of each pixel, 0 for the background.
        sightings: What the detector saw.
        known: The kind of each class from 1 up; COCO's where absent.

    Returns:
        The map of numbers, 0 for none, and the class of each number from 1 up.
    """
    known = kinds() if known is None else known
    owners = np.zeros(mask.shape, np.int32)
    classes = [0]
    for index in _present(mask):
        count, parts, stats = _connected(mask == index)
        kind = known[index - 1]
        boxes = [one.box for one in _distinct(sightings, kind.label)]
        one_thing = kind.lies_under and len(boxes) < 2
        of_box: dict[int, int] = {}
        for number in range(1, count):
            left, top, width, height = stats[number, :4]
            place = slice(top, top + height), slice(left, left + width)
            part = parts[place] == number
            for box, piece in _apart(part, place, boxes, mask.shape):
                key = 0 if one_thing else box
                owner = of_box.get(key, len(classes))
                if owner == len(classes):
                    classes.append(index)
                if key != NO_BOX:
                    of_box[key] = owner
                owners[place][piece] = owner
    return by_size(owners, classes)


def by_size(owners: NDArray[np.integer[Any]], classes: Sequence[int]) -> tuple[Map, list[int]]:
    """Numbers dealt anew, the largest first; beyond `MOST_REGIONS` the smallest become background.

    Args:
        owners: The old number of each pixel, 0 for none.
        classes: The class of each old number; the first entry stands for none.
    """
    sizes = np.bincount(owners.ravel(), minlength=len(classes))
    sizes[0] = 0
    kept = [int(owner) for owner in np.argsort(-sizes, kind="stable") if sizes[owner]][:MOST_REGIONS]
    table = np.zeros(len(classes), np.uint8)
    table[kept] = np.arange(1, len(kept) + 1)
    return table[owners], [classes[owner] for owner in kept]


def enlarged(numbers: Map, size: tuple[int, int]) -> Map:
    """The map of numbers in a larger size (width, height), its edges kept smooth."""
    import cv2

    width, height = size
    if (height, width) == numbers.shape:
        return numbers
    large = np.zeros((height, width), np.uint8)
    across, down = width / numbers.shape[1], height / numbers.shape[0]
    for number, (rows, columns) in _places(numbers, margin=2):
        x0, x1 = round(columns.start * across), round(columns.stop * across)
        y0, y1 = round(rows.start * down), round(rows.stop * down)
        piece = (numbers[rows, columns] == number).astype(np.uint8) * 255
        smooth = cv2.resize(piece, (max(1, x1 - x0), max(1, y1 - y0)), interpolation=cv2.INTER_LINEAR)
        large[y0:y1, x0:x1][smooth[: height - y0, : width - x0] > 127] = number
    around = cv2.resize((numbers == 0).view(np.uint8) * 255, (width, height))
    gaps = (large == 0) & (around <= 127)  # where several regions meet, none has half of a pixel
    large[gaps] = cv2.resize(numbers, (width, height), interpolation=cv2.INTER_NEAREST)[gaps]
    return large


def described(
    numbers: Map, classes: Sequence[int], image: NDArray[np.uint8], known: Sequence[Kind], judge: Judge
) -> list[Region]:
    """What is known of each region.

    Args:
        numbers: The map of numbers.
        classes: The class of each number from 1 up.
        image: The picture in the map's size: RGB, uint8.
        known: The kind of each class from 1 up.
        judge: Tells how sure a region is.
    """
    height, width = numbers.shape
    regions = []
    for number, (rows, columns) in _places(numbers):
        kind = known[classes[number - 1] - 1]
        inside = numbers[rows, columns] == number
        pixels = image[rows, columns][inside]
        box = (columns.start, rows.start, columns.stop, rows.stop)
        shares = (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
        score, source = judge(number, kind, shares)
        x, y = _deepest(inside)
        red, green, blue = (round(float(value)) for value in pixels.mean(0))
        regions.append(
            Region(
                number=number,
                index=kind.index,
                label=kind.label,
                score=score,
                box=box,
                pixels=len(pixels),
                share=len(pixels) / numbers.size,
                centre=(columns.start + x, rows.start + y),
                colour=(red, green, blue),
                colour_name=_colour_name(pixels),
                place=where(shares),
                source=source,
            )
        )
    return regions


def told_of_size(picture: Picture) -> tuple[str, ...]:
    """What the user should know where the picture is a smaller copy of its file's."""
    if picture.size == picture.image.size:
        return ()
    width, height = picture.image.size
    return (f"Sizes and places are those of a copy of {width} × {height} pixels.",)


def is_blank(pixels: NDArray[np.uint8]) -> bool:
    """Whether it is of one colour all over, so that whatever is recognised in it is not there."""
    return float(pixels[::4, ::4].reshape(-1, 3).std(0).max()) < BLANK_SPREAD


def _connected(inside: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """How many connected parts there are, all else being one of them; their map; box and area of each."""
    import cv2

    count, parts, stats, _ = cv2.connectedComponentsWithStats(inside.view(np.uint8), ltype=cv2.CV_32S)
    return count, np.asarray(parts), np.asarray(stats)


def _present(mask: NDArray[np.integer[Any]]) -> list[int]:
    return [int(index) for index in np.flatnonzero(np.bincount(mask.ravel(), minlength=1)) if index]


def _places(numbers: Map, margin: int = 0) -> Iterator[tuple[int, tuple[slice, slice]]]:
    """Each number with its rows and columns."""
    import cv2

    height, width = numbers.shape
    for number in _present(numbers):
        x, y, across, down = cv2.boundingRect((numbers == number).view(np.uint8))
        rows = slice(max(0, y - margin), min(height, y + down + margin))
        columns = slice(max(0, x - margin), min(width, x + across + margin))
        yield number, (rows, columns)


def _distinct(sightings: Sequence[Sighting], label: str) -> list[Sighting]:
    """A class's sure detections, each object once."""
    kept: list[Sighting] = []
    for sighting in sightings:
        sure = sighting.label == label and sighting.score >= APART_SCORE
        if sure and all(_covered(sighting.box, other.box) < SAME_OBJECT for other in kept):
            kept.append(sighting)
    return kept


def _apart(
    part: np.ndarray, place: tuple[slice, slice], boxes: Sequence[Box], size: tuple[int, ...]
) -> list[tuple[int, np.ndarray]]:
    """A connected part as the objects that boxes tell apart in it, with the number of each one's box."""
    height, width = size[:2]
    y = (np.arange(place[0].start, place[0].stop) + 0.5) / height
    x = (np.arange(place[1].start, place[1].stop) + 0.5) / width
    pixels = int(part.sum())
    filled: dict[int, np.ndarray] = {}
    within: dict[int, float] = {}
    for number, (left, top, right, bottom) in enumerate(boxes):
        across = np.abs(x - (left + right) / 2) * 2 / max(right - left, 1e-6)
        down = np.abs(y - (top + bottom) / 2) * 2 / max(bottom - top, 1e-6)
        distance = np.maximum(across[None, :], down[:, None])
        shared = int((part & (distance <= 1)).sum())
        within[number] = shared / pixels
        if shared >= OWN_SHARE * _area((left, top, right, bottom)) * height * width:
            filled[number] = distance
    if len(filled) > 1:
        nearest = np.array(list(filled))[np.argmin(list(filled.values()), axis=0)]
        return [(number, part & (nearest == number)) for number in filled]
    holder = max(within, key=lambda number: within[number], default=NO_BOX)
    own = next(iter(filled), holder if within.get(holder, 0) >= HELD_SHARE else NO_BOX)
    return [(own, part)]


def _deepest(inside: np.ndarray) -> tuple[int, int]:
    """The point of a shape that is farthest from its edge."""
    import cv2

    padded = np.pad(inside.astype(np.uint8), 1)
    row, column = np.unravel_index(int(cv2.distanceTransform(padded, cv2.DIST_L2, 3).argmax()), padded.shape)
    return int(column) - 1, int(row) - 1


def _colour_name(pixels: NDArray[np.uint8]) -> str:
    sample = pixels[:: max(1, len(pixels) // COLOUR_SAMPLES)]
    names, counts = np.unique(colour_words(sample), return_counts=True)
    most = int(counts.argmax())
    return str(names[most]) if counts[most] >= OWN_COLOUR_SHARE * len(sample) else ""


def iou(one: Box, other: Box) -> float:
    """Share of what two boxes cover together that both cover."""
    shared = _shared(one, other)
    return shared / max(_area(one) + _area(other) - shared, 1e-9)


def _covered(one: Box, other: Box) -> float:
    """Share of the smaller box that both have."""
    return _shared(one, other) / max(min(_area(one), _area(other)), 1e-9)


def _shared(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
