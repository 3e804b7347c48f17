"""A result in words, markup and drawing."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from imagecraft.captioning.base import Caption, Evidence
from imagecraft.media.audio import Audio
from imagecraft.media.colours import ink
from imagecraft.pipelines.image_to_speech import Speech
from imagecraft.speech import find_voice
from imagecraft.ui import evidence, results

SIZE = (400, 300)


def spoken(seconds: float) -> Speech:
    """A sound of a length."""
    return Speech(Audio(np.zeros((1, round(seconds * 8000)), np.float32), 8000), find_voice(), 0.1)


def item(label: str, box: tuple[int, int, int, int], score: float = 0.9) -> dict[str, Any]:
    """A piece of evidence, as the caption's JSON has it."""
    return Evidence(label, score, box).to_dict()


def test_boxes_are_drawn_where_things_are() -> None:
    photo = Image.new("RGB", (800, 600), "black")
    drawing = evidence.drawn(photo, [item("dog", (100, 75, 300, 225))], SIZE)

    assert drawing is not None
    drawn = Image.open(io.BytesIO(drawing)).convert("L")
    bright = np.asarray(drawn) > 40
    rows, columns = np.nonzero(bright)
    scale = drawn.width / SIZE[0]
    assert columns.max() == pytest.approx(300 * scale, abs=4)
    assert rows.max() == pytest.approx(225 * scale, abs=4)
    assert not bright[round(200 * scale), round(200 * scale)]


def test_what_has_no_place_is_not_drawn() -> None:
    assert evidence.drawn(Image.new("RGB", SIZE), [item("seashore", (0, 0, *SIZE))], SIZE) is None


def test_only_what_is_drawn_is_listed() -> None:
    crowd = [item("seashore", (0, 0, *SIZE))] + [item(f"bird {n}", (9, 9, 99, 99)) for n in range(20)]

    shown = [one["label"] for one in evidence.placed(crowd, SIZE)]

    assert shown == [f"bird {n}" for n in range(evidence.MOST_BOXES)]


def test_many_boxes_at_one_place_and_at_the_edge_can_be_drawn() -> None:
    crowd = [item(f"person {n}", (0, 0, 390, 290)) for n in range(40)] + [item("dot", (399, 299, 400, 300))]

    assert evidence.drawn(Image.new("RGB", SIZE), crowd, SIZE)


def test_every_label_can_be_read_on_its_colour() -> None:
    def luminance(colour: str) -> float:
        named = {"black": "#000000", "white": "#ffffff"}
        digits = named.get(colour, colour)
        parts = [int(digits[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour in evidence.PALETTE:
        light, dark = sorted((luminance(colour), luminance(ink(colour))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour


def test_it_says_who_made_it_how_sure_and_what_to_know() -> None:
    caption = Caption(
        "Two <dogs>.",
        "grounded",
        0.05,
        (Evidence("dog", 0.71, (0, 0, 9, 9)), Evidence("dog", 0.92, (0, 0, 9, 9))),
        ("An animation: only its first frame was described.",),
    )
    words = results.made_by(caption, spoken(3))

    assert (
        "Described offline by three small detectors (grounded) in 0.05 s · spoken by Heart in 0.10 s" in words
    )
    assert "dog (92 %)" in words
    assert words.count("dog") == 1
    assert "first frame" in words


def test_only_what_is_said_is_told_as_sure() -> None:
    unsaid = Evidence("ball", 0.99, (0, 0, 9, 9), stated=False)

    assert "ball" not in results.made_by(Caption("A.", "grounded", 0.1, (unsaid,)), spoken(1))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (1.2, "1 second"), (3.4, "3 seconds"), (89, "89 seconds"), (1260, "21 minutes")],
)
def test_the_announcement_is_short_and_counts_in_good_english(seconds: float, words: str) -> None:
    caption = Caption("A cat.", "grounded", 0.1)

    assert results.announcement(caption, spoken(seconds)) == f"Caption: A cat. Speech ready, {words}."
    assert results.announcement(None, spoken(seconds)) == f"Speech ready, {words}."
    assert results.announcement(caption, None) == "Caption: A cat."


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("chelsea.jpg", "chelsea"),
        ("../../etc/passwd", "passwd"),
        ('a"b<c>.png', "abc"),
        ("写真.heic", "写真"),
        ("", "description"),
        ("...", "description"),
        ("x" * 300 + ".jpg", "x" * 60),
    ],
)
def test_sounds_are_named_like_their_photo_but_safely(name: str, stem: str) -> None:
    assert results.file_stem(name) == stem


def test_the_outline_follows_the_sound() -> None:
    ramp = np.linspace(0, 0.5, 16_000, dtype=np.float32)[None]
    peaks = results.peaks(Audio(ramp, 8000))

    assert len(peaks) == results.BARS
    assert peaks == sorted(peaks)
    assert peaks[-1] == 1.0


def test_silence_has_a_flat_outline() -> None:
    assert set(results.peaks(Audio(np.zeros((1, 50), np.float32), 8000))) == {0.0}
