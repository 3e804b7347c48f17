"""From raw samples to a levelled piece of sound."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest

from imagecraft.media.loudness import integrated_loudness
from imagecraft.speech.finish import CEILING, finish, limit, pieces, trim
from imagecraft.speech.text import pause_after

RATE = 24_000


def tone(seconds: float, amplitude: float, hz: float = 220.0) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


def test_a_piece_is_handed_out_before_the_next_one_is_made() -> None:
    made: list[str] = []

    def synthesise(sentence: str, speed: float) -> np.ndarray:
        made.append(sentence)
        return tone(0.5, 0.1)

    stream = pieces(["One.", "Two.", "Three."], synthesise, RATE, 1.0)
    next(stream)
    assert made == ["One."]


def test_a_sentence_that_makes_no_sound_leaves_no_pause_behind() -> None:
    sounds = {"One.": tone(1, 0.1), "…": silence(1), "Three.": tone(1, 0.1)}
    stream = list(pieces(list(sounds), lambda sentence, _: sounds[sentence], RATE, 1.0))
    assert [round(piece.duration, 2) for piece in stream] == [1.0, 1.25]


@pytest.mark.parametrize("amplitude", [0.03, 0.1, 0.7, 2.0])
def test_quiet_and_loud_come_out_alike(amplitude: float) -> None:
    samples = finish(tone(2.0, amplitude), RATE).samples
    assert pyloudnorm.Meter(RATE).integrated_loudness(samples.T.astype(float)) == pytest.approx(-16, abs=0.5)


def test_a_whisper_is_not_blown_up() -> None:
    raw = tone(1.0, 0.003)
    assert np.abs(finish(raw, RATE).samples).max() < 0.003 * 8


def test_silence_around_the_sound_goes_and_a_pause_comes_before_it() -> None:
    raw = np.concatenate([silence(0.5), tone(1.0, 0.1), silence(0.7)])
    assert trim(raw, RATE).size / RATE == pytest.approx(1.06, abs=0.01)
    assert finish(raw, RATE, 0.25).duration == pytest.approx(1.31, abs=0.01)
    assert finish(silence(1.0), RATE).duration == 0


def test_peaks_are_turned_down_smoothly() -> None:
    raw = tone(1.0, 0.3)
    raw[10_000:10_200] *= 6
    limited = limit(raw, RATE)
    assert np.abs(limited).max() <= CEILING + 1e-6
    far = np.r_[0:9_700, 10_500 : raw.size]
    assert np.array_equal(limited[far], raw[far])
    assert np.abs(np.diff(limited)).max() < 2 * np.abs(np.diff(raw)).max()


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000])
def test_loudness_is_what_the_reference_program_measures(rate: int) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (2, rate * 8))
    noise[:, rate * 3 : rate * 5] *= 0.001
    expected = pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(noise.T)
    assert integrated_loudness(noise, rate) == pytest.approx(expected, abs=0.05)
    assert integrated_loudness(np.zeros((1, rate)), rate) == float("-inf")


def test_a_full_scale_tone_has_the_loudness_the_standard_names() -> None:
    seconds = np.arange(48_000 * 4) / 48_000
    assert integrated_loudness(np.sin(2 * np.pi * 997 * seconds), 48_000) == pytest.approx(-3.01, abs=0.05)


def test_pauses_are_longer_after_a_sentence_than_within_one() -> None:
    ends = ["It ends.", 'He said "yes!"', "so,", "and then", "(yes)"]
    pauses = [pause_after(text) for text in ends]
    assert pauses[0] == pauses[1] > pauses[2] > pauses[3] == pauses[4] > 0
