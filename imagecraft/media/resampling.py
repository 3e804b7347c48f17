"""Sound at another sample rate, block by block: what is long never lies in memory whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from imagecraft.media.audio import Audio

BLOCK_FRAMES = 1 << 18
FILTER_SIDE = 24
"""Taps of the low-pass on each side of its middle, counted at the lower of the two rates."""
KAISER_BETA = 8.0  # stops at -80 dB
LARGEST_TERM = 1 << 16
"""Any rate up to 65 536 Hz is met exactly; a higher one of larger terms by the nearest ratio, within 2e-5."""

Samples = NDArray[np.float32]


def resampled(audio: Audio, sample_rate: int) -> Audio:
    """The same sound at another rate, everything above half the lower rate taken out.

    Args:
        audio: The sound.
        sample_rate: In Hz.

    Returns:
        ceil(frames * sample_rate / audio.sample_rate) frames, in step with the first.

    References:
        Polyphase filtering, as scipy.signal.resample_poly does it, with a longer filter than its own.
    """
    if audio.sample_rate == sample_rate:
        return audio
    channels = [
        np.concatenate([*resample_blocks([channel], audio.sample_rate, sample_rate)])
        for channel in audio.samples
    ]
    return Audio(np.stack(channels), sample_rate)


def resample_blocks(blocks: Iterable[Samples], rate: int, new_rate: int) -> Iterator[Samples]:
    """The same single channel at another rate, exactly as if it had been filtered in one piece.

    Args:
        blocks: The sound, shape (frames,) each, of any lengths.
        rate: Its sample rate in Hz.
        new_rate: The one that is wanted, in Hz.
    """
    if rate == new_rate:
        yield from blocks
        return
    from scipy.signal import resample_poly

    up, down = _ratio(rate, new_rate)
    window = _low_pass(up, down)
    context = down * -(-len(window) // (2 * up * down))  # input frames the filter reaches to either side
    size = down * max(1, BLOCK_FRAMES // down)
    held = np.zeros(0, np.float32)
    before = 0
    for block in blocks:
        held = np.concatenate([held, block])
        while len(held) >= before + size + context:
            made = resample_poly(held[: before + size + context], up, down, window=window)
            yield made[before * up // down : (before + size) * up // down].astype(np.float32)
            held = held[before + size - context :]
            before = context
    if len(held) > before:
        yield resample_poly(held, up, down, window=window)[before * up // down :].astype(np.float32)


def _ratio(rate: int, new_rate: int) -> tuple[int, int]:
    """(up, down): the new rate is the old one times up / down."""
    ratio = Fraction(new_rate, rate)
    if ratio > 1:
        down, up = _ratio(new_rate, rate)
        return up, down
    ratio = ratio.limit_denominator(LARGEST_TERM)
    return ratio.numerator, ratio.denominator


@lru_cache(maxsize=3)  # of the longest filters, 12 MB each
def _low_pass(up: int, down: int) -> Samples:
    from scipy.signal import firwin

    slower = max(up, down)
    taps = firwin(2 * FILTER_SIDE * slower + 1, 1 / slower, window=("kaiser", KAISER_BETA))
    return np.asarray(taps, np.float32)
