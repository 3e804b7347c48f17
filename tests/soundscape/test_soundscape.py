"""The verb, its pipeline and its commands: pictures, sentences and plans in, sound out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import imagecraft
from imagecraft.cli import run
from imagecraft.errors import Cancelled, InvalidInput
from imagecraft.media.loudness import integrated_loudness
from imagecraft.pipelines.image_to_soundscape import Options, make, moods, planned
from imagecraft.soundscape import material
from imagecraft.soundscape.mixdown import Mixdown
from imagecraft.soundscape.plan import Layer, Plan

EXAMPLES = Path(__file__).parents[2] / "examples"
CAT = EXAMPLES / "chelsea.jpg"
RAIN = {"layers": [{"sound": "rain", "gain_db": -6}, {"sound": "church_bell", "per_minute": 12, "pan": -0.7}]}
FIELDS = {"out", "model", "seed", "duration", "sample_rate", "prompt", "plan"}


class TestVerb:
    def test_a_photo_of_a_cat_has_a_cat_in_it(self, weights: Mapping[str, Path]) -> None:
        made = imagecraft.soundscape(CAT, seconds=4, seed=3)
        assert "cat" in {layer.sound for layer in made.plan.layers}
        assert made.audio.samples.shape == (2, 4 * 44_100)
        assert integrated_loudness(made.audio.samples, 44_100) == pytest.approx(-20, abs=0.5)
        assert (made.model, made.seed) == ("layered", 3)
        assert all(layer.why for layer in made.plan.layers)

    def test_a_sentence_is_enough(self) -> None:
        made = imagecraft.soundscape(prompt="waves on a beach, seagulls", seconds=3, seed=1)
        assert {"sea_waves", "seagull"} <= {layer.sound for layer in made.plan.layers}

    def test_a_sentence_says_what_and_the_picture_where(self, weights: Mapping[str, Path]) -> None:
        seen, _ = planned(CAT)
        asked, _ = planned(CAT, prompt="a cat and heavy rain")
        heard = {layer.sound: layer for layer in asked.layers}
        (cat,) = (layer for layer in seen.layers if layer.sound == "cat")
        assert "rain_heavy" in heard
        assert (heard["cat"].pan, heard["cat"].distance) == (cat.pan, cat.distance)

    def test_the_prompt_that_a_picture_proposes_changes_nothing(self, weights: Mapping[str, Path]) -> None:
        seen, _ = planned(CAT)
        assert planned(CAT, prompt=seen.prompt)[0] == seen

    def test_a_plan_sounds_the_same_as_an_object_as_json_and_as_text(self) -> None:
        plan = Plan.from_dict(RAIN)
        first, second, third = (
            imagecraft.soundscape(plan=given, seconds=2, seed=9).audio.samples
            for given in (plan, plan.to_dict(), plan.to_json())
        )
        assert np.array_equal(first, second)
        assert np.array_equal(first, third)

    def test_without_a_seed_each_is_another_and_says_its_own(self) -> None:
        one, two = (imagecraft.soundscape(plan=RAIN, seconds=2) for _ in range(2))
        again = imagecraft.soundscape(plan=RAIN, seconds=2, seed=one.seed)
        assert one.seed != two.seed
        assert np.array_equal(again.audio.samples, one.audio.samples)

    def test_moods_change_how_much_goes_on(self) -> None:
        events = {
            mood: imagecraft.soundscape(plan=RAIN, seconds=2, seed=1, mood=mood).plan.layers[1].per_minute
            for mood in moods()
        }
        assert events["calm"] < events["natural"] == 12 < events["lively"]

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({}, "nothing to make"),
            ({"prompt": "  "}, "nothing to make"),
            ({"prompt": 7}, "not text"),
            ({"prompt": "rain", "seconds": float("nan")}, "nan seconds"),
            ({"prompt": "rain", "seconds": 601}, "601 seconds"),
            ({"prompt": "rain", "model": "nothing"}, "no soundscape model"),
            ({"prompt": "rain", "model": "layered@/tmp"}, "no weights"),
            ({"prompt": "rain", "mood": "angry"}, "no mood"),
            ({"prompt": "rain", "seed": -3}, "seed"),
            ({"plan": {"layers": [{"sound": "unicorn"}]}}, "unicorn"),
            ({"plan": "{"}, "not JSON"),
            ({"image": b"hello"}, "not a picture"),
        ],
    )
    def test_what_is_wrong_is_said_in_one_sentence(self, wrong: dict[str, Any], words: str) -> None:
        with pytest.raises(InvalidInput, match=words):
            imagecraft.soundscape(**wrong)

    def test_it_can_be_stopped(self) -> None:
        with pytest.raises(Cancelled):
            imagecraft.soundscape(plan=RAIN, seconds=60, stopped=lambda: True)

    def test_the_verb_and_the_package_of_its_name_are_both_there(self) -> None:
        script = (
            "import imagecraft; imagecraft.soundscape; import imagecraft.soundscape.plan as plan;"
            "import imagecraft.soundscape;"
            "made = imagecraft.soundscape(plan={'layers': [{'sound': 'rain'}]}, seconds=1, seed=1);"
            "assert isinstance(made.plan, imagecraft.soundscape.plan.Plan)"
        )
        subprocess.run([sys.executable, "-c", script], check=True, cwd=EXAMPLES.parent, timeout=120)


class TestSteps:
    def test_the_steps_end_with_what_the_verb_gives(self) -> None:
        steps = list(make(plan=RAIN, options=Options(seconds=12, seed=4)))
        assert [steps[0].name, steps[-1].name] == ["planned", "done"]
        shares = [step.share for step in steps if step.name == "mixing"]
        assert shares == sorted(shares)
        assert len(shares) > 1
        whole = imagecraft.soundscape(plan=RAIN, seconds=12, seed=4)
        assert np.array_equal(steps[-1].soundscape.audio.samples, whole.audio.samples)

    def test_no_step_of_a_heavy_plan_makes_others_wait_for_long(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between two steps others have their turn: none makes more than one sound or six seconds of mix."""
        made: list[str] = []
        mixed: list[int] = []

        def rendered(layer: Layer, *given: Any) -> Any:
            made.append(layer.sound)
            return real_rendered(layer, *given)

        def raw(mixdown: Mixdown, start: int, stop: int) -> Any:
            mixed.append(stop - start)
            return real_raw(mixdown, start, stop)

        real_rendered, real_raw = material._rendered, Mixdown.raw
        monkeypatch.setattr(material, "_rendered", rendered)
        monkeypatch.setattr(Mixdown, "raw", raw)
        layers = [Layer(name, "event", per_minute=40) for name in ("church_bell", "cat", "car_horn")]
        plan = Plan((*layers, Layer("rain", "bed")))
        count = 0
        for _ in make(plan=plan, options=Options(seconds=60, seed=21, recordings=False)):
            assert len(made) <= 1
            assert sum(mixed) <= 6 * 44_100
            count += bool(made) + bool(mixed)
            made.clear()
            mixed.clear()
        assert count >= 3 * 4 + 1 + 60 / 5


