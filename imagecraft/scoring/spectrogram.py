"""Sounds as pictures: one, or two and their difference."""

from __future__ import annotations

import numpy as np
from PIL import Image

from imagecraft.media.audio import Audio
from imagecraft.scoring import spectra
from imagecraft.scoring.alignment import aligned
from imagecraft.scoring.base import Floats

WIDTH, HEIGHT, GAP = 800, 160, 8
DEPTH_DB = 80.0
DIFFERENCE_DB = 24.0
MOST_SECONDS = 60.0
LOWEST_HZ = 40.0

# From quiet to loud (the ends and middle of viridis), and from quieter over equal to louder (blue to orange).
_LOUDNESS = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
_CHANGE = ((33, 102, 172), (146, 197, 222), (247, 247, 247), (253, 184, 99), (179, 88, 6))


def comparison_picture(reference: Audio, estimate: Audio) -> Image.Image:
    """Spectrograms of the reference, the estimate, and their difference in decibels, one under the other.

    Only the first minute is drawn.

    Raises:
        InvalidInput: if the two cannot be paired.
    """
    pair = aligned(reference, estimate)
    frames = round(MOST_SECONDS * pair.sample_rate)
    ours, theirs = (
        _levels(one[:, :frames].mean(axis=0), pair.sample_rate) for one in (pair.reference, pair.estimate)
    )
    top = max(float(ours.max()), float(theirs.max()))
    shown = [np.clip(1 + (one - top) / DEPTH_DB, 0, 1) for one in (ours, theirs)]
    floor = top - DEPTH_DB
    change = np.maximum(theirs, floor) - np.maximum(ours, floor)
    panels = [
        _painted(shown[0], _LOUDNESS),
        _painted(shown[1], _LOUDNESS),
        _painted(np.clip(0.5 + change / (2 * DIFFERENCE_DB), 0, 1), _CHANGE),
    ]
    whole = Image.new("RGB", (WIDTH, 3 * HEIGHT + 2 * GAP), "white")
    for row, panel in enumerate(panels):
        whole.paste(panel, (0, row * (HEIGHT + GAP)))
    return whole


def sound_picture(audio: Audio) -> Image.Image:
    """Spectrogram of a sound: time to the right, frequency up in equal steps of pitch, bright is loud.

    Only the first minute is drawn, from `LOWEST_HZ` to half the sample rate.
    """
    frames = round(MOST_SECONDS * audio.sample_rate)
    levels = _levels(audio.samples[:, :frames].mean(axis=0, dtype=np.float64), audio.sample_rate)
    highest = len(levels) - 1
    pitches = np.geomspace(audio.sample_rate / 2, LOWEST_HZ, HEIGHT) / (audio.sample_rate / 2)
    rows = levels[np.round(highest * (1 - pitches)).astype(int)]
    return _painted(np.clip(1 + (rows - rows.max()) / DEPTH_DB, 0, 1), _LOUDNESS)


def _levels(samples: Floats, sample_rate: int) -> Floats:
    """Decibels of shape (frequencies, frames), the highest frequency first."""
    size = spectra.window_size(sample_rate)
    hop = max(size // spectra.HOPS_PER_WINDOW, len(samples) // (2 * WIDTH))
    magnitudes = spectra.magnitudes(samples, size, hop)
    return np.asarray(20 * np.log10(np.maximum(magnitudes, 1e-9)).T[::-1])


def _painted(shares: Floats, colours: tuple[tuple[int, int, int], ...]) -> Image.Image:
    stops = np.linspace(0, 1, len(colours))
    channels = [np.interp(shares, stops, column) for column in np.array(colours, dtype=np.float64).T]
    pixels = np.stack(channels, axis=-1).round().astype(np.uint8)
    return Image.fromarray(pixels).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
