"""Plans: made, checked, saved and read again, and told in words."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.soundscape.layers import MOST_LAYERS, RANGES, kind_of
from imagecraft.soundscape.plan import Layer, Plan, describe, plan_from_prompt, propose_prompt

SOUNDS = vocabulary("sounds")


def any_plan(rng: random.Random) -> Plan:
    layers = []
    for sound in rng.sample(list(SOUNDS), rng.randint(1, 8)):
        numbers = {name: rng.uniform(*bounds) for name, bounds in RANGES.items()}
        if kind_of(sound) == "bed":
            numbers["per_minute"] = 0.0
        layers.append(Layer(sound, kind_of(sound), **numbers, why="“éä” <b>", on=rng.random() < 0.8))
    return Plan(tuple(layers), rng.choice(["indoor", "outdoor"]), "a prompt", ("a notice",))


def test_a_saved_plan_is_the_same_when_it_is_read_again() -> None:
    rng = random.Random(4)
    for _ in range(200):
        saved = any_plan(rng).to_json()
        assert Plan.from_json(saved).to_json() == saved


def test_a_plan_may_be_written_with_only_the_names_of_sounds() -> None:
    plan = Plan.from_json('{"layers": [{"sound": "dog", "pan": -0.5}, {"sound": "rain"}]}')
    assert [(layer.kind, layer.pan, layer.on) for layer in plan.layers] == [
        ("event", -0.5, True),
        ("bed", 0.0, True),
    ]
    assert plan.layers[0].per_minute > 0


@pytest.mark.parametrize(
    ("text", "says", "hints"),
    [
        ('{"layers": [{"sound": "dgo"}]}', "no sound 'dgo'", "dog"),
        ('{"layers": [{"sound": "sea waves"}]}', "no sound 'sea waves'", "sea_waves"),
        ('{"layers": [{"sound": ["dog"]}]}', "no sound", "140"),
        ('{"layers": [{"sound": "dog", "pan": NaN}]}', "pan of the sound 'dog' is nan", "-1 to 1"),
        ('{"layers": [{"sound": "dog", "pan": -1.5}]}', "pan of the sound 'dog' is -1.5", "-1 to 1"),
        ('{"layers": [{"sound": "dog", "gain_db": 1e999}]}', "inf", "-60 to 12"),
        ('{"layers": [{"sound": "dog", "gain_db": "loud"}]}', "'loud', not a number", "-60 to 12"),
        ('{"layers": [{"sound": "dog", "distance": null}]}', "not a number", "0 to 1"),
        ('{"layers": [{"sound": "dog", "intensity": true}]}', "not a number", "0 to 1"),
        ('{"layers": [{"sound": "dog", "per_minute": 1000}]}', "1000", "0 to 240"),
        ('{"layers": [{"sound": "rain", "per_minute": 3}]}', "no per_minute", "leave it out"),
        ('{"layers": [{"sound": "rain", "kind": "event"}]}', "of the kind 'bed'", "kind"),
        ('{"layers": [{"sound": "dog", "on": 1}]}', "'on'", "true or false"),
        ('{"layers": [{"sound": "dog", "why": 7}]}', "why", "text"),
        ('{"layers": [{"sound": "dog", "Pan": 0}]}', "no 'Pan'", "pan"),
        ('{"layers": [{"pan": 0}]}', "no sound", "sound"),
        ('{"layers": ["dog"]}', "A layer is 'dog'", "sound"),
        ('{"layers": "dog"}', "layers are 'dog'", "list"),
        ('{"layers": [], "place": "moon"}', "'moon'", "indoor"),
        ('{"layers": [], "notices": "x"}', "notices", "list"),
        ('{"layers": [], "layres": []}', "no 'layres'", "layers"),
        ('{"place": "indoor"}', "no layers", "layers"),
        ("[1, 2]", "The plan is [1, 2]", "layers"),
        ("dog", "not JSON", "Save"),
        ("", "not JSON", "Save"),
        ("[" * 100_000, "cannot be read", "list of layers"),
        ('{"layers": [{"sound": "dog", "pan": ' + "1" * 5_000 + "}]}", "cannot be read", "list of layers"),
        ("x" * 300_000, "300,000 characters", "200,000"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_in_plain_words(text: str, says: str, hints: str) -> None:
    with pytest.raises(InvalidInput) as error:
        Plan.from_json(text)
    assert says in error.value.message
    assert hints.lower() in error.value.hint.lower()
    assert len(str(error.value)) < 400


def test_the_plan_in_the_documentation_can_be_used() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "soundscape-plans.md").read_text("utf-8")
    plan = Plan.from_json(text.split("```json")[1].split("```")[0])
    assert [layer.sound for layer in plan.heard] == ["sea_waves", "dog"]


def test_too_many_layers_and_texts_too_long_are_refused() -> None:
    dog = {"sound": "dog"}
    Plan.from_dict({"layers": [dog] * MOST_LAYERS})
    for wrong in (
        {"layers": [dog] * (MOST_LAYERS + 1)},
        {"layers": [dog | {"why": "x" * 5_000}]},
        {"layers": [dog], "prompt": "x" * 5_000},
    ):
        with pytest.raises(InvalidInput):
            Plan.from_dict(wrong)


def test_a_copy_with_changes_is_checked_as_well() -> None:
    layer = Layer("dog", "event")
    assert layer.replaced(pan=1).pan == 1
    assert Plan((layer,)).replaced(place="indoor").place == "indoor"
    changes: list[dict[str, Any]] = [{"pan": 2}, {"pann": 0}, {"sound": "unicorn"}]
    for change in changes:
        with pytest.raises(InvalidInput):
            layer.replaced(**change)
    with pytest.raises(InvalidInput):
        Plan((layer,)).replaced(layers=("dog",))


def test_what_will_be_heard_is_told_in_words() -> None:
    plan = Plan(
        (
            Layer("sea_waves", "bed"),
            Layer("dog", "event", pan=-0.8, distance=0.1, per_minute=4),
            Layer("church_bell", "event", pan=0.3, distance=0.9, per_minute=30),
            Layer("clock", "bed", pan=0.9, gain_db=-30),
            Layer("cat", "event", on=False),
        )
    )
    assert describe(plan) == (
        "Waves breaking on a shore, all around.",
        "A dog barking now and then at the left, close by.",
        "A church bell again and again half right, far away.",
        "A ticking clock, at the right, very quiet.",
    )


def test_every_sound_can_be_told_and_asked_for_by_what_it_is_called() -> None:
    for sound, entry in SOUNDS.items():
        plan = plan_from_prompt(f"{entry['says']}, a dog in the distance")
        heard = {layer.sound for layer in plan.layers if "background" not in layer.why}
        assert heard == {sound, "dog"}, entry["says"]
        assert not plan.notices, entry["says"]


def test_a_proposed_prompt_asks_for_the_same_again() -> None:
    rng = random.Random(7)
    for _ in range(100):
        plan = any_plan(rng)
        plan = plan.replaced(
            layers=tuple(layer for layer in plan.layers if layer.sound not in ("room", "hall"))
        )
        again = plan_from_prompt(propose_prompt(plan) or "Outdoors")
        wanted = {layer.sound for layer in plan.heard}
        assert len(wanted & {layer.sound for layer in again.layers}) >= 0.7 * len(wanted)
        for layer in plan.heard:
            twin = next((other for other in again.layers if other.sound == layer.sound), None)
            if twin and abs(layer.pan) >= 0.6 and twin.pan:
                assert (twin.pan > 0) == (layer.pan > 0)


def test_a_plan_is_json_that_a_person_can_read() -> None:
    saved = plan_from_prompt("rain and a dog on the left").to_json()
    assert saved.startswith("{\n")
    assert set(json.loads(saved)) == {"place", "prompt", "layers", "notices"}
    assert max(map(len, saved.splitlines())) < 200
