"""Recordings win over synthesis, and no file of a user's can do harm."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from imagecraft.assets import vocabulary
from imagecraft.media.audio import Audio, write_audio
from imagecraft.media.loudness import integrated_loudness
from imagecraft.soundscape.library import FOLDER_VARIABLE, MOST_NOTICES, library, sound_named
from imagecraft.soundscape.material import Kept, kept, levelled
from imagecraft.soundscape.mix import mix, prepare
from imagecraft.soundscape.plan import Layer, Plan
from imagecraft.soundscape.sounds import sounds
from imagecraft.soundscape.takes import take

RATE = 44_100
DOG = Layer("dog", "event", per_minute=20)
RAIN = Layer("rain", "bed")


def tone(hertz: float, seconds: float = 1.0, level: float = 0.3, rate: int = RATE) -> Audio:
    times = np.arange(round(seconds * rate)) / rate
    return Audio((level * np.sin(2 * np.pi * hertz * times))[np.newaxis].astype(np.float32), rate)


def strength(samples: np.ndarray, hertz: float) -> float:
    """Share of the power within 5 % of a frequency."""
    spectrum = np.square(np.abs(np.fft.rfft(samples.mean(axis=0))))
    frequencies = np.fft.rfftfreq(samples.shape[1], 1 / RATE)
    return float(spectrum[np.abs(frequencies - hertz) < 0.05 * hertz].sum() / spectrum.sum())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of sounds, empty."""
    yours = tmp_path / "sounds"
    yours.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(yours))
    return yours


@pytest.mark.parametrize(
    ("stem", "sound"),
    [
        ("dog", "dog"),
        ("dog-1", "dog"),
        ("dog_2", "dog"),
        ("Dog (3)", "dog"),
        ("Dog barking", "dog"),
        ("a dog barking take 2", "dog"),
        ("sea_waves", "sea_waves"),
        ("Sea-Waves 12", "sea_waves"),
        ("waves breaking on a shore", "sea_waves"),
        ("Bark", "dog"),
        ("dogma", None),
        ("", None),
        ("x" * 4_000, None),
    ],
)
def test_files_are_known_by_the_name_the_words_or_the_label_of_a_sound(stem: str, sound: str | None) -> None:
    assert sound_named(stem) == sound


def test_every_sound_is_known_by_its_own_name_and_words() -> None:
    for name, entry in vocabulary("sounds").items():
        assert sound_named(name) == name
        assert sound_named(entry["says"]) == name


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".ogg"])
def test_a_recording_of_the_user_s_wins_whatever_its_format(folder: Path, suffix: str) -> None:
    before = mix(Plan((DOG,)), seconds=6, seed=1).samples
    write_audio(tone(1_234), folder / f"Dog barking{suffix}")
    mixdown = prepare(Plan((DOG,)), seconds=6, seed=1)

    assert strength(before, 1_234) < 0.1
    assert strength(mixdown.audio().samples, 1_234) > 0.9
    assert mixdown.origins[0].source == "your folder"
    assert mixdown.origins[0].files == (f"Dog barking{suffix}",)
    assert strength(mix(Plan((DOG,)), seconds=6, seed=1, recordings=False).samples, 1_234) < 0.1


def test_several_takes_are_all_used(folder: Path) -> None:
    write_audio(tone(700), folder / "dog-1.wav")
    write_audio(tone(2_100), folder / "dog-2.wav")
    samples = mix(Plan((DOG,)), seconds=12, seed=1).samples
    assert min(strength(samples, 700), strength(samples, 2_100)) > 0.15


