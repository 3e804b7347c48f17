"""Kokoro: its files, phonemes and paces, over a small network with its inputs and output."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny_voices
from random_voices import RandomVoiceTests

from imagecraft.errors import ModelUnavailable
from imagecraft.speech import voices

pytest.importorskip("onnx")


class TestKokoro(RandomVoiceTests):
    model = "kokoro"
    weights = "onnx/model.onnx"

    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        return tiny_voices.kokoro(tmp_path_factory.mktemp("kokoro"), "af_heart", "bm_george", "ff_siwis")

    def test_each_voice_has_its_own_style(self, folder: Path) -> None:
        american, british = (
            self.speak(folder, "A tomato.", voice=name).samples for name in ("af_heart", "bm_george")
        )
        assert american.shape != british.shape or not np.array_equal(american, british)

    def test_a_british_voice_is_found_by_its_tag(self, folder: Path) -> None:
        found = voices(f"kokoro@{folder}", "en-GB", "male")
        assert "bm_george" in [voice.id for voice in found if voice.ready]

    def test_other_languages_are_read_by_the_optional_phonemiser(self, folder: Path) -> None:
        pytest.importorskip("misaki")
        pytest.importorskip("phonemizer")
        pytest.importorskip("espeakng_loader")
        assert self.speak(folder, "Il y a 25 chats.", voice="ff_siwis").duration > 0.3

    def test_a_voice_without_its_file_says_which(self, folder: Path) -> None:
        with pytest.raises(ModelUnavailable) as caught:
            self.speak(folder, voice="af_bella")
        assert "voices/af_bella.bin" in caught.value.hint


def test_there_are_54_voices_by_language_and_gender() -> None:
    found = {voice.id: voice for voice in voices("kokoro")}
    assert len(found) == 54
    kinds = {(voice.language, voice.gender) for voice in found.values()}
    assert {("en-GB", "male"), ("ja", "female"), ("pt-BR", "male"), ("zh-CN", "female")} <= kinds
