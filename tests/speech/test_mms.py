"""MMS: a random-weight VITS with the tokenizer of one language."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import tiny_voices
from random_voices import RandomVoiceTests

from imagecraft import catalog, speak
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.speech import mms, voices
from imagecraft.speech.base import Voice

pytest.importorskip("transformers")


class TestMms(RandomVoiceTests):
    model = "mms"
    weights = "model.safetensors"

    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        return tiny_voices.mms(tmp_path_factory.mktemp("mms"))

    def test_another_kind_of_model_is_refused(self, tmp_path: Path) -> None:
        copy = tiny_voices.mms(tmp_path / "copy")
        (copy / "config.json").write_text('{"model_type": "bert"}')
        with pytest.raises(ModelUnavailable, match="cannot be loaded"):
            self.speak(copy)


@pytest.fixture(scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_voices.mms(tmp_path_factory.mktemp("french"), "fra")


def test_a_folder_speaks_the_language_that_its_tokenizer_names(french: Path) -> None:
    assert [(voice.id, voice.language) for voice in voices(f"mms@{french}")] == [("mms-fra", "fr")]
    assert speak("Où est l'été ?", model=f"mms@{french}", language="fr").duration > 0.2
    with pytest.raises(InvalidInput, match="No voice speaks 'de'"):
        speak("Hallo.", model=f"mms@{french}", language="de")


def test_another_script_is_refused_and_never_read_as_noise(french: Path) -> None:
    with pytest.raises(InvalidInput, match="can read nothing"):
        speak("日本語です。", model=f"mms@{french}")


def test_scripts_that_are_read_by_way_of_latin_letters_are_turned_into_them(tmp_path: Path) -> None:
    pytest.importorskip("uroman")
    korean = tiny_voices.mms(tmp_path, "kor", uroman=True)
    assert speak("안녕하세요.", model=f"mms@{korean}").duration > 0.2


def test_without_the_romaniser_the_command_that_installs_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    korean = tiny_voices.mms(tmp_path, "kor", uroman=True)
    monkeypatch.setitem(sys.modules, "uroman", None)
    with pytest.raises(ModelUnavailable, match="Latin letters") as caught:
        speak("안녕하세요.", model=f"mms@{korean}")
    assert "pip install uroman" in caught.value.hint


def test_the_pinned_copy_of_english_is_taken_and_no_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    card = catalog.card("mms")
    copies = tmp_path / f"models--{card.repo.replace('/', '--')}" / "snapshots"
    newer = tiny_voices.mms(copies / "newer")
    (newer / "config.json").write_text('{"model_type": "bert"}')
    assert not english().ready

    os.utime(tiny_voices.mms(copies / card.revision), (0, 0))
    assert english().ready
    assert speak("Hello there.", voice="mms-eng").duration > 0.1


def english() -> Voice:
    return next(voice for voice in mms.voices() if voice.id == "mms-eng")
