"""Two witnesses joined: a network's soft outlines of 20 classes, and boxes of 80.

Every class that may be at a place gets a score there, and the highest wins. A box speaks for the outline in
it. Objects that the network has no class for get an outline of their own by colour, and with it the
probability that the network, for want of a better word, gave to classes that no box speaks for: its "cow" in
a box that says "bear" is a bear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagecraft.assets import vocabulary
from imagecraft.runtime.vision import VOC_CLASSES, VOC_OF_COCO, Box, Sighting
from imagecraft.segmentation import grabcut
from imagecraft.segmentation.base import Source
from imagecraft.segmentation.classes import index_of

FAINT = 0.12  # probability that an outline's class must reach somewhere to be looked at
MOST_BOXES = 24
SURE_BOX = 0.8  # score from which a box speaks as loudly as it can
EXPLAINED = 0.5  # score from which a box explains an outline, which then says nothing of other boxes
BOX_SLACK = 0.08  # of a box's sides; outlines reach a little beyond boxes
HALF_CUT = 0.5  # likelihood of its outline from which an object that is taken for real hides the background
USUAL_AREA = 0.1  # share of the picture; smaller things lie before larger ones

_COCO_OF_VOC = {voc: coco for coco, voc in VOC_OF_COCO.items()}


@dataclass(frozen=True, eq=False)
class Layers:
    """Scores of all that may be in the picture, for each place.

    Attributes:
        indices: Class of each layer; the first is 0, the background.
        sources: Where each layer's outline comes from.
        scores: float32 (height, width, layers), at least 0, adding up to 1.
    """

    indices: tuple[int, ...]
    sources: tuple[Source, ...]
    scores: NDArray[np.float32]


def fuse(image: NDArray[np.uint8], outlines: NDArray[np.float32], sightings: Sequence[Sighting]) -> Layers:
    """Join outlines and boxes.

    Args:
        image: The picture, small: RGB, uint8 (height, width, 3).
        outlines: Probability of each of `VOC_CLASSES` there, float32 (height, width, 21).
        sightings: What the detector saw, best first.
    """
    weights = vocabulary("fusion")
    faint = outlines.reshape(-1, len(VOC_CLASSES)).max(0) >= FAINT
    kept = [number for number in range(1, len(VOC_CLASSES)) if faint[number]]
    boxes = [sighting for sighting in sightings if sighting.score >= weights["weakest_box"]][:MOST_BOXES]
    size = image.shape[:2]
    support = np.stack([_support(VOC_CLASSES[number], boxes, size) for number in kept] or [np.zeros(size)])
    seen = np.moveaxis(outlines[..., kept], -1, 0) if kept else np.zeros_like(support)
    loudest = np.minimum(support / SURE_BOX, 1)
    spoken_for = weights["outside"] * (weights["inside"] / weights["outside"]) ** loudest * seen
    unexplained = (seen * (1 - np.minimum(support / EXPLAINED, 1))).sum(0)
    layers: dict[tuple[int, Source], np.ndarray] = {
        (0, "outline"): outlines[..., 0] * weights["background"],
    }
    for number, scores in zip(kept, spoken_for, strict=False):
        layers[index_of(_COCO_OF_VOC[VOC_CLASSES[number]]), "outline"] = scores
    for sighting in boxes:
        _add_box(layers, sighting, image, outlines, unexplained, weights)
    scores = np.stack(list(layers.values()), -1)
    scores /= np.maximum(scores.sum(-1, keepdims=True), 1e-6)
    return Layers(tuple(key[0] for key in layers), tuple(key[1] for key in layers), scores)


def _add_box(
    layers: dict[tuple[int, Source], np.ndarray],
    sighting: Sighting,
    image: NDArray[np.uint8],
    outlines: NDArray[np.float32],
    unexplained: np.ndarray,
    weights: Mapping[str, float],
) -> None:
    """Give an object that the network did not outline a layer by its box."""
    key: tuple[int, Source] = (index_of(sighting.label), "box")
    own = VOC_OF_COCO.get(sighting.label)
    if own and _mean_inside(outlines[..., VOC_CLASSES.index(own)], sighting.box) >= weights["outlined"]:
        return
    span, cut = grabcut.outline(image, _in_pixels(sighting.box, image.shape[:2]))
    rows, columns = slice(span[1], span[3]), slice(span[0], span[2])
    nearness = float(np.clip(USUAL_AREA / max(sighting.area, 1e-4), 0.1, 10) ** weights["smaller_is_nearer"])
    worth = sighting.score ** weights["score_power"] * nearness
    if own:
        outlined = layers.get((key[0], "outline"))
        scores = weights["known_box"] * worth + (0 if outlined is None else outlined[rows, columns])
    else:
        scores = weights["box"] * worth + weights["taken_over"] * unexplained[rows, columns]
    behind = layers[0, "outline"][rows, columns]
    scores = np.maximum(scores, behind / HALF_CUT) * cut
    layer = layers.setdefault(key, np.zeros(image.shape[:2], np.float32))
    layer[rows, columns] = np.maximum(layer[rows, columns], scores)


def _support(voc_class: str, boxes: Sequence[Sighting], size: tuple[int, int]) -> np.ndarray:
    """Score of the best box of a class around each place."""
    support = np.zeros(size, np.float32)
    for sighting in boxes:
        if VOC_OF_COCO.get(sighting.label) == voc_class:
            part = support[_slices(sighting.box, size, BOX_SLACK)]
            np.maximum(part, sighting.score, out=part)
    return support


def _mean_inside(scores: np.ndarray, box: Box) -> float:
    return float(scores[_slices(box, (scores.shape[0], scores.shape[1]))].mean())


def _slices(box: Box, size: tuple[int, int], slack: float = 0.0) -> tuple[slice, slice]:
    """Rows and columns of a box, at least one of each."""
    left, top, right, bottom = _in_pixels(box, size)
    across, down = slack * (right - left), slack * (bottom - top)
    x0, y0 = min(max(0, round(left - across)), size[1] - 1), min(max(0, round(top - down)), size[0] - 1)
    return slice(y0, max(y0 + 1, round(bottom + down))), slice(x0, max(x0 + 1, round(right + across)))


def _in_pixels(box: Box, size: tuple[int, int]) -> tuple[float, float, float, float]:
    height, width = size
    return box[0] * width, box[1] * height, box[2] * width, box[3] * height
