"""Regions as shapes that a page can draw and hit."""

from __future__ import annotations

import numpy as np

from imagecraft.segmentation.base import Region, Segmentation

SLACK_SHARE = 0.0015  # of the picture's longer side, by which a shape may leave out corners


def path(segmentation: Segmentation, region: Region) -> str:
    """A region's edge as the data of an SVG path (fill rule: evenodd), in the picture's pixels."""
    import cv2

    x0, y0, x1, y1 = region.box
    inside = (segmentation.region_map[y0:y1, x0:x1] == region.number).view(np.uint8)
    edges, _ = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE, offset=(x0, y0))
    slack = SLACK_SHARE * max(segmentation.size)
    return "".join(_closed(np.asarray(cv2.approxPolyDP(edge, slack, True))[:, 0]) for edge in edges)


def target(region: Region) -> tuple[int, int, int, int]:
    """The largest part of a region's box that has the region's centre in its middle: (x, y, width, height).

    Who presses its middle presses the region.
    """
    x, y = region.centre
    across = min(x - region.box[0], region.box[2] - 1 - x)
    down = min(y - region.box[1], region.box[3] - 1 - y)
    return x - across, y - down, 2 * across + 1, 2 * down + 1


def _closed(points: np.ndarray) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points.tolist()) + "Z"
