"""How well masks agree, by class.

References:
    Everingham et al.: The Pascal Visual Object Classes Challenge, IJCV 2010 (intersection over union).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imagecraft.training.sets.base import IGNORED


class Overlaps:
    """Counts of pixels by what they are and what they were taken for.

    Args:
        classes: How many there are.
    """

    def __init__(self, classes: int) -> None:
        self._classes = classes
        self.table = np.zeros((classes, classes), np.int64)

    def add(self, right: np.ndarray, taken: np.ndarray) -> None:
        """Count a picture's pixels; where `right` is `IGNORED` nothing is counted."""
        known = right != IGNORED
        pairs = right[known].astype(np.int64) * self._classes + taken[known]
        self.table += np.bincount(pairs, minlength=self._classes**2).reshape(self.table.shape)

    def per_class(self) -> np.ndarray:
        """Intersection over union of each class; NaN for those that are neither there nor seen."""
        hits = np.diag(self.table).astype(float)
        union = self.table.sum(axis=0) + self.table.sum(axis=1) - hits
        return np.asarray(np.divide(hits, union, out=np.full(len(hits), np.nan), where=union > 0))

    def scores(self, classes: Sequence[str]) -> dict[str, float]:
        """Mean IoU of the classes that are there, the share of right pixels, and every class's IoU."""
        ious = self.per_class()
        found = {"mean_iou": float(np.nanmean(ious)) if np.isfinite(ious).any() else 0.0}
        found["pixel_accuracy"] = float(np.trace(self.table) / max(1, self.table.sum()))
        named = zip(classes, ious, strict=True)
        return found | {f"iou_{name}": float(iou) for name, iou in named if np.isfinite(iou)}
