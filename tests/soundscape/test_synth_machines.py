"""What moves, rings and is struck: the physics that can be measured in the generated sounds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from imagecraft.soundscape.synth import GENERATORS, render
from imagecraft.soundscape.synth.engines import Engine, exhaust
from imagecraft.soundscape.synth.modal import Modes, ring
from imagecraft.soundscape.synth.motion import Path, pass_by

RATE = 44_100


def loudest_hz(sound: NDArray[np.floating], lowest: float = 20.0) -> float:
    """The frequency with the most power, above `lowest`."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size)))
    hz = np.fft.rfftfreq(sound.size, 1 / RATE)
    return float(hz[hz > lowest][np.argmax(spectrum[hz > lowest])])


def test_what_passes_falls_in_pitch_and_is_loudest_when_nearest() -> None:
    time = np.arange(6 * RATE) / RATE
    left, right = pass_by(np.sin(2 * np.pi * 1_000 * time), Path(speed=34.3, closest=5.0, passing=3.0), RATE)
    both = left + right
    assert loudest_hz(both[RATE // 2 : RATE]) == pytest.approx(1_000 / 0.9, rel=0.01)
    assert loudest_hz(both[5 * RATE : 5 * RATE + RATE // 2]) == pytest.approx(1_000 / 1.1, rel=0.01)
    assert np.argmax(np.abs(both)) / RATE == pytest.approx(3.0, abs=0.05)
    assert np.square(left[:RATE]).sum() > 4 * np.square(right[:RATE]).sum()
    assert np.square(right[-RATE:]).sum() > 4 * np.square(left[-RATE:]).sum()


def test_an_engine_fires_as_often_as_its_cylinders_tell() -> None:
    rpm = np.full(4 * RATE, 3_000.0)
    even = Engine(cylinders=4, uneven=0.0, ragged=0.0, jitter=0.0)
    tone, rush = exhaust(np.random.default_rng(1), even, rpm, 1.0, RATE)
    assert tone.shape == rush.shape == rpm.shape
    assert rush.min() >= 0
    assert loudest_hz(rush[RATE:] - rush[RATE:].mean()) == pytest.approx(100.0, abs=1.0)


def test_a_struck_thing_rings_in_its_modes_and_dies_as_they_do() -> None:
    modes = Modes(np.array([440.0, 30_000.0]), np.array([0.6, 0.6]), np.array([1.0, 1.0]))
    sound = ring(modes, 1.0, RATE)
    assert loudest_hz(sound) == pytest.approx(440.0, abs=2.0)
    early, late = (np.sqrt(np.mean(sound[int(t * RATE) :][:2_000] ** 2)) for t in (0.1, 0.4))
    assert 20 * np.log10(early / late) == pytest.approx(30.0, abs=1.5)
    above = np.abs(np.fft.rfft(sound))[np.fft.rfftfreq(sound.size, 1 / RATE) > 2_000]
    assert above.max() < 1e-3 * np.abs(np.fft.rfft(sound)).max(), (
        "a mode beyond half the sample rate folded back"
    )


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_even_a_very_short_take_is_whole(name: str) -> None:
    sound = render(name, seconds=0.03, seed=2, intensity=1.0)
    assert sound.shape[-1] <= round(0.03 * RATE)
    assert np.isfinite(sound).all()
