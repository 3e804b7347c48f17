"""Sounds are named for what they are, when they are heard."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import imagecraft
from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio, write_audio
from imagecraft.tagging.base import Tags
from imagecraft.tagging.ontology import ancestors, descendants, groups, height

RATE = 16_000


def made(**scores: list[float]) -> Tags:
    """Tags with these scores over time; a name's underscores stand for what Python's names cannot hold."""
    labels = tuple(NAMES.get(name, name) for name in scores)
    frames = tuple((0.48 * index, 0.48 * index + 0.96) for index in range(len(next(iter(scores.values())))))
    return Tags(frames, labels, np.array([*scores.values()], np.float32).T, frames[-1][1], "made", 0.0)


NOT_OF_YAMNET = {
    "Male speech, man speaking",
    "Female speech, woman speaking",
    "Male singing",
    "Female singing",
    "Battle cry",
    "Funny music",
}
NAMES = {"Pets": "Domestic animals, pets"}


def esc10(shared_data: Path, kind: str) -> list[Path]:
    clips = sorted((shared_data / "data" / "esc10" / kind).glob("*.ogg"))
    if not clips:
        pytest.skip("ESC-10 is not here")
    return clips


class TestOrder:
    def test_what_is_more_specific_comes_first(self) -> None:
        heard = made(Animal=[0.9, 0.8], Pets=[0.88, 0.8], Dog=[0.85, 0.8], Bark=[0.8, 0.7], Rain=[0.2, 0.3])
        assert [tag.label for tag in heard.top(3)] == ["Bark", "Dog", "Rain"]

    def test_a_class_without_a_kind_of_its_own_keeps_its_score(self) -> None:
        heard = made(Animal=[0.6, 0.6], Dog=[0.0, 0.0], Rain=[0.2, 0.2])
        assert [tag.label for tag in heard.top()] == ["Animal", "Rain"]
        assert heard.top()[0].score == pytest.approx(0.6)

    def test_a_short_sound_counts_and_a_steady_one_counts_more(self) -> None:
        heard = made(Bark=[0.8, *[0.0] * 9], Rain=[0.8] * 10, Fire=[0.1] * 10)
        assert [tag.label for tag in heard.top()] == ["Rain", "Bark", "Fire"]

    def test_silence_between_barks_is_not_what_is_heard(self) -> None:
        heard = made(Silence=[1.0, 0.0, 1.0, 1.0], Bark=[0.0, 0.5, 0.0, 0.0])
        assert [tag.label for tag in heard.top()] == ["Bark"]

    def test_the_old_rule_counts_who_comes_first(self) -> None:
        heard = made(Rain=[0.5, 0.1, 0.5, 0.5], Bark=[0.4, 0.9, 0.4, 0.4], Fire=[0.45, 0.3, 0.2, 0.1])
        assert [(tag.label, tag.score) for tag in heard.most_frequent(2)] == [("Rain", 0.75), ("Bark", 0.25)]

    def test_json_follows_the_rule_that_was_asked_for(self) -> None:
        heard = made(Rain=[0.5, 0.1, 0.5, 0.5], Bark=[0.4, 0.9, 0.4, 0.4])
        assert heard.to_dict(1)["top"][0]["label"] == "Bark"
        assert heard.to_dict(1, "frequent")["top"] == [{"label": "Rain", "score": 0.75}]
        with pytest.raises(InvalidInput, match="There is no rule 'newest'") as refused:
            heard.ranked(1, "newest")
        assert "frequent" in refused.value.hint


class TestOntology:
    def test_every_class_has_a_group_and_no_class_is_above_itself(self) -> None:
        assert len(groups()) == 527
        assert not [name for name in groups() if name in ancestors(name)]

    def test_relations_are_those_of_audioset(self) -> None:
        assert ancestors("Bark") == ("Dog", "Domestic animals, pets", "Animal")
        assert {"Chirp, tweet", "Owl", "Hoot"} <= descendants("Bird")
        assert ancestors("Buzz")[:2] == ("Fly, housefly", "Bee, wasp, etc.")
        assert (height("Bark"), height("Dog"), height("Animal")) == (0, 1, 4)
        assert groups()["Trumpet"] == "music"

    def test_children_named_in_the_file_have_a_place(self) -> None:
        table = vocabulary("audioset")
        named = {name for names in [*table["groups"].values(), *table["children"].values()] for name in names}
        assert set(table["children"]) <= named


@pytest.mark.usefixtures("yamnet")
class TestYamnet:
    def test_its_classes_are_those_of_the_ontology(self) -> None:
        assert set(groups()) - set(imagecraft.tag(tone(0.5)).labels) == NOT_OF_YAMNET
        assert set(groups()) > set(imagecraft.tag(tone(0.5)).labels)

    def test_windows_are_a_second_long_twice_a_second(self) -> None:
        heard = imagecraft.tag(tone(3.0))
        assert heard.frames[:2] == ((0.0, 0.96), (0.48, 1.44))
        assert heard.frames[-1][1] == pytest.approx(3.0)
        assert heard.scores.shape == (len(heard.frames), 521)
        assert heard.duration == pytest.approx(3.0)

    def test_a_tone_in_silence_is_heard_when_it_sounds(self) -> None:
        samples = np.zeros(8 * RATE, np.float32)
        samples[4 * RATE : 6 * RATE] = tone(2.0).samples[0]
        heard = imagecraft.tag(Audio(samples[None], RATE))
        silence = heard.labels.index("Silence")
        loud = [
            span for span, scores in zip(heard.frames, heard.scores, strict=True) if scores[silence] < 0.5
        ]
        assert min(start for start, _ in loud) == pytest.approx(3.5, abs=0.5)
        assert max(end for _, end in loud) == pytest.approx(6.5, abs=0.5)

    def test_neither_rate_nor_channels_nor_level_change_what_it_is(self) -> None:
        mono = tone(1.5, rate=44_100)
        stereo = Audio(np.repeat(tone(1.5, rate=48_000).samples, 2, axis=0), 48_000)
        for variant in (mono, stereo):
            assert imagecraft.tag(variant).top(1)[0].label == imagecraft.tag(tone(1.5)).top(1)[0].label

    def test_a_long_sound_is_the_same_as_its_windows(self) -> None:
        noise = np.random.default_rng(3).uniform(-0.3, 0.3, 40 * RATE).astype(np.float32)
        whole = imagecraft.tag(Audio(noise[None], RATE))
        index = 70  # beyond the first batch of windows
        start = round(whole.frames[index][0] * RATE)
        alone = imagecraft.tag(Audio(noise[None, start : start + 15_600], RATE))
        np.testing.assert_allclose(alone.scores[0], whole.scores[index], atol=1 / 128)

    @pytest.mark.parametrize("seconds", [0.05, 0.3, 0.96, 0.98])
    def test_short_sounds_have_a_window_all_the_same(self, seconds: float) -> None:
        heard = imagecraft.tag(tone(seconds))
        assert heard.frames[0] == (0.0, pytest.approx(min(seconds, 0.96)))

    def test_a_moment_is_too_short(self) -> None:
        with pytest.raises(InvalidInput, match="too short"):
            imagecraft.tag(Audio(np.ones((1, 1), np.float32), RATE))

    def test_silence_is_called_silence(self) -> None:
        heard = imagecraft.tag(Audio(np.zeros((1, 2 * RATE), np.float32), RATE))
        assert heard.top(1)[0].label == "Silence"
        assert heard.notices == ("The sound is silent.",)

    def test_many_may_ask_at_once(self) -> None:
        sounds = [tone(1.0 + 0.1 * index) for index in range(6)]
        alone = [imagecraft.tag(sound).scores for sound in sounds]
        with ThreadPoolExecutor(6) as pool:
            together = [heard.scores for heard in pool.map(imagecraft.tag, sounds)]
        for one, other in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one, other)

    @pytest.mark.parametrize(
        ("kind", "names"),
        [
            ("dog_bark", {"Dog", "Bark", "Bow-wow", "Yip"}),
            ("rain", {"Rain", "Raindrop", "Rain on surface"}),
            ("baby_cry", {"Baby cry, infant cry", "Crying, sobbing"}),
            ("helicopter", {"Helicopter"}),
            ("chainsaw", {"Chainsaw"}),
        ],
    )
    def test_recordings_are_named_right(self, kind: str, names: set[str], shared_data: Path) -> None:
        clips = esc10(shared_data, kind)[:3]
        right = [any(tag.label in names for tag in imagecraft.tag(clip).top(3)) for clip in clips]
        assert sum(right) >= len(right) - 1


def test_without_weights_one_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imagecraft.unload("yamnet")
    monkeypatch.setenv("IMAGECRAFT_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("IMAGECRAFT_CACHE", str(tmp_path))
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match=r"needs yamnet\.tflite \(4\.1 MB\)") as caught:
        imagecraft.tag(tone(1.0))
    assert "IMAGECRAFT_WEIGHTS" in caught.value.hint


def test_unknown_models_are_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="yamnet"):
        imagecraft.tag(tone(1.0), model="yamnett")


class TestCommand:
    @pytest.mark.usefixtures("yamnet")
    def test_json_has_the_fields_of_the_contract(self, tmp_path: Path) -> None:
        sound = write_audio(tone(2.0), tmp_path / "tone.wav")
        done = command("tag", str(sound), str(tmp_path / "nothing.wav"), "--json", "--top", "3")
        assert done.returncode == 2
        assert "There is no file" in done.stderr
        (line,) = done.stdout.splitlines()
        said = json.loads(line)
        assert said["file"] == str(sound)
        assert said["model"] == "yamnet"
        assert said["duration"] == pytest.approx(2.0)
        assert 1 <= len(said["top"]) <= 3
        assert {*said["top"][0]} == {"label", "score"}
        assert {*said["frames"][0]} == {"start", "end", "tags"}
        assert said["frames"][1]["start"] == 0.48

    def test_no_classes_cannot_be_named(self, tmp_path: Path) -> None:
        done = command("tag", "sound.wav", "--top", "0")
        assert done.returncode == 2
        assert "--top" in done.stderr


def tone(seconds: float, rate: int = RATE) -> Audio:
    time = np.arange(round(seconds * rate)) / rate
    return Audio((0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)[None], rate)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "imagecraft", *arguments], capture_output=True, text=True, check=False
    )
