"""What is said of regions, and what they sound like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

import imagecraft
from imagecraft.assets import vocabulary
from imagecraft.pipelines.object_sounds import LONGEST_SECONDS, sound_of, tone
from imagecraft.pipelines.region_words import NOTHING, reading_order, region_words, summary
from imagecraft.pipelines.segmentation import divide, likeliest, play_all
from imagecraft.segmentation import Region, Segmentation
from imagecraft.segmentation.classes import Kind, index_of, kinds, surfaces

EXAMPLES = Path(__file__).parents[2] / "examples"
CAT = Region(
    1, 16, "cat", 0.9, (0, 0, 60, 60), 1000, 0.3, (30, 30), (90, 60, 30), "brown", "on the left", "outline"
)


def kind(label: str) -> Kind:
    return kinds()[index_of(label) - 1]


def test_a_region_in_words() -> None:
    assert region_words(CAT, kind("cat"), 1, 1) == "Cat. On the left, about a third of the picture."
    assert region_words(CAT, kind("cat"), 2, 3).startswith("Cat 2 of 3. ")
    assert region_words(replace(CAT, label="tv"), kind("tv"), 1, 1).startswith("Television. ")


def test_what_is_as_likely_wrong_as_right_is_not_stated(weights: object) -> None:
    unsure = replace(CAT, score=0.55)
    assert region_words(unsure, kind("cat"), 1, 1).startswith("Perhaps a cat. ")
    made = imagecraft.segment(EXAMPLES / "chelsea.jpg")
    assert summary(replace(made, regions=(unsure,))).startswith("Perhaps a cat, ")
    sure = [replace(CAT, label=label, index=index_of(label)) for label in ("dog", "person", "bus")]
    assert summary(replace(made, regions=(*sure, unsure))).endswith("Also perhaps a cat.")


def test_the_most_important_comes_first(weights: object) -> None:
    made = imagecraft.segment(EXAMPLES / "chelsea.jpg")
    assert summary(made) == "A cat, in the middle, nearly all of the picture."
    table = replace(CAT, number=2, index=61, label="dining table", share=0.5)
    both = Segmentation(made.mask, made.region_map, (table, CAT), made.labels, made.image, "deeplab", 0.1)
    assert summary(both).startswith("A cat")
    none = Segmentation(made.mask, made.region_map, (), made.labels, made.image, "deeplab", 0.1)
    assert summary(none) == NOTHING


def test_regions_are_gone_through_as_one_reads() -> None:
    def at(number: int, x: int, y: int) -> Region:
        return replace(CAT, number=number, centre=(x, y), box=(x - 10, y - 10, x + 10, y + 10))

    regions = [at(1, 90, 95), at(2, 90, 12), at(3, 10, 100), at(4, 20, 20), at(5, 50, 16)]
    assert [region.number for region in reading_order(regions)] == [4, 5, 2, 3, 1]
    assert reading_order([]) == []


def test_every_class_has_a_short_sound_that_is_heard() -> None:
    for every in (*kinds(), *surfaces()):
        audio, origin = sound_of(every)
        assert (origin == "tone") <= (every.sound not in vocabulary("sounds"))
        assert origin
        assert 0.1 < audio.duration <= LONGEST_SECONDS + 0.01
        assert np.isfinite(audio.samples).all()
        assert 0.01 < np.abs(audio.samples).max() <= 0.71


def test_tones_are_a_classs_own_each_time() -> None:
    assert (tone(kind("fork")).samples == tone(kind("fork")).samples).all()
    fork, spoon = tone(kind("fork")).samples[0, :10_000], tone(kind("spoon")).samples[0, :10_000]
    assert np.abs(fork - spoon).max() > 0.1


def test_regions_get_words_and_sounds_step_by_step(weights: object) -> None:
    steps = list(divide(EXAMPLES / "chelsea.jpg"))
    assert [step.name for step in steps] == ["looking", "speaking", "speaking", "done"]
    last = steps[-1]
    assert last.segmentation is not None
    assert last.spoken is not None
    (cat,) = last.explored
    assert cat.words == "Cat. In the middle, nearly all of the picture."
    assert cat.speech.duration > 1
    assert -1 <= cat.pan <= 1
    row = play_all(last.segmentation, last.spoken, last.explored)
    assert row.samples.shape[0] == 2
    assert row.duration > last.spoken.duration + cat.sound.duration


def test_a_smaller_copy_is_told_of(weights: object) -> None:
    made = next(
        step.segmentation for step in divide(EXAMPLES / "chelsea.jpg", max_side=200) if step.segmentation
    )
    assert made.size == (200, 133)
    assert made.notices == ("Sizes and places are those of a copy of 200 × 133 pixels.",)


def test_sounds_come_from_where_things_are(weights: object) -> None:
    last = list(divide(EXAMPLES / "chelsea.jpg"))[-1]
    assert last.segmentation is not None
    assert last.spoken is not None
    cat = replace(last.segmentation.regions[0], centre=(0, 150))
    moved = replace(last.segmentation, regions=(cat,))
    row = play_all(moved, last.spoken, last.explored).samples
    sound = row[:, -round(0.5 * 44_100) :]
    assert np.abs(sound[0]).max() > 10 * np.abs(sound[1]).max()


def test_the_picture_as_a_whole(weights: object) -> None:
    told = likeliest(EXAMPLES / "chelsea.jpg")
    assert len(told["picture"]) == 5
    assert any("cat" in entry["label"] for entry in told["picture"])
    assert told["picture"] == sorted(told["picture"], key=lambda entry: -entry["score"])
    assert told["objects"][0]["label"] == "cat"
    assert 0 < told["objects"][0]["score"] <= 1
