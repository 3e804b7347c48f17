"""What every voice of a network does, shown on random-weight networks of the real classes."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from imagecraft import speak
from imagecraft.cli import run
from imagecraft.errors import ImageCraftError, InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.runtime import loaded
from imagecraft.speech import stream, voices

TEXT = "A brown dog runs on the beach. It rains!"


class RandomVoiceTests:
    """Inherit; set `model` and `weights`; give the fixture `folder`."""

    model: str
    weights: str
    """Path in the folder of the network's file."""

    def speak(self, folder: Path, text: str = TEXT, **options: object) -> Audio:
        return speak(text, model=f"{self.model}@{folder}", **options)

    def test_it_speaks_in_one_channel_within_bounds(self, folder: Path) -> None:
        audio = self.speak(folder)
        assert audio.samples.shape[0] == 1
        assert audio.samples.dtype == np.float32
        assert audio.duration > 0.2
        assert 0.01 < np.abs(audio.samples).max() < 10 ** (-1 / 20)
        assert audio.samples[0, 0] == pytest.approx(0, abs=1e-3)

    def test_the_same_text_gives_the_same_samples_from_many_threads(self, folder: Path) -> None:
        expected = self.speak(folder, "It rains.").samples
        with ThreadPoolExecutor(4) as pool:
            heard = pool.map(lambda _: self.speak(folder, "It rains.").samples, range(4))
        assert all(np.array_equal(samples, expected) for samples in heard)

    def test_it_streams_a_piece_for_each_sentence(self, folder: Path) -> None:
        pieces = list(stream(TEXT, model=f"{self.model}@{folder}"))
        assert len(pieces) == 2
        joined = np.concatenate([piece.samples for piece in pieces], axis=1)
        assert np.array_equal(joined, self.speak(folder).samples)

    def test_a_stream_that_is_closed_leaves_the_voice_free(self, folder: Path) -> None:
        pieces = stream(TEXT, model=f"{self.model}@{folder}")
        next(pieces)
        pieces.close()
        assert self.speak(folder, "It rains.").duration > 0

    def test_speed_changes_how_long_it_takes(self, folder: Path) -> None:
        slow, normal, fast = (self.speak(folder, speed=speed).duration for speed in (0.5, 1.0, 2.0))
        assert slow > 1.25 * normal
        assert fast < 0.85 * normal

    def test_unloading_forgets_it_and_it_comes_again(self, folder: Path) -> None:
        before = self.speak(folder, "It rains.").samples
        assert self.model in loaded.loaded_ids()
        loaded.unload(self.model)
        assert self.model not in loaded.loaded_ids()
        assert np.array_equal(self.speak(folder, "It rains.").samples, before)

    def test_the_command_line_takes_the_folder(self, folder: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.wav"
        assert run(["speak", "It rains.", "-o", str(out), "--model", f"{self.model}@{folder}"]) == 0
        assert out.stat().st_size > 1_000

    def test_a_folder_without_it_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput):
            self.speak(tmp_path)
        with pytest.raises(InvalidInput):
            self.speak(tmp_path / "nowhere")

    def test_a_damaged_file_is_refused_in_words(self, folder: Path, tmp_path: Path) -> None:
        copy = shutil.copytree(folder, tmp_path / "copy")
        weights = copy / self.weights
        weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
        with pytest.raises(ModelUnavailable) as caught:
            self.speak(copy)
        assert caught.value.hint

    def test_what_it_cannot_read_is_refused(self, folder: Path) -> None:
        with pytest.raises(ImageCraftError):
            self.speak(folder, "🐶")

    def test_without_its_files_its_voices_say_what_they_need(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        found = voices(self.model)
        assert not any(voice.ready for voice in found)
        assert all("imagecraft voices --fetch" in voice.needs or "install" in voice.needs for voice in found)
        with pytest.raises(ModelUnavailable) as caught:
            speak("Hello.", voice=found[0].id)
        assert caught.value.hint == found[0].needs
