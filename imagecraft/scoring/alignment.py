"""Two versions of a sound brought together: one rate, one number of channels, one start, one length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.scoring.base import Floats
from imagecraft.scoring.resampling import resampled

LONGEST_SHIFT_SECONDS = 5.0
SHORTEST_ALIGNED_SECONDS = 0.25
COMPARED_SECONDS = 60.0
LEAST_OVERLAP = 0.5
CLEARLY_BETTER, ALIKE = 0.1, 0.5
HARDLY_ALIKE = 0.1
Real = NDArray[np.float32]


@dataclass(frozen=True)
class SoundPair:
    """Two sounds that can be compared sample by sample.

    Attributes:
        reference: float32, shape (channels, frames).
        estimate: The same shape.
        sample_rate: In Hz.
        notices: What was done to them, one sentence each.
    """

    reference: Real
    estimate: Real
    sample_rate: int
    notices: tuple[str, ...]


def aligned(reference: Audio, estimate: Audio) -> SoundPair:
    """Bring two sounds together.

    A different rate is changed to the lower of the two; different channels are mixed to one; an offset of up
    to five seconds (or the difference of their lengths) is taken out where the two are clearly more alike
    with it; the longer one is cut. A copy upside down is said to be one, and left so.

    Raises:
        InvalidInput: if one is more than twice as long as the other.
    """
    notices = []
    rate = min(reference.sample_rate, estimate.sample_rate)
    if reference.sample_rate != estimate.sample_rate:
        notices.append(
            f"The rates are {reference.sample_rate} and {estimate.sample_rate} Hz; both are compared "
            f"at {rate} Hz."
        )
    ours, theirs = (resampled(one, rate).samples for one in (reference, estimate))
    if len(ours) != len(theirs):
        notices.append(f"They have {len(ours)} and {len(theirs)} channels; both were mixed to one.")
        ours, theirs = (one.mean(axis=0, keepdims=True) for one in (ours, theirs))
    longest, shortest = max(ours.shape[1], theirs.shape[1]), min(ours.shape[1], theirs.shape[1])
    if shortest < LEAST_OVERLAP * longest:
        raise InvalidInput(
            f"The sounds are {ours.shape[1] / rate:.2f} s and {theirs.shape[1] / rate:.2f} s long, so "
            "they are not two versions of one sound.",
            "Give a pair of the same length.",
        )
    lag = _lag(ours.mean(axis=0), theirs.mean(axis=0), rate)
    if lag:
        later = "later" if lag > 0 else "earlier"
        notices.append(f"The estimate starts {abs(lag) * 1000 / rate:.1f} ms {later}; it was moved to fit.")
        ours, theirs = ours[:, max(0, -lag) :], theirs[:, max(0, lag) :]
    frames = min(ours.shape[1], theirs.shape[1])
    cut = max(ours.shape[1], theirs.shape[1]) - frames
    if cut:
        notices.append(
            f"The last {cut * 1000 / rate:.1f} ms of the longer one have no counterpart; they are left out."
        )
    ours, theirs = ours[:, :frames], theirs[:, :frames]
    likeness = correlation(ours.ravel(), theirs.ravel())
    long_enough = likeness is not None and frames >= SHORTEST_ALIGNED_SECONDS * rate
    if long_enough and likeness is not None and likeness < -ALIKE:
        notices.append(
            f"The estimate's polarity is reversed (correlation {likeness:.2f}): it is nearly the reference "
            "upside down. It sounds the same; measures of the samples (MSE, SNR) call it very different."
        )
    elif long_enough and likeness is not None and abs(likeness) < HARDLY_ALIKE:
        notices.append(
            f"The two hardly resemble each other (correlation {likeness:.2f}); these scores only mean "
            "something for two versions of one recording."
        )
    return SoundPair(ours, theirs, rate, tuple(notices))


def correlation(left: Real, right: Real) -> float | None:
    """Normalised correlation of two signals of one length; None if one is silent."""
    size = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(left @ right) / size if size else None


def _lag(ours: Real, theirs: Real, rate: int) -> int:
    """By how many samples the second is late, where moving it makes the two clearly more alike; else 0."""
    from scipy.fft import irfft, next_fast_len, rfft

    apart = abs(len(ours) - len(theirs))
    ours, theirs = (one[: round(COMPARED_SECONDS * rate)] for one in (ours, theirs))
    frames = min(len(ours), len(theirs))
    if frames < SHORTEST_ALIGNED_SECONDS * rate:
        return 0
    size = next_fast_len(len(ours) + len(theirs), real=True)
    scale = float(np.linalg.norm(ours) * np.linalg.norm(theirs))
    if not scale:
        return 0
    products: Floats = irfft(rfft(theirs, size) * np.conj(rfft(ours, size)), size) / scale
    reach = min(max(round(LONGEST_SHIFT_SECONDS * rate), apart), max(frames // 2, frames - rate))
    lags = np.arange(-reach, reach + 1)
    likeness = products[lags]
    best, upside_down = int(np.argmax(likeness)), int(np.argmin(likeness))
    if -likeness[upside_down] > likeness[best] + CLEARLY_BETTER:
        best = upside_down
    if abs(likeness[best]) < ALIKE or abs(likeness[best]) < abs(likeness[reach]) + CLEARLY_BETTER:
        return 0
    return int(lags[best])
