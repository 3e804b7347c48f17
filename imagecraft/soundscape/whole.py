"""A sound made in one piece as a soundscape: as long as is wanted, at a mix's loudness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape import mastering
from imagecraft.soundscape.ducking import Ducking, envelope
from imagecraft.soundscape.mixdown import Bed, Mixdown
from imagecraft.soundscape.seams import Endless, closed

Samples = NDArray[np.float32]


def as_mixdown(
    raw: Samples,
    *,
    frames: int,
    fade: int,
    sample_rate: int,
    seed: int,
    loop: bool,
    loudest_db: float = 0.0,
    notices: tuple[str, ...] = (),
) -> Mixdown:
    """A soundscape of one sound; a shorter one goes on in other places of itself, as beds do.

    Args:
        raw: Shape (2, its frames).
        frames: How long the soundscape is.
        fade: Frames of a crossfade.
        sample_rate: In Hz.
        seed: Of the places.
        loop: Whether the end goes over into the start; `raw` should have `fade` frames more then.
        loudest_db: Level of what is loudest in it, as layers have it.
        notices: What the user should know.
    """
    return Mixdown(
        [Bed(_as_long(raw, frames, fade, sample_rate, seed, loop=loop), 1.0)],
        [],
        Ducking(
            envelope(frames, sample_rate), float(np.square(raw).mean()) * 2, frames, sample_rate, loop=loop
        ),
        frames=frames,
        sample_rate=sample_rate,
        seed=seed,
        loop=loop,
        target_lufs=mastering.target(loudest_db),
        origins=(),
        notices=notices,
    )


def _as_long(raw: Samples, frames: int, fade: int, rate: int, seed: int, *, loop: bool) -> Endless:
    """The sound for so many frames: as it is, closed into a loop, or going on in other places of it."""
    rng = np.random.default_rng((seed, 1))
    if raw.shape[1] >= frames + fade and loop:
        return Endless(closed(raw, frames, fade, rate), frames, rng, rate, around=True)
    if raw.shape[1] >= frames:
        return Endless(raw[:, :frames], frames, rng, rate, around=loop)
    end = min(fade, raw.shape[1] // 8)
    return Endless(closed(raw, raw.shape[1] - end, end, rate), frames, rng, rate, around=loop)
