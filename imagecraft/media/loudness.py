"""How loud a sound is to a listener.

References:
    ITU-R BS.1770-4, Algorithms to measure audio programme loudness and true-peak audio level. The two filters
    of its K weighting are given there for 48 kHz; the same curves at any rate come from their analogue
    parameters in B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145
    (2018).
"""

from __future__ import annotations

import numpy as np

BLOCK_SECONDS = 0.4
STEP_SECONDS = 0.1
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
OFFSET_DB = -0.691

SHELF_HZ, SHELF_GAIN_DB, SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
HIGHPASS_HZ, HIGHPASS_Q = 38.13547087602444, 0.5003270373238773


class Meter:
    """Gated loudness of a sound that comes in blocks, in memory that does not grow but by 10 numbers a
    second.

    Args:
        sample_rate: In Hz.
        channels: One or two.
    """

    def __init__(self, sample_rate: int, channels: int = 2) -> None:
        from scipy.signal import sosfilt

        self._filter = sosfilt
        self._sections = np.array([[*b, *a] for b, a in (_shelf(sample_rate), _highpass(sample_rate))])
        self._state = np.zeros((2, channels, 2))
        self._step = round(STEP_SECONDS * sample_rate)
        self._rest = np.zeros(0)
        self._steps: list[np.ndarray] = []

    def add(self, samples: np.ndarray) -> None:
        """Listen to a block, shape (channels, frames)."""
        weighted, self._state = self._filter(self._sections, samples, axis=1, zi=self._state)
        power = np.concatenate([self._rest, np.square(weighted).sum(axis=0)])
        whole = power.size - power.size % self._step
        self._steps.append(power[:whole].reshape(-1, self._step).mean(axis=1))
        self._rest = power[whole:]

    @property
    def lufs(self) -> float:
        """Loudness of all that was added, as `integrated_loudness` would give it; -inf for silence."""
        steps = np.concatenate([np.zeros(0), *self._steps])
        a_block = round(BLOCK_SECONDS / STEP_SECONDS)
        if steps.size < a_block:
            heard = np.concatenate([np.repeat(steps, self._step), self._rest])
            return _gated(heard.mean(keepdims=True)) if heard.size else float("-inf")
        return _gated(np.convolve(steps, np.full(a_block, 1 / a_block), mode="valid"))


def integrated_loudness(samples: np.ndarray, sample_rate: int) -> float:
    """Gated loudness of a sound.

    Args:
        samples: float, shape (channels, frames), full scale 1; one or two channels.
        sample_rate: In Hz.

    Returns:
        LUFS; -inf for silence. A sound shorter than a block of 0.4 s is measured as one block.
    """
    return _gated(_block_energies(_k_weighted(np.atleast_2d(samples), sample_rate), sample_rate))


def _gated(energies: np.ndarray) -> float:
    """Loudness of blocks, those left out that are silent or much softer than the others."""
    audible = energies[_lufs(energies) > ABSOLUTE_GATE_LUFS]
    if audible.size == 0:
        return float("-inf")
    gate = _lufs(audible.mean()) + RELATIVE_GATE_LU
    return float(_lufs(audible[_lufs(audible) > gate].mean()))


def _lufs(energy: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.asarray(OFFSET_DB + 10 * np.log10(energy))


def _block_energies(weighted: np.ndarray, sample_rate: int) -> np.ndarray:
    """Mean square of each block, summed over the channels: shape (blocks,)."""
    block = min(round(BLOCK_SECONDS * sample_rate), weighted.shape[1])
    if block == 0:
        return np.zeros(0)
    power = np.concatenate([[0.0], np.cumsum(np.square(weighted).sum(axis=0))])
    starts = np.arange(0, weighted.shape[1] - block + 1, round(STEP_SECONDS * sample_rate))
    return np.asarray((power[starts + block] - power[starts]) / block)


def _k_weighted(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    frames = samples.shape[1]
    size = frames + sample_rate // 2  # room for the filters to ring out
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = _response(*_shelf(sample_rate), z) * _response(*_highpass(sample_rate), z)
    return np.asarray(np.fft.irfft(np.fft.rfft(samples, size) * response, size)[:, :frames])


Coefficients = tuple[float, float, float]


def _shelf(sample_rate: int) -> tuple[Coefficients, Coefficients]:
    k = np.tan(np.pi * SHELF_HZ / sample_rate)
    high = 10 ** (SHELF_GAIN_DB / 20)
    band = high**0.499666774155
    b = (high + band * k / SHELF_Q + k * k, 2 * (k * k - high), high - band * k / SHELF_Q + k * k)
    return _normalised(b, _poles(k, SHELF_Q))


def _highpass(sample_rate: int) -> tuple[Coefficients, Coefficients]:
    k = np.tan(np.pi * HIGHPASS_HZ / sample_rate)
    poles = _poles(k, HIGHPASS_Q)
    return _normalised((poles[0], -2 * poles[0], poles[0]), poles)


def _poles(k: float, q: float) -> Coefficients:
    return (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k)


def _normalised(b: Coefficients, a: Coefficients) -> tuple[Coefficients, Coefficients]:
    """Both rows divided by the first of `a`, as filters want them."""
    return (b[0] / a[0], b[1] / a[0], b[2] / a[0]), (1.0, a[1] / a[0], a[2] / a[0])


def _response(b: Coefficients, a: Coefficients, z: np.ndarray) -> np.ndarray:
    return np.asarray((b[0] + b[1] * z + b[2] * z**2) / (a[0] + a[1] * z + a[2] * z**2))
