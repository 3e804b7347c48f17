"""Fillings that tell classes apart without colour."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FINEST_PERIOD = 8  # pixels
PERIODS_ACROSS = 64  # in the picture's longer side

Coordinates = NDArray[np.int64]
Ink = NDArray[np.bool_]
"""Whole numbers from 0 up to the pattern's period."""


def marked(pattern: str, rows: slice, columns: slice, size: tuple[int, int]) -> Ink:
    """Where a pattern has ink.

    Args:
        pattern: One of `PATTERNS`.
        rows, columns: The part of the picture.
        size: The picture's width and height, from which the pattern's own size follows.

    Returns:
        bool, of the part's shape.
    """
    period = max(FINEST_PERIOD, max(size) // PERIODS_ACROSS)
    y = np.arange(rows.start, rows.stop)[:, None]
    x = np.arange(columns.start, columns.stop)[None, :]
    return PATTERNS[pattern](x, y, period)


def _rising(x: Coordinates, y: Coordinates, period: int) -> Ink:
    return np.asarray((x + y) % period < period / 3)


def _falling(x: Coordinates, y: Coordinates, period: int) -> Ink:
    return np.asarray((x - y) % period < period / 3)


def _level(x: Coordinates, y: Coordinates, period: int) -> Ink:
    return np.broadcast_to(y % period < period / 3, (len(y), x.shape[1]))


def _upright(x: Coordinates, y: Coordinates, period: int) -> Ink:
    return np.broadcast_to(x % period < period / 3, (len(y), x.shape[1]))


def _checks(x: Coordinates, y: Coordinates, period: int) -> Ink:
    return np.asarray((x // (period // 2) + y // (period // 2)) % 2 == 0)


def _dots(x: Coordinates, y: Coordinates, period: int) -> Ink:
    return np.asarray(_from_middle(x, y, period) < period * 0.28)


def _rings(x: Coordinates, y: Coordinates, period: int) -> Ink:
    distance = _from_middle(x, y, period)
    return (distance > period * 0.24) & (distance < period * 0.46)


def _crosses(x: Coordinates, y: Coordinates, period: int) -> Ink:
    return (x % period < period / 4) | (y % period < period / 4)


def _bricks(x: Coordinates, y: Coordinates, period: int) -> Ink:
    shift = (y // period % 2) * (period // 2)
    return np.asarray((y % period < period / 5) | ((x + shift) % period < period / 5))


def _zigzag(x: Coordinates, y: Coordinates, period: int) -> Ink:
    return np.asarray((y + np.abs(x % period - period // 2)) % period < period / 3)


def _dashes(x: Coordinates, y: Coordinates, period: int) -> Ink:
    shift = (y // period % 2) * (period // 2)
    return np.asarray((y % period < period / 3) & ((x + shift) % period < period / 2))


def _diamonds(x: Coordinates, y: Coordinates, period: int) -> Ink:
    middle = (period - 1) / 2
    return np.asarray(np.abs(x % period - middle) + np.abs(y % period - middle) < period * 0.5)


def _pluses(x: Coordinates, y: Coordinates, period: int) -> Ink:
    """Upright crosses that do not touch, every other row shifted by half."""
    shift = (y // period % 2) * (period // 2)
    across = np.abs((x + shift) % period - (period - 1) / 2) / period
    down = np.abs(y % period - (period - 1) / 2) / period
    return np.asarray((np.maximum(across, down) < 0.4) & (np.minimum(across, down) < 0.14))


def _from_middle(x: Coordinates, y: Coordinates, period: int) -> NDArray[np.float64]:
    """Distance from the middle of the pattern's cell."""
    middle = (period - 1) / 2
    return np.asarray(np.hypot(x % period - middle, y % period - middle))


PATTERNS: dict[str, Callable[[Coordinates, Coordinates, int], Ink]] = {
    "rising": _rising,
    "falling": _falling,
    "level": _level,
    "upright": _upright,
    "checks": _checks,
    "dots": _dots,
    "rings": _rings,
    "crosses": _crosses,
    "bricks": _bricks,
    "zigzag": _zigzag,
    "dashes": _dashes,
    "diamonds": _diamonds,
    "pluses": _pluses,
}
