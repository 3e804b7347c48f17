"""Pictures with captions, one pair at a time."""

from __future__ import annotations

from collections.abc import Sequence

from imagecraft.training.frame.job import Batch, Lessons
from imagecraft.training.sets.base import Item
from imagecraft.training.sets.pictures import Pictures


class CaptionLessons(Lessons):
    """Every caption of every picture; or of each picture the first.

    Args:
        items: Pictures with captions.
        pictures: Opens them.
        all_captions: Whether each of a picture's captions is a lesson.

    Attributes:
        items: The pictures.
    """

    def __init__(self, items: Sequence[Item], pictures: Pictures, *, all_captions: bool) -> None:
        self.items = items
        self._pairs = [
            (item.image, caption)
            for item in items
            for caption in (item.captions if all_captions else item.captions[:1])
            if caption
        ]
        self._pictures = pictures

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, place: int) -> Batch:
        image, caption = self._pairs[place]
        return {"picture": self._pictures.open(image), "caption": caption}
