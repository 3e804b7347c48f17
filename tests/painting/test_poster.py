"""A poster shows what is heard, where and in what weather, and is the same whenever it is asked for again."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagecraft
from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.painting import paint
from imagecraft.painting.base import Painting, Subject, Thing, Wishes
from imagecraft.painting.character import Character, character_of, unheard
from imagecraft.painting.files import png_bytes, write_png
from imagecraft.painting.poster import SCENES
from imagecraft.painting.poster.figures import figures
from imagecraft.painting.poster.view import view_of
from imagecraft.painting.setting import look_of, setting_of
from imagecraft.tagging.ontology import ancestors, groups

RATE = 16_000
SMALL = (256, 256)


def thing(label: str, score: float = 0.6, centre: float = 0.5, presence: float = 1.0) -> Thing:
    return Thing(label, (label, *ancestors(label)), score, centre, presence, peak=score)


def painted(
    *things: Thing, seed: int = 0, size: tuple[int, int] = SMALL, sound: Character | None = None
) -> Painting:
    return paint(Subject(things, sound or unheard(1), "a prompt"), Wishes(size, seed))


def pixels(painting: Painting) -> np.ndarray:
    return np.asarray(painting.image, np.float64)


def difference(one: Painting, other: Painting) -> float:
    """Mean difference of two pictures, in steps of 255, their grain blurred away."""
    blurred = [np.asarray(p.image.resize((64, 64), Image.Resampling.BOX), np.float64) for p in (one, other)]
    return float(np.abs(blurred[0] - blurred[1]).mean())


class TestPicture:
    @pytest.mark.parametrize("scene", sorted(SCENES))
    def test_every_place_is_a_picture_of_its_own(self, scene: str) -> None:
        label = (
            next(label for label, look in vocabulary("pictures").items() if look.get("scene") == scene)
            if (scene != "waves")
            else "Silence"
        )
        made = painted(thing(label))
        assert made.image.size == SMALL
        assert made.image.mode == "RGB"
        assert pixels(made).std() > 20
        assert vocabulary("poster")["scenes"][scene]["says"] in made.alt

    def test_places_have_settings_and_settings_a_place(self) -> None:
        assert set(SCENES) == set(vocabulary("poster")["scenes"])
        named = {
            look[key] for look in vocabulary("pictures").values() for key in ("scene", "usual") if key in look
        }
        assert named <= set(SCENES)

    def test_the_same_seed_gives_the_same_picture(self) -> None:
        things = (thing("Bark"), thing("Rain"), thing("Waves, surf"))
        np.testing.assert_array_equal(pixels(painted(*things, seed=5)), pixels(painted(*things, seed=5)))

    def test_seeds_in_a_row_are_different_compositions(self) -> None:
        made = [painted(thing("Bark"), thing("Waves, surf"), seed=seed) for seed in range(4)]
        for index, one in enumerate(made):
            for other in made[index + 1 :]:
                assert difference(one, other) > 4

    def test_different_sounds_are_different_pictures(self) -> None:
        made = [painted(thing(label)) for label in ("Bark", "Train", "Piano", "Rain", "Tick-tock", "Owl")]
        for index, one in enumerate(made):
            for other in made[index + 1 :]:
                assert difference(one, other) > 6

    def test_the_sound_itself_shapes_the_picture(self) -> None:
        time = np.arange(3 * RATE) / RATE
        low = Audio((0.05 * np.sin(2 * np.pi * 150 * time)).astype(np.float32)[None], RATE)
        noise = np.random.default_rng(0).uniform(-0.8, 0.8, 3 * RATE)
        high = Audio(np.diff(noise, prepend=0).astype(np.float32)[None] / 2, RATE)
        dark, bright = (painted(sound=character_of(sound)) for sound in (low, high))
        assert pixels(bright).mean() > pixels(dark).mean() + 30

    @pytest.mark.parametrize("size", [(256, 256), (256, 512), (640, 360)])
    def test_any_shape_is_filled(self, size: tuple[int, int]) -> None:
        for seed in range(4):
            made = painted(thing("Bark"), thing("Rain"), thing("Ocean"), seed=seed, size=size)
            assert made.image.size == size
            assert pixels(made)[:16].std() > 1
            assert pixels(made)[-16:].std() > 1

    def test_rain_falls_only_when_it_is_heard(self) -> None:
        dry = painted(thing("Bark"), thing("Ocean"))
        wet = painted(thing("Bark"), thing("Ocean"), thing("Rain"))
        assert difference(dry, wet) > 8
        assert "in the rain" in wet.alt
        assert "rain" not in dry.alt

    def test_without_anything_heard_it_is_a_landscape_of_the_sound(self) -> None:
        made = painted()
        assert pixels(made).std() > 15
        assert "lines of the sound" in made.alt


class TestThings:
    def test_most_classes_have_a_look(self) -> None:
        own = set(vocabulary("pictures"))
        shown = [label for label in own if {"draw", "weather", "scene"} & set(vocabulary("pictures")[label])]
        assert len(shown) >= 120
        assert own <= set(groups())
        looks = [look_of(thing(label)) for label in groups()]
        assert sum(bool(look) for look in looks) > 400

    def test_a_class_without_a_drawing_looks_like_its_parent(self) -> None:
        assert "Oink" not in vocabulary("pictures")
        assert look_of(thing("Oink"))["draw"] == "pig"

    def test_every_drawing_is_there_and_can_be_drawn(self) -> None:
        book = vocabulary("drawings")["drawings"]
        wanted = {look["draw"] for look in vocabulary("pictures").values() if "draw" in look}
        wanted |= {name for scene in vocabulary("poster")["scenes"].values() for name, *_ in scene["about"]}
        assert wanted == set(book)

    def test_the_surer_is_larger_and_the_earlier_further_to_one_side(self) -> None:
        things = (thing("Bark", 0.8, 0.1, 0.2), thing("Meow", 0.4, 0.9, 0.2))
        view = view_of(Subject(things, unheard(1)), 0, 1.0)
        dog, cat = sorted(figures(things, view), key=lambda figure: -figure.tall)
        assert dog.drawing == "dog"
        assert dog.tall > cat.tall
        assert (dog.x < cat.x) != view.mirrored

    def test_what_is_unsure_beside_the_rest_is_not_drawn(self) -> None:
        things = (thing("Bark", 0.8), thing("Goat", 0.1))
        view = view_of(Subject(things, unheard(1)), 0, 1.0)
        assert [figure.drawing for figure in figures(things, view)] == ["dog"]

    def test_nothing_stands_outside_or_hides_another(self) -> None:
        things = tuple(thing(label, 0.6, 0.5) for label in ("Dog", "Cat", "Horse", "Pig", "Sheep", "Bird"))
        for seed in range(6):
            placed = figures(things, view_of(Subject(things, unheard(1)), seed, 1.0))
            assert len(placed) >= 4
            for figure in placed:
                assert figure.x - figure.tall / 2 >= 0
                assert figure.x + figure.tall / 2 <= 1000
            land = sorted((one for one in placed if one.at != "air"), key=lambda figure: figure.x)
            for left, right in pairwise(land):
                assert right.x - left.x > 0.35 * (left.tall + right.tall)


class TestFiles:
    def test_the_png_tells_how_it_was_made(self, tmp_path: Path) -> None:
        made = painted(thing("Bark"), seed=9)
        path = write_png(made, tmp_path / "dog.png")
        told = Image.open(path).text  # type: ignore[attr-defined]
        assert (told["prompt"], told["seed"], told["model"]) == ("a prompt", "9", "poster")
        assert told["Description"] == made.alt
        assert "Noto" in told["Copyright"]

    def test_prompts_of_any_letters_are_kept(self) -> None:
        made = paint(Subject((), unheard(1), "ein Hund – 犬 \x00<svg>"), Wishes(SMALL, 1))
        told = Image.open(io.BytesIO(png_bytes(made))).text  # type: ignore[attr-defined]
        assert told["prompt"].startswith("ein Hund – 犬")

    def test_other_names_and_missing_folders_are_refused(self, tmp_path: Path) -> None:
        made = painted()
        for path in (tmp_path / "dog.jpg", tmp_path / "nowhere" / "dog.png"):
            with pytest.raises(InvalidInput):
                write_png(made, path)
        assert not [*tmp_path.iterdir()]


class TestWishes:
    @pytest.mark.parametrize(
        "wishes",
        [
            {"size": (255, 256)}, {"size": (256, 2049)}, {"size": (256, 600)}, {"size": "256"}, {"seed": -1},
            {"seed": 2**32}, {"seed": 1.5}, {"steps": 19}, {"steps": 101}, {"guidance": 0.5},
            {"guidance": float("nan")},
        ],
    )  # fmt: skip
    def test_what_is_impossible_is_refused_before_any_work(self, wishes: dict[str, object]) -> None:
        with pytest.raises(InvalidInput) as caught:
            imagecraft.paint(prompt="a dog", **wishes)  # type: ignore[arg-type]
        assert caught.value.hint

    def test_steps_and_guidance_are_not_used_and_that_is_said(self) -> None:
        made = imagecraft.paint(prompt="a dog", steps=20, guidance=3.0, size=SMALL, seed=1)
        assert any("steps" in notice for notice in made.notices)

    def test_there_must_be_something_to_paint(self) -> None:
        with pytest.raises(InvalidInput, match="nothing to paint"):
            imagecraft.paint(prompt="  ")


class TestCharacter:
    def test_loud_is_louder_than_quiet_and_high_brighter_than_low(self) -> None:
        time = np.arange(2 * RATE) / RATE

        def measured(hertz: float, peak: float) -> Character:
            return character_of(
                Audio((peak * np.sin(2 * np.pi * hertz * time)).astype(np.float32)[None], RATE)
            )

        assert measured(440, 0.5).loudness > measured(440, 0.05).loudness
        assert measured(5_000, 0.5).brightness > measured(200, 0.5).brightness

    def test_the_outline_follows_the_level(self) -> None:
        samples = np.zeros(4 * RATE)
        samples[RATE : 2 * RATE] = np.random.default_rng(0).uniform(-0.5, 0.5, RATE)
        envelope = character_of(Audio(samples.astype(np.float32)[None], RATE)).envelope
        assert 24 <= int(np.argmax(envelope)) <= 48
        assert envelope[60:].max() < 0.1 < 0.8 < envelope[26:46].min()

    def test_a_beat_has_its_tempo_and_noise_has_none(self) -> None:
        rng = np.random.default_rng(0)
        clicks = np.zeros(12 * RATE)
        for start in range(0, len(clicks) - 2_000, RATE // 2):
            clicks[start : start + 2_000] = rng.uniform(-0.8, 0.8, 2_000) * np.linspace(1, 0, 2_000)
        assert character_of(Audio(clicks.astype(np.float32)[None], RATE)).tempo == pytest.approx(
            120, rel=0.05
        )
        noise = rng.uniform(-0.5, 0.5, 12 * RATE).astype(np.float32)
        assert character_of(Audio(noise[None], RATE)).tempo is None

    def test_silence_is_quiet_and_no_bright_day(self) -> None:
        silent = character_of(Audio(np.zeros((1, 5 * RATE), np.float32), RATE))
        assert silent.loudness == 0
        assert silent.liveliness == 0
        assert setting_of((), silent).hour in ("dusk", "night")

    @pytest.mark.parametrize("frames", [1, 100, 800, 5_000])
    def test_short_and_silent_sounds_have_one_too(self, frames: int) -> None:
        for level in (0.0, 0.5):
            measured = character_of(Audio(np.full((1, frames), level, np.float32), RATE))
            assert measured.envelope.shape == (96,)
            assert np.isfinite(measured.bands).all()
            assert 0 <= measured.brightness <= 1