def test_a_short_recording_fills_a_bed_without_gaps_or_clicks(folder: Path) -> None:
    write_audio(tone(441, seconds=2.5), folder / "rain.wav")
    raw = prepare(Plan((RAIN,)), seconds=20, seed=1, loop=True).raw(0, 20 * RATE)
    levels = np.sqrt(np.square(raw).reshape(2, -1, RATE // 20).mean(axis=(0, 2)))
    assert levels.min() > 0.9 * levels.max()
    assert np.abs(np.diff(raw, axis=1)).max() < 1.1 * 2 * np.pi * 441 / RATE * np.abs(raw).max()


def test_a_click_is_no_bed(folder: Path) -> None:
    """Twenty milliseconds that go round and round would be a buzz."""
    write_audio(tone(441, seconds=0.02), folder / "rain.wav")
    mixdown = prepare(Plan((RAIN,)), seconds=2, seed=1)
    assert [origin.source for origin in mixdown.origins] == ["synthesis"]
    assert any("'rain.wav' is shorter than 0.5 s" in notice for notice in mixdown.notices)


def test_soft_and_loud_recordings_come_out_alike(folder: Path) -> None:
    levels = []
    for level in (0.004, 0.9):
        write_audio(tone(600, level=level), folder / "dog.wav")
        quiet = prepare(Plan((DOG, RAIN)), seconds=6, seed=1)
        levels.append(np.abs(quiet.events[0].variants[0]).max())
    assert levels[0] == pytest.approx(levels[1], rel=0.05)


def test_silence_is_cut_off_and_the_ends_do_not_click(folder: Path) -> None:
    sound = tone(900, seconds=0.5).samples + 0.1
    padded = np.pad(sound, ((0, 0), (RATE, RATE)), constant_values=0.0)
    soundfile.write(folder / "dog.wav", padded.T, RATE)
    soundfile.write(folder / "cat.wav", tone(900, seconds=0.5).samples.T, RATE)
    (dog,), (cat,) = library().takes["dog"], library().takes["cat"]
    cut = take(cat, RATE)
    assert take(dog, RATE).size < 3 * RATE
    assert abs(cut.size - 0.5 * RATE) < 0.05 * RATE
    assert abs(cut[0]) < 1e-3
    assert abs(cut[-1]) < 1e-3


def test_a_sound_is_levelled_by_its_loudness() -> None:
    for hertz in (80, 1_000, 4_000):
        sound = levelled(tone(hertz, seconds=2).samples[0], RATE)
        assert integrated_loudness(np.stack([sound, sound]), RATE) == pytest.approx(-23, abs=0.1)


def hostile(folder: Path) -> None:
    (folder / "dog.wav").write_bytes(b"RIFF\xff\xff\xff\xffWAVEfmt \x00")
    (folder / "cat.mp3").write_bytes(b"<svg onload=alert(1)>")
    (folder / "cow.wav").write_bytes(b"")
    soundfile.write(folder / "pig.wav", np.full((9_000, 1), np.nan), RATE, subtype="FLOAT")
    soundfile.write(folder / "owl.wav", np.zeros((9_000, 1)), RATE)
    soundfile.write(folder / "crow.wav", np.ones((3, 1)), RATE)
    (folder / "sheep.wav").mkdir()
    (folder / "duck.wav").symlink_to(folder / "duck.wav")
    (folder / "goat.wav").symlink_to("/dev/zero")
    os.mkfifo(folder / "goose.wav")
    (folder / "=cmd()!A1.wav").write_bytes(b"x")
    (folder / "notes.txt").write_text("dog")


def test_files_that_cannot_be_used_are_left_out_with_a_word(folder: Path) -> None:
    hostile(folder)
    names = ("dog", "cat", "cow", "pig", "owl", "crow", "sheep", "duck", "goat", "goose")
    plan = Plan((RAIN, *(Layer(name, "event", per_minute=6) for name in names)))
    mixdown = prepare(plan, seconds=4, seed=1)

    assert np.isfinite(mixdown.audio().samples).all()
    assert all(origin.source != "your folder" for origin in mixdown.origins)
    assert any("dog.wav" in notice for notice in mixdown.notices)
    assert any("not named like a sound" in notice for notice in mixdown.notices)
    assert not any("notes.txt" in notice for notice in mixdown.notices)


@pytest.mark.parametrize("name", ["/nowhere/at/all", "a\0b", __file__])
def test_a_folder_that_is_none_is_told_and_does_no_harm(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "\0" in name:
        monkeypatch.setattr(os, "environ", {**os.environ, FOLDER_VARIABLE: name})
    else:
        monkeypatch.setenv(FOLDER_VARIABLE, name)
    assert "cannot be read" in library().notices[0]


def test_a_thousand_strangers_are_told_of_in_a_few_lines(folder: Path) -> None:
    for number in range(1_000):
        (folder / f"holiday {number}.wav").touch()
    assert len(library().notices) == MOST_NOTICES + 1


def test_a_file_that_changes_is_heard_anew(folder: Path) -> None:
    write_audio(tone(600), folder / "dog.wav")
    mix(Plan((DOG,)), seconds=4, seed=1)
    write_audio(tone(2_500, seconds=1.5), folder / "dog.wav")
    assert strength(mix(Plan((DOG,)), seconds=4, seed=1).samples, 2_500) > 0.9


def test_what_is_kept_for_the_next_mix_has_a_bound() -> None:
    keeper = Kept(1_000_000)
    for number in range(50):
        keeper.get(number, lambda: np.zeros(30_000, np.float32))
    assert 500_000 < keeper.size_bytes <= 1_000_000
    first = keeper.get("a", lambda: np.ones(10, np.float32))
    assert keeper.get("a", lambda: np.zeros(10, np.float32)) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 2
    keeper.get("huge", lambda: np.zeros(2_000_000, np.float32))
    assert keeper.size_bytes <= 1_000_000
    keeper.clear()
    assert keeper.size_bytes == 0


def test_mixing_again_makes_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan((RAIN, Layer("church_bell", "event", per_minute=6)))
    mix(plan, seconds=3, seed=4, recordings=False)
    size = kept.size_bytes
    softer = plan.replaced(layers=tuple(layer.replaced(gain_db=-10, pan=0.5) for layer in plan.layers))
    mix(softer, seconds=3, seed=4, recordings=False)
    assert kept.size_bytes == size


def test_collections_name_only_sounds_there_are_and_say_their_licence() -> None:
    for collection in vocabulary("recordings").values():
        assert {"title", "package", "folder", "license", "files"} <= collection.keys()
        assert set(collection["files"]) <= set(vocabulary("sounds"))


def test_installed_recordings_can_all_be_used_and_are_listed_with_their_licence() -> None:
    stamps = vocabulary("recordings")["tuxpaint"]
    if not Path(stamps["folder"]).is_dir():
        pytest.skip("tuxpaint-stamps-default is not installed")
    listed = {sound.name: sound for sound in sounds()[0]}
    for sound, names in stamps["files"].items():
        assert listed[sound].license == "GPL-2.0-or-later"
        assert len(listed[sound].files) == len(names)
        assert all(np.isfinite(take(one, RATE)).all() for one in library().takes[sound])