class TestCommand:
    def test_a_plan_goes_out_and_comes_back_to_the_same_sound(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        first, second, plan = (str(tmp_path / name) for name in ("a.wav", "b.wav", "plan.json"))
        asked = ["image-to-soundscape", "--seconds", "3", "--seed", "5", "--json"]
        assert run([*asked, "--prompt", "heavy rain, a dog", "-o", first, "--plan-out", plan]) == 0
        details = json.loads(capsys.readouterr().out)
        assert run([*asked, "--plan", plan, "-o", second]) == 0

        assert details.keys() >= FIELDS
        assert details["prompt"] == "heavy rain, a dog"
        assert details["duration"] == 3
        assert {"sound", "gain_db", "pan", "why"} <= details["plan"]["layers"][0].keys()
        assert Path(first).read_bytes() == Path(second).read_bytes()
        assert json.loads(Path(plan).read_text())["layers"] == details["plan"]["layers"]

    @pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "ogg"])
    def test_every_format_holds_the_whole_length(self, tmp_path: Path, suffix: str) -> None:
        out = tmp_path / f"rain.{suffix}"
        assert run(["image-to-soundscape", "--prompt", "rain", "--seconds", "2.5", "-o", str(out)]) == 0
        info = soundfile.info(out)
        assert (info.channels, info.samplerate) == (2, 44_100)
        assert info.duration == pytest.approx(2.5, abs=0.06)

    def test_a_picture_is_listened_to(
        self, tmp_path: Path, weights: Mapping[str, Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "cat.flac"
        assert run(["image-to-soundscape", str(CAT), "-o", str(out), "--seconds", "2"]) == 0
        said = capsys.readouterr().out
        assert "cat" in said
        assert "seed" in said
        assert out.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            ["--seconds", "0"],
            ["--seconds", "-1"],
            ["--seconds", "1e9"],
            ["--seconds", "nan"],
            ["--seconds", "long"],
            ["--rate", "8000"],
            ["--mood", "angry"],
            ["--model", "nothing"],
            ["--plan", "nowhere.json"],
        ],
    )
    def test_what_is_not_possible_is_said_in_a_line_and_nothing_is_written(
        self, tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "out.wav"
        prompt = [] if "--plan" in wrong else ["--prompt", "rain"]
        assert run(["image-to-soundscape", *prompt, "-o", str(out), *wrong]) == 2
        complaint = capsys.readouterr().err.splitlines()
        assert complaint[0].startswith("imagecraft: error: ")
        assert len(complaint) == 2
        assert list(tmp_path.iterdir()) == []

    def test_sounds_are_listed_and_played(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["sounds", "list", "--json"]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert len(rows) == 140
        assert {"sound", "kind", "says", "source", "license", "files"} == rows[0].keys()
        out = tmp_path / "bell.ogg"
        assert run(["sounds", "play-to-file", "church_bell", "-o", str(out), "--seconds", "3"]) == 0
        assert soundfile.info(out).duration == pytest.approx(3, abs=0.05)
        assert run(["sounds", "play-to-file", "chuch_bell", "-o", str(out)]) == 2
        assert "church_bell" in capsys.readouterr().err


def test_a_soundscape_names_the_recordings_it_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfile.write(tmp_path / "dog.wav", np.random.default_rng(1).uniform(-0.1, 0.1, 20_000), 44_100)
    monkeypatch.setenv("IMAGECRAFT_SOUNDS", str(tmp_path))
    plan = Plan((Layer("dog", "event", per_minute=6), Layer("rain", "bed")))
    origins = imagecraft.soundscape(plan=plan, seconds=2, seed=1).to_dict()["origins"]
    assert [(one["sound"], one["source"], one["files"]) for one in origins] == [
        ("dog", "your folder", ["dog.wav"]),
        ("rain", "synthesis", []),
    ]
