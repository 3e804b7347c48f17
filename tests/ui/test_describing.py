"""What the first tab tells the page, step by step, with the real models."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import soundfile

from imagecraft.ui import describing, strings
from imagecraft.ui.files import served

EXAMPLES = Path(__file__).parents[2] / "examples"
HEART = {"chosen": "heart"}
LONG = "This is one sentence of a longer story. " * 12


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: Mapping[str, Path]) -> dict[str, Any]:
    """A photo as the page sends it."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    file = served((EXAMPLES / "chelsea.jpg").read_bytes(), "chelsea.jpg")
    return {"file": file, "name": "chelsea.jpg"}


def merged(updates: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """What the page shows when all is told."""
    shown: dict[str, Any] = {}
    for update in updates:
        shown |= update
    return shown


def test_a_result_is_of_one_photo_also_when_its_voice_cannot_be_had(
    photo: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "no-voices"))
    shown = merged(describing.describe(photo, "short", {"chosen": "emma"}, 1.0, None))

    assert "emma" in shown["speech_problem"]["message"]
    assert shown["status"]["state"] == "failed"
    assert shown["status"]["say"] == f"Caption: {shown['caption']}"
    assert shown["player"] is None
    assert shown["subject"] == {"name": "chelsea.jpg", "path": photo["file"]["path"]}
    assert "cat" in shown["evidence"]
    assert shown["caption"] in shown["json"]
    assert [link["label"] for link in shown["downloads"]] == [strings.DOWNLOAD_JSON]
    assert shown["remembered"]["caption"] == shown["caption"]
    assert "spoken" not in shown["made_by"]


@pytest.mark.parametrize("limit", [0, -5, 19, 2.5, "x", True, 10**9])
def test_a_limit_that_cannot_be_kept_is_refused_beside_its_field(photo: dict[str, Any], limit: Any) -> None:
    shown = merged(describing.describe(photo, "short", HEART, 1.0, limit))

    assert "20" in shown["limit_problem"]["hint"]
    assert not shown["photo_problem"]["message"]
    assert "caption" not in shown


def test_long_speech_tells_how_far_it_is_and_lets_its_beginning_be_heard(photo: dict[str, Any]) -> None:
    updates = list(describing.speak(LONG, HEART, 1.0, None))
    partial = [update for update in updates if update.get("player") and "parts" in update["player"]]
    whole = updates[-1]["player"]

    assert [update["status"]["words"] for update in partial[:2]] == ["Speaking… 1 of 12", "Speaking… 3 of 12"]
    assert partial[1]["status"]["fraction"] == pytest.approx(3 / 12)
    assert all(update["player"]["made"] == whole["made"] for update in partial)
    parts = partial[-1]["player"]["parts"]
    samples = [soundfile.read(part["file"]["path"])[0] for part in parts]
    everything = soundfile.read(whole["file"]["path"])[0]
    heard = 0
    for part in samples:
        assert (part == everything[heard : heard + len(part)]).all()
        heard += len(part)
    assert len(parts) > 2


def test_a_text_that_a_visitor_wrote_is_not_read_back(photo: dict[str, Any]) -> None:
    said = list(describing.speak(LONG, HEART, 1.0, None))[-1]["status"]["say"]

    assert said.startswith("Speech ready, ")
    assert len(said) < 50


def test_a_short_text_does_not_wait_behind_long_ones(photo: dict[str, Any]) -> None:
    enough = threading.Event()

    def endless() -> None:
        for _ in describing.speak("A sentence to be spoken. " * 700, HEART, 1.0, None):
            if enough.is_set():
                return

    crowd = [threading.Thread(target=endless, daemon=True) for _ in range(4)]
    for one in crowd:
        one.start()
    shown = merged(describing.speak("A short one.", HEART, 1.0, None))

    assert shown["status"]["state"] == "done"
    assert all(one.is_alive() for one in crowd)
    enough.set()
    for one in crowd:
        one.join(60)


def test_the_drawing_names_only_what_is_drawn(photo: dict[str, Any]) -> None:
    box, whole = [10, 10, 90, 90], [0, 0, 451, 300]
    remembered = {
        "photo": photo["file"]["path"],
        "name": "chelsea.jpg",
        "size": (451, 300),
        "evidence": [
            {"label": "sitting", "score": 0.5, "box": whole, "source": "scene", "stated": True},
            {"label": "cat", "score": 0.9, "box": box, "source": "detector", "stated": True},
        ],
    }

    assert describing.seen(remembered, None)["alt"] == "The photo chelsea.jpg with boxes drawn around: cat."
