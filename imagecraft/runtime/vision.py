"""The three small vision models of the offline layer, run through MediaPipe Tasks.

Each takes an upright RGB picture of any size and gives plain numbers, with places as shares of the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from imagecraft.errors import ModelUnavailable
from imagecraft.runtime.loaded import use
from imagecraft.runtime.quiet import quiet_start
from imagecraft.runtime.weights import asset_path

VOC_CLASSES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "dining table", "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "tv",
)  # fmt: skip
VOC_OF_COCO = {
    "airplane": "aeroplane", "bicycle": "bicycle", "bird": "bird", "boat": "boat", "bottle": "bottle",
    "bus": "bus", "car": "car", "cat": "cat", "chair": "chair", "cow": "cow", "dining table": "dining table",
    "dog": "dog", "horse": "horse", "motorcycle": "motorbike", "person": "person",
    "potted plant": "potted plant", "sheep": "sheep", "couch": "sofa", "train": "train", "tv": "tv",
}  # fmt: skip
DETECTOR_SIDE = 640  # the network sees 320; twice that keeps small things sharp through its own resizing
CLASSIFIER_SIDE = 320  # the network sees 224
SEGMENTER_SIDE = 257  # what the network sees
LOWEST_SCORE = 0.1
MOST_OBJECTS = 60
MOST_CLASSES = 100

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sighting:
    """An object the detector saw.

    Attributes:
        label: COCO class name.
        score: 0 to 1.
        box: (left, top, right, bottom) as shares of the picture's width and height, within [0, 1].
    """

    label: str
    score: float
    box: Box

    @property
    def area(self) -> float:
        """Share of the picture that the box covers."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)


def detect(image: Image.Image) -> list[Sighting]:
    """Objects of COCO's 80 classes (EfficientDet-Lite0), best first, from a score of `LOWEST_SCORE` up."""
    with _task("efficientdet_lite0") as detector:
        small = _fit(image, DETECTOR_SIDE)
        found = detector.detect(_mediapipe_image(small)).detections
    return [_sighting(detection, small.size) for detection in found]


def classify(image: Image.Image) -> list[tuple[str, float]]:
    """ImageNet classes (EfficientNet-Lite0) with their probabilities, most likely first."""
    with _task("efficientnet_lite0") as classifier:
        found = classifier.classify(_mediapipe_image(_fit(image, CLASSIFIER_SIDE))).classifications
    return [(category.category_name, float(category.score)) for category in found[0].categories]


def segment(image: Image.Image) -> np.ndarray:
    """Probability of each of `VOC_CLASSES` at each place (DeepLab v3).

    Returns:
        float32, shape (21, 257, 257), the picture stretched to a square; sums to 1 over the classes.
    """
    with _task("deeplab_v3") as segmenter:
        square = image.resize((SEGMENTER_SIDE, SEGMENTER_SIDE), Image.Resampling.BILINEAR)
        masks = segmenter.segment(_mediapipe_image(square)).confidence_masks
        return np.stack([mask.numpy_view()[..., 0] for mask in masks])


def _sighting(detection: Any, size: tuple[int, int]) -> Sighting:
    category, frame = detection.categories[0], detection.bounding_box
    left, top = frame.origin_x / size[0], frame.origin_y / size[1]
    right, bottom = left + frame.width / size[0], top + frame.height / size[1]
    inside = (max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom))
    return Sighting(category.category_name, float(category.score), inside)


def _fit(image: Image.Image, side: int) -> Image.Image:
    if max(image.size) <= side:
        return image
    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _mediapipe_image(image: Image.Image) -> Any:
    import mediapipe

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image))


@contextmanager
def _task(asset: str) -> Iterator[Any]:
    def load() -> Any:
        path = str(asset_path(asset))
        with quiet_start():
            return _OPENERS[asset](path)

    # A MediaPipe task is not documented as safe for several threads at once: one at a time.
    with use((asset, "cpu"), load, size_bytes=_MEMORY_BYTES[asset], exclusive=True) as task:
        yield task


def _open_detector(path: str) -> Any:
    tasks, vision = _mediapipe_tasks()
    return vision.ObjectDetector.create_from_options(
        vision.ObjectDetectorOptions(
            base_options=tasks.BaseOptions(model_asset_path=path),
            score_threshold=LOWEST_SCORE,
            max_results=MOST_OBJECTS,
        )
    )


def _open_classifier(path: str) -> Any:
    tasks, vision = _mediapipe_tasks()
    return vision.ImageClassifier.create_from_options(
        vision.ImageClassifierOptions(
            base_options=tasks.BaseOptions(model_asset_path=path), max_results=MOST_CLASSES
        )
    )


def _open_segmenter(path: str) -> Any:
    tasks, vision = _mediapipe_tasks()
    return vision.ImageSegmenter.create_from_options(
        vision.ImageSegmenterOptions(
            base_options=tasks.BaseOptions(model_asset_path=path),
            output_confidence_masks=True,
            output_category_mask=False,
        )
    )


def _mediapipe_tasks() -> tuple[Any, Any]:
    try:
        from mediapipe.tasks import python as tasks
        from mediapipe.tasks.python import vision
    except (ImportError, OSError) as error:
        raise ModelUnavailable(
            f"MediaPipe, which runs the offline detectors, cannot start: {error}.",
            "Run 'pip install mediapipe'; on a bare Debian also 'apt-get install libgl1 libegl1 libgles2'.",
        ) from error
    return tasks, vision


_OPENERS: dict[str, Callable[[str], Any]] = {
    "efficientdet_lite0": _open_detector,
    "efficientnet_lite0": _open_classifier,
    "deeplab_v3": _open_segmenter,
}
_MEMORY_BYTES = {  # measured growth of the resident set after the first picture
    "efficientdet_lite0": 40_000_000,
    "efficientnet_lite0": 50_000_000,
    "deeplab_v3": 60_000_000,
}
