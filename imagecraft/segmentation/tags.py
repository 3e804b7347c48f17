"""Names written on a picture, none over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw, ImageFont

from imagecraft.media.colours import ink
from imagecraft.segmentation.base import Region

FONT_SHARE = 0.026  # of the picture's longer side
SMALLEST_FONT = 11  # pixels
MOST_TAGS = 40
ROOMY = 4.0  # times a tag's area, from which a region's box has room for it
STEPS = 8  # tries outwards from where a tag would stand best

Frame = tuple[float, float, float, float]


def write(image: Image.Image, regions: Sequence[Region], colours: Sequence[str]) -> list[Frame]:
    """Write each region's name on it, the largest first; a name for which there is no room is left out.

    Args:
        image: RGB, drawn on.
        regions: What to name.
        colours: Ground of each one's tag, "#rrggbb".

    Returns:
        Where the tags stand: (left, top, right, bottom) in pixels.
    """
    pen = ImageDraw.Draw(image)
    size = max(SMALLEST_FONT, round(FONT_SHARE * max(image.size)))
    font = ImageFont.load_default(size=size)
    taken: list[Frame] = []
    for region, colour in list(zip(regions, colours, strict=True))[:MOST_TAGS]:
        width, height = pen.textlength(region.label, font=font) + 0.8 * size, 1.4 * size
        frame = next(
            (
                frame
                for frame in _tries(region, width, height)
                if _fits(frame, image.size) and not any(_overlap(frame, other) for other in taken)
            ),
            None,
        )
        if frame is None:
            continue
        taken.append(frame)
        edge = max(1, size // 14)
        pen.rounded_rectangle(frame, radius=0.35 * size, fill=colour, outline=ink(colour), width=edge)
        middle = ((frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2)
        pen.text(middle, region.label, fill=ink(colour), font=font, anchor="mm")
    return taken


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
