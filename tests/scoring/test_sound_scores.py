"""Measures of sounds: known numbers, what must hold, and pairs that do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

import imagecraft
from imagecraft.errors import Cancelled, ImageCraftError, InvalidInput
from imagecraft.media.audio import Audio, write_audio
from imagecraft.media.sounds import open_sound
from imagecraft.scoring import dnsmos
from imagecraft.scoring.audio import names, score_audio, score_sound
from imagecraft.scoring.resampling import resampled

RATE = 16_000


def noise(seconds: float = 1.0, *, seed: int = 0, rate: int = RATE, channels: int = 1) -> Audio:
    """Noise that is not white, so that moving it changes it."""
    samples = np.random.default_rng(seed).normal(0, 0.1, (channels, round(seconds * rate)))
    return Audio(samples.astype(np.float32), rate)


def scaled(audio: Audio, gain: float) -> Audio:
    return Audio(audio.samples * np.float32(gain), audio.sample_rate)


def test_four_samples_as_torchmetrics_scores_them() -> None:
    report = imagecraft.score_audio([3, -0.5, 2, 7], [2.5, 0, 2, 8])

    assert report["mse"] == 0.375
    assert report["mae"] == 0.5
    assert report["snr_db"] == pytest.approx(16.180481, abs=1e-5)
    assert report["si_sdr_db"] == pytest.approx(18.402992, abs=1e-5)
    assert report["si_snr_db"] == pytest.approx(15.091756, abs=1e-5)


def test_equal_sounds_differ_in_nothing_and_every_number_is_finite() -> None:
    report = score_audio(noise(), noise())

    for name in (
        "mse",
        "mae",
        "spectral_convergence",
        "log_spectral_distance_db",
        "mel_cepstral_distance_db",
    ):
        assert report[name] == 0
    assert report["snr_db"] == report["si_sdr_db"] == 120
    assert any("120 dB" in words for words in report.notices)


@pytest.mark.parametrize("gain", [0.0, 0.5, 0.9, 2.0])
def test_spectral_convergence_is_how_far_a_gain_is_from_one(gain: float) -> None:
    assert score_audio(noise(), scaled(noise(), gain))["spectral_convergence"] == pytest.approx(
        abs(gain - 1), abs=1e-6
    )


def test_a_gain_moves_snr_but_not_si_sdr() -> None:
    noisy = Audio(noise().samples + noise(seed=1).samples * np.float32(0.1), RATE)
    loud, quiet = (score_audio(noise(), one) for one in (noisy, scaled(noisy, 0.5)))

    assert loud["si_sdr_db"] == pytest.approx(quiet["si_sdr_db"], abs=1e-3)
    assert loud["si_sdr_db"] == pytest.approx(20, abs=0.5)
    assert quiet["snr_db"] < loud["snr_db"] - 10


def test_more_noise_is_worse_by_every_measure() -> None:
    little, much = (
        score_audio(noise(), Audio(noise().samples + noise(seed=1).samples * np.float32(share), RATE))
        for share in (0.05, 0.5)
    )

    for name in (
        "mse",
        "mae",
        "spectral_convergence",
        "log_spectral_distance_db",
        "mel_cepstral_distance_db",
    ):
        assert much[name] > little[name]
    for name in ("snr_db", "si_sdr_db", "si_snr_db"):
        assert much[name] < little[name]


def test_half_a_tone_is_six_decibels_in_the_log_spectrum_and_none_in_its_shape() -> None:
    report = score_audio(noise(), scaled(noise(), 0.5))

    assert report["log_spectral_distance_db"] == pytest.approx(6.02, abs=0.05)
    assert report["mel_cepstral_distance_db"] == pytest.approx(0, abs=1e-3)
    assert report["loudness_lufs_reference"] - report["loudness_lufs_estimate"] == pytest.approx(
        6.02, abs=0.01
    )


def test_true_peaks_lie_between_the_samples() -> None:
    time = np.arange(RATE) / RATE
    tone = np.sin(2 * np.pi * RATE / 4 * time + np.pi / 4).astype(np.float32)[None]
    report = score_sound(Audio(tone, RATE), metrics="true_peak_db")

    assert 20 * np.log10(np.abs(tone).max()) == pytest.approx(-3.01, abs=0.01)
    assert report["true_peak_db"] == pytest.approx(0, abs=0.3)


def test_blocks_are_no_part_of_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    from imagecraft.scoring import signals, spectra

    first, second = noise(1.3, channels=2), noise(1.3, seed=1, channels=2)
    whole = score_audio(first, second).metrics
    monkeypatch.setattr(signals, "BLOCK_FRAMES", 1_000)
    monkeypatch.setattr(signals, "PEAK_BLOCK", 4_096)
    monkeypatch.setattr(spectra, "FRAMES_AT_ONCE", 3)

    for name, value in score_audio(first, second).metrics.items():
        assert value == pytest.approx(whole[name], rel=1e-4, abs=0.05 if name.startswith("true") else 1e-9)


def test_every_step_is_told_and_may_be_the_last() -> None:
    told: list[str] = []
    score_audio(noise(), noise(), progress=told.append)
    assert {"reading", "mse", "mel_cepstral_distance_db", "loudness_lufs", "true_peak_db"} <= set(told)

    def stop(name: str) -> None:
        if name == "spectral_convergence":
            raise Cancelled

    with pytest.raises(Cancelled):
        score_audio(noise(), noise(), progress=stop)


class TestPairing:
    def test_a_late_copy_is_moved_and_that_is_said(self) -> None:
        late = Audio(np.pad(noise().samples, ((0, 0), (800, 0)))[:, :RATE], RATE)
        report = score_audio(noise(), late)

        assert report["mse"] == 0
        assert any("50.0 ms later" in words for words in report.notices)

    def test_a_copy_that_is_seconds_late_is_moved_too(self) -> None:
        whole = noise(8.0)
        late = Audio(np.pad(whole.samples, ((0, 0), (3 * RATE, 0))), RATE)
        report = score_audio(whole, late)

        assert report["mse"] == 0
        assert any("3000.0 ms later" in words for words in report.notices)
        assert not any("hardly" in words for words in report.notices)

    @pytest.mark.parametrize("late", [0, 800])
    def test_a_copy_upside_down_is_said_to_be_one(self, late: int) -> None:
        upside_down = Audio(np.pad(-noise(2.0).samples, ((0, 0), (late, 0))), RATE)
        report = score_audio(noise(2.0), upside_down)

        assert any("polarity is reversed" in words for words in report.notices)
        assert any("50.0 ms later" in words for words in report.notices) == bool(late)
        assert report["spectral_convergence"] == pytest.approx(0, abs=1e-6)

    def test_another_rate_is_changed_and_that_is_said(self) -> None:
        time = np.arange(44_100) / 44_100
        tone = Audio(np.sin(2 * np.pi * 440 * time).astype(np.float32)[None] * 0.5, 44_100)
        report = score_audio(tone, resampled(tone, RATE))

        assert report["snr_db"] > 40
        assert report.settings["sample_rate"] == RATE
        assert any("16000 Hz" in words for words in report.notices)

    def test_stereo_against_mono_is_mixed_and_that_is_said(self) -> None:
        both = Audio(np.concatenate([noise().samples] * 2), RATE)
        report = score_audio(both, noise())

        assert report["mse"] == pytest.approx(0, abs=1e-12)
        assert any("mixed" in words for words in report.notices)

    def test_what_is_no_pair_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="two versions"):
            score_audio(noise(3.0), noise(1.0))

    def test_strangers_are_pointed_out(self) -> None:
        assert any("hardly resemble" in words for words in score_audio(noise(), noise(seed=5)).notices)

    def test_silence_is_explained_instead_of_nan(self) -> None:
        report = score_audio(scaled(noise(), 0.0), noise())

        assert report["mse"] > 0
        assert "silent" in report.not_computed["snr_db"]
        assert "snr_db" not in report.metrics


class TestFiles:
    @pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
    def test_what_was_written_is_read_back(self, tmp_path: Path, suffix: str) -> None:
        path = write_audio(noise(channels=2), tmp_path / f"a.{suffix}")
        sound = open_sound(path)

        assert sound.samples.shape[0] == 2
        assert sound.sample_rate == RATE
        assert open_sound(path.read_bytes()).samples.shape == sound.samples.shape
        if suffix in ("wav", "flac"):
            assert score_audio(noise(channels=2), path)["snr_db"] > 60

    def test_what_is_no_sound_is_refused_in_words(self, tmp_path: Path) -> None:
        (tmp_path / "letter.wav").write_text("Dear reader")
        soundfile.write(tmp_path / "empty.wav", np.zeros((0, 1)), RATE)
        soundfile.write(tmp_path / "nan.wav", np.full(100, np.nan), RATE, subtype="FLOAT")
        for name, words in (
            ("letter.wav", "not a sound"),
            ("empty.wav", "empty"),
            ("nan.wav", "not numbers"),
            ("none.wav", "no file"),
            ("", "not a file"),
        ):
            with pytest.raises(InvalidInput, match=words):
                open_sound(tmp_path / name)

    def test_an_unknown_measure_is_refused_with_those_there_are(self) -> None:
        with pytest.raises(InvalidInput, match="si_sdr_db"):
            score_audio(noise(), noise(), metrics="pesq")
        with pytest.raises(InvalidInput, match="reference"):
            score_sound(noise(), metrics="mse")


def test_dnsmos_prefers_clean_speech_or_says_how_to_get_it() -> None:
    assert "dnsmos" in names()
    if dnsmos.unavailable():
        with pytest.raises(ImageCraftError, match="speechmos"):
            score_sound(noise(), metrics="dnsmos")
        return
    speech = imagecraft.speak("The quick brown fox jumps over the lazy dog.")
    hiss = np.random.default_rng(0).normal(0, 0.05, speech.samples.shape).astype(np.float32)
    clean, noisy = (
        score_sound(Audio(samples, speech.sample_rate), metrics="dnsmos")
        for samples in (speech.samples, speech.samples + hiss)
    )

    assert clean["dnsmos_overall"] > noisy["dnsmos_overall"] + 0.5
    assert all(1 <= one.value <= 5 for one in clean)
