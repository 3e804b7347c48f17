"""The voice menu of the page: its groups, and what is said of voices that are not ready."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imagecraft.ui import voices
from imagecraft.ui.voices import english_menu, voice_menu


@pytest.fixture(autouse=True)
def _no_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))


def options(menu: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for group in menu["groups"]:
        yield from group["options"]


def test_it_is_grouped_by_language_and_gender_with_the_usual_voice_first() -> None:
    menu = voice_menu()
    assert menu["chosen"] == "heart"
    labels = [group["label"] for group in menu["groups"]]
    assert len(set(labels)) == len(labels)
    assert labels[0].startswith("English")
    french = next(group for group in menu["groups"] if group["label"] == "French, female")
    assert [option["id"] for option in french["options"]] == ["estelle"]


def test_voices_that_are_not_ready_cannot_be_chosen_and_say_so() -> None:
    by_id = {option["id"]: option for option in options(voice_menu())}
    assert not by_id["heart"]["disabled"]
    assert by_id["estelle"]["disabled"]
    assert by_id["estelle"]["label"].endswith("(not on this machine)")


def test_the_thousand_languages_do_not_flood_it() -> None:
    assert not [option for option in options(voice_menu()) if option["id"].startswith("mms-")]


def test_online_voices_say_that_the_text_leaves_the_machine() -> None:
    online = [group for group in voice_menu()["groups"] if group["options"][0]["id"].startswith("gtts-")]
    assert len(online) > 60 - 3
    assert all(voices.ONLINE_WORDS in group["label"] for group in online)


def test_where_english_is_spoken_only_english_voices_are_offered() -> None:
    assert all(group["label"].startswith("English") for group in english_menu()["groups"])
