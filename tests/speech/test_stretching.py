"""Faster and slower at the same pitch."""

from __future__ import annotations

import numpy as np
import pytest

from imagecraft.speech.stretching import stretched

RATE = 24_000


def voice(seconds: float, pitch: float) -> np.ndarray:
    at = np.arange(round(seconds * RATE)) / RATE
    return sum(np.sin(2 * np.pi * pitch * n * at) / n for n in range(1, 8)).astype(np.float32) * 0.2


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.3, 2.0])
@pytest.mark.parametrize("pitch", [90.0, 230.0])
def test_it_takes_as_long_as_asked_and_keeps_pitch_and_level(speed: float, pitch: float) -> None:
    source = voice(2.0, pitch)
    made = stretched(source, RATE, speed)
    assert made.size == pytest.approx(source.size / speed, rel=0.03)
    middle = made[made.size // 4 : made.size * 3 // 4]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(middle.size)))
    assert np.argmax(spectrum) * RATE / middle.size == pytest.approx(pitch, rel=0.02)
    assert middle.std() == pytest.approx(source.std(), rel=0.1)


def test_the_usual_pace_and_very_short_sounds_stay_as_they_are() -> None:
    source = voice(1.0, 120)
    assert stretched(source, RATE, 1.0) is source
    assert stretched(source[:500], RATE, 2.0).size == 500
