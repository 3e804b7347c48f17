"""Sound from pictures: levels and back, and a network that learns which tone goes with which colour."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from pictures_made import COLOURS, SHAPES, captioned, draw

pytest.importorskip("accelerate")

import imagecraft
from imagecraft.cli import run
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio, write_audio
from imagecraft.media.sounds import open_sound
from imagecraft.soundscape.mel import BANDS, FRAMES, SAMPLE_RATE, levels_of, sound_of, to_magnitudes
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.story import train
from imagecraft.training.generator.job import GeneratorJob, scores_of
from imagecraft.training.generator.settings import GeneratorSettings

TONES_HZ = {"red": 300.0, "green": 700.0, "blue": 1500.0, "yellow": 3200.0}


def tone(hertz: float, seconds: float = 1.2) -> Audio:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return Audio((0.5 * np.sin(2 * np.pi * hertz * time))[None].astype(np.float32), SAMPLE_RATE)


def heard_colour(audio: Audio) -> str:
    """The colour around whose tone the sound is strongest."""
    power = np.abs(np.fft.rfft(audio.samples[0])) ** 2
    hertz = np.fft.rfftfreq(audio.samples.shape[1], 1 / audio.sample_rate)
    return max(TONES_HZ, key=lambda colour: power[np.abs(hertz / TONES_HZ[colour] - 1) < 0.1].sum())


def test_a_sound_comes_back_from_its_levels():
    chirp = np.sin(2 * np.pi * np.cumsum(np.linspace(200, 3000, SAMPLE_RATE)) / SAMPLE_RATE)
    levels = levels_of(Audio(0.5 * chirp[None].astype(np.float32), SAMPLE_RATE))
    assert levels.shape == (BANDS, FRAMES)
    again = levels_of(sound_of(levels))
    scores = scores_of(levels[None], again[None])
    assert scores["spectral_convergence"] < 0.3
    assert to_magnitudes(levels).argmax(axis=0)[10] < to_magnitudes(levels).argmax(axis=0)[50]


def test_silence_and_less_than_a_second_have_levels_too():
    assert np.all(levels_of(Audio(np.zeros((1, 100), np.float32), SAMPLE_RATE)) == 0)
    assert np.isfinite(levels_of(tone(440, 0.2))).all()


def test_pictures_learn_their_tones(tmp_path, capsys):
    rows = []
    for number in range(16):
        colour = list(COLOURS)[number % 4]
        draw(tmp_path / f"{number}.png", colour, SHAPES[number // 4 % 2], number)
        write_audio(tone(TONES_HZ[colour]), tmp_path / f"{number}.wav")
        row = {"image": f"{number}.png", "caption": f"a {colour} thing", "sound": f"{number}.wav"}
        rows.append(row | {"split": "train" if number < 12 else "val"})
    (tmp_path / "all.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = GeneratorSettings(
        data=str(tmp_path / "all.jsonl"), out=str(tmp_path / "run"), side=48, width=0.35, channels=64,
        batch=12, max_steps=60, epochs=100, evaluate_every=20, rate=4e-3,
        augment="none", precision="fp32", log_to="",
    )  # fmt: skip
    said: list[str] = []
    outcome = train(settings, GeneratorJob, log=said.append)
    fallen = [
        row["spectral_convergence"] for row in Run(tmp_path / "run").rows() if "spectral_convergence" in row
    ]
    dull = float(next(line for line in said if line.startswith("to be beaten")).rpartition(" ")[2])
    assert outcome.scores["spectral_convergence"] < 0.9 * dull
    assert outcome.scores["spectral_convergence"] < 0.9 * fallen[0]

    out = tmp_path / "blue.wav"
    photo, model = str(tmp_path / "14.png"), str(tmp_path / "run" / "model")
    assert run(["train", "sound", photo, "--model", model, "-o", str(out), "--vocoder", "griffin-lim"]) == 0
    assert heard_colour(open_sound(out)) == "blue"
    assert outcome.use.endswith(f"--model generator@{model}")
    assert heard_colour(imagecraft.soundscape(photo, model=f"generator@{model}", seconds=3).audio) == "blue"
    assert run(["train", "sound", photo, "--model", str(tmp_path), "-o", str(out)]) == 2
    assert "no whole model" in capsys.readouterr().err


def test_what_cannot_save_memory_says_so_before_anything_is_written(tmp_path):
    for number in range(4):
        draw(tmp_path / f"{number}.png", "red", SHAPES[0], number)
        write_audio(tone(440), tmp_path / f"{number}.wav")
    rows = [{"image": f"{n}.png", "caption": "a red thing", "sound": f"{n}.wav"} for n in range(4)]
    (tmp_path / "all.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = GeneratorSettings(
        data=str(tmp_path / "all.jsonl"), out=str(tmp_path / "run"), side=32, gradient_checkpointing=True
    )
    for dry_run in (True, False):
        with pytest.raises(InvalidInput, match="cannot learn with --gradient-checkpointing"):
            train(settings, GeneratorJob, dry_run=dry_run, log=lambda _: None)
    assert not (tmp_path / "run").exists()


def test_captions_are_spoken_for_a_set(tmp_path):
    from imagecraft.training.generator.sounding import speak_captions
    from imagecraft.training.sets.check import check
    from imagecraft.training.sets.opening import open_set

    found = open_set(captioned(tmp_path / "data"))
    mute = replace(found.items[2], captions=("<b>",))
    spoken = speak_captions(found.having([*found.items[:2], mute]), tmp_path / "spoken")
    assert (spoken.count, spoken.left_out) == (2, (mute.image.name,))
    made = open_set(tmp_path / "spoken", "triplets")
    assert check(made).usable
    assert open_sound(made.items[0].sound).samples.shape[1] > SAMPLE_RATE / 2


def test_a_caption_that_was_changed_is_spoken_anew_and_others_are_kept(tmp_path):
    from imagecraft.training.generator.sounding import speak_captions
    from imagecraft.training.sets.opening import open_set

    found = open_set(captioned(tmp_path / "data"))
    first, second = (replace(item, captions=(word,)) for item, word in zip(found.items, "ab", strict=False))
    sounds = []
    for items in ([first, second], [replace(first, captions=("another word",)), second]):
        speak_captions(found.having(items), tmp_path / "spoken")
        made = open_set(tmp_path / "spoken", "triplets").items
        sounds.append([item.sound.read_bytes() for item in made])
    assert sounds[0][0] != sounds[1][0]
    assert sounds[0][1] == sounds[1][1]
