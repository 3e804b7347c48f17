"""Photos with COCO's masks, what the networks say of them, and how maps of classes are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from imagecraft.media.images import open_image
from imagecraft.runtime.vision import VOC_OF_COCO
from imagecraft.segmentation.classes import labels

UNLABELLED = 0
OTHER = 0  # things and stuff beyond COCO's 80 classes are background


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo and its true map.

    Attributes:
        path: The photo.
        image: Upright RGB.
        truth: Index of the class at each pixel, as `imagecraft.segmentation.classes.labels`; 0 for all else.
        judged: Which pixels COCO's annotators labelled at all.
    """

    path: Path
    image: Image.Image
    truth: np.ndarray
    judged: np.ndarray


def photos(data: Path) -> Iterator[Photo]:
    """Every photo of a folder coco/ that has a mask there."""
    names = {
        int(number): name.strip()
        for number, name in re.findall(
            r"^\s*(\d+): (.+)$", (data / "coco/mask_classes.yaml").read_text(), re.M
        )
    }
    known = {label: index for index, label in enumerate(labels())}
    table = np.zeros(256, np.uint8)
    for number, name in names.items():
        table[number] = known.get(name, OTHER)
    for mask in sorted((data / "coco/masks").glob("*.png")):
        path = data / "coco/photos" / f"{mask.stem}.jpg"
        values = np.asarray(Image.open(mask))
        yield Photo(path, open_image(path).image, table[values], values != UNLABELLED)


def confusion(photo: Photo, mask: np.ndarray) -> np.ndarray:
    """How many judged pixels of each true class got each class: shape (81, 81)."""
    count = len(labels())
    pairs = photo.truth[photo.judged].astype(np.int64) * count + mask[photo.judged]
    return np.bincount(pairs, minlength=count * count).reshape(count, count)


def merged(confused: np.ndarray) -> np.ndarray:
    """The same with all classes that DeepLab lacks counted as background: shape (21, 21)."""
    table = np.zeros((len(labels()), len(VOC_OF_COCO) + 1), np.int64)
    columns = {label: number for number, label in enumerate(VOC_OF_COCO, 1)}
    for index, label in enumerate(labels()):
        table[index, columns.get(label, 0)] = 1
    return table.T @ confused @ table


def agreement(confused: np.ndarray) -> float:
    """Share of pixels with the true class."""
    return float(np.trace(confused) / max(confused.sum(), 1))


def mean_iou(confused: np.ndarray) -> float:
    """Mean intersection over union of the classes that are truly there."""
    right, true, told = np.diag(confused), confused.sum(1), confused.sum(0)
    there = true > 0
    return float((right[there] / (true + told - right)[there]).mean())


def photo_iou(confused: np.ndarray) -> float:
    """Mean intersection over union of the classes that are or were said to be in one photo."""
    right, union = np.diag(confused), confused.sum(0) + confused.sum(1) - np.diag(confused)
    return float((right[union > 0] / union[union > 0]).mean())
