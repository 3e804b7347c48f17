"""The tab "Segmentation" without a browser: values that none would send, and a crowd."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio.utils import get_upload_folder

from imagecraft.ui import dividing, turns
from imagecraft.ui.model_menus import chosen_model, model_menu
from imagecraft.ui.turns import Turns, Waiting

EXAMPLE = Path(__file__).parents[2] / "examples" / "chelsea.jpg"


@pytest.fixture
def photo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """A photo among the visitors' files, as the control sends it."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    folder = Path(get_upload_folder())
    folder.mkdir(parents=True, exist_ok=True)
    path = shutil.copy(EXAMPLE, folder / "cat.jpg")
    return {"file": {"path": str(path)}, "name": "cat.jpg"}


def merged(steps: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """What the page shows at the end."""
    shown: dict[str, Any] = {}
    for step in steps:
        shown |= step
    return shown


@pytest.mark.parametrize(
    "value", [None, 7, {}, {"file": {"path": "/etc/passwd"}}, {"file": {"path": "a\0b"}}]
)
def test_what_is_no_photo_of_the_visitors_is_refused(photo: object, value: object) -> None:
    shown = merged(dividing.segment(value, "regions", None, 1.0))
    assert shown["status"]["state"] == "failed"
    assert shown["photo_problem"]["message"]


def test_odd_options_are_told_in_words(photo: dict[str, Any], weights: object) -> None:
    for speed in (None, "fast", 99):
        shown = merged(dividing.segment(photo, "regions", {"chosen": 3}, speed))
        assert shown["status"]["state"] == "failed"
        assert "number" not in shown["photo_problem"]["hint"] or shown["photo_problem"]["message"]
    remembered = {"path": photo["file"]["path"], "name": "cat.jpg"}
    for opacity, variant in ((2, "colours"), ("half", "colours"), (0.5, "neon"), (0.5, ["colours"])):
        shown = merged(dividing.files(remembered, opacity, variant))
        assert shown["status"]["state"] == "failed"
        assert shown["files_problem"]["message"]
    assert merged(dividing.files(None, 0.5, "colours"))["files_problem"]["hint"] == "Segment a photo first."


def test_a_result_stays_a_result_when_others_wait(
    photo: dict[str, Any], weights: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crowded(Turns):
        """Others always come first, also after the last step."""

        def share(self, steps: Iterator[Any]) -> Iterator[Any]:
            for step in steps:
                yield Waiting(3)
                yield step
            yield Waiting(3)

    monkeypatch.setattr(turns, "quick", Crowded())
    shown = merged(dividing.segment(photo, "regions", None, 1.0))
    assert shown["status"]["state"] == "done"
    assert shown["explorer"]["sprite"]
    assert [region["words"] for region in shown["explorer"]["regions"]] == [
        "Cat. In the middle, nearly all of the picture."
    ]


def test_a_result_in_one_mode_leaves_nothing_of_another_photo(photo: dict[str, Any], weights: object) -> None:
    shown = merged(dividing.segment(photo, "regions", None, 1.0))
    assert shown["explorer"]
    shown |= merged(dividing.segment(photo, "whole", None, 1.0))
    assert shown["explorer"] is None
    assert shown["player"] is None
    assert not shown["table"]
    assert "cat" in shown["likeliest"]


def test_a_model_that_is_not_here_is_replaced_and_that_is_said(
    photo: dict[str, Any], weights: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    shown = merged(dividing.segment(photo, "regions", None, 1.0, {"chosen": "segformer-b0"}))
    assert shown["status"]["state"] == "done"
    assert "segformer-b0" in shown["made_by"]
    assert "deeplab did it instead" in shown["made_by"]
    assert shown["remembered"]["model"] == "deeplab"
    assert merged(dividing.files(shown["remembered"], 0.5, "colours"))["downloads"]


def test_there_are_models_to_choose_from() -> None:
    options = model_menu("segment", "Model")["groups"][0]["options"]
    labels = {option["id"]: option["label"] for option in options}
    assert labels["segformer-b0"].startswith("segformer-b0 (15.0 MB, NVIDIA non-commercial")
    assert "not on this machine" in labels["eomt-large"]
    assert chosen_model({"chosen": "eomt-large"}) == "eomt-large"
    for value in (None, {}, {"chosen": ""}, {"chosen": 3}, {"chosen": "eomt-large@/etc"}):
        assert chosen_model(value) is None


def test_a_model_that_there_is_not_is_refused_in_words(photo: dict[str, Any]) -> None:
    shown = merged(dividing.segment(photo, "regions", None, 1.0, {"chosen": "deepest"}))
    assert shown["status"]["state"] == "failed"
    assert "deepest" in shown["photo_problem"]["message"]
