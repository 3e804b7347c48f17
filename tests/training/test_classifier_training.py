"""Classifiers that learn: shapes from made pictures, and ten kinds of sounds from their spectrograms."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pictures_made import COLOURS, SHAPES, draw
from PIL import Image

pytest.importorskip("accelerate")
pytest.importorskip("onnx")

import imagecraft
from imagecraft.errors import InvalidInput
from imagecraft.training.classifier.job import ClassifierJob, confusion, scores_of
from imagecraft.training.classifier.settings import ClassifierSettings
from imagecraft.training.frame.bases import base
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.story import Outcome, train
from imagecraft.training.sets.augment import draw as chance_of
from imagecraft.training.sets.augment import varied

BY_CHANCE, MARGIN = 0.1, 0.2


def run_of(data: Path, out: Path, **more: object) -> Outcome:
    options = {
        "data": str(data), "out": str(out), "base": "none", "side": 64, "width": 0.35, "rate": 3e-3,
        "batch": 16, "precision": "fp32", "log_to": "",
    }  # fmt: skip
    return train(ClassifierSettings.read(None, options | more), ClassifierJob, log=lambda _: None)


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of two colours, in the first ImageCraft's layout; the names of the test part are exchanged."""
    folder = tmp_path_factory.mktemp("colours")
    for part, count in (("train", 12), ("val", 4)):
        for colour in ("red", "blue"):
            (folder / part / colour).mkdir(parents=True)
            for number in range(count):
                draw(folder / part / colour / f"{number}.png", colour, SHAPES[number % 2], number)
    for colour, name in (("red", "blue"), ("blue", "red")):
        (folder / "test" / name).mkdir(parents=True)
        for number in range(4, 7):
            draw(folder / "test" / name / f"{number}.png", colour, SHAPES[number % 2], number)
    return folder


@pytest.fixture(scope="module")
def trained(colours: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    out = tmp_path_factory.mktemp("run") / "run"
    return out, run_of(
        colours, out, side=48, batch=12, max_steps=24, epochs=12, evaluate_every=24, augment="none"
    )


def test_two_colours_are_told_apart(trained):
    _, outcome = trained
    assert outcome.scores["accuracy"] >= 0.9


def test_the_test_part_is_scored_once_at_the_end_and_by_itself(trained):
    out, outcome = trained
    assert outcome.tested["accuracy"] <= 0.1
    there = json.loads((out / "scores.json").read_text())
    assert there == {"validation": outcome.scores, "test": outcome.tested}
    assert outcome.to_dict()["test"] == outcome.tested
    assert "| score | validation | test |" in (out / "model" / "README.md").read_text()
    assert not any("test" in name for row in Run(out).rows() for name in row)


def test_what_is_left_is_what_the_first_imagecraft_wrote_and_more(trained):
    out, outcome = trained
    info = json.loads((out / "model" / "model_info.json").read_text())
    assert info["classes"] == ["blue", "red"]
    assert info["image_size"] == [48, 48]
    assert (info["train_images"], info["val_images"], info["epochs"]) == (24, 8, 12)
    assert info["accuracy"] == outcome.scores["accuracy"]
    assert (out / "confusion.csv").read_text().splitlines()[0] == "is / taken for,blue,red"
    with Image.open(out / "plots" / "confusion.png") as drawn:
        assert drawn.width > 100
    assert base(str(out / "model")).model_type == "mobilenet_v2"


def test_the_product_s_own_verb_uses_the_folder_at_once(trained, colours):
    _, outcome = trained
    photo = next((colours / "val" / "red").iterdir())
    seen = imagecraft.tag(photo, model=outcome.use.rpartition(" --model ")[2])
    assert [one.label for one in seen.top(2)] == ["red", "blue"]
    assert outcome.use.startswith("imagecraft tag ")


def test_the_onnx_network_answers_as_the_trained_one(trained, colours):
    import onnxruntime
    import torch
    from transformers import AutoModelForImageClassification

    from imagecraft.runtime import pretrained

    out, _ = trained
    processor = pretrained.processor(out / "model", "AutoImageProcessor")
    with Image.open(next((colours / "val" / "red").iterdir())) as image:
        pixels = processor(images=[image.convert("RGB")], return_tensors="pt")["pixel_values"]
    network = AutoModelForImageClassification.from_pretrained(out / "model").eval()
    with torch.no_grad():
        ours = network(pixels).logits.numpy()
    session = onnxruntime.InferenceSession(str(out / "model" / "model.onnx"))
    (theirs,) = session.run(None, {"pixel_values": pixels.numpy()})
    assert np.allclose(ours, theirs, atol=1e-3)
    assert network.config.id2label[int(ours.argmax())] == "red"


class Elsewhere:
    """Stands in for Weights & Biases and for the hub: remembers what it is sent."""

    def __init__(self) -> None:
        self.config: dict[str, object] = {}
        self.rows: dict[int, dict[str, object]] = {}
        self.ended = False
        self.files: set[str] = set()

    def init(self, *, config: dict[str, object], id: str, **_: object) -> Elsewhere:
        assert id.isalnum()
        self.config = config
        return self

    def log(self, values: dict[str, object], *, step: int) -> None:
        self.rows.setdefault(step, {}).update(values)

    def picture(self, path: str) -> bytes:
        return Path(path).read_bytes()[:4]

    def finish(self) -> None:
        self.ended = True

    def create_repo(self, repo: str, **_: object) -> str:
        return f"hub/{repo}"

    def upload_folder(self, *, folder_path: Path, **_: object) -> None:
        self.files = {path.name for path in folder_path.iterdir()}


def test_half_precision_leaves_an_onnx_network_too_and_all_is_sent_where_it_was_asked_for(
    colours, tmp_path, monkeypatch
):
    elsewhere = Elsewhere()
    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=elsewhere.init, Image=elsewhere.picture))
    monkeypatch.setattr("imagecraft.training.frame.story.check_sinks", lambda _: None)
    monkeypatch.setattr("imagecraft.training.frame.story.check_push", lambda _: None)
    monkeypatch.setattr("huggingface_hub.HfApi", lambda: elsewhere)
    run_of(
        colours, tmp_path / "run", side=32, batch=12, max_steps=2, augment="none", precision="bf16",
        log_to="wandb", push="me/colours",
    )  # fmt: skip
    info = json.loads((tmp_path / "run" / "model" / "model_info.json").read_text())
    assert info["onnx_largest_difference"] < 1e-3
    assert elsewhere.config["max_steps"] == 2
    assert {"loss", "learning_rate", "accuracy"} <= elsewhere.rows[2].keys()
    assert elsewhere.rows[2]["scores"] == b"\x89PNG"
    assert elsewhere.ended
    assert {"README.md", "model.safetensors", "model.onnx", "model_info.json"} <= elsewhere.files


