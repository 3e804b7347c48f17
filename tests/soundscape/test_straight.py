"""Sound straight from a picture, by random-weight networks of the generator's class: it means nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from neural_base import NetworkTests
from PIL import Image

pytest.importorskip("transformers")

import imagecraft
from imagecraft.catalog import chosen_card
from imagecraft.cli import run
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.loudness import Meter
from imagecraft.media.sounds import open_sound
from imagecraft.pipelines.image_to_soundscape import Options, make
from imagecraft.soundscape.mel import FRAMES, SAMPLE_RATE, SAMPLES
from imagecraft.soundscape.straight import second_of

PHOTO = Path(__file__).resolve().parents[2] / "examples" / "chelsea.jpg"


class TestGenerator(NetworkTests):
    model, tiny = "generator", "generator"

    def ask(self, name: str) -> Any:
        made = imagecraft.soundscape(PHOTO, model=name, seconds=2.5, seed=7)
        assert (made.audio.samples.shape, made.audio.sample_rate) == ((2, 110_250), 44_100)
        assert (made.model, made.seed, made.plan.layers) == (name, 7, ())
        return made.audio.samples.tobytes()

    def command(self, name: str, folder: Path) -> Sequence[str]:
        words = ["-o", str(folder / "sea.wav"), "--model", name, "--json", "--seconds", "2"]
        return ["image-to-soundscape", str(PHOTO), *words]

    def test_it_is_as_loud_as_a_mix_and_says_what_it_is(self, name: str) -> None:
        made = imagecraft.soundscape(PHOTO, model=name, seconds=3)
        meter = Meter(made.audio.sample_rate)
        meter.add(made.audio.samples)
        assert meter.lufs == pytest.approx(-20, abs=1.0)
        told = " ".join(made.notices)
        assert "An experiment" in told
        assert "Griffin" in told
        assert "repeated" in told
        assert "repeated" not in " ".join(imagecraft.soundscape(PHOTO, model=name, seconds=1).notices)

    def test_another_picture_sounds_otherwise(self, name: str) -> None:
        card = chosen_card(name, "soundscape")
        one, two = (second_of(Image.new("RGB", (40, 30), shade), card) for shade in ("white", "navy"))
        assert one.audio.samples.shape == (1, SAMPLES)
        assert not np.allclose(one.audio.samples, two.audio.samples)

    def test_words_and_plans_are_refused(self, name: str) -> None:
        with pytest.raises(InvalidInput, match="of a picture alone"):
            imagecraft.soundscape(prompt="rain", model=name)
        with pytest.raises(InvalidInput, match="of a picture alone"):
            imagecraft.soundscape(PHOTO, prompt="rain", model=name)
        with pytest.raises(InvalidInput, match="of a picture alone"):
            imagecraft.soundscape(plan={"layers": [{"sound": "sea_waves"}]}, model=name)

    def test_it_is_made_step_by_step(self, name: str) -> None:
        steps = list(make(PHOTO, options=Options(1.0, name, 7)))
        assert [step.name for step in steps][:2] == ["looking", "planned"]
        assert steps[-1].soundscape is not None

    def test_the_picture_is_spoken_by_it(
        self, name: str, weights: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "cat.wav"
        words = ["image-to-speech", str(PHOTO), "-o", str(out), "--speech-model", name]
        assert run([*words, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert "cat" in told["caption"]
        assert told["speech"]["model"] == name
        assert told["duration"] == pytest.approx(SAMPLES / SAMPLE_RATE, abs=1e-3)
        assert "An experiment" in told["speech"]["notices"][0]
        assert open_sound(out).samples.shape == (1, SAMPLES)
        assert run([*words, "--voice", "joe"]) == 2
        assert "has no voices" in capsys.readouterr().err

    def test_a_text_is_not_for_it(
        self, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["speak", "Hello.", "-o", str(tmp_path / "a.wav"), "--model", name]) == 2
        assert "'generator' is a model of the task soundscape" in capsys.readouterr().err

    def test_hifigan_can_be_the_vocoder(self, name: str, tiny_model: Callable[[str], Path]) -> None:
        card = chosen_card(name, "soundscape")
        made = second_of(PHOTO, card, f"hifigan@{tiny_model('hifigan')}")
        assert made.audio.samples.shape == (1, FRAMES * 256)
        assert "HiFi-GAN" in made.notice
        with pytest.raises(InvalidInput, match="no vocoder 'wavenet'"):
            second_of(PHOTO, card, "wavenet")
        with pytest.raises(InvalidInput, match="no vocoder 'hifigan@'"):
            second_of(PHOTO, card, "hifigan@")

    def test_hifigan_is_taken_where_it_is_here(
        self, name: str, tiny_model: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        card = chosen_card(name, "soundscape")
        assert second_of(PHOTO, card).vocoder == "griffin-lim"
        with pytest.raises(ModelUnavailable, match="HiFi-GAN is not on this machine"):
            second_of(PHOTO, card, "hifigan")
        cached = tmp_path / "models--microsoft--speecht5_hifigan" / "snapshots"
        cached.mkdir(parents=True)
        (cached / "0000").symlink_to(tiny_model("hifigan"))
        assert second_of(PHOTO, card).vocoder == "hifigan"
        assert second_of(PHOTO, card, "griffin-lim").vocoder == "griffin-lim"


def test_without_a_folder_it_says_that_it_has_to_be_trained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ModelUnavailable, match="no published weights") as problem:
        imagecraft.soundscape(PHOTO, model="generator")
    assert "imagecraft train generator" in problem.value.hint
    with pytest.raises(InvalidInput, match="names no folder"):
        imagecraft.soundscape(PHOTO, model="generator@")
    assert run(["models", "list", "--task", "soundscape"]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("generator"))
    assert "train one: imagecraft train generator" in row


def test_what_is_fetched_for_it_is_its_vocoder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fetched: list[str] = []
    monkeypatch.setattr("imagecraft.runtime.hub_fetch.fetch", lambda card, _progress: fetched.append(card.id))
    assert run(["models", "download", "generator"]) == 0
    assert fetched == ["hifigan"]
    assert "generator: no published weights; train one" in capsys.readouterr().out


def test_the_page_s_menu_has_it_not() -> None:
    from imagecraft.ui.soundscaping import makers

    ids = {option["id"] for group in makers()["groups"] for option in group["options"]}
    assert {"layered", "audioldm2"} <= ids
    assert "generator" not in ids
