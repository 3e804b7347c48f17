"""From what a picture shows to what is heard there."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.pipelines.image_to_soundscape import planned
from imagecraft.runtime.vision import VOC_CLASSES
from imagecraft.soundscape.layers import Layer
from imagecraft.soundscape.plan import Clue, Plan, plan_from_evidence, plan_from_prompt
from imagecraft.soundscape.sighted import Box, place_of, thing_of

MIDDLE: Box = (0.3, 0.3, 0.7, 0.8)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def layer_of(plan: Plan, sound: str) -> Layer:
    return next(layer for layer in plan.layers if layer.sound == sound)


def sounds_of(*clues: Clue, caption: str = "") -> set[str]:
    return {layer.sound for layer in plan_from_evidence(clues, (640, 480), caption).layers}


def scene(label: str, score: float = 0.9) -> Clue:
    return Clue(label, score, None, "scene")


@pytest.mark.parametrize("label", [*vocabulary("coco"), *VOC_CLASSES[1:]])
def test_every_class_that_is_detected_has_a_plan(label: str) -> None:
    plan = plan_from_evidence([Clue(label, 0.9, MIDDLE)], (640, 480))
    assert thing_of(label) is not None
    assert 1 <= len(plan.layers) <= 8
    assert any(layer.kind == "bed" for layer in plan.layers)
    assert plan.prompt


def test_every_scene_and_every_name_of_a_classifier_is_a_thing_or_a_place() -> None:
    for label in vocabulary("scenes"):
        assert place_of(label), label
    imagenet = vocabulary("imagenet")
    names = [
        name for group in ("finer", "alone") for part in imagenet[group].values() for name in part.values()
    ]
    for name in names:
        noun = name.removeprefix("an ").removeprefix("a ")
        assert thing_of(noun) or place_of(noun), name


def test_the_vocabularies_name_only_sounds_and_places_that_there_are() -> None:
    sounds = vocabulary("sounds")
    table, things = vocabulary("soundscapes"), vocabulary("soundscape_things")["things"]
    assert set(table["usual"]) == set(sounds)
    for name, usual in table["usual"].items():
        assert ("often" in usual) == (sounds[name]["kind"] == "event"), name
    specs = [spec for place in table["places"].values() for spec in place["layers"]]
    specs += [
        spec for time in table["times"].values() for land in ("land", "town", "water") for spec in time[land]
    ]
    for thing in things.values():
        specs += thing["layers"]
        specs += [spec for several in thing.get("many", ()) for spec in several["layers"]]
        for when in ("when", "when_alone", "when_together"):
            specs += [spec for several in thing.get(when, {}).values() for spec in several]
        assert thing.get("suggests", "room") in table["places"]
        assert thing.get("instead_of", "bird") in things
    assert {spec["sound"] for spec in specs} <= set(sounds)
    known = things | table["places"] | vocabulary("soundscape_things")["doings"]
    for thing in things.values():
        for when in ("when", "when_alone", "when_together"):
            assert set(thing.get(when, {})) <= set(known)


def test_a_reason_is_said_once() -> None:
    people = [Clue("person", 0.91, (0.1 * at, 0.2, 0.1 * at + 0.15, 0.8)) for at in range(1, 8)]
    reasons = [layer.why for layer in plan_from_evidence(people, (640, 480)).layers]
    assert len([why for why in reasons if "sure" in why]) == 1
    assert any(why.startswith("also many people") for why in reasons)


def test_a_thing_is_heard_where_it_is_seen() -> None:
    left = plan_from_evidence([Clue("dog", 0.9, (0.0, 0.4, 0.2, 0.8))])
    right = plan_from_evidence([Clue("dog", 0.9, (0.8, 0.4, 1.0, 0.8))])
    assert layer_of(left, "dog").pan < -0.6
    assert layer_of(right, "dog").pan > 0.6
    assert "dog, 90 % sure, at the left" in layer_of(left, "dog").why


def test_what_appears_small_is_far_for_its_kind() -> None:
    near = plan_from_evidence([Clue("dog", 0.9, (0.2, 0.1, 0.9, 0.95))])
    far = plan_from_evidence([Clue("dog", 0.9, (0.5, 0.5, 0.53, 0.53))])
    assert layer_of(near, "dog").distance < 0.15
    assert layer_of(far, "dog").distance > 0.65
    assert "far away" in layer_of(far, "dog").why
    box = (0.4, 0.4, 0.6, 0.6)
    elephant, cat = (plan_from_evidence([Clue(label, 0.9, box)]) for label in ("elephant", "cat"))
    assert layer_of(elephant, "elephant").distance > layer_of(cat, "cat").distance


def test_three_dogs_bark_more_often_and_a_doubtful_one_more_quietly() -> None:
    dog = Clue("dog", 0.95, MIDDLE)
    one = layer_of(plan_from_evidence([dog]), "dog")
    three = layer_of(plan_from_evidence([dog, dog, dog]), "dog")
    doubtful = layer_of(plan_from_evidence([Clue("dog", 0.55, MIDDLE)]), "dog")
    assert three.per_minute > one.per_minute
    assert three.why.startswith("three dogs")
    assert doubtful.gain_db < one.gain_db


def test_things_at_both_sides_are_heard_at_both() -> None:
    plan = plan_from_evidence([Clue("cow", 0.9, (0, 0.4, 0.2, 0.8)), Clue("cow", 0.9, (0.8, 0.4, 1, 0.8))])
    pans = sorted(layer.pan for layer in plan.layers if layer.sound == "cow")
    assert len(pans) == 2
    assert pans[0] < -0.5 < 0.5 < pans[1]


def test_a_plane_is_loud_and_a_clock_is_not() -> None:
    plane = layer_of(plan_from_evidence([Clue("airplane", 0.9, MIDDLE)]), "aeroplane")
    clock = layer_of(plan_from_evidence([Clue("clock", 0.9, MIDDLE)]), "clock")
    assert plane.gain_db > clock.gain_db + 10


@pytest.mark.parametrize(
    ("clues", "caption", "heard", "unheard"),
    [
        ([Clue("cat", 0.9, MIDDLE)], "A cat sleeping on a couch.", "cat_purr", "cat"),
        ([Clue("cat", 0.9, MIDDLE), scene("laying")], "", "cat_purr", "cat"),
        ([Clue("car", 0.9, MIDDLE)], "A car parked on a street.", "car_engine", ""),
        ([Clue("person", 0.9, MIDDLE)], "A person running in a park.", "footsteps", "conversation"),
        ([Clue("person", 0.9, MIDDLE), Clue("surfboard", 0.9, MIDDLE)], "", "sea_waves splash", "footsteps"),
        ([Clue("person", 0.9, MIDDLE), Clue("skis", 0.9, MIDDLE), scene("snow")], "", "skis", "footsteps"),
        ([Clue("person", 0.9, MIDDLE), scene("snow")], "", "footsteps_snow snow_hush", "footsteps"),
        ([Clue("person", 0.9, MIDDLE)] * 9, "", "crowd", ""),
        ([Clue("horse", 0.9, MIDDLE)], "A horse grazing in a field.", "munching", "horse_hooves"),
        ([Clue("bird", 0.9, MIDDLE), scene("beach")], "", "seagull sea_waves", "songbirds"),
        (
            [Clue("bird", 0.9, MIDDLE), Clue("rooster", 0.8, MIDDLE, "class")],
            "",
            "rooster",
            "songbirds",
        ),
        ([Clue("golden retriever", 0.9, None, "class")], "", "dog", ""),
        ([Clue("tennis racket", 0.9, MIDDLE), scene("tennis court")], "", "tennis", "bat_hit"),
        ([Clue("oven", 0.9, MIDDLE), scene("kitchen")], "", "kitchen frying", "wind"),
        ([Clue("teddy bear", 0.9, MIDDLE)], "", "squeaky_toy", "bear"),
        ([Clue("hot dog", 0.9, MIDDLE)], "", "eating", "dog"),
        ([scene("seashore")], "", "sea_waves", ""),
        ([Clue("coral reef", 0.9, None, "class")], "", "underwater", ""),
        ([Clue("dog", 0.9, MIDDLE)], "A dog at night in the rain.", "dog rain owl", "crickets"),
    ],
)
def test_doings_and_places_decide_what_is_heard(
    clues: list[Clue], caption: str, heard: str, unheard: str
) -> None:
    sounds = sounds_of(*clues, caption=caption)
    assert set(heard.split()) <= sounds
    assert not sounds & set(unheard.split())


def test_indoors_a_car_is_heard_through_the_window_and_brings_no_traffic() -> None:
    plan = plan_from_evidence(
        [scene("kitchen"), Clue("oven", 0.9, (0, 0.3, 0.6, 1)), Clue("car", 0.7, (0.8, 0.2, 0.9, 0.3))]
    )
    car = layer_of(plan, "car_passing")
    assert plan.place == "indoor"
    assert (car.distance >= 0.7, car.gain_db < -10) == (True, True)
    assert "through the window" in car.why
    assert not {layer.sound for layer in plan.layers} & {"traffic", "city", "wind"}


def test_silent_things_give_a_quiet_bed_and_a_notice() -> None:
    plan = plan_from_evidence([Clue("vase", 0.9, MIDDLE), Clue("potted plant", 0.8, MIDDLE)])
    assert [(layer.sound, plan.place) for layer in plan.layers] == [("room", "indoor")]
    assert "quiet room" in plan.notices[0]
    nothing = plan_from_evidence([])
    assert [layer.kind for layer in nothing.layers] == ["bed"]
    assert nothing.notices


def test_only_one_of_the_things_that_are_all_but_silent_is_heard() -> None:
    clues = [Clue(label, 0.9, MIDDLE) for label in ("backpack", "handbag", "suitcase", "book", "bottle")]
    quiet = [layer for layer in plan_from_evidence(clues).layers if "% sure" in layer.why.replace(" %", "%")]
    assert len(quiet) == 1
    assert quiet[0].gain_db < -12


@pytest.mark.parametrize(
    ("caption", "heard", "unheard"),
    [
        ("A brown dog runs along a sunny beach with its tongue out.", "dog sea_waves", ""),
        ("Two men playing baseball in a field on a sunny day.", "bat_hit cheering", "footsteps ball_bounce"),
        ("A cat resting on an open laptop computer.", "cat_purr keyboard", "cat"),
        ("some children are riding on a mini orange train", "train children", "eating"),
        ("A woman talking on a cell phone.", "conversation", "footsteps"),
        ("A herd of elephants walking away from a watering hole.", "elephant", "footsteps"),
        ("A man flying through the air while riding skis.", "skis", "footsteps aeroplane"),
        ("A plate with a hot dog and french fries.", "eating", "dog frying"),
        ("Fireworks over a harbor at night while it rains.", "fireworks rain sailboat", ""),
        ("A pianist plays in a church.", "piano", ""),
    ],
)
def test_a_caption_without_clues_is_enough(caption: str, heard: str, unheard: str) -> None:
    plan = plan_from_evidence([], caption=caption)
    sounds = {layer.sound for layer in plan.layers}
    assert set(heard.split()) <= sounds
    assert not sounds & set(unheard.split())
    assert not plan.notices
    assert {layer.sound for layer in plan_from_prompt(plan.prompt).layers} == sounds


def test_doubtful_clues_make_no_sound() -> None:
    assert "dog" not in sounds_of(Clue("dog", 0.3, MIDDLE))


def test_the_prompt_that_is_proposed_asks_for_about_the_same() -> None:
    clues = [
        scene("beach"),
        Clue("dog", 0.9, (0, 0.5, 0.2, 0.8)),
        Clue("boat", 0.8, (0.8, 0.4, 0.9, 0.5)),
        Clue("person", 0.9, MIDDLE),
    ]
    plan = plan_from_evidence(clues, (640, 480), "A person and a dog on a beach.")
    again = plan_from_prompt(plan.prompt)
    assert {layer.sound for layer in again.layers} == {layer.sound for layer in plan.layers}
    assert again.place == plan.place
    assert layer_of(again, "dog").pan < -0.5
    assert not again.notices


@pytest.mark.parametrize("box", [(float("nan"), 0, 1, 1), (0, 0, float("inf"), 1)])
def test_boxes_that_are_no_numbers_are_refused(box: Box) -> None:
    with pytest.raises(InvalidInput):
        Clue("dog", 0.9, box)


def test_boxes_that_reach_over_the_edge_or_have_no_size_do_no_harm() -> None:
    for box in ((-3.0, -1.0, 0.1, 2.0), (0.5, 0.5, 0.5, 0.5), (0.9, 0.9, 0.1, 0.1)):
        assert "dog" in sounds_of(Clue("dog", 0.9, box))


@pytest.mark.parametrize(
    ("name", "heard"), [("chelsea.jpg", {"cat"}), ("coffee.jpg", {"pouring"}), ("china.jpg", {"wind"})]
)
def test_the_example_photos_sound_like_what_they_show(weights: object, name: str, heard: set[str]) -> None:
    plan, _ = planned(EXAMPLES / name)
    assert heard <= {layer.sound for layer in plan.layers}
    again = plan_from_prompt(plan.prompt)
    assert {layer.sound for layer in again.layers} == {layer.sound for layer in plan.layers}


def test_real_photos_never_mix_absurdly(weights: object, shared_data: Path) -> None:
    photos = sorted((shared_data / "data" / "coco" / "photos").glob("*"))[::12]
    for photo in photos:
        plan, _ = planned(photo)
        sounds = {layer.sound for layer in plan.layers}
        assert 1 <= len(plan.layers) <= 8
        assert not (plan.place == "indoor" and sounds & {"traffic", "city", "sea_waves", "leaves"}), (
            photo.name
        )
        assert not (plan.place == "outdoor" and sounds & {"room", "kitchen", "fridge"}), photo.name
        again = {layer.sound for layer in plan_from_prompt(plan.prompt).layers}
        assert len(again & sounds) >= 0.8 * len(again | sounds), photo.name
