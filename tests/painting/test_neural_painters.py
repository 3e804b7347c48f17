"""Painters of the hub: each loads, follows what is asked, tells how far it is and can be stopped.

They are random-weight models of the real classes: what they paint means nothing.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from neural_base import NetworkTests
from PIL import Image

import imagecraft
from imagecraft import catalog
from imagecraft.cli import run
from imagecraft.errors import InvalidInput
from imagecraft.painting import Subject, Wishes, painting
from imagecraft.painting.base import Painting, Sketch
from imagecraft.painting.character import unheard
from imagecraft.painting.previews import Previews
from imagecraft.runtime import device, loaded, neural

pytestmark = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("diffusers", "transformers", "accelerate"))),
    reason="the optional extra [neural] is not installed",
)

SMALL = (256, 256)


class PainterTests(NetworkTests):
    """What all painters of the hub do."""

    steps: int
    """As few as the card allows, to be quick."""

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Painters whose network does not say how large they paint are told to paint small, to be quick."""
        little = {"size": 64, "sides": (64, 64)}
        cards = [replace(card, settings={**card.settings, **little}) for card in catalog.CARDS]
        monkeypatch.setattr(catalog, "CARDS", tuple(cards))

    def ask(self, name: str) -> Any:
        made = imagecraft.paint(prompt="a dog by the sea", model=name, size=SMALL, steps=self.steps, seed=7)
        assert (made.image.size, made.image.mode, made.model, made.seed) == (SMALL, "RGB", name, 7)
        assert "a dog by the sea" in made.alt
        assert made.credit
        return made.image.tobytes()

    def command(self, name: str, folder: Path) -> Sequence[str]:
        wishes = f"--prompt|a dog|--size|256x256|--steps|{self.steps}|--seed|3|--json".split("|")
        return ["audio-to-image", "-o", str(folder / "dog.png"), "--model", name, *wishes]

    def test_another_seed_gives_another_picture(self, name: str) -> None:
        pictures = [
            imagecraft.paint(prompt="a dog", model=name, size=SMALL, steps=self.steps, seed=seed).image
            for seed in (1, 2)
        ]
        assert not np.array_equal(*map(np.asarray, pictures))


class TestPlayground(PainterTests):
    model, tiny, steps = "playground-v2.5", "playground", 20

    def test_it_tells_each_step_and_shows_some(self, name: str) -> None:
        sketches, made = followed(name, steps=20)

        assert [round(sketch.share, 3) for sketch in sketches] == [
            round(step / 21, 3) for step in range(1, 21)
        ]
        previews = [sketch.preview for sketch in sketches if sketch.preview is not None]
        assert len(previews) == 9
        assert not np.array_equal(np.asarray(previews[0]), np.asarray(previews[-1]))
        assert made.image.size == SMALL

    def test_its_preview_foresees_the_picture(self, name: str) -> None:
        """Of a real picture's latents the colours would be right; of these, that it settles can be seen."""
        sketches, _ = followed(name, steps=20)
        previews = [np.asarray(s.preview, np.float64) for s in sketches if s.preview is not None]
        changes = [np.abs(one - previews[-1]).mean() for one in previews]
        assert changes[-2] < changes[0]

    def test_it_stops_between_two_steps(self, name: str) -> None:
        work = painting(subject(), Wishes(SMALL, 1, 20), model=name)
        next(work)
        work.close()
        assert loaded.loaded_ids() == [self.model]
        assert followed(name, steps=20)[1].image.size == SMALL

    def test_what_should_not_be_in_it_changes_the_picture(self, name: str) -> None:
        options: dict[str, Any] = {"model": name, "size": SMALL, "steps": 20, "seed": 1}
        plain = imagecraft.paint(prompt="a dog", negative="", **options)
        other = imagecraft.paint(prompt="a dog", negative="people, cars and birds", **options)
        assert not np.array_equal(np.asarray(plain.image), np.asarray(other.image))
        assert not any("heed" in notice for notice in other.notices)

    def test_guidance_and_steps_change_the_picture(self, name: str) -> None:
        pictures = {
            imagecraft.paint(
                prompt="a dog", model=name, size=SMALL, steps=steps, guidance=guidance, seed=1
            ).image.tobytes()
            for steps, guidance in ((20, 3.0), (20, 9.0), (22, 3.0))
        }
        assert len(pictures) == 3

    def test_words_that_it_does_not_read_are_named(self, name: str) -> None:
        made = imagecraft.paint(prompt="a dog " * 60 + "and a house", model=name, size=SMALL, steps=20)
        notice = next(notice for notice in made.notices if "tokens" in notice)
        assert "first 77 tokens" in notice
        short = imagecraft.paint(prompt="a dog", model=name, size=SMALL, steps=20)
        assert not any("tokens" in notice for notice in short.notices)

    def test_another_size_is_painted_in_its_own_and_said(self, name: str) -> None:
        made = imagecraft.paint(prompt="a dog", model=name, size=(640, 320), steps=20)
        assert made.image.size == (640, 320)
        assert any("enlarged" in notice for notice in made.notices)


