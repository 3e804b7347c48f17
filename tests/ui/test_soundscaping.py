"""The tab "Image → Soundscape" with values that no browser of ours would send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from imagecraft.errors import InvalidInput
from imagecraft.pipelines.image_to_soundscape import Layer, Options, Plan, Step
from imagecraft.ui import soundscape_work, soundscaping
from imagecraft.ui.turns import Turns

NAN, INFINITE = float("nan"), float("inf")
USUAL: dict[str, Any] = {
    "photo": None,
    "prompt": "rain",
    "seconds": 5,
    "mood": "natural",
    "exact": None,
    "seed": 1,
    "options": [],
    "plan_file": None,
    "proposed": "",
}
REMEMBERED = {"options": {"seconds": 2.0, "seed": 1}, "subject": {"name": "", "path": None}}


def ended(steps: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """The last that was told."""
    *_, last = steps
    return last


@pytest.mark.parametrize(
    ("wrong", "beside"),
    [
        ({"seconds": NAN}, "problem"),
        ({"seconds": "5"}, "problem"),
        ({"exact": INFINITE}, "problem"),
        ({"exact": 0}, "problem"),
        ({"exact": 181}, "problem"),
        ({"seed": NAN}, "problem"),
        ({"seed": -4}, "problem"),
        ({"seed": 1e300}, "problem"),
        ({"seed": [1]}, "problem"),
        ({"mood": "angry"}, "problem"),
        ({"mood": None}, "problem"),
        ({"prompt": ""}, "problem"),
        ({"prompt": "rain " * 1_000}, "problem"),
        ({"photo": {"file": {"path": "/etc/passwd"}}}, "photo_problem"),
        ({"photo": {"file": {"path": "a\0b"}}}, "photo_problem"),
        ({"plan_file": {"file": {"path": "/etc/passwd"}}}, "problem"),
        ({"plan_file": "plan"}, "problem"),
    ],
)
def test_what_cannot_be_made_is_told_beside_its_cause(wrong: dict[str, Any], beside: str) -> None:
    last = ended(soundscaping.make(**(USUAL | wrong)))
    assert last["status"]["state"] == "failed"
    assert last[beside]["message"]
    assert last[beside]["hint"]
    assert "our side" not in last[beside]["message"]
    assert len(last[beside]["message"]) < 200


@pytest.mark.parametrize(
    "layers",
    [
        None,
        [],
        "rain",
        {"plan": None},
        {"plan": {"layers": 3}},
        {"plan": {"layers": [1]}},
        {"plan": {"layers": [{"sound": "unicorn"}]}},
        {"plan": {"layers": [{"sound": "rain", "gain_db": NAN}]}},
        {"plan": {"layers": [{"sound": "rain", "on": "yes"}]}},
        {"plan": {"layers": [{"sound": "rain"}] * 100}},
        {"plan": {"layers": [{"sound": "rain", "on": False}]}},
        {"plan": {"layers": [{"sound": "rain"}], "evil": 1}},
    ],
)
def test_layers_that_cannot_be_mixed_are_told_beside_them(layers: Any) -> None:
    last = ended(soundscaping.remix(layers, REMEMBERED))
    assert last["status"]["state"] == "failed"
    assert last["layers_problem"]["message"]
    assert "our side" not in last["layers_problem"]["message"]


def test_without_a_soundscape_there_is_nothing_to_mix_again() -> None:
    last = ended(soundscaping.remix({"plan": {"layers": [{"sound": "rain"}]}}, None))
    assert "Make a soundscape first" in last["layers_problem"]["hint"]


def bells(per_minute: float, layers: int = 23) -> Plan:
    return Plan(tuple(Layer("church_bell", "event", per_minute=per_minute) for _ in range(layers)))


@pytest.mark.parametrize(("seconds", "mood"), [(180, "natural"), (60, "lively")])
def test_a_plan_of_more_sounds_than_one_visitor_may_ask_for_is_refused(seconds: int, mood: str) -> None:
    with pytest.raises(InvalidInput, match="single sounds") as refusal:
        list(soundscape_work.making(plan=bells(240), options=Options(seconds=seconds, mood=mood)))
    assert "per_minute" in refusal.value.hint


def test_a_visitor_beside_a_heavy_plan_is_served_between_its_steps() -> None:
    """With a single place, five seconds of rain are ready while the other's sounds are still being made."""
    one_place = Turns(1)
    heavy = one_place.share(
        soundscape_work.making(plan=bells(20), options=Options(seconds=60, seed=77, recordings=False))
    )
    assert isinstance(next(heavy), Step)
    rain = Plan((Layer("rain", "bed"),))
    bystander = one_place.share(
        soundscape_work.making(plan=rain, options=Options(seconds=5, seed=78, recordings=False))
    )
    steps = 0
    for step in bystander:
        if step.name == "done":
            break
        assert next(heavy).name == "sounding"
        steps += 1
    assert step.soundscape.audio.duration == 5
    assert steps < 12
    heavy.close()
