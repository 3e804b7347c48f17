"""Processors as repositories published them before transformers renamed those for pictures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import imagecraft

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
from imagecraft.runtime import pretrained  # noqa: E402

PHOTO = Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8))
OLD = {
    "segformer": ("SegformerFeatureExtractor", {"size": 64, "reduce_labels": True}),
    "mobilenet": ("MobileNetV2FeatureExtractor", {"size": {"height": 65, "width": 65}}),
    "mobilevit": ("MobileViTFeatureExtractor", {"size": 64, "crop_size": 64, "do_flip_channels": True}),
    "classifier": ("MobileNetV2FeatureExtractor", {"size": {"height": 32, "width": 32}}),
    "florence2": ("CLIPFeatureExtractor", {"size": {"height": 64, "width": 64}}),
    "blip": ("BlipFeatureExtractor", {"size": {"height": 64, "width": 64}}),
}
"""For each tiny model the name that its processor had, and settings in the form they had."""


@pytest.fixture(params=["image_processor_type", "feature_extractor_type"])
def key(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def aged(tiny_model: Callable[[str], Path], tmp_path: Path, key: str) -> Callable[[str], tuple[Path, Path]]:
    """From a tiny model's name to its folder and a copy with the settings of its processor as they were."""

    def copied(tiny: str) -> tuple[Path, Path]:
        today, folder = tiny_model(tiny), tmp_path / tiny
        shutil.copytree(today, folder)
        kind, settings = OLD[tiny]
        own, shared = folder / "preprocessor_config.json", folder / "processor_config.json"
        together = json.loads(shared.read_text("utf-8")) if shared.is_file() else {}
        told = together.pop("image_processor", None) or json.loads(own.read_text("utf-8"))
        if together:
            shared.write_text(json.dumps(together), "utf-8")
        told.pop("image_processor_type")
        own.write_text(json.dumps(told | settings | {key: kind}), "utf-8")
        return today, folder

    return copied


def pixels(folder: Path, family: str) -> Any:
    made = pretrained.processor(folder, family)
    return getattr(made, "image_processor", made)(images=[PHOTO], return_tensors="pt")["pixel_values"]


@pytest.mark.parametrize("tiny", OLD)
def test_a_processor_with_its_old_name_sees_the_same(
    tiny: str, aged: Callable[[str], tuple[Path, Path]]
) -> None:
    family = "AutoProcessor" if tiny in ("florence2", "blip") else "AutoImageProcessor"
    today, folder = aged(tiny)
    before = sorted(path.name for path in folder.iterdir())
    assert torch.equal(pixels(folder, family), pixels(today, family))
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize(
    ("tiny", "model"),
    [("segformer", "segformer-b0"), ("mobilenet", "deeplab-mobilenet"), ("mobilevit", "deeplab-mobilevit")],
)
def test_a_model_with_such_a_processor_divides_a_picture(
    tiny: str, model: str, aged: Callable[[str], tuple[Path, Path]]
) -> None:
    today, folder = aged(tiny)
    old, new = (imagecraft.segment(PHOTO, model=f"{model}@{where}") for where in (folder, today))
    assert np.array_equal(old.mask, new.mask)


@pytest.mark.parametrize("settings", ["[]", "{", '"FeatureExtractor"'])
def test_settings_that_are_none_are_refused(settings: str, tmp_path: Path) -> None:
    (tmp_path / "preprocessor_config.json").write_text(settings, "utf-8")
    with pytest.raises((OSError, ValueError)):
        pretrained.processor(tmp_path, "AutoImageProcessor")


@pytest.mark.parametrize(("tiny", "kind"), [("ast", "ASTFeatureExtractor"), ("clap", "ClapFeatureExtractor")])
def test_a_processor_of_sounds_keeps_its_name(
    tiny: str, kind: str, tiny_model: Callable[[str], Path]
) -> None:
    made = pretrained.processor(tiny_model(tiny), "AutoFeatureExtractor")
    assert type(made).__name__ == kind
