"""Sound at another rate for measuring: the whole of it through one Fourier transform.

What is listened to or written is resampled by `imagecraft.media.resampling`, block by block. A measurement
wants the filter without any slope instead, and its sounds fit into memory.
"""

from __future__ import annotations

import numpy as np

from imagecraft.media.audio import Audio


def resampled(audio: Audio, sample_rate: int) -> Audio:
    """The same sound at another rate, everything above half the lower rate taken out.

    The whole sound is one Fourier transform, padded to a length that both rates divide.
    """
    if audio.sample_rate == sample_rate:
        return audio
    frames = audio.samples.shape[1]
    step = audio.sample_rate // int(np.gcd(audio.sample_rate, sample_rate))
    padding = round(0.05 * audio.sample_rate)
    size = -(-(frames + padding) // step) * step
    new_size = size * sample_rate // audio.sample_rate
    spectrum = np.fft.rfft(audio.samples.astype(np.float64), size)
    bins = new_size // 2 + 1
    kept = np.zeros((len(spectrum), bins), np.complex128)
    both = min(bins, spectrum.shape[1])
    kept[:, :both] = spectrum[:, :both]
    if new_size > size and size % 2 == 0:
        kept[:, size // 2] /= 2  # it stood for both signs of the highest frequency, which now are two
    samples = np.fft.irfft(kept, new_size)[:, : max(1, round(frames * sample_rate / audio.sample_rate))]
    return Audio((samples * (new_size / size)).astype(np.float32), sample_rate)