def test_a_new_head_on_a_trained_network_and_only_it_learns(trained, tmp_path):
    out, _ = trained
    for label in COLOURS:
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(4):
            draw(tmp_path / "data" / label / f"{number}.png", label, SHAPES[number % 2], number)
    outcome = run_of(
        tmp_path / "data", tmp_path / "run", base=str(out / "model"), freeze=True, max_steps=2, batch=4
    )
    assert outcome.estimate.trained < 0.1 * outcome.estimate.parameters
    info = json.loads((tmp_path / "run" / "model" / "model_info.json").read_text())
    assert info["classes"] == sorted(COLOURS)


def test_a_class_that_nothing_can_be_learnt_of_is_said(colours, tmp_path):
    import shutil

    shutil.copytree(colours, tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "train" / "red")
    with pytest.raises(InvalidInput, match="no picture to learn from of: red"):
        run_of(tmp_path / "data", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_scores_of_a_table_of_mistakes():
    table = confusion([0, 0, 0, 1], [0, 0, 1, 1], 2)
    assert table.tolist() == [[2, 1], [0, 1]]
    scores = scores_of(table)
    assert scores["accuracy"] == 0.75
    assert scores["balanced_accuracy"] == pytest.approx((2 / 3 + 1) / 2)
    assert scores["f1_macro"] == pytest.approx((0.8 + 2 / 3) / 2)


def test_pictures_vary_by_epoch_and_the_same_way_again():
    image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 60, 3), dtype=np.uint8))
    mask = np.tile(np.arange(60, dtype=np.uint8)[None], (40, 1))
    one, with_one = varied(image, chance_of(1, 0, 5), "strong", mask)
    two, _ = varied(image, chance_of(1, 0, 5), "strong", mask)
    other, _ = varied(image, chance_of(1, 1, 5), "strong", mask)
    assert one == two
    assert one != other
    assert with_one.shape[::-1] == one.size


def test_ten_kinds_of_sounds_are_told_apart_by_their_spectrograms(shared_data, tmp_path):
    import soundfile

    from imagecraft.media.mel import mel_filters
    from imagecraft.scoring import spectra

    for path in sorted((shared_data / "data" / "esc10").glob("*/*.ogg")):
        samples, rate = soundfile.read(path)
        magnitudes = spectra.magnitudes(samples.reshape(len(samples), -1).mean(axis=1), 1024, 512)
        levels = 20 * np.log10(mel_filters(64, 1024, rate) @ magnitudes.T + 1e-6)
        drawn = (np.clip((levels - levels.max() + 80) / 80, 0, 1)[::-1] * 255).astype(np.uint8)
        (tmp_path / "data" / path.parent.name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(drawn).resize((128, 64)).save(
            tmp_path / "data" / path.parent.name / f"{path.stem}.png"
        )
    outcome = run_of(tmp_path / "data", tmp_path / "run", epochs=30, validation_share=0.33, evaluate_every=45)
    assert outcome.scores["accuracy"] > BY_CHANCE + MARGIN
