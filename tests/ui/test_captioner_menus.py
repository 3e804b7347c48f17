"""The first tab's menus of models and languages, and what happens when the chosen model is not here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from imagecraft.ui import describing
from imagecraft.ui.captioners import about, language_menu
from imagecraft.ui.files import served

EXAMPLES = Path(__file__).parents[2] / "examples"


def tags(menu: dict[str, Any]) -> list[str]:
    return [option["id"] for option in menu["groups"][0]["options"]]


def test_the_languages_are_those_that_the_model_writes() -> None:
    assert tags(language_menu({"chosen": "blip-base"})) == ["en"]
    assert {"en", "de", "ja"} <= set(tags(language_menu({"chosen": "paligemma"})))
    assert len(tags(language_menu({"chosen": "qwen3-vl-2b"}))) > 50
    assert tags(language_menu({"chosen": "paligemma"}))[0] == "en"


def test_what_a_model_is_like_is_said_beneath_the_menu() -> None:
    assert "many languages" in about({"chosen": "paligemma"})
    assert "three small detectors" in about({"chosen": "<b>"})


def test_a_language_stays_chosen_as_long_as_the_model_writes_it() -> None:
    german = {"chosen": "de"}
    assert language_menu({"chosen": "qwen3-vl-2b"}, german)["chosen"] == "de"
    assert language_menu({"chosen": "blip-base"}, german)["chosen"] == "en"


@pytest.mark.parametrize("forged", [None, "x", {"chosen": 5}, {"chosen": "nobody"}, {"chosen": "blip@/etc"}])
def test_what_no_browser_sends_gives_the_default_languages(forged: Any) -> None:
    assert tags(language_menu(forged, forged)) == ["en"]


def test_the_offline_model_describes_instead_of_one_that_is_not_here_and_says_so(
    weights: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    file = served((EXAMPLES / "chelsea.jpg").read_bytes(), "chelsea.jpg")
    photo = {"file": file, "name": "chelsea.jpg"}
    shown: dict[str, Any] = {}
    for update in describing.describe(
        photo, "short", {"chosen": "heart"}, 1.0, None, {"chosen": "qwen3-vl-2b"}, {"chosen": "de"}
    ):
        shown |= update
    assert "cat" in shown["caption"]
    assert "grounded did it instead" in shown["made_by"]
    assert "qwen3-vl-2b" in shown["made_by"]
    assert shown["status"]["state"] == "done"
