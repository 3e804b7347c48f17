"""What things sound like: a recording or a synthesised sound where there is one, else a tone of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.media.audio import Audio
from imagecraft.segmentation.classes import Kind, index_of, labels
from imagecraft.soundscape.layers import Layer, kind_of
from imagecraft.soundscape.library import library
from imagecraft.soundscape.material import material

SAMPLE_RATE_HZ = 44_100
LONGEST_SECONDS = 1.6  # so that one can go on exploring
PEAK = 0.707  # -3 dB, as loud as the page's effects are
QUIET_RMS = 0.1  # no sound is louder than this on average, so that none startles
FADE_SECONDS = 0.04
TONE_SECONDS = 0.35
LOWEST_TONE_HZ = 262.0  # C4
PENTATONIC = (0, 2, 4, 7, 9)  # semitones; any two of them go together

Samples = NDArray[np.float32]


def sound_of(kind: Kind) -> tuple[Audio, str]:
    """What a kind of thing sounds like, short, in one channel.

    Args:
        kind: Its class.

    Returns:
        The sound, and where it comes from: "tone", "synthesis", or the collection of the recording.
    """
    if not kind.sound:
        return tone(kind), "tone"
    layer = Layer(kind.sound, kind_of(kind.sound))
    made = material(
        layer, library(), seed=0, number=0, seconds=2 * LONGEST_SECONDS, count=1, sample_rate=SAMPLE_RATE_HZ
    )
    if made is None:
        return tone(kind), "tone"
    samples = np.atleast_2d(made.variants[0]).mean(axis=0)
    return Audio(_short(samples)[None], SAMPLE_RATE_HZ), made.origin.source


def tone(kind: Kind) -> Audio:
    """A short soft tone, the same for a class every time: its pitch on a scale of three octaves."""
    number = index_of(kind.label) if kind.label in labels() else kind.index
    step = number % (3 * len(PENTATONIC))
    semitones = 12 * (step // len(PENTATONIC)) + PENTATONIC[step % len(PENTATONIC)]
    pitch = LOWEST_TONE_HZ * 2 ** (semitones / 12)
    times = np.arange(round(TONE_SECONDS * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    strike = np.exp(-times / 0.09) * np.minimum(1, times / 0.004)
    wave = np.sin(2 * np.pi * pitch * times) + 0.25 * np.sin(4 * np.pi * pitch * times)
    return Audio(_short((wave * strike).astype(np.float32))[None], SAMPLE_RATE_HZ)


def _short(samples: Samples) -> Samples:
    """The beginning of a sound, from where it is heard, faded out, at an even level."""
    loud = np.flatnonzero(np.abs(samples) > 0.05 * max(float(np.abs(samples).max()), 1e-9))
    start = int(loud[0]) if loud.size else 0
    kept = samples[start : start + round(LONGEST_SECONDS * SAMPLE_RATE_HZ)].astype(np.float32)
    fade = min(len(kept), round(FADE_SECONDS * SAMPLE_RATE_HZ))
    kept[len(kept) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    peak, rms = float(np.abs(kept).max()), float(np.sqrt(np.mean(np.square(kept))))
    gain = min(PEAK / max(peak, 1e-9), QUIET_RMS / max(rms, 1e-9))
    return np.asarray(kept * np.float32(gain), np.float32)
