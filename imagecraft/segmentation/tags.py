"""Names written on a picture, none over another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from imagecraft.media.colours import ink
from imagecraft.segmentation.base import Region

FONT_SHARE = 0.026  # of the picture's longer side
SMALLEST_FONT = 11  # pixels
MOST_TAGS = 40
ROOMY = 4.0  # times a tag's area, from which a region's box has room for it
STEPS = 8  # tries outwards from where a tag would stand best

Frame = tuple[float, float, float, float]


@dataclass(frozen=True)
class Tag:
    """Where a region's name stands.

    Attributes:
        region: It.
        frame: (left, top, right, bottom) in pixels.
        font_size: In pixels.
    """

    region: Region
    frame: Frame
    font_size: int


def laid_out(regions: Sequence[Region], size: tuple[int, int], share: float = FONT_SHARE) -> list[Tag]:
    """A place for each region's name, the largest first; a name for which there is no room is left out.

    Args:
        regions: What to name.
        size: The picture's width and height in pixels.
        share: Height of the letters, as a share of the picture's longer side.
    """
    font_size = max(SMALLEST_FONT, round(share * max(size)))
    font = ImageFont.load_default(size=font_size)
    tags: list[Tag] = []
    for region in regions[:MOST_TAGS]:
        width, height = font.getlength(region.label) + 0.8 * font_size, 1.4 * font_size
        for frame in _tries(region, width, height):
            if _fits(frame, size) and not any(_overlap(frame, tag.frame) for tag in tags):
                tags.append(Tag(region, frame, font_size))
                break
    return tags


def write(image: Image.Image, tags: Sequence[Tag], colours: Mapping[str, str]) -> None:
    """Write names on an RGB picture.

    Args:
        image: Drawn on.
        tags: Where they stand.
        colours: Ground of each class's tags, "#rrggbb".
    """
    pen = ImageDraw.Draw(image)
    for tag in tags:
        colour, size = colours[tag.region.label], tag.font_size
        edge = max(1, size // 14)
        pen.rounded_rectangle(tag.frame, radius=0.35 * size, fill=colour, outline=ink(colour), width=edge)
        middle = ((tag.frame[0] + tag.frame[2]) / 2, (tag.frame[1] + tag.frame[3]) / 2)
        font = ImageFont.load_default(size=size)
        pen.text(middle, tag.region.label, fill=ink(colour), font=font, anchor="mm")


def _tries(region: Region, width: float, height: float) -> Iterator[Frame]:
    """Places for a tag, the best first: on the region if that leaves it to be seen, else beside it."""
    x0, y0, x1, y1 = region.box
    x, y = region.centre
    beside = [
        (x - width / 2, y0 - height), (x - width / 2, y1), (x1, y - height / 2), (x0 - width, y - height / 2),
    ]  # fmt: skip
    upon = [(x - width / 2, y - height / 2), (x - width / 2, y0), (x - width / 2, y1 - height)]
    roomy = (x1 - x0) * (y1 - y0) > ROOMY * width * height
    around = [
        (x - width / 2 + across * step * width / 2, y - height / 2 + down * step * height)
        for step in range(1, STEPS)
        for across, down in ((0, -1), (0, 1), (-1, 0), (1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1))
    ]
    for left, top in (*upon, *beside, *around) if roomy else (*beside, *around):
        yield left, top, left + width, top + height


def _fits(frame: Frame, size: tuple[int, int]) -> bool:
    return frame[0] >= 0 and frame[1] >= 0 and frame[2] <= size[0] and frame[3] <= size[1]


def _overlap(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