class TestSdxlTurbo(PainterTests):
    model, tiny, steps = "sdxl-turbo", "sdxl_turbo", 1

    def test_what_it_does_not_heed_is_said(self, name: str) -> None:
        made = imagecraft.paint(prompt="a dog", negative="cats", model=name, size=SMALL, steps=1)
        assert any("heed" in notice for notice in made.notices)

    def test_it_takes_no_guidance_and_few_steps(self, name: str) -> None:
        with pytest.raises(InvalidInput, match="guidance") as refused:
            imagecraft.paint(prompt="a dog", model=name, guidance=7)
        assert "leave it out" in refused.value.hint
        with pytest.raises(InvalidInput, match="steps"):
            imagecraft.paint(prompt="a dog", model=name, steps=50)


class TestSdTurbo(PainterTests):
    model, tiny, steps = "sd-turbo", "sd_turbo", 1

    def test_a_sound_is_painted_in_its_own_words(self, name: str, yamnet: None) -> None:
        sound = Path(__file__).resolve().parents[2] / "examples" / "beach.ogg"
        made = imagecraft.paint(sound, model=name, size=SMALL)
        assert "wave" in made.prompt.lower()
        assert made.heard

    def test_the_picture_s_file_tells_how_it_was_made(self, name: str, tmp_path: Path, capsys: Any) -> None:
        out = tmp_path / "sea.png"
        words = ["--prompt", "the sea", "--model", name, "--steps", "2", "--seed", "5", "--size", "256x256"]
        assert run(["audio-to-image", "-o", str(out), *words, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["model"], told["seed"], told["size"]) == (name, 5, [256, 256])
        with Image.open(out) as picture:
            assert picture.info["prompt"] == "the sea"
            assert picture.info["seed"] == "5"

    def test_steps_out_of_its_range_are_refused_on_the_command_line(
        self, name: str, tmp_path: Path, capsys: Any
    ) -> None:
        out = tmp_path / "sea.png"
        words = ["--prompt", "the sea", "--model", name, "--steps", "50"]
        assert run(["audio-to-image", "-o", str(out), *words]) == 2
        assert "1 to 8" in capsys.readouterr().err
        assert not out.exists()

    def test_its_own_filter_taking_the_picture_away_is_said(self, name: str) -> None:
        card = catalog.chosen_card(name, "paint")
        place = neural.place_of(card)
        with loaded.use(
            (card.id, card.folder, place.device, place.dtype), lambda: neural.load(card, place)
        ) as network:
            network._denoiser.pipeline.safety_checker = Filter()
            network._denoiser.pipeline.feature_extractor = lambda images, return_tensors: Pixels()
            made = imagecraft.paint(prompt="the sea", model=name, size=SMALL)
        assert any("filter" in notice for notice in made.notices)
        assert np.asarray(made.image).max() <= 1


class TestZImageTurbo(PainterTests):
    model, tiny, steps = "z-image-turbo", "z_image", 4


class TestFlux2Klein(PainterTests):
    model, tiny, steps = "flux2-klein", "flux2", 1


class TestSanaSprint(PainterTests):
    model, tiny, steps = "sana-sprint", "sana", 1

    def test_two_steps_are_its_usual_way(self, name: str) -> None:
        assert imagecraft.paint(prompt="a dog", model=name, size=SMALL).image.size == SMALL


class Pixels:
    """What a feature extractor gives."""

    def to(self, device: Any) -> Any:
        import torch

        self.pixel_values = torch.zeros(1)
        return self


class Filter:
    """A safety checker that finds something in every picture, as the hub's does: it paints it black."""

    def __call__(self, images: Any, clip_input: Any) -> tuple[Any, list[bool]]:
        return images * 0 - 1, [True]


def subject() -> Subject:
    return Subject((), unheard(1), "a dog by the sea", "blurry")


def followed(name: str, *, steps: int) -> tuple[list[Sketch], Painting]:
    """All sketches of a painting, and the painting."""
    work = painting(subject(), Wishes(SMALL, 1, steps), model=name)
    sketches = []
    while True:
        try:
            sketches.append(next(work))
        except StopIteration as end:
            return sketches, end.value


def test_every_painter_of_the_hub_has_usual_values_within_its_ranges() -> None:
    from imagecraft.runtime.ranges import ranges

    for card in catalog.cards("paint"):
        able = ranges(card)
        assert able.steps.usual in able.steps
        assert able.guidance.usual in able.guidance
        assert able.in_steps == bool(card.repo)


@pytest.mark.parametrize(
    ("model", "tiny", "scheduler", "steps"),
    [
        ("sd-turbo", "sd_turbo", "EulerDiscreteScheduler", 2),
        ("sd-turbo", "sd_turbo", "EulerAncestralDiscreteScheduler", 2),
        ("z-image-turbo", "z_image", "FlowMatchEulerDiscreteScheduler", 4),
    ],
)
def test_a_preview_after_one_of_eulers_steps_is_without_noise(
    tiny_model: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    tiny: str,
    scheduler: str,
    steps: int,
) -> None:
    import diffusers

    here = replace(device.hardware(), profile="cpu", device="cpu", dtype="float32")
    monkeypatch.setattr(neural, "hardware", lambda: here)
    folder = shutil.copytree(tiny_model(tiny), tmp_path / "model")
    index = json.loads((folder / "model_index.json").read_text("utf-8"))
    (folder / "model_index.json").write_text(json.dumps(index | {"scheduler": ["diffusers", scheduler]}))
    family = getattr(diffusers, scheduler)
    step = family.step
    foreseen, shown = [], []

    def watched(self: Any, output: Any, time: Any, sample: Any, **options: Any) -> Any:
        made = step(self, output, time, sample, **options)
        foreseen.append(sample - self.sigmas[self.step_index - 1] * output)
        return made

    monkeypatch.setattr(family, "step", wraps(step)(watched))
    monkeypatch.setattr(Previews, "possible", True)
    monkeypatch.setattr(Previews, "_encoded", lambda _, clean: clean)
    monkeypatch.setattr(Previews, "_projected", lambda _, clean: shown.append(clean))
    followed(f"{model}@{folder}", steps=steps)
    imagecraft.unload()

    assert len(shown) == len(foreseen) - 1 == steps - 1
    for clean, right in zip(shown, foreseen, strict=False):
        assert clean.ndim == 4
        assert np.allclose(clean.numpy(), right.numpy(), atol=1e-5)


def test_a_small_decoder_makes_the_previews_where_it_is_there(
    tiny_model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers import AutoencoderTiny

    here = replace(device.hardware(), profile="cpu", device="cpu", dtype="float32")
    monkeypatch.setattr(neural, "hardware", lambda: here)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    (helper,) = catalog.helpers(catalog.card("sdxl-turbo"))
    tiny = tmp_path / "models--madebyollin--taesdxl" / "snapshots" / helper.revision
    AutoencoderTiny(
        encoder_block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 8, 8, 8)
    ).save_pretrained(tiny)
    name = f"sdxl-turbo@{tiny_model('sdxl_turbo')}"
    imagecraft.unload()
    with_decoder = followed(name, steps=2)[0][0].preview
    imagecraft.unload()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "nothing"))
    with_factors = followed(name, steps=2)[0][0].preview
    imagecraft.unload()

    assert with_decoder is not None
    assert with_factors is not None
    assert not np.array_equal(np.asarray(with_decoder), np.asarray(with_factors))
