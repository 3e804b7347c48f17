"""Whether a sound fits a picture: by classes, and with small models of the large ones' kind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio, write_audio
from imagecraft.pipelines.coherence import score_coherence
from imagecraft.pipelines.image_to_soundscape import soundscape
from imagecraft.scoring.coherence import TOP, Expected, Heard, compared

CAT_PHOTO = Path(__file__).parents[2] / "examples" / "chelsea.jpg"
DOG = Expected("dog", "a dog barking", "dog, 90 % sure", ("Bark", "Dog"), 1.0)
WIND = Expected("wind", "wind", "outdoors", ("Wind",), 0.25)


class TestClasses:
    def test_all_that_is_expected_and_nothing_else_is_one(self) -> None:
        found = compared([DOG, WIND], [Heard("Bark", 0.9), Heard("Wind", 0.4)])

        assert (found.value, found.seen_heard, found.heard_expected) == (1.0, 1.0, 1.0)
        assert found.unexpected == ()

    def test_nothing_in_common_is_nothing(self) -> None:
        found = compared([DOG], [Heard("Music", 0.9)])

        assert found.value == 0
        assert [one.label for one in found.unexpected] == ["Music"]
        assert found.fits[0].heard is None

    def test_a_relative_of_what_is_expected_is_nearer_than_a_stranger(self) -> None:
        stream = Expected("stream", "a stream", "water", ("Stream",), 1.0)
        water, music = (compared([stream], [Heard(name, 0.9)]) for name in ("Water", "Music"))

        assert (water.value, music.value) == (0, 0)
        assert (water.family, music.family) == (0.5, 0)
        assert compared([stream], [Heard("Stream", 0.9)]).family == 1

    def test_a_loud_sound_that_is_missing_costs_more_than_a_faint_one(self) -> None:
        without_wind = compared([DOG, WIND], [Heard("Bark", 0.9)])
        without_dog = compared([DOG, WIND], [Heard("Wind", 0.9)])

        assert without_wind.seen_heard == pytest.approx(0.8)
        assert without_dog.seen_heard == pytest.approx(0.2)
        assert without_wind.value > without_dog.value

    def test_what_is_surely_heard_and_not_expected_costs_more(self) -> None:
        unsure = compared([DOG], [Heard("Bark", 0.6), Heard("Music", 0.2)])
        sure = compared([DOG], [Heard("Bark", 0.6), Heard("Music", 0.6)])

        assert unsure.heard_expected == pytest.approx(0.75)
        assert sure.heard_expected == pytest.approx(0.5)

    def test_the_room_of_a_recording_is_no_fault(self) -> None:
        assert compared([DOG], [Heard("Bark", 0.6), Heard("Inside, small room", 0.5)]).value == 1

    def test_the_order_of_what_is_expected_changes_nothing(self) -> None:
        heard = [Heard("Wind", 0.5), Heard("Rain", 0.4)]

        assert compared([DOG, WIND], heard) == compared([WIND, DOG], heard)

    def test_only_what_is_heard_best_counts(self) -> None:
        others = [Heard(f"class {n}", 0.5) for n in range(TOP)]

        assert compared([DOG], [*others, Heard("Bark", 0.4)]).seen_heard == 0

    def test_silence_fits_nothing_and_is_no_error(self) -> None:
        assert compared([DOG], []).value == 0

    def test_nothing_expected_is_refused(self) -> None:
        with pytest.raises(InvalidInput):
            compared([], [Heard("Bark", 0.9)])


@pytest.mark.usefixtures("yamnet", "weights")
class TestPicturesAndSounds:
    def test_a_picture_s_own_soundscape_fits_better_than_another_s(self) -> None:
        own = soundscape(CAT_PHOTO, seconds=10, seed=3).audio
        other = soundscape(prompt="a busy street with sirens", seconds=10, seed=3).audio
        good = score_coherence(CAT_PHOTO, own, metrics="coherence")
        bad = score_coherence(CAT_PHOTO, other, metrics="coherence")

        assert good["coherence"] > bad["coherence"]
        assert any("cat" in words.lower() and "heard as" in words for words in good.notices)
        assert any("not heard" in words for words in bad.notices)

    def test_the_command_gives_the_same_numbers(self, tmp_path: Path) -> None:
        sound = soundscape(CAT_PHOTO, seconds=5, seed=3).audio
        write_audio(sound, tmp_path / "s.wav")
        command = [
            sys.executable,
            "-m",
            "imagecraft",
            "evaluate-coherence",
            str(CAT_PHOTO),
            "s.wav",
            "--json",
        ]
        done = subprocess.run(
            [*command, "--json"], cwd=tmp_path, capture_output=True, text=True, env=_environ()
        )

        assert done.returncode == 0, done.stderr
        metrics = json.loads(done.stdout)["metrics"]
        assert metrics["coherence"] == pytest.approx(
            score_coherence(CAT_PHOTO, tmp_path / "s.wav")["coherence"], abs=1e-6
        )


@pytest.mark.usefixtures("weights")
def test_without_a_listener_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from imagecraft.errors import ModelUnavailable
    from imagecraft.pipelines import coherence

    def nobody(*_: object, **__: object) -> None:
        raise ModelUnavailable("YAMNet is not on this machine.", "Fetch it.")

    monkeypatch.setattr(coherence, "tag", nobody)
    report = score_coherence(CAT_PHOTO, _noise(), metrics="coherence")

    assert len(report) == 0
    assert "YAMNet" in report.not_computed["coherence"]


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(InvalidInput, match="beauty"):
        score_coherence(CAT_PHOTO, _noise(), metrics="beauty")


def test_clap_compares_a_sound_of_any_length_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("transformers")
    from imagecraft.scoring import clap

    save_tiny_clap(tmp_path)
    monkeypatch.setenv("IMAGECRAFT_CLAP", str(tmp_path))
    assert clap.MODEL.unavailable() is None
    for seconds in (0.5, 26):
        first = clap.similarity(_noise(seconds), "rain on a roof")
        assert -1 <= first <= 1
        assert first == pytest.approx(clap.similarity(_noise(seconds), "rain on a roof"), abs=1e-6)


def _noise(seconds: float = 1.0) -> Audio:
    samples = np.random.default_rng(1).normal(0, 0.1, (2, round(16_000 * seconds)))
    return Audio(samples.astype(np.float32), 16_000)


def _environ() -> dict[str, str]:
    import os

    return dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[2])}


def save_tiny_clap(folder: Path) -> None:
    """A random CLAP of the published one's architecture, with a tokenizer made on the spot."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import (
        ClapAudioConfig,
        ClapConfig,
        ClapFeatureExtractor,
        ClapModel,
        ClapProcessor,
        ClapTextConfig,
        RobertaTokenizer,
    )

    made = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    made.train_from_iterator(["rain on a roof", "a dog barking"], vocab_size=300, special_tokens=special)
    model = json.loads(made.to_str())["model"]
    tokenizer = RobertaTokenizer(vocab=model["vocab"], merges=[tuple(pair) for pair in model["merges"]])
    text = ClapTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_attention_heads=2,
        num_hidden_layers=1,
        projection_dim=16,
        max_position_embeddings=514,
    )
    audio = ClapAudioConfig(
        spec_size=256,
        window_size=8,
        num_mel_bins=64,
        num_attention_heads=[1, 1, 2, 2],
        depths=[1, 1, 1, 1],
        patch_embeds_hidden_size=8,
        hidden_size=64,
        projection_dim=16,
    )
    config = ClapConfig(text_config=text.to_dict(), audio_config=audio.to_dict(), projection_dim=16)
    ClapModel(config).eval().save_pretrained(folder)
    extractor = ClapFeatureExtractor(truncation="rand_trunc", padding="repeatpad")
    ClapProcessor(extractor, tokenizer).save_pretrained(folder)
