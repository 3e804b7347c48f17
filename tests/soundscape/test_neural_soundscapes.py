"""Makers of sound of the hub: each is asked for a plan in words, tells its steps, and sounds like a mix does.

They are random-weight models of the real classes: what they make means nothing.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from neural_base import NetworkTests

import imagecraft
from imagecraft import catalog
from imagecraft.cli import run
from imagecraft.errors import Cancelled, InvalidInput
from imagecraft.media.loudness import Meter
from imagecraft.pipelines.image_to_soundscape import Options, make
from imagecraft.runtime.loaded import loaded_ids
from imagecraft.soundscape.asking import asked_for
from imagecraft.soundscape.base import Soundscape
from imagecraft.soundscape.plan import plan_from_prompt

pytestmark = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("diffusers", "transformers", "accelerate", "torchsde"))),
    reason="the optional extra [neural] is not installed",
)

PROMPT = "waves on a beach, no people"
STEPS = 10


class SoundTests(NetworkTests):
    """What all makers of sound of the hub do."""

    longest: float
    """Seconds that the random-weight model makes at once."""

    def ask(self, name: str) -> Any:
        made = soundscape(name, seconds=1.0)
        assert (made.audio.samples.shape, made.audio.sample_rate) == ((2, 44_100), 44_100)
        assert (made.model, made.seed) == (name, 7)
        return made.audio.samples.tobytes()

    def command(self, name: str, folder: Path) -> Sequence[str]:
        wishes = f"--prompt|waves|--seconds|1|--steps|{STEPS}|--seed|3|--json".split("|")
        return ["image-to-soundscape", "-o", str(folder / "sea.wav"), "--model", name, *wishes]

    def test_it_is_as_loud_as_a_mix(self, name: str) -> None:
        audio = soundscape(name, seconds=2.0).audio
        meter = Meter(audio.sample_rate)
        meter.add(audio.samples)
        assert meter.lufs == pytest.approx(-20, abs=1.0)
        assert np.abs(audio.samples).max() <= 10 ** (-1 / 20)
        assert np.abs(audio.samples[:, [0, -1]]).max() < 0.01

    def test_what_is_longer_than_it_makes_at_once_is_joined_and_said(self, name: str) -> None:
        made = soundscape(name, seconds=1.6 * self.longest)
        assert made.audio.duration == pytest.approx(1.6 * self.longest, abs=1e-3)
        assert any("2 pieces" in notice for notice in made.notices)
        inner = made.audio.samples[0, 10_000:-10_000]
        assert (inner != 0).mean() > 0.99

    def test_it_says_what_it_was_asked_for(self, name: str) -> None:
        made = soundscape(name, seconds=1.0)
        asked = next(notice for notice in made.notices if "asked for" in notice)
        assert "waves" in asked
        assert "people" not in asked


class TestStableAudio(SoundTests):
    model, tiny, longest = "stable-audio-open", "stable_audio", 2.0

    def test_each_step_is_told_and_it_can_be_stopped(self, name: str) -> None:
        work = make(prompt=PROMPT, options=Options(1.0, name, 7, steps=STEPS))
        shares = [step.share for step in work if step.name == "sounding"]
        assert shares == sorted(shares)
        assert len(shares) >= STEPS
        assert shares[-1] == 1.0
        asked = 0

        def stopped() -> bool:
            nonlocal asked
            asked += 1
            return asked > 4

        with pytest.raises(Cancelled):
            imagecraft.soundscape(prompt=PROMPT, seconds=1.0, model=name, steps=STEPS, stopped=stopped)
        assert loaded_ids() == [self.model]
        assert soundscape(name, seconds=1.0).audio.duration == 1.0

    def test_a_loop_goes_over_into_its_start(self, name: str) -> None:
        samples = soundscape(name, seconds=1.0, loop=True).audio.samples
        around = np.concatenate([samples, samples], axis=1)
        steps = np.abs(np.diff(around, axis=1)).max(axis=0)
        seam = steps[samples.shape[1] - 10 : samples.shape[1] + 10].max()
        assert seam <= np.quantile(steps, 0.999)

    def test_long_ones_play_on_in_other_places(self, name: str) -> None:
        made = soundscape(name, seconds=12.0)
        assert made.audio.duration == 12.0
        assert any("come again" in notice for notice in made.notices)

    def test_steps_and_guidance_have_the_model_s_own_ranges(
        self, name: str, tmp_path: Path, capsys: Any
    ) -> None:
        out = tmp_path / "sea.wav"
        words = ["--prompt", "waves", "--model", name, "--steps", "9"]
        assert run(["image-to-soundscape", "-o", str(out), *words]) == 2
        assert "10 to 250" in capsys.readouterr().err
        assert not out.exists()
        with pytest.raises(InvalidInput, match="without steps"):
            imagecraft.soundscape(prompt="waves", steps=50, model="layered")

    def test_a_photo_s_caption_is_part_of_what_is_asked_for(
        self, name: str, tmp_path: Path, capsys: Any, weights: Any
    ) -> None:
        photo = Path(__file__).resolve().parents[2] / "examples" / "chelsea.jpg"
        out = tmp_path / "cat.flac"
        words = ["--model", name, "--seconds", "1", "--steps", str(STEPS), "--seed", "1", "--json"]
        assert run(["image-to-soundscape", str(photo), "-o", str(out), *words]) == 0
        told = json.loads(capsys.readouterr().out)
        assert "cat" in next(notice for notice in told["notices"] if "asked for" in notice)
        assert out.stat().st_size > 1_000


class TestAudioLdm2(SoundTests):
    model, tiny, longest = "audioldm2", "audioldm2", 2.56

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is told to make less at once than the real one, to be quick."""
        cards = [
            replace(card, settings={**card.settings, "seconds": self.longest})
            if card.id == self.model
            else card
            for card in catalog.CARDS
        ]
        monkeypatch.setattr(catalog, "CARDS", tuple(cards))


def soundscape(name: str, *, seconds: float, loop: bool = False) -> Soundscape:
    return imagecraft.soundscape(prompt=PROMPT, seconds=seconds, model=name, seed=7, steps=STEPS, loop=loop)


def test_what_is_denied_goes_into_the_negative_words() -> None:
    asked = asked_for(
        plan_from_prompt("light rain on a busy street, no people, without thunder"), "A wet street."
    )

    assert "light rain on a busy street" in asked.prompt
    assert "A wet street." in asked.prompt
    assert not any(word in asked.prompt for word in ("people", "thunder", "without"))
    assert "people, thunder" in asked.negative
