"""A voice of the visitor's own: consent, what is kept of the sample, and what is spoken with it.

The network is a random-weight one of the real class.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imagecraft.media.audio import Audio, encode_audio
from imagecraft.speech import pocket_files
from imagecraft.ui import describing, own_voice
from imagecraft.ui import own_voice_words as words
from imagecraft.ui.files import served

RATE = 16_000
HEART = {"chosen": "heart"}
AGREED = [own_voice.AGREED]
PHOTO = Path(__file__).parents[2] / "examples" / "chelsea.jpg"


@pytest.fixture(autouse=True)
def visitors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the visitors' files."""
    folder = tmp_path / "visitors"
    folder.mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    return folder


@pytest.fixture
def _network(pocket_network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network that listens is on this machine."""
    where = pocket_files.listening
    monkeypatch.setattr(pocket_files, "listening", lambda network, _="": where(network, str(pocket_network)))


def sent(seconds: float = 4.0) -> dict[str, Any]:
    """A sample as a browser sends it."""
    noise = np.random.default_rng(0).normal(size=(1, round(seconds * RATE))) * 0.1
    data = encode_audio(Audio(np.clip(noise, -1, 1).astype(np.float32), RATE), "wav")
    return {"file": served(data, "my voice.wav"), "name": "my voice.wav"}


def photo() -> dict[str, Any]:
    """A photo as a browser sends it."""
    return {"file": served(PHOTO.read_bytes(), "chelsea.jpg"), "name": "chelsea.jpg"}


def through_the_browser(value: Any) -> Any:
    """A value after the page had it: what JSON leaves of it, its whole numbers 53 bits long."""
    return json.loads(json.dumps(value), parse_int=lambda digits: int(float(digits)))


def merged(updates: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """What the page shows when all is told."""
    shown: dict[str, Any] = {}
    for update in updates:
        shown |= update
    return shown


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_samples_file_is_gone_as_soon_as_it_was_read(visitors: Path) -> None:
    value = sent()
    assert files(visitors)
    told = own_voice.taken(value)

    assert files(visitors) == []
    assert told["sample"]["notices"] == ["4.0 seconds"]
    assert told["held"].audio.duration == pytest.approx(4)


@pytest.mark.parametrize(("seconds", "why"), [(2.0, "2.0 seconds"), (31.0, "31.0 seconds")])
def test_a_sample_that_will_not_do_is_refused_and_deleted(visitors: Path, seconds: float, why: str) -> None:
    told = own_voice.taken(sent(seconds))

    assert why in told["sample_problem"]["message"]
    assert told["sample"] == {"rejected": True}
    assert told["held"] is None
    assert files(visitors) == []


def test_removing_the_sample_forgets_it() -> None:
    assert own_voice.taken(None)["held"] is None


@pytest.mark.parametrize("consent", [None, [], "agreed", ["other"]])
def test_without_consent_nothing_is_spoken(consent: Any) -> None:
    told = own_voice.taken(sent())
    given = (through_the_browser(told["sample"]), consent, told["held"])
    spoken = merged(describing.speak("It rains.", HEART, 1.0, None, None, *given))
    described = merged(describing.describe(photo(), "short", HEART, 1.0, None, None, None, *given))

    for shown in (spoken, described):
        assert shown["sample_problem"] == {"message": words.NO_CONSENT, "hint": words.NO_CONSENT_HINT}
        assert shown["status"]["state"] == "failed"
        assert "player" not in shown


def test_a_sample_that_is_no_longer_remembered_is_not_replaced_by_another_voice() -> None:
    told = own_voice.taken(sent())
    for held in (None, own_voice.Sample(1, told["held"].audio)):
        shown = merged(describing.speak("It rains.", HEART, 1.0, None, None, told["sample"], AGREED, held))
        assert shown["sample_problem"]["message"] == words.PROBLEMS["gone"]


def test_without_the_network_the_part_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    needs = own_voice.missing()
    assert "data-missing" in needs
    assert "HF_TOKEN" not in needs.partition("<details")[0]
    assert "HF_TOKEN" in needs or "pip install" in needs


@pytest.mark.skipif(importlib.util.find_spec("pocket_tts") is None, reason="pocket-tts is not installed")
@pytest.mark.usefixtures("_network", "weights")
class TestSpoken:
    """With the network."""

    def test_it_speaks_the_text_again_and_again_and_keeps_nothing(self, visitors: Path) -> None:
        assert own_voice.missing() == ""
        told = own_voice.taken(sent())
        given = (through_the_browser(told["sample"]), AGREED, told["held"])
        for text in ("It rains.", "A dog runs."):
            shown = merged(describing.speak(text, HEART, 1.0, None, {"chosen": "en"}, *given))
            assert shown["status"]["state"] == "done"
            assert "Your sample" in shown["made_by"]
            assert json.dumps("sample") in shown["json"].replace("&quot;", '"')
            assert "voice" not in shown  # the menu stays as it is
        kept = {path.suffix for path in files(visitors)}
        assert kept == {".wav", ".mp3", ".json"}
        assert not [path for path in files(visitors) if "voice" in path.name]

    def test_it_speaks_the_description_of_a_photo(self, visitors: Path) -> None:
        told = own_voice.taken(sent())
        shown = merged(
            describing.describe(
                photo(), "short", HEART, 1.0, None, None, None, told["sample"], AGREED, told["held"]
            )
        )

        assert shown["status"]["state"] == "done"
        assert "cat" in shown["caption"].lower()
        assert "Your sample" in shown["made_by"]

    def test_a_language_that_it_does_not_speak_is_said(self) -> None:
        told = own_voice.taken(sent())
        shown = merged(
            describing.speak(
                "雨です。", HEART, 1.0, None, {"chosen": "ja"}, told["sample"], AGREED, told["held"]
            )
        )
        assert "cannot speak Japanese" in shown["speech_problem"]["message"]
