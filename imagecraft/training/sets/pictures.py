"""Pictures of a set, opened again and again."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, UnidentifiedImageError

from imagecraft.errors import InvalidInput
from imagecraft.media.decoding import check_size
from imagecraft.media.files import quoted
from imagecraft.media.images import open_image
from imagecraft.training.sets.base import PictureSet

KEPT_BYTES = 600_000_000
READ_OTHERWISE = frozenset([".heic", ".avif"])  # not by what looks at the first bytes here
ALL_NAMED = "`imagecraft train check` names all that cannot be opened."


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
        try:
            image = open_image(path, max_side=self._max_side).image
        except InvalidInput as error:
            raise InvalidInput(error.message, f"Replace the picture or take it out. {ALL_NAMED}") from error
        size = image.width * image.height * 3
        if self._bytes + size <= KEPT_BYTES:
            self._kept[path] = image
            self._bytes += size
        return image


def refuse_unreadable(found: PictureSet) -> None:
    """Look at the first bytes of every picture, which takes a few seconds for ten thousand.

    What is damaged further on is only found when it is opened.

    Raises:
        InvalidInput: if one is no picture, or too large to be opened.
    """
    wrong = [item.image for item in found.items if not _begins_well(item.image)]
    if wrong:
        raise InvalidInput(
            f"{len(wrong)} pictures cannot be opened, such as {quoted(wrong[0].name)}.",
            f"Replace them or take them out. {ALL_NAMED}",
        )


def _begins_well(path: Path) -> bool:
    try:
        with Image.open(path) as image:
            check_size(image.size)
    except UnidentifiedImageError:
        return path.suffix.lower() in READ_OTHERWISE
    except (OSError, SyntaxError, ValueError, InvalidInput, Image.DecompressionBombError):
        return False
    return True
