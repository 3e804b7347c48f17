"""Where something is in a picture, in words."""

from __future__ import annotations

Box = tuple[float, float, float, float]
"""(left, top, right, bottom) as shares of the picture's width and height, within [0, 1]."""

WIDE_FROM = 0.7  # share of the picture's width or height from which a thing has no side
EDGE_THIRD = 0.37  # a centre nearer to an edge than this is at that edge


def where(box: Box) -> str:
    """A place in words: "on the left", "at the top right", "in the middle", "across the picture"."""
    wide, high = box[2] - box[0] > WIDE_FROM, box[3] - box[1] > WIDE_FROM
    column = "" if wide else _third((box[0] + box[2]) / 2, "left", "right")
    row = "" if high else _third((box[1] + box[3]) / 2, "top", "bottom")
    if row and column:
        return f"at the {row} {column}"
    if row:
        return f"at the {row}"
    if column:
        return f"on the {column}"
    return "across the picture" if wide and not high else "in the middle"


def _third(centre: float, low: str, high: str) -> str:
    return low if centre < EDGE_THIRD else high if centre > 1 - EDGE_THIRD else ""
