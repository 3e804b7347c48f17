"""What is heard is put into words a painter can use, and words into things to paint."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagecraft
from imagecraft.errors import Cancelled, InvalidInput
from imagecraft.media.audio import Audio, write_audio
from imagecraft.painting.base import Thing
from imagecraft.painting.character import Character, unheard
from imagecraft.painting.prompts import hour_in, picture_of, prompt_for, styles, things_in
from imagecraft.pipelines.audio_to_image import Heard, account, describe, listen, paint_sound
from imagecraft.tagging.base import Tags
from imagecraft.tagging.ontology import ancestors

RATE = 16_000
SMALL = (256, 256)


def thing(label: str, score: float = 0.6, presence: float = 1.0) -> Thing:
    return Thing(label, (label, *ancestors(label)), score, 0.5, presence, peak=score)


def like(loudness: float = 0.5, brightness: float = 0.5, tempo: float | None = None) -> Character:
    plain = unheard(1)
    return Character(loudness, brightness, 0.3, tempo, plain.envelope, plain.bands)


def labels(text: str) -> list[str]:
    return [one.label for one in things_in(text)]


def heard_as(**scores: float) -> Heard:
    """A second in which these classes are heard."""
    names = ["Domestic animals, pets" if name == "Pets" else name for name in scores]
    tags = Tags(((0.0, 1.0),), tuple(names), np.array([[*scores.values()]], np.float32), 1.0, "made", 0.0)
    things = tuple(thing(name, score) for name, score in zip(names, scores.values(), strict=True))
    return Heard(Audio(np.zeros((1, RATE), np.float32), RATE), like(), tags, things)


class TestPrompt:
    def test_foreground_background_place_time_and_mood(self) -> None:
        heard = [thing("Bark", 0.5, 0.2), thing("Rain", 0.6), thing("Waves, surf", 0.4)]
        said = picture_of(heard, like())
        assert said.startswith("a barking dog in the foreground, rain and waves breaking on the shore")
        assert "in the background" in said
        assert "under a grey sky" in said
        assert said.endswith("mood")

    def test_parents_are_not_named_beside_their_kinds(self) -> None:
        heard = [
            thing("Bark", 0.6),
            thing("Dog", 0.6),
            thing("Domestic animals, pets", 0.5),
            thing("Animal", 0.5),
        ]
        said = picture_of(heard, like())
        assert "barking dog" in said
        assert "animal" not in said
        assert "pet" not in said

    def test_speech_and_music_are_described(self) -> None:
        assert "a person speaking" in picture_of([thing("Speech")], like())
        fast = picture_of([thing("Rock music")], like(tempo=150))
        assert "a rock band at a fast pace" in fast
        assert "on a stage" in fast

    def test_the_sound_decides_on_light_and_mood_where_nothing_else_does(self) -> None:
        quiet = picture_of([thing("Dog")], like(loudness=0.1, brightness=0.1))
        loud = picture_of([thing("Dog")], like(loudness=0.9, brightness=0.9))
        assert "at night" in quiet
        assert "calm" in quiet
        assert "on a bright day" in loud
        assert "dazzling" in loud

    @pytest.mark.parametrize(
        "style", ["photograph", "watercolour", "line_drawing", "poster", "plain", "imagecraft_1"]
    )
    def test_every_style_words_it_its_own_way(self, style: str) -> None:
        assert style in styles()
        made = prompt_for([thing("Bark"), thing("Rain")], like(), style=style, first=["Dog", "Rain"])
        assert "dog" in made.text.lower()
        others = [prompt_for([thing("Bark")], like(), style=name).text for name in styles() if name != style]
        assert made.text not in others

    def test_the_first_imagecraft_s_wording_is_kept_to_the_letter(self) -> None:
        made = prompt_for([thing("Bark")], like(), style="imagecraft_1", first=["Animal", "Dog"])
        assert made.text == "generate an image of Animal, Dog"

    def test_the_first_imagecraft_s_two_classes_differ_where_one_came_first_throughout(self) -> None:
        said = prompt_for(
            [thing("Speech"), thing("Rain", 0.2)], like(), style="imagecraft_1", first=["Speech"]
        )
        assert said.text == "generate an image of Speech, Rain"

    def test_faint_rain_is_not_lost_beside_the_sea(self) -> None:
        heard = [thing("Waves, surf", 0.64), thing("Bark", 0.3, 0.2), thing("Rain", 0.18)]
        said = picture_of(heard, like())
        assert "rain" in said
        assert "waves" in said
        assert "rain" not in picture_of([*heard[:2], thing("Rain", 0.05)], like())

    def test_an_unknown_style_lists_the_known_ones(self) -> None:
        with pytest.raises(InvalidInput, match="watercolour"):
            prompt_for([], like(), style="oil")

    def test_nothing_heard_is_still_a_prompt(self) -> None:
        for style in styles():
            assert prompt_for([], like(), style=style).text


class TestReading:
    def test_things_are_found_in_their_order_whatever_they_are_called(self) -> None:
        assert labels("Two dogs and a church near the beach") == ["Dog", "Church bell", "Ocean"]
        assert labels("a rooster; rain!") == ["Chicken, rooster", "Rain"]

    def test_longer_names_win(self) -> None:
        assert labels("a barking dog") == ["Bark"]
        assert labels("an electric guitar") == ["Electric guitar"]

    def test_what_is_denied_is_left_out(self) -> None:
        assert labels("a dog without a cat, no rain") == ["Dog"]

    def test_parts_of_words_are_no_things(self) -> None:
        assert labels("a category of carpets in catalonia") == []

    def test_the_hour_is_read_too(self) -> None:
        assert hour_in("a train at night") == "night"
        assert hour_in("sunset over a dog") == "dusk"
        assert hour_in("a knight") == ""

    def test_hostile_text_is_only_text(self) -> None:
        assert labels("<script>dog</script> " + "a" * 20_000 + " \\b(.*)+ cat") == ["Dog", "Cat"]


class TestVerb:
    def test_a_description_alone_is_painted(self) -> None:
        made = imagecraft.paint(prompt="A dog by the sea in the rain", size=SMALL, seed=2)
        assert made.image.size == SMALL
        assert made.prompt == "A dog by the sea in the rain"
        assert "dog" in made.alt
        assert "by the sea, in the rain" in made.alt

    def test_what_has_no_drawing_is_said(self) -> None:
        made = imagecraft.paint(prompt="quixotic", size=SMALL, seed=2)
        assert any("names nothing" in notice for notice in made.notices)

    def test_without_a_tagger_the_sound_is_painted_all_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        imagecraft.unload("yamnet")
        monkeypatch.setenv("IMAGECRAFT_WEIGHTS", str(tmp_path))
        monkeypatch.setenv("IMAGECRAFT_CACHE", str(tmp_path))
        monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
        made = imagecraft.paint(noise(2.0), size=SMALL, seed=1)
        assert np.asarray(made.image).std() > 15
        assert any("not named" in notice for notice in made.notices)

    def test_work_is_stopped_when_asked(self) -> None:
        with pytest.raises(Cancelled):
            [*paint_sound(prompt="a dog", size=SMALL, seed=1, cancelled=lambda: True)]

    @pytest.mark.usefixtures("yamnet")
    def test_a_recording_is_heard_described_and_painted(self, shared_data: Path) -> None:
        clips = sorted((shared_data / "data" / "esc10" / "dog_bark").glob("*.ogg"))
        if not clips:
            pytest.skip("ESC-10 is not here")
        heard = listen(clips[0])
        assert "barking dog" in describe(heard).text
        assert "dog" in account(heard)
        (*_, last) = paint_sound(heard=heard, size=SMALL, seed=3)
        assert last.painting is not None
        assert "dog" in last.painting.alt
        assert last.painting.heard[0][0] in ("Bark", "Dog", "Bow-wow")
        (*_, other) = paint_sound(heard=heard, prompt="a cat at night", size=SMALL, seed=3)
        assert other.painting is not None
        assert "a cat" in other.painting.alt
        assert "at night" in other.painting.alt


class TestAccount:
    def test_each_thing_is_told_once_by_its_closest_name(self) -> None:
        heard = heard_as(Bark=0.8, Dog=0.6, Pets=0.3, Rain=0.3, Raindrop=0.25, Animal=0.2, Silence=0.2)
        assert account(heard) == "A barking dog throughout. Rain throughout."

    def test_silence_is_told_where_there_is_nothing_else(self) -> None:
        assert account(heard_as(Silence=0.8)) == "Silence throughout."

    def test_what_is_not_certain_is_not_claimed(self) -> None:
        assert "Nothing in it was recognised" in account(heard_as(Bark=0.05))

    def test_a_tone_is_no_telephone(self) -> None:
        heard = heard_as(**{"Sine wave": 0.95, "Busy signal": 0.34})
        assert account(heard) == "A tone generator throughout."


class TestCommand:
    def test_a_picture_is_written_with_the_fields_of_the_contract(self, tmp_path: Path) -> None:
        out = tmp_path / "dog.png"
        done = command(
            "--prompt", "a dog in the rain", "-o", str(out), "--size", "300x256", "--seed", "4", "--json"
        )
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert {"out", "model", "seed", "prompt", "top", "size"} <= set(said)
        assert (said["model"], said["seed"], said["size"]) == ("poster", 4, [300, 256])
        assert Image.open(out).size == (300, 256)

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["-o", "x.png"], "nothing to paint"),
            (["--prompt", "a dog", "-o", "x.jpg"], ".png"),
            (["--prompt", "a dog", "-o", "x.png", "--size", "big"], "no size"),
            (["nothing.wav", "-o", "x.png"], "no file"),
        ],
    )
    def test_mistakes_are_one_line_and_leave_no_file(
        self, arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
        done = command(*arguments, folder=tmp_path)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr
        assert not [*tmp_path.iterdir()]

    @pytest.mark.usefixtures("yamnet")
    def test_a_sound_becomes_a_picture(self, tmp_path: Path) -> None:
        sound = write_audio(noise(1.5), tmp_path / "noise.wav")
        done = command(str(sound), "-o", str(tmp_path / "noise.png"), "--size", "256x256", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["top"]


def noise(seconds: float) -> Audio:
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, round(seconds * RATE)).astype(np.float32)
    return Audio(samples[None], RATE)


def command(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "imagecraft", "audio-to-image", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
