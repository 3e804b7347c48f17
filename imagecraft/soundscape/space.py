"""Where a sound is: left or right, near or far, in a room or under the sky.

A source is panned with constant power, dulled and turned down with its distance, and heard a second time
through an impulse response of early reflections and a tail of noise that decays faster the higher it is.

References:
    J. A. Moorer, "About this reverberation business", Computer Music Journal 3(2), 1979 (noise that decays
    exponentially as the tail of an impulse response); H. Kuttruff, "Room Acoustics", ch. 4 (decay by band);
    ISO 9613-1 (air takes away high notes first; here in the simplest form, one pole).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.plan import Place

Samples = NDArray[np.float32]

FAR_DB = -12.0
"""Level of what is far away (distance 1); real distances would take it out of hearing."""
NEAR_CUTOFF_HZ, FAR_CUTOFF_HZ = 20_000.0, 1_500.0
WET_DB = {"indoor": (-11.0, -3.0), "outdoor": (-21.0, -8.0)}
"""Energy of the reflections, relative to the direct sound: near by, far away."""
TAIL_SECONDS = {"indoor": 0.9, "outdoor": 1.4}
DECAY_SECONDS = {"indoor": (0.75, 0.55, 0.3), "outdoor": (1.1, 0.8, 0.35)}
"""Time to fall by 60 dB: low, middle and high notes."""
BAND_EDGES_HZ = (500.0, 3_000.0)
REFLECTIONS_MS = {
    "indoor": ((5.1, 9.7, 14.3, 21.9, 30.7, 41.3), (6.3, 8.9, 16.1, 19.7, 33.1, 38.9)),
    "outdoor": ((23.0, 61.0, 97.0), (31.0, 53.0, 109.0)),
}
EARLY_SHARE = 0.4  # of the reflections' energy
DIFFUSE_AFTER_MS = 12.0


def placed(
    samples: Samples, sample_rate: int, *, pan: float, distance: float, place: Place, circular: bool
) -> Samples:
    """A sound where it belongs.

    Args:
        samples: float32, shape (frames,) or (2, frames).
        sample_rate: In Hz.
        pan: -1 at the left, 1 at the right.
        distance: 0 near, 1 far.
        place: "indoor" or "outdoor".
        circular: Whether the end meets the start: then the tail goes on at the start, and the length stays.

    Returns:
        float32, shape (2, frames), longer by the tail unless circular.
    """
    from scipy import fft

    stereo = panned(samples, pan)
    frames = stereo.shape[1]
    response = _response(place, sample_rate)
    length = frames if circular else frames + response.shape[1]
    size = length if circular else fft.next_fast_len(length, real=True)
    spectrum = fft.rfft(stereo, size)
    wet_db = np.interp(distance, (0.0, 1.0), WET_DB[place])
    wet = fft.rfft(_wrapped(response, size), size) * np.float32(10 ** (wet_db / 20))
    spectrum += wet * (spectrum.sum(axis=0) / np.float32(_gains(pan).sum()))  # the room hears all sides alike
    spectrum *= _air(distance, size, sample_rate)
    return np.asarray(fft.irfft(spectrum, size)[:, :length], np.float32)


def panned(samples: Samples, pan: float) -> Samples:
    """Two channels with the sound at `pan`; the power of both together does not depend on it.

    What a stereo source has in common in both channels moves; what differs gets narrower the further it goes.
    """
    gains = _gains(pan)
    if samples.ndim == 1:
        return np.asarray(gains * samples, np.float32)
    middle = samples.mean(axis=0)
    side = samples[0] - middle
    narrowed = np.float32(1 - abs(pan))
    powers = np.square([np.linalg.norm(middle), np.linalg.norm(side)])
    kept = np.sqrt(powers.sum() / max(powers[0] + powers[1] * narrowed**2, 1e-20)) if pan else 1.0
    return np.asarray((gains * middle + np.stack([side, -side]) * narrowed) * np.float32(kept), np.float32)


def _gains(pan: float) -> Samples:
    """Factors of both channels, shape (2, 1); their squares sum to 2."""
    angle = (pan + 1) * np.pi / 4
    return np.asarray(np.sqrt(2) * np.array([[np.cos(angle)], [np.sin(angle)]]), np.float32)


def _air(distance: float, size: int, sample_rate: int) -> NDArray[np.complex64]:
    """Level and dullness of a distance, at each of the frequencies of a transform of `size`."""
    cutoff = NEAR_CUTOFF_HZ * (FAR_CUTOFF_HZ / NEAR_CUTOFF_HZ) ** (distance**2)
    frequencies = np.arange(size // 2 + 1) * (sample_rate / size)
    gain = 10 ** (FAR_DB * distance / 20)
    return np.asarray(gain / (1 + 1j * frequencies / cutoff), np.complex64)


def _wrapped(response: Samples, size: int) -> Samples:
    """A response folded into `size` frames, as it is heard in a loop that is shorter than it."""
    if response.shape[1] <= size:
        return response
    turns = -(-response.shape[1] // size)
    padded = np.pad(response, ((0, 0), (0, turns * size - response.shape[1])))
    return np.asarray(padded.reshape(2, turns, size).sum(axis=1), np.float32)


@lru_cache(maxsize=4)
def _response(place: Place, sample_rate: int) -> Samples:
    """Impulse response to both ears, without the direct sound, of unit energy a channel."""
    rng = np.random.default_rng(1979)
    frames = round(TAIL_SECONDS[place] * sample_rate)
    times = np.arange(frames) / sample_rate
    tail = np.zeros((2, frames))
    for band, decay in zip(_bands(rng, frames, sample_rate), DECAY_SECONDS[place], strict=True):
        tail += band * 10 ** (-3 * times / decay)
    tail *= np.minimum(1.0, times / (DIFFUSE_AFTER_MS / 1000))
    tail *= np.minimum(1.0, (times[-1] - times) / 0.1)
    early = np.zeros((2, frames))
    for channel, delays in enumerate(REFLECTIONS_MS[place]):
        for number, delay in enumerate(delays):
            early[channel, round(delay * sample_rate / 1000)] = (-1) ** number * 0.8**number
    parts = [
        part * np.sqrt(share / np.square(part).sum(axis=1, keepdims=True))
        for part, share in ((early, EARLY_SHARE), (tail, 1 - EARLY_SHARE))
    ]
    return np.asarray(sum(parts), np.float32)


def _bands(rng: np.random.Generator, frames: int, sample_rate: int) -> list[NDArray[np.float64]]:
    """White noise of two channels, split at `BAND_EDGES_HZ`."""
    spectrum = np.fft.rfft(rng.standard_normal((2, frames)))
    frequencies = np.fft.rfftfreq(frames, 1 / sample_rate)
    band = np.searchsorted(BAND_EDGES_HZ, frequencies)
    return [np.fft.irfft(spectrum * (band == number), frames) for number in range(len(BAND_EDGES_HZ) + 1)]
