"""Pocket TTS: random-weight networks through its own classes, and voices from a sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny_voices
from random_voices import RandomVoiceTests

from imagecraft import speak
from imagecraft.cli import run
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio, write_audio
from imagecraft.speech.cloning import checked

pytest.importorskip("pocket_tts")

RATE = 16_000


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pocket")
    return tiny_voices.pocket(folder, "english", "french", voices=("alba", "estelle"))


def sample(seconds: float, level: float = 0.1, channels: int = 1) -> Audio:
    noise = np.random.default_rng(0).normal(size=(channels, round(seconds * RATE))) * level
    return Audio(np.clip(noise, -1, 1).astype(np.float32), RATE)


class TestPocket(RandomVoiceTests):
    model = "pocket-tts"
    weights = "languages/english/model.safetensors"

    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, networks: Path) -> Path:
        return networks

    def test_a_language_picks_its_network_and_a_voice_that_speaks_it(self, folder: Path) -> None:
        assert self.speak(folder, "Où est-il ?", language="fr").duration > 0.1
        assert self.speak(folder, "Où est-il ?", voice="estelle").duration > 0.1
        with pytest.raises(InvalidInput, match="speaks French, not English"):
            self.speak(folder, voice="estelle", language="en")

    def test_torch_keeps_its_threads(self, folder: Path) -> None:
        import torch

        before = torch.get_num_threads()
        self.speak(folder, "It rains.")
        assert torch.get_num_threads() == before


class TestSample:
    """A voice from a sample."""

    def test_it_speaks_with_consent_and_keeps_nothing(self, networks: Path) -> None:
        model = f"pocket-tts@{networks}"
        files = sorted(networks.rglob("*"))
        made = speak("It rains.", model=model, voice_sample=sample(4, channels=2), consent=True)
        assert made.duration > 0.1
        assert sorted(networks.rglob("*")) == files
        assert not np.array_equal(made.samples, speak("It rains.", model=model).samples)

    def test_without_consent_nothing_is_done(self, networks: Path) -> None:
        with pytest.raises(InvalidInput, match="consent"):
            speak("It rains.", model=f"pocket-tts@{networks}", voice_sample=sample(4))

    @pytest.mark.parametrize(
        ("heard", "why"),
        [
            (sample(2.9), "2.9 seconds"),
            (sample(30.2), "30.2 seconds"),
            (sample(4, 0.0005), "too quiet"),
            (sample(4, 0.0), "too quiet"),
            (sample(4, 3.0), "overdriven"),
        ],
    )
    def test_a_sample_that_will_not_do_is_refused(self, heard: Audio, why: str) -> None:
        with pytest.raises(InvalidInput, match=why):
            checked(heard, consent=True)

    def test_it_stands_in_for_a_voice_of_pocket_tts_only(self) -> None:
        for options in ({"voice": "heart"}, {"model": "hibari"}):
            with pytest.raises(InvalidInput, match="stands in"):
                speak("Hello.", voice_sample=sample(4), consent=True, **options)
        with pytest.raises(InvalidInput, match="cannot speak Japanese"):
            speak("Hello.", voice_sample=sample(4), consent=True, language="ja")

    def test_without_the_gated_network_the_way_to_it_is_said(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        with pytest.raises(ModelUnavailable) as caught:
            speak("Hello.", voice_sample=sample(4), consent=True)
        assert "HF_TOKEN" in caught.value.hint
        assert "huggingface.co/kyutai/pocket-tts" in caught.value.hint

    def test_the_command_line_asks_for_consent(
        self, networks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        given = write_audio(sample(4), tmp_path / "me.wav")
        out = tmp_path / "out.wav"
        words = ["speak", "It rains.", "-o", str(out), "--model", f"pocket-tts@{networks}"]
        asked = [*words, "--voice-sample", str(given)]
        assert run(asked) == 2
        assert "--i-have-consent" in capsys.readouterr().err
        assert not out.exists()
        assert run([*asked, "--i-have-consent"]) == 0
        assert out.exists()
