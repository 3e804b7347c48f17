"""Offline segmentation: DeepLab's soft outlines, looked at again where objects are, joined with boxes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagecraft.catalog import ModelCard
from imagecraft.media.images import Picture
from imagecraft.media.pixels import shrink
from imagecraft.runtime import vision
from imagecraft.runtime.vision import VOC_CLASSES, VOC_OF_COCO, Sighting
from imagecraft.segmentation.base import Region, Segmentation
from imagecraft.segmentation.classes import kinds, labels
from imagecraft.segmentation.fusion import fuse
from imagecraft.segmentation.judging import judge_of
from imagecraft.segmentation.refine import winners
from imagecraft.segmentation.regions import (
    cleaned,
    described,
    enlarged,
    is_blank,
    numbered,
    told_of_size,
)

WORK_SIDE = 1024  # pixels; outlines are found in a copy of at most this size
GRID_SIDE = 320  # pixels; scores are joined in a copy of this size
MOST_CLOSE_LOOKS = 3
CLOSE_LOOK_SCORE = 0.3
CLOSE_LOOK_MARGIN = 1.4  # times the longer side of the box
LEAST_CLOSE_LOOK = 0.3  # of the picture's longer side
MOST_CLOSE_LOOK = 0.7  # of the picture's area; a larger part shows no more than the whole

Span = tuple[int, int, int, int]


class Deeplab:
    """DeepLab v3 and EfficientDet-Lite0 through MediaPipe. Safe to call from several threads."""

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    def segment(self, picture: Picture) -> Segmentation:
        """Divide an upright RGB picture; see `imagecraft.segmentation.base.Segmenter`."""
        started = time.perf_counter()
        work = shrink(picture.image, WORK_SIDE)
        pixels = np.asarray(work)
        numbers = np.zeros(pixels.shape[:2], np.uint8)
        classes: list[int] = []
        regions: list[Region] = []
        if not is_blank(pixels):
            grid, outlines, sightings = evidence(work)
            layers = fuse(grid, outlines, sightings)
            won = winners(layers.scores, grid, pixels)
            mask = cleaned(np.array(layers.indices, np.uint8)[won])
            numbers, classes = numbered(mask, sightings)
            numbers = enlarged(numbers, picture.image.size)
            image = pixels if numbers.shape == pixels.shape[:2] else np.asarray(picture.image)
            regions = described(numbers, classes, image, kinds(), judge_of(numbers, layers, sightings))
        else:
            numbers = np.zeros(picture.image.size[::-1], np.uint8)
        return Segmentation(
            mask=np.array([0, *classes], np.uint8)[numbers],
            region_map=numbers,
            regions=tuple(regions),
            labels=labels(),
            image=picture.image,
            model=self.card.id,
            seconds=time.perf_counter() - started,
            notices=picture.notices + told_of_size(picture),
        )


def evidence(image: Image.Image) -> tuple[NDArray[np.uint8], NDArray[np.float32], list[Sighting]]:
    """What the networks say of an upright RGB picture.

    Returns:
        A small copy of it (RGB, uint8), the probability of each of `VOC_CLASSES` at each of its pixels
        (float32, shape (height, width, 21)), and what the detector saw.
    """
    grid = np.asarray(_grid(image))
    size = (grid.shape[1], grid.shape[0])
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="segment") as workers:
        whole = workers.submit(vision.segment, image)
        sightings = vision.detect(image)
        spans = close_looks(sightings, image.size)
        parts = [(span, workers.submit(vision.segment, image.crop(span))) for span in spans]
        outlines = _joined(whole.result(), parts, size, size[0] / image.width, size[1] / image.height)
    return grid, outlines, sightings


def close_looks(sightings: Sequence[Sighting], size: tuple[int, int]) -> list[Span]:
    """The parts of a picture worth a second look: around its surest objects of a class that DeepLab knows.

    Args:
        sightings: What the detector saw, best first.
        size: The picture's width and height in pixels.

    Returns:
        (x0, y0, x1, y1) in pixels, at most `MOST_CLOSE_LOOKS`.
    """
    width, height = size
    spans: list[Span] = []
    for sighting in sightings:
        if sighting.score < CLOSE_LOOK_SCORE or sighting.label not in VOC_OF_COCO:
            continue
        left, top, right, bottom = (
            edge * side for edge, side in zip(sighting.box, (width, height, width, height), strict=True)
        )
        side = max(CLOSE_LOOK_MARGIN * max(right - left, bottom - top), LEAST_CLOSE_LOOK * max(size))
        x, y = (left + right) / 2, (top + bottom) / 2
        span = (
            max(0, int(x - side / 2)), max(0, int(y - side / 2)),
            min(width, int(x + side / 2)), min(height, int(y + side / 2)),
        )  # fmt: skip
        across, down = span[2] - span[0], span[3] - span[1]
        if min(across, down) >= 8 and across * down <= MOST_CLOSE_LOOK * width * height:
            spans.append(span)
        if len(spans) == MOST_CLOSE_LOOKS:
            break
    return spans


def _joined(
    whole: NDArray[np.float32],
    parts: Sequence[tuple[Span, Future[NDArray[np.float32]]]],
    size: tuple[int, int],
    across: float,
    down: float,
) -> NDArray[np.float32]:
    """Mean probability at each place over all looks at it: float32 (height, width, 21)."""
    total = _resized(whole, size)
    looks = np.ones((size[1], size[0], 1), np.float32)
    for (x0, y0, x1, y1), part in parts:
        left, right = round(x0 * across), min(size[0], round(x1 * across))
        top, bottom = round(y0 * down), min(size[1], round(y1 * down))
        if right > left and bottom > top:
            total[top:bottom, left:right] += _resized(part.result(), (right - left, bottom - top))
            looks[top:bottom, left:right] += 1
    return total / looks


def _resized(probabilities: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    import cv2

    stacked = np.ascontiguousarray(np.moveaxis(probabilities, 0, -1))
    return np.asarray(cv2.resize(stacked, size), np.float32).reshape(size[1], size[0], len(VOC_CLASSES))


def _grid(image: Image.Image) -> Image.Image:
    scale = min(1.0, GRID_SIDE / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX)
