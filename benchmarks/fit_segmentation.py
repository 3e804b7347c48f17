"""Finds the weights of assets/fusion.toml, and how well weights found this way do on photos they never saw.

    python -m benchmarks.fit_segmentation [--data DATA] [--draws N]

Random search, judged by the sum of pixel agreement, mean IoU over the classes and mean IoU over the photos,
all with 81 classes. The photos are dealt into five parts; each part is scored with the weights that were best
on the other four. What is printed last are the mean weights of the ten best draws on all photos.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.photos import DEFAULT_DATA
from benchmarks.segmentation_data import Photo, agreement, confusion, mean_iou, merged, photo_iou, photos
from imagecraft.assets import vocabulary
from imagecraft.segmentation import deeplab, fusion, grabcut
from imagecraft.segmentation.refine import winners
from imagecraft.segmentation.regions import cleaned

PARTS = 5
BEST = 10
RANGES = {
    "weakest_box": (0.2, 0.55),
    "background": (0.5, 1.0),
    "outside": (0.4, 1.0),
    "inside": (1.2, 3.0),
    "outlined": (0.15, 0.5),
    "box": (0.6, 2.0),
    "known_box": (0.5, 2.0),
    "score_power": (0.4, 1.4),
    "smaller_is_nearer": (0.0, 0.4),
    "taken_over": (0.3, 2.0),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--draws", type=int, default=100)
    options = parser.parse_args()

    draws = [dict(vocabulary("fusion")), *_draws(options.draws)]
    tables = np.zeros((len(draws), 0, 81, 81), np.int32)
    for photo in photos(options.data):
        of_photo = np.stack([confusion(photo, mask) for mask in _masks(photo, draws)]).astype(np.int32)
        tables = np.concatenate([tables, of_photo[:, None]], axis=1)

    count = tables.shape[1]
    parts = [np.arange(count) % PARTS == part for part in range(PARTS)]
    drawn = tables[1:]  # the weights as they are may have been found on these very photos
    held_out = np.concatenate([drawn[_best(drawn[:, ~part])[0]][part] for part in parts])
    _show("weights as they are", tables[0])
    _show("found on the other photos", held_out)
    ranked = _best(drawn)
    _show("found on the same photos", drawn[ranked[0]])
    for name in RANGES:
        print(f"{name} = {np.mean([draws[number + 1][name] for number in ranked[:BEST]]):.2f}")


def _draws(count: int) -> Iterator[dict[str, float]]:
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield {name: float(rng.uniform(*ends)) for name, ends in RANGES.items()}


def _masks(photo: Photo, draws: list[dict[str, float]]) -> Iterator[np.ndarray]:
    """The photo's map with each draw of weights; the networks look only once."""
    grid, outlines, sightings = deeplab.evidence(photo.image)
    pixels = np.asarray(photo.image)
    with _remembered_cuts():
        for draw in draws:
            with _weights(draw):
                layers = fusion.fuse(grid, outlines, sightings)
            won = winners(layers.scores, grid, pixels)
            yield cleaned(np.array(layers.indices, np.uint8)[won])


@contextmanager
def _remembered_cuts() -> Iterator[None]:
    """GrabCut's outlines of one photo, each made once."""
    original = grabcut.outline
    image: list[np.ndarray] = []
    remembered = cache(lambda box: original(image[0], box))

    def outline(
        pixels: np.ndarray, box: tuple[float, float, float, float]
    ) -> tuple[grabcut.Span, np.ndarray]:
        image[:] = [pixels]
        return remembered(box)

    grabcut.outline = outline
    try:
        yield
    finally:
        grabcut.outline = original


@contextmanager
def _weights(draw: dict[str, float]) -> Iterator[None]:
    table = vocabulary("fusion")
    before = dict(table)
    table.update(draw)
    try:
        yield
    finally:
        table.update(before)


def _best(tables: np.ndarray) -> list[int]:
    """Numbers of the draws, the best first, on the photos of `tables` (draws, photos, 81, 81)."""
    goals = [
        agreement(of_draw.sum(0)) + mean_iou(of_draw.sum(0)) + np.mean([photo_iou(one) for one in of_draw])
        for of_draw in tables
    ]
    return [int(number) for number in np.argsort(goals)[::-1]]


def _show(name: str, tables: np.ndarray) -> None:
    total = tables.sum(0)
    small = merged(total)
    print(
        f"{name:28} 21 classes: {agreement(small):.3f} {mean_iou(small):.3f}   "
        f"81 classes: {agreement(total):.3f} {mean_iou(total):.3f}   "
        f"photos: {np.mean([photo_iou(one) for one in tables]):.3f}"
    )


if __name__ == "__main__":
    main()
