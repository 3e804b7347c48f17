"""Sounds of many small parts: when they come, and how they are laid into one sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]


def log_uniform(rng: np.random.Generator, limits: tuple[float, float], count: int) -> Floats:
    """Values between two limits above zero, each ratio as likely as any other; shape (count,)."""
    return np.exp(rng.uniform(np.log(limits[0]), np.log(limits[1]), count))


def arrivals(rng: np.random.Generator, per_second: float | Floats, seconds: float) -> Floats:
    """Moments of a Poisson process, sorted, in seconds.

    Args:
        rng: Where chance comes from.
        per_second: Mean rate; an array gives the rate at evenly spaced moments from the start to the end.
        seconds: How long.
    """
    rate = np.maximum(np.atleast_1d(np.asarray(per_second, float)), 0)
    if len(rate) == 1:
        return np.sort(rng.uniform(0, seconds, rng.poisson(rate[0] * seconds)))
    moments = np.linspace(0, seconds, len(rate))
    expected = np.concatenate([[0], np.cumsum((rate[1:] + rate[:-1]) / 2) * (moments[1] - moments[0])])
    places = np.sort(rng.uniform(0, expected[-1], rng.poisson(expected[-1])))
    return np.asarray(np.interp(places, expected, moments))


def laid(
    frames: int, starts: NDArray[np.integer], grains: Sound, gains: NDArray[np.floating] | None = None
) -> Sound:
    """Grains of one length added into a sound.

    Args:
        frames: Length of the sound; what reaches beyond either end is left out.
        starts: First sample of each grain; shape (n,), may be negative.
        grains: Shape (n, length), or (length,) for the same grain each time.
        gains: Shape (n,) for mono or (channels, n); all 1 if left out.

    Returns:
        Shape (frames,) or (channels, frames).
    """
    count, length = len(starts), grains.shape[-1]
    levels = np.ones((1, count), np.float32) if gains is None else np.atleast_2d(gains).astype(np.float32)
    out = np.zeros((len(levels), frames + 2 * length), np.float32)
    places = np.clip(np.asarray(starts, int) + length, 0, frames + length).tolist()
    for channel, level in zip(out, levels, strict=True):
        for place, grain in zip(places, level[:, None] * grains, strict=True):
            channel[place : place + length] += grain
    out = out[:, length : length + frames]
    return out[0] if gains is None or np.ndim(gains) == 1 else out


def panned(rng: np.random.Generator, levels: NDArray[np.floating], width: float = 1.0) -> Sound:
    """Left and right gains of grains that come from everywhere: equal power, shape (2, n).

    Args:
        rng: Where the places come from.
        levels: Amplitude of each grain.
        width: 0 all in the middle, 1 anywhere from left to right.
    """
    angle = np.pi / 4 * (1 + width * rng.uniform(-1, 1, len(levels)))
    return np.asarray(np.stack([np.cos(angle), np.sin(angle)]) * levels, np.float32)


def decays(frames: int, rate: int, seconds: NDArray[np.floating]) -> Sound:
    """Exponential decays from 1, one a row: amplitude falls to 1/e in `seconds`; shape (n, frames)."""
    steps = 1 / (np.asarray(seconds, np.float32)[:, None] * rate)
    return np.asarray(np.exp(-np.arange(frames, dtype=np.float32) * steps), np.float32)


def sines(
    frames: int, rate: int, hz: NDArray[np.floating], glide: NDArray[np.floating] | float = 0.0
) -> Sound:
    """Sine waves from phase 0, one a row; frequency grows by the factor 1 + glide * t (t in seconds)."""
    t = np.arange(frames, dtype=np.float32) / np.float32(rate)
    growth = np.reshape(np.asarray(glide, np.float32), (-1, 1)) / 2
    turns = np.asarray(hz, np.float32)[:, None] * t * (1 + growth * t)
    return np.asarray(np.sin(np.float32(2 * np.pi) * turns), np.float32)
