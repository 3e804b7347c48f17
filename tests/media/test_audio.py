"""Sound goes out in the format its name asks for, at 16 bits, never clipped."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import AUDIO_FORMATS, Audio, concatenate, encode_audio, write_audio

RATE = 24_000
LOSSLESS = ("wav", "flac")
LOSSY = ("mp3", "ogg")


def tone(seconds: float = 1.0, *, peak: float = 0.5, channels: int = 1, rate: int = RATE) -> Audio:
    """A sine at 440 Hz, turned by a quarter from channel to channel."""
    time = np.arange(round(seconds * rate)) / rate
    phases = np.arange(channels)[:, None] * np.pi / 2
    return Audio((peak * np.sin(2 * np.pi * 440 * time + phases)).astype(np.float32), rate)


def decoded(data: bytes) -> tuple[np.ndarray, int]:
    """Samples of shape (channels, frames) and the sample rate."""
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    return samples.T, rate


class TestWriting:
    @pytest.mark.parametrize("suffix", [*AUDIO_FORMATS, "WAV"])
    @pytest.mark.parametrize("channels", [1, 2])
    def test_the_suffix_chooses_the_format(self, suffix: str, channels: int, tmp_path: Path) -> None:
        path = tmp_path / f"sound.{suffix}"
        assert write_audio(tone(channels=channels), str(path)) == path
        info = soundfile.info(path)
        assert info.format == suffix.upper()
        assert (info.samplerate, info.channels) == (RATE, channels)
        assert info.duration == pytest.approx(1, abs=0.1)
        if suffix.lower() in LOSSLESS:
            assert info.subtype == "PCM_16"

    @pytest.mark.parametrize("format", LOSSLESS)
    def test_lossless_formats_keep_every_step(self, format: str) -> None:
        audio = tone(peak=1.0, channels=2)
        samples, _ = decoded(encode_audio(audio, format))
        np.testing.assert_allclose(samples, audio.samples, atol=2 / 32_768)
        assert np.abs(samples).max() > 0.9999

    @pytest.mark.parametrize("format", LOSSY)
    def test_lossy_formats_sound_the_same(self, format: str) -> None:
        samples, _ = decoded(encode_audio(tone(), format))
        spectrum = np.abs(np.fft.rfft(samples[0, :RATE]))
        assert spectrum.argmax() == pytest.approx(440, abs=1)
        assert np.sqrt(np.mean(samples**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)

    @pytest.mark.parametrize("format", AUDIO_FORMATS)
    def test_too_loud_is_turned_down_as_a_whole(self, format: str) -> None:
        samples, _ = decoded(encode_audio(tone(peak=7.0), format))
        middle = samples[0, RATE // 4 : RATE // 2]
        assert 0.85 < np.abs(samples).max() <= 1
        spectrum = np.abs(np.fft.rfft(middle * np.hanning(middle.size)))
        assert spectrum[240:].max() < spectrum.max() / 1000, "a clipped sine has overtones"

    def test_quiet_sound_is_left_as_quiet(self) -> None:
        samples, _ = decoded(encode_audio(tone(peak=0.01)))
        assert np.abs(samples).max() == pytest.approx(0.01, rel=0.01)

    def test_float64_is_sound_too(self) -> None:
        audio = Audio(tone().samples.astype(np.float64), RATE)
        assert encode_audio(audio) == encode_audio(tone())

    @pytest.mark.parametrize("format", AUDIO_FORMATS)
    def test_minutes_of_stereo(self, format: str) -> None:
        audio = Audio(np.zeros((2, 180 * RATE), np.float32), RATE)
        samples, _ = decoded(encode_audio(audio, format))
        assert samples.shape[1] / RATE == pytest.approx(180, abs=0.1)

    @pytest.mark.parametrize("name", ["sound.aiff", "sound", "sound.", ".wav", "sound.wav.txt"])
    def test_another_suffix_is_refused_with_those_there_are(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput) as caught:
            write_audio(tone(), tmp_path / name)
        assert all(format in caught.value.hint for format in AUDIO_FORMATS)
        assert list(tmp_path.iterdir()) == []

    def test_what_a_format_cannot_hold_is_refused(self) -> None:
        for audio in (tone(rate=96_000), tone(channels=6)):
            with pytest.raises(InvalidInput, match="MP3") as caught:
                encode_audio(audio, "mp3")
            assert "flac" in caught.value.hint
            assert decoded(encode_audio(audio, "flac"))[0].shape == audio.samples.shape

    def test_refused_sound_leaves_the_old_file(self, tmp_path: Path) -> None:
        path = tmp_path / "sound.wav"
        path.write_text("old")
        with pytest.raises(InvalidInput):
            write_audio(Audio(np.full((1, 9), np.nan, np.float32), RATE), path)
        assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (np.zeros((1, 9), np.int16), RATE),
        (np.zeros(9, np.float32), RATE),
        (np.zeros((1, 9, 1), np.float32), RATE),
        (np.zeros((1, 0), np.float32), RATE),
        (np.zeros((0, 9), np.float32), RATE),
        (np.zeros((48_000, 2), np.float32), RATE),
        ([[0.0, 0.1]], RATE),
        (np.full((1, 9), np.nan, np.float32), RATE),
        (np.full((1, 9), -np.inf, np.float32), RATE),
        (np.zeros((1, 9), np.float32), 0),
        (np.zeros((1, 9), np.float32), -RATE),
        (np.zeros((1, 9), np.float32), 24_000.0),
        (np.zeros((1, 9), np.float32), True),
        (np.zeros((1, 9), np.float32), 10**9),
    ],
)
def test_what_is_no_sound_is_refused(samples: np.ndarray, rate: int) -> None:
    audio = Audio(samples, rate)
    for use in (encode_audio, lambda audio: concatenate([audio])):
        with pytest.raises(InvalidInput) as caught:
            use(audio)
        assert caught.value.hint


class TestConcatenate:
    def test_one_after_the_other(self) -> None:
        first, second = tone(0.5, channels=2), tone(0.25, peak=0.1, channels=2)
        joined = concatenate([first, second])
        np.testing.assert_array_equal(joined.samples, np.hstack([first.samples, second.samples]))
        assert joined.duration == 0.75
        assert joined.samples.dtype == np.float32

    def test_silence_only_between(self) -> None:
        joined = concatenate([tone(0.5), tone(0.5), tone(0.5)], gap_seconds=0.25)
        assert joined.duration == 2.0
        assert not joined.samples[:, RATE // 2 : RATE * 3 // 4].any()
        assert joined.samples[:, RATE * 3 // 4 :].any()
        assert concatenate([tone(0.5)], gap_seconds=9).duration == 0.5

    def test_what_does_not_fit_is_refused(self) -> None:
        for pieces in ([], [tone(), tone(rate=16_000)], [tone(), tone(channels=2)]):
            with pytest.raises(InvalidInput):
                concatenate(pieces)
        for gap in (-1.0, float("nan"), float("inf")):
            with pytest.raises(InvalidInput):
                concatenate([tone()], gap)
