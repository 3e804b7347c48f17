"""Pictures and the classes of their pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from imagecraft.training.frame.job import Batch, Lessons
from imagecraft.training.segmenter.settings import SegmenterSettings
from imagecraft.training.sets.augment import draw, varied
from imagecraft.training.sets.base import IGNORED, Item
from imagecraft.training.sets.pictures import Pictures
from imagecraft.training.sets.upright import laid_on


class MaskLessons(Lessons):
    """Pictures and their masks in the size that the network sees.

    Args:
        items: Pictures with masks.
        classes: How many there are.
        settings: Of the run.
        learning: Whether they are varied.
        as_stored: As `imagecraft.training.sets.upright.laid_on` has it.
    """

    def __init__(
        self,
        items: Sequence[Item],
        classes: int,
        settings: SegmenterSettings,
        *,
        learning: bool,
        as_stored: bool = False,
    ) -> None:
        self.items = items
        self._classes = classes
        self._as_stored = as_stored
        self._settings = settings
        self._strength = settings.augment if learning else "none"
        self._pictures = Pictures(2 * settings.side)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, place: int) -> Batch:
        picture, mask = self.whole(place)
        picture, varied_mask = varied(
            picture, draw(self._settings.seed, self.epoch, place), self._strength, mask, IGNORED
        )
        side = (self._settings.side, self._settings.side)
        seen = Image.fromarray(mask if varied_mask is None else varied_mask)
        return {"picture": picture, "mask": np.asarray(seen.resize(side, Image.Resampling.NEAREST))}

    def whole(self, place: int) -> tuple[Image.Image, np.ndarray]:
        """A picture and its mask, as they are, in one size; numbers that are no class are ignored.

        Raises:
            InvalidInput: if the mask has another shape than the picture.
        """
        item = self.items[place]
        picture = self._pictures.open(item.image)
        drawn = item.mask.draw() if item.mask is not None else np.full(picture.size[::-1], IGNORED)
        mask = np.where(drawn < self._classes, drawn, IGNORED).astype(np.uint8)
        mask = laid_on(mask, item.image, picture.size, as_stored=self._as_stored)
        if mask.shape[::-1] != picture.size:
            mask = np.asarray(Image.fromarray(mask).resize(picture.size, Image.Resampling.NEAREST))
        return picture, mask
