"""The tab "Audio → Image" without a browser: who listens, and for what."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from gradio.utils import get_upload_folder

from imagecraft.ui import drawing

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """A sound among the visitors' files, as the control sends it; the hub's cache is empty."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    folder = Path(get_upload_folder())
    folder.mkdir(parents=True, exist_ok=True)
    first = sorted(path for path in EXAMPLES.iterdir() if path.suffix in (".ogg", ".mp3", ".wav", ".flac"))[0]
    path = shutil.copy(first, folder / first.name)
    return {"file": {"path": str(path)}, "name": first.name}


def heard_with(sound: dict[str, Any], listener: Any, labels: Any) -> dict[str, Any]:
    """What the page shows at the end."""
    shown: dict[str, Any] = {}
    options = ({"chosen": "poster"}, None, "1", {"chosen": "poster"}, None, None, 7)
    for step in drawing.draw(sound, "", None, listener, labels, *options):
        shown |= step
    return shown


@pytest.mark.parametrize(
    ("listener", "labels", "missing"), [({"chosen": "ast"}, "", "ast"), (None, "rain, dogs", "clap")]
)
def test_a_listener_that_is_not_here_is_replaced_and_that_is_said(
    sound: dict[str, Any], yamnet: None, listener: Any, labels: str, missing: str
) -> None:
    shown = heard_with(sound, listener, labels)
    assert shown["status"]["state"] == "done"
    assert f"'{missing}'" in shown["heard"].replace("&#x27;", "'")
    assert "yamnet did it instead" in shown["heard"]
    assert shown["classes"]


def test_odd_listeners_are_told_in_words(sound: dict[str, Any]) -> None:
    shown = heard_with(sound, {"chosen": "parrot"}, "")
    assert shown["status"]["state"] == "failed"
    assert "parrot" in shown["sound_problem"]["message"]
    shown = heard_with(sound, None, ", ,")
    assert shown["status"]["state"] == "failed"
    assert "no label" in shown["sound_problem"]["message"]
