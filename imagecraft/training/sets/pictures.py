"""Pictures of a set, opened again and again."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from imagecraft.media.images import open_image

KEPT_BYTES = 600_000_000


class Pictures:
    """Opens pictures no larger than is needed, and keeps them in memory as far as there is room.

    Args:
        max_side: Longest side in pixels that is needed.
    """

    def __init__(self, max_side: int) -> None:
        self._max_side = max_side
        self._kept: dict[Path, Image.Image] = {}
        self._bytes = 0

    def open(self, path: Path) -> Image.Image:
        """An upright RGB picture.

        Raises:
            InvalidInput: as `imagecraft.media.images.open_image`.
        """
        if path in self._kept:
            return self._kept[path]
        image = open_image(path, max_side=self._max_side).image
        size = image.width * image.height * 3
        if self._bytes + size <= KEPT_BYTES:
            self._kept[path] = image
            self._bytes += size
        return image
