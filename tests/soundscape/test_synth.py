"""Every generator keeps its promises; what it sounds like is judged by benchmarks/listen.py."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.soundscape.synth import FAMILIES, GENERATORS, render

SECONDS = 1.5
SOUNDS = vocabulary("sounds")
LARGEST_STEP_AT_ENDS = 0.01
LARGEST_OFFSET = 1e-4

every_sound = pytest.mark.parametrize("name", sorted(GENERATORS))


def power_by_octave(sound: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Share of the power in each octave from 31 Hz up."""
    power = (np.abs(np.fft.rfft(np.atleast_2d(sound), rate * 2)) ** 2).sum(axis=0)
    octave = np.floor(np.log2(np.maximum(np.fft.rfftfreq(rate * 2, 1 / rate), 1) / 31.25)).astype(int)
    shares = np.bincount(np.clip(octave, 0, 9), power)
    return np.asarray(shares / shares.sum())


def test_every_sound_has_one_generator() -> None:
    assert set(GENERATORS) == set(SOUNDS)
    assert sum(len(family) for family in FAMILIES) == len(GENERATORS)


@every_sound
def test_keeps_its_promises(name: str) -> None:
    rate = 48_000
    sound = render(name, seconds=SECONDS, sample_rate=rate, seed=3)
    frames = sound.shape[-1]
    assert sound.dtype == np.float32
    assert sound.shape in ((frames,), (2, frames))
    if SOUNDS[name]["kind"] == "bed":
        assert frames == round(SECONDS * rate)
    else:
        assert 0.02 * rate < frames <= SECONDS * rate
    assert np.isfinite(sound).all()
    assert 0.02 < np.abs(sound).max() <= 1
    assert np.abs(sound.mean(axis=-1)).max() < LARGEST_OFFSET
    ends = np.concatenate([sound[..., :3], sound[..., -3:]], axis=-1)
    assert np.abs(ends).max() < LARGEST_STEP_AT_ENDS
    assert np.abs(np.diff(sound[..., :8])).max() < 5 * LARGEST_STEP_AT_ENDS


@pytest.mark.parametrize("name", ["songbirds", "children", "conversation", "thunder", "crowd", "dog"])
@pytest.mark.parametrize("seed", range(5))
def test_even_a_twentieth_of_a_second_is_sound_or_silence(name: str, seed: int) -> None:
    sound = render(name, seconds=0.05, seed=seed, intensity=0.0)
    assert np.isfinite(sound).all()
    assert 0 < sound.shape[-1] <= 2205


@every_sound
def test_chance_comes_from_the_seed_alone(name: str) -> None:
    first, again, other = (render(name, seconds=SECONDS, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.allclose(first, other, atol=1e-3)


@every_sound
def test_intensity_changes_the_sound_itself(name: str) -> None:
    calm, strong = (render(name, seconds=6.0, seed=1, intensity=intensity) for intensity in (0.0, 1.0))
    frames = max(calm.shape[-1], strong.shape[-1])
    calm, strong = (
        np.pad(np.atleast_2d(one), ((0, 0), (0, frames - one.shape[-1]))) for one in (calm, strong)
    )
    scaled = calm * (np.linalg.norm(strong) / np.linalg.norm(calm))
    assert np.linalg.norm(strong - scaled) > 0.05 * np.linalg.norm(strong)


@pytest.mark.parametrize("name", ["rain_light", "wind_strong", "fire", "stream"])
def test_intensity_is_more_than_level(name: str) -> None:
    calm, strong = (render(name, seconds=6.0, intensity=intensity) for intensity in (0.0, 1.0))
    difference = power_by_octave(calm, 44_100) - power_by_octave(strong, 44_100)
    assert np.abs(difference).max() > 0.02


def test_a_bed_surrounds_the_listener() -> None:
    for name in ("rain", "wind", "sea_waves", "crowd", "applause"):
        left, right = render(name, seconds=4.0)
        assert abs(np.corrcoef(left, right)[0, 1]) < 0.9, name


@pytest.mark.parametrize("seconds", [0, -1, 1e9, math.nan, math.inf, 1e-6])
def test_silly_lengths_are_refused(seconds: float) -> None:
    with pytest.raises(InvalidInput, match="seconds"):
        render("rain", seconds=seconds)


@pytest.mark.parametrize("intensity", [-0.1, 1.1, math.nan])
def test_silly_intensities_are_refused(intensity: float) -> None:
    with pytest.raises(InvalidInput, match="intensity"):
        render("rain", seconds=1, intensity=intensity)


def test_other_sample_rates_are_refused() -> None:
    with pytest.raises(InvalidInput, match="22050"):
        render("rain", seconds=1, sample_rate=22_050)


def test_an_unknown_sound_is_refused_with_a_near_name() -> None:
    with pytest.raises(InvalidInput, match="rain_light"):
        render("rain_lite", seconds=1)
