"""The tab "Image → Soundscape" with values that no browser of ours would send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from imagecraft.ui import soundscaping

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
