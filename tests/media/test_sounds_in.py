"""Whatever a sound comes in is heard as it is, or refused in one sentence."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from imagecraft.errors import InvalidInput
from imagecraft.media import ffmpeg
from imagecraft.media.audio import Audio
from imagecraft.media.resampling import resample_blocks
from imagecraft.media.sounds import hear, open_sound, resampled

RATE = 16_000
needs_ffmpeg = pytest.mark.skipif(ffmpeg.program() is None, reason="ffmpeg is not installed")


def tone(seconds: float, rate: int, *, hertz: float = 440, peak: float = 0.5) -> np.ndarray:
    return peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def file_bytes(samples: np.ndarray, rate: int, format: str = "WAV", subtype: str | None = None) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=format, subtype=subtype)
    return buffer.getvalue()


def pitch(audio: Audio) -> float:
    """The strongest frequency, in Hz."""
    samples = audio.samples[0]
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax()) * audio.sample_rate / len(samples)


def converted(source: Path, target: Path, *options: str) -> Path:
    command = [
        str(ffmpeg.program()),
        "-nostdin",
        "-loglevel",
        "error",
        "-i",
        str(source),
        *options,
        str(target),
    ]
    if subprocess.run(command, check=False).returncode:
        pytest.skip(f"this ffmpeg cannot write {target.suffix}")
    return target


class TestFormats:
    @pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
    def test_440_hz_stays_440_hz_at_any_rate(self, rate: int) -> None:
        heard = hear(file_bytes(tone(2, rate), rate), sample_rate=RATE).audio
        assert (heard.sample_rate, heard.samples.shape) == (RATE, (1, 2 * RATE))
        assert pitch(heard) == pytest.approx(440, abs=0.5)
        exact = tone(2, RATE)[500:-500]
        assert np.abs(heard.samples[0, 500:-500] - exact).max() < 0.001

    @pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
    def test_every_depth_gives_the_same_sound(self, subtype: str) -> None:
        heard = hear(file_bytes(tone(0.5, RATE), RATE, subtype=subtype), sample_rate=RATE).audio
        assert np.abs(heard.samples[0] - tone(0.5, RATE)).max() < (0.01 if subtype == "PCM_U8" else 0.0001)

    @pytest.mark.parametrize("channels", [1, 2, 6, 8])
    def test_channels_are_averaged(self, channels: int) -> None:
        samples = np.stack([tone(0.5, RATE, peak=number / channels) for number in range(channels)], axis=1)
        heard = hear(file_bytes(samples, RATE, subtype="FLOAT"), sample_rate=RATE).audio
        np.testing.assert_allclose(heard.samples[0], samples.mean(axis=1), atol=1e-6)

    @pytest.mark.parametrize("format", ["FLAC", "OGG", "MP3", "AIFF"])
    def test_the_usual_files_are_read(self, format: str) -> None:
        data = file_bytes(tone(1, 44_100), 44_100, format)
        assert pitch(hear(data, sample_rate=RATE).audio) == pytest.approx(440, abs=1)

    @needs_ffmpeg
    @pytest.mark.parametrize("suffix", ["m4a", "aac", "wma", "opus", "webm", "mkv"])
    def test_the_rest_is_read_through_ffmpeg(self, suffix: str, tmp_path: Path) -> None:
        wav = tmp_path / "tone.wav"
        wav.write_bytes(file_bytes(tone(1, 48_000), 48_000))
        path = converted(wav, tmp_path / f"tone.{suffix}")
        for source in (path, path.read_bytes()):
            heard = hear(source, sample_rate=RATE)
            assert pitch(heard.audio) == pytest.approx(440, abs=1.5)
            assert heard.audio.duration == pytest.approx(1, abs=0.1)
            assert not heard.notices

    @needs_ffmpeg
    def test_the_sound_of_a_video_is_read(self, tmp_path: Path) -> None:
        wav = tmp_path / "tone.wav"
        wav.write_bytes(file_bytes(tone(1, 48_000), 48_000))
        picture = ("-f", "lavfi", "-i", "color=red:size=64x64:duration=1", "-shortest")
        video = converted(wav, tmp_path / "film.mp4", *picture)
        assert pitch(hear(video, sample_rate=RATE).audio) == pytest.approx(440, abs=1.5)
        assert open_sound(video).sample_rate == 48_000

    def test_a_sound_in_memory_is_taken_as_it_is(self) -> None:
        audio = Audio(np.stack([tone(0.3, RATE)] * 2).astype(np.float32), RATE)
        np.testing.assert_array_equal(hear(audio, sample_rate=RATE).audio.samples, audio.samples[:1])
        assert open_sound(audio) is audio

    @pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int32, np.float32, np.float64])
    @pytest.mark.parametrize("channels", [1, 2])
    def test_arrays_of_any_kind_are_the_same_sound(self, kind: type[np.number], channels: int) -> None:
        wave = tone(0.3, RATE)
        if np.issubdtype(kind, np.integer):
            middle = 2 ** (8 * np.dtype(kind).itemsize - 1)
            array = np.rint(wave * (middle - 1) + (middle if kind is np.uint8 else 0)).astype(kind)
        else:
            array = wave.astype(kind)
        heard = hear((RATE, np.repeat(array[:, None], channels, axis=1).squeeze()), sample_rate=RATE).audio
        assert np.abs(heard.samples[0] - wave).max() < (0.01 if kind is np.uint8 else 0.0001)

    @pytest.mark.parametrize("array", [np.zeros((2, 2, 2)), np.zeros(0), np.array(["a"]), np.zeros((100, 9))])
    def test_other_arrays_are_refused(self, array: np.ndarray) -> None:
        with pytest.raises(InvalidInput):
            hear((RATE, array), sample_rate=RATE)


class TestResampling:
    def test_it_does_not_matter_how_the_sound_is_cut(self) -> None:
        noise = np.random.default_rng(0).standard_normal(700_000).astype(np.float32)
        whole = np.concatenate([*resample_blocks([noise], 44_100, RATE)])
        pieces = np.split(noise, [5, 100_000, 333_333])
        np.testing.assert_array_equal(np.concatenate([*resample_blocks(pieces, 44_100, RATE)]), whole)
        assert len(whole) == -(-700_000 * 160 // 441)

    def test_what_is_above_half_the_rate_does_not_fold_down(self) -> None:
        high = Audio(tone(1, 48_000, hertz=9_000)[None].astype(np.float32), 48_000)
        assert np.abs(resampled(high, RATE).samples[0, 500:-500]).max() < 0.5e-3

    def test_full_scale_does_not_clip(self) -> None:
        square = np.sign(tone(1, 44_100, hertz=441, peak=1.0))
        heard = hear(file_bytes(square, 44_100, subtype="FLOAT"), sample_rate=RATE).audio.samples
        assert np.abs(heard).max() <= 1
        flat = np.abs(np.abs(heard) - np.abs(heard).max()) < 1e-6
        assert flat.mean() < 0.01

    @pytest.mark.parametrize("rate", [8_000, 22_051, 44_100, 47_999, 48_000, 192_000])
    def test_a_full_tone_keeps_pitch_level_and_length_to_a_hair(self, rate: int) -> None:
        heard = hear((rate, tone(3, rate, peak=1.0)), sample_rate=RATE).audio.samples[0]
        assert len(heard) == 3 * RATE
        turning = heard * np.exp(-2j * np.pi * 440 * np.arange(len(heard)) / RATE)
        window = np.hanning(RATE)
        first, later = (turning[start : start + RATE] @ window for start in (1_000, 1_000 + RATE))
        assert np.angle(later / first) / (2 * np.pi) == pytest.approx(0, abs=1e-5)  # turns in a second: Hz
        assert 2 * abs(first) / window.sum() == pytest.approx(1, abs=1e-3)
        assert np.abs(heard).max() <= 1


class TestLimits:
    def test_only_the_beginning_is_heard_and_that_is_said(self) -> None:
        heard = hear(file_bytes(tone(3, RATE), RATE), sample_rate=RATE, seconds=1.5)
        assert heard.audio.duration == 1.5
        assert heard.notices == ("Only the first 1.5 seconds, of 3 seconds, were listened to.",)

    def test_a_sound_of_just_that_length_needs_no_notice(self) -> None:
        heard = hear(file_bytes(tone(1.5, RATE), RATE), sample_rate=RATE, seconds=1.5)
        assert not heard.notices

    @needs_ffmpeg
    def test_so_it_is_through_ffmpeg(self, tmp_path: Path) -> None:
        wav = tmp_path / "tone.wav"
        wav.write_bytes(file_bytes(tone(5, RATE), RATE))
        heard = hear(converted(wav, tmp_path / "tone.m4a"), sample_rate=RATE, seconds=2)
        assert heard.audio.duration == pytest.approx(2, abs=0.001)
        assert heard.notices == ("Only the first 2 seconds were listened to.",)

    @pytest.mark.parametrize("seconds", [0, -1, 601, float("nan")])
    def test_an_impossible_length_is_refused(self, seconds: float) -> None:
        with pytest.raises(InvalidInput, match="cannot be listened to"):
            hear(Audio(np.zeros((1, 10), np.float32), RATE), sample_rate=RATE, seconds=seconds)

    def test_silence_and_one_sample_are_sounds(self) -> None:
        for frames in (1, RATE):
            heard = hear(file_bytes(np.zeros(frames), RATE), sample_rate=RATE)
            assert heard.audio.samples.shape == (1, frames)

    def test_float_files_beyond_full_scale_are_turned_down(self) -> None:
        loud = file_bytes(tone(0.5, RATE, peak=40), RATE, subtype="FLOAT")
        assert np.abs(hear(loud, sample_rate=RATE).audio.samples).max() == pytest.approx(1)


class TestRefusals:
    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_values_that_are_not_numbers(self, value: float) -> None:
        samples = tone(0.5, RATE)
        samples[3_000] = value
        with pytest.raises(InvalidInput, match="not numbers"):
            hear(file_bytes(samples, RATE, subtype="FLOAT"), sample_rate=RATE)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"RIFF",
            b"not a sound at all",
            b"\x00" * 1000,
            b"ID3\x04" + b"\xff" * 500,
            b"OggS" + bytes(200),
        ],
    )
    def test_what_is_no_sound(self, data: bytes, tmp_path: Path) -> None:
        path = tmp_path / "sound.wav"
        path.write_bytes(data)
        for source in (path, data):
            with pytest.raises(InvalidInput) as caught:
                hear(source, sample_rate=RATE)
            assert caught.value.hint
            assert "Traceback" not in str(caught.value)

    @pytest.mark.parametrize("format", ["WAV", "FLAC", "OGG", "MP3"])
    def test_a_file_cut_short_is_heard_to_where_it_ends_or_refused(self, format: str) -> None:
        data = file_bytes(np.random.default_rng(1).uniform(-0.5, 0.5, 4 * RATE), RATE, format)
        cut = data[: len(data) // 2]
        if format == "FLAC":
            with pytest.raises(InvalidInput, match="damaged"):
                hear(cut, sample_rate=RATE)
        else:
            assert 0.5 < hear(cut, sample_rate=RATE).audio.duration < 3.0

    def test_missing_files_folders_and_strange_names(self, tmp_path: Path) -> None:
        for source, words in (
            (tmp_path / "nothing.wav", "no file"),
            (tmp_path, "not a file"),
            ("a\0b", "no file|cannot"),
        ):
            with pytest.raises(InvalidInput, match=words):
                hear(source, sample_rate=RATE)

    def test_more_channels_than_eight(self) -> None:
        with pytest.raises(InvalidInput, match="9 channels"):
            hear(file_bytes(np.zeros((100, 9)), RATE), sample_rate=RATE)

    @needs_ffmpeg
    def test_a_picture_is_no_sound(self) -> None:
        picture = Path(__file__).parents[2] / "examples" / "chelsea.jpg"
        for file in (picture, picture.read_bytes()):
            with pytest.raises(InvalidInput, match="is a picture, not a sound"):
                hear(file, sample_rate=RATE)

    @needs_ffmpeg
    def test_a_video_without_sound_says_so(self, tmp_path: Path) -> None:
        video = tmp_path / "silent.mp4"
        command = ["-f", "lavfi", "-i", "color=red:size=64x64:duration=0.2", str(video)]
        subprocess.run([str(ffmpeg.program()), "-loglevel", "error", *command], check=True)
        with pytest.raises(InvalidInput, match="no sound in it"):
            hear(video, sample_rate=RATE)

    @needs_ffmpeg
    @pytest.mark.parametrize(
        "text",
        [
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
            "ffconcat version 1.0\nfile '{secret}'\n",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        ],
    )
    def test_a_playlist_opens_no_other_file(self, text: str, tmp_path: Path) -> None:
        secret = tmp_path / "secret.wav"
        secret.write_bytes(file_bytes(tone(1, RATE), RATE))
        for name in ("list.m3u8", "list.txt", "list.wav", "list.mp4"):
            path = tmp_path / name
            path.write_text(text.format(secret=secret))
            with pytest.raises(InvalidInput, match="not a sound"):
                hear(path, sample_rate=RATE)

    def test_without_ffmpeg_the_way_out_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ffmpeg, "program", lambda: None)
        with pytest.raises(InvalidInput, match="ffmpeg") as caught:
            hear(b"\0\0\0\x20ftypM4A " + bytes(400), sample_rate=RATE)
        assert "imageio-ffmpeg" in caught.value.hint

    @needs_ffmpeg
    def test_what_takes_too_long_is_stopped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        slow = tmp_path / "ffmpeg"
        slow.write_text(f"#!/bin/sh\nexec {shutil.which('sleep')} 60\n")
        slow.chmod(0o755)
        monkeypatch.setattr(ffmpeg, "program", lambda: str(slow))
        monkeypatch.setattr(ffmpeg, "TIME_LIMIT_SECONDS", 0.1)
        with pytest.raises(InvalidInput, match="takes too long"):
            hear(b"\0\0\0\x20ftypM4A " + bytes(400), sample_rate=RATE)

    @needs_ffmpeg
    def test_nothing_is_left_behind(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        with pytest.raises(InvalidInput):
            hear(b"not a sound", sample_rate=RATE)
        assert not [*tmp_path.iterdir()]
