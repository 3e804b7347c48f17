"""AST and CLAP, by random-weight models of their classes: what they hear means nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from neural_base import BatchTests

import imagecraft
from imagecraft.assets import vocabulary
from imagecraft.catalog import chosen_card
from imagecraft.cli import run
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio, write_audio
from imagecraft.runtime import neural
from imagecraft.tagging.base import Tags
from imagecraft.tagging.clap import MOST_LABELS, checked_labels, sentences, usual_labels
from imagecraft.tagging.ontology import groups
from imagecraft.tagging.windows import windows


def noise(seconds: float, rate: int = 22_050, channels: int = 2) -> Audio:
    samples = np.random.default_rng(3).normal(0, 0.1, (channels, round(seconds * rate)))
    return Audio(samples.astype(np.float32), rate)


def adds_up(heard: Tags, seconds: float) -> None:
    """Everything that is said of a sound is in its range, and all of the sound is told of."""
    assert heard.scores.shape == (len(heard.frames), len(heard.labels))
    assert heard.scores.dtype == np.float32
    assert np.isfinite(heard.scores).all()
    assert heard.scores.min() >= 0
    assert heard.scores.max() <= 1
    assert heard.duration == pytest.approx(seconds, abs=0.01)
    assert heard.frames[0][0] == 0
    assert heard.frames[-1][1] == pytest.approx(seconds, abs=0.01)
    for (_, end), (start, _) in zip(heard.frames[:-1], heard.frames[1:], strict=True):
        assert start < end


class TaggerTests(BatchTests):
    """Tests of one model that names sounds."""

    options: dict[str, Any] = {}  # noqa: RUF012 - never changed

    def ask(self, name: str) -> Any:
        heard = imagecraft.tag(noise(3), model=name, **self.options)
        adds_up(heard, 3)
        assert heard.model == name
        return heard.labels, heard.frames, heard.scores.tolist()

    def command(self, name: str, folder: Path) -> Sequence[str]:
        write_audio(noise(1), folder / "noise.wav")
        return ["tag", str(folder / "noise.wav"), "--model", name, "--json"]

    @pytest.mark.parametrize("seconds", [0.06, 9, 10.24, 14, 31])
    def test_sounds_of_any_length(self, name: str, seconds: float) -> None:
        adds_up(imagecraft.tag(noise(seconds), model=name, **self.options), seconds)

    def test_silence_is_heard_too(self, name: str) -> None:
        heard = imagecraft.tag(Audio(np.zeros((1, 16_000), np.float32), 16_000), model=name, **self.options)
        adds_up(heard, 1)
        assert "The sound is silent." in heard.notices

    def several(self, name: str) -> tuple[Sequence[Any], Sequence[Any]]:
        """Of the windows of one sound, which the networks hear together."""
        card = chosen_card(name, "tag")
        parts = [one.samples for one in windows(noise(26, 48_000, 1).samples[0], 48_000, 10, 5)]
        return list(self.hear(card, parts)), [self.hear(card, [part])[0] for part in parts]

    def equal(self, one: Any, other: Any) -> bool:
        return np.allclose(one, other, atol=1e-4)

    def hear(self, card: Any, parts: list[Any]) -> np.ndarray:
        raise NotImplementedError


class TestAst(TaggerTests):
    model, tiny, other = "ast", "ast", "segformer"

    def hear(self, card: Any, parts: list[Any]) -> np.ndarray:
        return np.asarray(neural.call(card, "hear", [part[:160_000] for part in parts])[1])

    def test_its_names_come_from_the_folder_and_each_has_a_score_of_its_own(self, name: str) -> None:
        heard = imagecraft.tag(noise(4), model=name)
        assert heard.labels[:3] == ("Speech", "Rain", "Dog")
        assert heard.scores.sum(axis=1).max() != pytest.approx(1, abs=1e-3)

    def test_a_painting_is_made_of_what_it_hears(self, name: str) -> None:
        from imagecraft.pipelines.audio_to_image import describe, listen

        heard = listen(noise(4), model=name)
        assert heard.tags is not None
        assert {thing.label for thing in heard.things} <= set(heard.tags.labels)
        assert heard.things
        assert describe(heard).text

    def test_own_labels_are_not_for_it(self, name: str) -> None:
        with pytest.raises(InvalidInput, match="only names the classes it knows") as problem:
            imagecraft.tag(noise(1), model=name, labels=["rain"])
        assert "clap" in problem.value.hint


class TestClap(TaggerTests):
    model, tiny = "clap", "clap"

    def hear(self, card: Any, parts: list[Any]) -> np.ndarray:
        return np.asarray(neural.call(card, "sounds", parts))

    def test_it_listens_for_the_labels_it_is_given(self, name: str) -> None:
        heard = imagecraft.tag(noise(12), model=name, labels=["rain", "Dog barking", "rain "])
        adds_up(heard, 12)
        assert heard.labels == ("rain", "Dog barking")
        assert (heard.scores.sum(axis=1) < 1).all(), "some of it is always for none of these"
        assert heard.labels == imagecraft.tag(noise(1), model=name, labels="rain, Dog barking,").labels

    def test_without_labels_it_listens_for_the_sounds_we_can_make(self, name: str) -> None:
        heard = imagecraft.tag(noise(2), model=name)
        assert set(heard.labels) == {sound["audioset"][0] for sound in vocabulary("sounds").values()}
        assert set(heard.labels) <= set(groups())

    def test_labels_reach_it_from_the_command_line(
        self, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write_audio(noise(1), tmp_path / "noise.wav")
        sound = str(tmp_path / "noise.wav")
        assert run(["tag", sound, "--model", name, "--labels", "rain, my neighbour's dog", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        named = {tag["label"] for frame in told["frames"] for tag in frame["tags"]}
        assert named <= {"rain", "my neighbour's dog"}
        assert run(["tag", sound, "--model", name, "--labels", " , "]) == 2
        assert "no label" in capsys.readouterr().err


def test_a_clap_without_fusion_will_do(tiny_model: Callable[[str], Path]) -> None:
    name = f"clap@{tiny_model('clap_unfused')}"
    first = imagecraft.tag(noise(14), model=name, labels=["rain", "dog"])
    adds_up(first, 14)
    assert (imagecraft.tag(noise(14), model=name, labels=["rain", "dog"]).scores == first.scores).all()


def test_labels_alone_ask_for_clap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="clap"):
        imagecraft.tag(noise(1), labels=["rain"])


@pytest.mark.parametrize(
    "labels",
    [[], "", " , ,", [""], ["a" * 101], [f"label {n}" for n in range(MOST_LABELS + 1)], [1], 7, ["\0"]],
)
def test_labels_that_are_none_are_refused_in_words(labels: Any) -> None:
    with pytest.raises(InvalidInput) as problem:
        checked_labels(labels)
    assert problem.value.hint


def test_labels_are_words_whatever_is_in_them() -> None:
    assert checked_labels(["{label}", "100 %", "dog\nbarking"]) == ("{label}", "100 %", "dog barking")
    asked = sentences(["{label}", "Silence"])
    assert asked[0] == "This is a sound of {label}."
    assert "This is a sound of silence." not in asked
    assert len(asked) > 2


def test_every_sound_we_can_make_has_a_sentence() -> None:
    assert sum(map(len, usual_labels().values())) == len(vocabulary("sounds"))
    assert "steady rain" in usual_labels()["Rain"]


def test_a_clap_of_another_rate_is_refused(tiny_model: Callable[[str], Path], tmp_path: Path) -> None:
    import shutil

    copy = shutil.copytree(tiny_model("clap"), tmp_path / "copy")
    for settings in copy.glob("*processor_config.json"):
        settings.write_text(settings.read_text().replace('"sampling_rate": 48000', '"sampling_rate": 44100'))
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        imagecraft.tag(noise(1), model=f"clap@{copy}")


def test_an_ast_without_its_head_is_refused(tiny_model: Callable[[str], Path], tmp_path: Path) -> None:
    """However small the head is beside the rest: it would be drawn by chance."""
    import shutil

    from safetensors.torch import load_file, save_file

    copy = shutil.copytree(tiny_model("ast"), tmp_path / "copy")
    weights = load_file(copy / "model.safetensors")
    beheaded = {name: numbers for name, numbers in weights.items() if "classifier.dense" not in name}
    assert len(beheaded) < len(weights)
    save_file(beheaded, copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        imagecraft.tag(noise(1), model=f"ast@{copy}")


@pytest.mark.parametrize(("seconds", "count"), [(0.1, 1), (10, 1), (10.1, 2), (15, 2), (20, 3), (61, 12)])
def test_windows_cover_all_of_a_sound(seconds: float, count: int) -> None:
    samples = np.arange(round(seconds * 100), dtype=np.float32)
    parts = windows(samples, 100, 10, 5)
    assert len(parts) == count
    assert set(np.concatenate([part.samples for part in parts])) == set(samples)
    assert parts[-1].end == pytest.approx(seconds, abs=0.01)
    assert all(len(part.samples) == min(1000, len(samples)) for part in parts)


def test_own_labels_are_painted_as_the_things_they_name(tiny_model: Callable[[str], Path]) -> None:
    from imagecraft.pipelines.audio_to_image import listen

    heard = listen(noise(2), model=f"clap@{tiny_model('clap')}", labels="dog barking, my blorp")
    kinds = {thing.label: thing.kinds for thing in heard.things}
    assert kinds["dog barking"][0] == "dog barking"
    assert {"Dog", "Animal"} & set(kinds["dog barking"])
    assert kinds["my blorp"] == ("my blorp",)


def test_a_listener_that_is_not_here_is_told_of_or_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imagecraft.pipelines.audio_to_image import listen

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    heard = listen(noise(1), model="ast")
    assert heard.tags is None
    assert any("ast" in notice for notice in heard.notices)
    with pytest.raises(ModelUnavailable, match="ast"):
        listen(noise(1), model="ast", strict=True)


def test_a_painting_says_what_the_chosen_listener_heard(
    tiny_model: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = write_audio(noise(2), tmp_path / "noise.wav")
    asked = ["audio-to-image", str(sound), "-o", str(tmp_path / "a.png"), "--size", "256x256", "--json"]
    own = ["--listener", f"clap@{tiny_model('clap')}", "--labels", "dog barking, my blorp"]

    assert run([*asked, *own]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {heard["label"] for heard in told["top"]} == {"dog barking", "my blorp"}
    assert run([*asked, "--listener", f"ast@{tiny_model('ast')}"]) == 0
    assert "my blorp" not in capsys.readouterr().out


@pytest.mark.parametrize("asked", [{"listener": "ast"}, {"labels": "rain, dogs"}])
def test_a_painting_never_takes_another_listener_than_the_chosen_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]
) -> None:
    from imagecraft.pipelines.audio_to_image import paint

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelUnavailable, match=r"MB\) is not on this machine"):
        paint(noise(1), size=(256, 256), **asked)
    with pytest.raises(InvalidInput, match="no sound to listen to"):
        paint(prompt="A dog", **asked)
