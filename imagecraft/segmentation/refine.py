"""Coarse scores brought to a picture's own edges.

References:
    K. He, J. Sun, X. Tang, "Guided image filtering", IEEE TPAMI 35 (2013); K. He, J. Sun, "Fast guided
    filter", arXiv:1505.00996 (2015): a linear model is fitted on the small picture and applied on the
    large one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RADIUS = 2  # pixels of the small picture, in whose neighbourhoods scores follow the picture's brightness
EPSILON = 4e-3  # variance of brightness (of 1) from which an edge counts as one


def winners(
    scores: NDArray[np.float32], small: NDArray[np.uint8], large: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Which layer wins at each place of the larger picture.

    Args:
        scores: float32 (height, width, layers).
        small: The picture in the scores' size, RGB.
        large: The picture in the size that is wanted, RGB.

    Returns:
        uint8 (height, width) of `large`: numbers of layers.
    """
    import cv2

    height, width = large.shape[:2]
    guide = _brightness(small)
    slopes, offsets = _fitted(guide, scores)
    bright = _brightness(large)
    best = np.full((height, width), -np.inf, np.float32)
    winner = np.zeros((height, width), np.uint8)
    for layer in range(scores.shape[2]):
        slope = cv2.resize(slopes[layer], (width, height))
        offset = cv2.resize(offsets[layer], (width, height))
        score = np.asarray(slope, np.float32)
        score *= bright
        score += offset
        winner[score > best] = layer
        np.maximum(best, score, out=best)
    return winner


def _fitted(guide: np.ndarray, scores: NDArray[np.float32]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Slope and offset of each layer's local linear model of the guide."""
    mean = _blurred(guide)
    variance = _blurred(guide * guide) - mean * mean
    slopes, offsets = [], []
    for layer in range(scores.shape[2]):
        score = np.ascontiguousarray(scores[..., layer])
        level = _blurred(score)
        slope = (_blurred(guide * score) - mean * level) / (variance + EPSILON)
        slopes.append(_blurred(slope))
        offsets.append(_blurred(level - slope * mean))
    return slopes, offsets


def _blurred(values: np.ndarray) -> np.ndarray:
    import cv2

    side = 2 * RADIUS + 1
    return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT_101))


def _brightness(image: NDArray[np.uint8]) -> np.ndarray:
    import cv2

    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255)
