"""A run that was stopped goes on as if it never had been."""

from __future__ import annotations

import json
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pictures_made import SHAPES, captioned, draw, masked

pytest.importorskip("accelerate")
pytest.importorskip("onnx")
import torch
from safetensors.torch import load_file

from imagecraft.errors import InvalidInput
from imagecraft.training.classifier.job import ClassifierJob
from imagecraft.training.classifier.settings import ClassifierSettings
from imagecraft.training.frame.callbacks import Patience, Stop
from imagecraft.training.frame.parts import in_parts, write_parts
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.story import train
from imagecraft.training.sets.base import Kind, PictureSet
from imagecraft.training.sets.opening import open_set


def add(folder: Path, numbers: range) -> None:
    for colour in ("red", "blue"):
        (folder / colour).mkdir(parents=True, exist_ok=True)
        for number in numbers:
            draw(folder / colour / f"{number}.png", colour, SHAPES[number % 2], number)


def settings_for(data: Path, out: Path) -> ClassifierSettings:
    """Steps 4 and 8 are scored; an epoch has five steps."""
    return ClassifierSettings(
        data=str(data), out=str(out), base="none", side=32, width=0.35, batch=4, max_steps=8, dropout=0.0,
        evaluate_every=4, validation_share=0.2, augment="strong", precision="fp32", log_to="",
    )  # fmt: skip


def course(run: Path) -> list[tuple[int, float]]:
    """Losses and validation losses by step."""
    rows = Run(run).rows()
    return [(row["step"], row.get("loss", row.get("validation_loss"))) for row in rows]


def test_a_stop_within_an_epoch_changes_nothing_nor_do_pictures_that_come(tmp_path):
    add(tmp_path / "data", range(12))
    train(settings_for(tmp_path / "data", tmp_path / "straight"), ClassifierJob, log=lambda _: None)

    def press(line: str) -> None:
        if line.startswith("step 3/8"):
            signal.raise_signal(signal.SIGINT)

    assert train(settings_for(tmp_path / "data", tmp_path / "run"), ClassifierJob, log=press).stopped
    add(tmp_path / "data", range(12, 20))
    train(settings_for(tmp_path / "data", tmp_path / "run"), ClassifierJob, resume=True, log=lambda _: None)
    there, here = course(tmp_path / "straight"), course(tmp_path / "run")
    assert [step for step, _ in there] == [step for step, _ in here] == [1, 2, 3, 4, 4, 5, 6, 7, 8, 8]
    assert [loss for _, loss in here] == pytest.approx([loss for _, loss in there], rel=1e-4)


@pytest.mark.parametrize("damaged", ["trainer_state.json", "optimizer.pt"])
def test_a_damaged_checkpoint_is_said_and_the_run_goes_on_from_the_one_before(tmp_path, damaged):
    add(tmp_path / "data", range(12))
    settings = settings_for(tmp_path / "data", tmp_path / "run")
    train(settings, ClassifierJob, log=lambda _: None)
    before = course(tmp_path / "run")
    checkpoints = tmp_path / "run" / "checkpoints"
    assert all((checkpoints / f"checkpoint-{step}" / "complete.json").is_file() for step in (4, 8))
    (checkpoints / "checkpoint-8" / damaged).write_bytes(b"")
    said: list[str] = []
    train(settings, ClassifierJob, resume=True, log=said.append)
    words = "'checkpoint-8' is damaged, or was not written to its end; going on from 'checkpoint-4'"
    assert said.count(words) == 1
    assert any(line.startswith("learning on from step 4") for line in said)
    after = course(tmp_path / "run")
    assert [step for step, _ in after] == [step for step, _ in before]
    assert [loss for _, loss in after] == pytest.approx([loss for _, loss in before], rel=1e-4)
    assert Run(tmp_path / "run").last_checkpoint() == checkpoints / "checkpoint-8"


@pytest.fixture
def best_before_last(tmp_path, monkeypatch):
    """A run of two whole epochs, the first of which (step 5) has the best score, by what its scoring says."""
    add(tmp_path / "data", range(12))
    scores = iter([0.9, 0.1])
    settings = replace(settings_for(tmp_path / "data", tmp_path / "run"), max_steps=10, evaluate_every=5)
    with monkeypatch.context() as patched:
        measured = ClassifierJob.score

        def score(job, model, lessons):
            made = measured(job, model, lessons)
            return made | {job.best_score: next(scores, made[job.best_score])}

        patched.setattr(ClassifierJob, "score", score)
        train(settings, ClassifierJob, log=lambda _: None)
    return settings


def weights_in(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def test_a_run_that_was_moved_still_ends_with_its_best_model(best_before_last, tmp_path):
    kept = weights_in(tmp_path / "run" / "model")
    (tmp_path / "run").rename(tmp_path / "moved")
    shutil.rmtree(tmp_path / "moved" / "model")
    settings = replace(best_before_last, out=str(tmp_path / "moved"))
    train(settings, ClassifierJob, resume=True, log=lambda _: None)
    again = weights_in(tmp_path / "moved" / "model")
    assert all(torch.equal(kept[name], again[name]) for name in kept)


@pytest.mark.parametrize("state", ["damaged", "gone"])
def test_a_best_checkpoint_that_is_not_whole_is_refused(best_before_last, state, tmp_path):
    best = tmp_path / "run" / "checkpoints" / "checkpoint-5"
    if state == "gone":
        shutil.rmtree(best)
    else:
        (best / "model.safetensors").write_bytes(b"")
    log = (tmp_path / "run" / "log.jsonl").read_text()
    with pytest.raises(InvalidInput, match=f"'checkpoint-5', the best one .* is {state}"):
        train(best_before_last, ClassifierJob, resume=True, log=lambda _: None)
    assert (tmp_path / "run" / "log.jsonl").read_text() == log


def test_a_picture_that_is_gone_is_said(tmp_path):
    add(tmp_path / "data", range(6))
    settings = settings_for(tmp_path / "data", tmp_path / "run")
    run = Run.start(tmp_path / "run")
    write_parts(in_parts(open_set(settings.data, "classes"), settings), run)
    (tmp_path / "data" / "red" / "3.png").unlink()
    with pytest.raises(InvalidInput, match=r"gone or cannot be used now, .*red/3\.png"):
        in_parts(open_set(settings.data, "classes"), settings)


def begun(data: Path, kind: Kind, out: Path) -> tuple[ClassifierSettings, PictureSet]:
    settings = settings_for(data, out)
    found = in_parts(open_set(settings.data, kind), settings)
    write_parts(found, Run.start(out))
    return settings, found


def test_captions_that_were_changed_are_said_and_added_or_reordered_ones_change_nothing(tmp_path):
    table = captioned(tmp_path / "data") / "captions.jsonl"
    settings, found = begun(tmp_path / "data", "captions", tmp_path / "run")
    rows = table.read_text().splitlines()
    draw(tmp_path / "data" / "new.png", "red", SHAPES[0])
    table.write_text("\n".join(['{"image": "new.png", "captions": ["new"]}', *reversed(rows)]))
    assert in_parts(open_set(settings.data, "captions"), settings).items == found.items
    table.write_text("\n".join([rows[0].replace("a red square", "a rose"), *rows[1:]]))
    with pytest.raises(
        InvalidInput, match=r"1 of the pictures .* other captions, .*'red-square\.png'"
    ) as said:
        in_parts(open_set(settings.data, "captions"), settings)
    assert "start another run" in said.value.hint
    without = json.loads((tmp_path / "run" / "parts.json").read_text())
    without["pictures"] = [row[:2] for row in without["pictures"]]  # as runs of earlier versions have it
    (tmp_path / "run" / "parts.json").write_text(json.dumps(without))
    assert len(in_parts(open_set(settings.data, "captions"), settings).items) == len(rows)


def test_a_class_or_a_mask_that_was_changed_is_said(tmp_path):
    add(tmp_path / "data", range(6))
    table = [{"image": f"red/{number}.png", "label": "ab"[number % 2]} for number in range(6)]
    (tmp_path / "data" / "all.jsonl").write_text("\n".join(map(json.dumps, table)))
    settings, found = begun(tmp_path / "data", "classes", tmp_path / "run")
    assert in_parts(open_set(settings.data, "classes"), settings).items == found.items
    table[3]["label"] = "a"
    (tmp_path / "data" / "all.jsonl").write_text("\n".join(map(json.dumps, table)))
    with pytest.raises(InvalidInput, match=r"another class, .*'red/3\.png'"):
        in_parts(open_set(settings.data, "classes"), settings)

    settings, found = begun(masked(tmp_path / "masks"), "masks", tmp_path / "of-masks")
    assert in_parts(open_set(settings.data, "masks"), settings).items == found.items
    mask = tmp_path / "masks" / "masks" / "04.png"
    mask.write_bytes((tmp_path / "masks" / "masks" / "05.png").read_bytes())
    with pytest.raises(InvalidInput, match=r"mask or sound now, .*'images/04\.png'"):
        in_parts(open_set(settings.data, "masks"), settings)


@pytest.mark.parametrize("kind", ["coco", "labelme"])
def test_an_outline_that_was_moved_is_said(tmp_path, kind):
    def write(corner: int) -> None:
        images, notes = [], []
        for number in range(4):
            name, points = f"{number}.png", [[8, 8], [40, 8], [40, corner if number == 2 else 40]]
            images.append({"id": number, "file_name": name, "width": 64, "height": 48})
            outline = [[value for point in points for value in point]]
            notes.append({"image_id": number, "category_id": 1, "segmentation": outline})
            shapes = [{"label": "thing", "points": points}]
            table = {"imagePath": name, "imageWidth": 64, "imageHeight": 48, "shapes": shapes}
            if kind == "labelme":
                (tmp_path / "data" / f"{number}.json").write_text(json.dumps(table))
        if kind == "coco":
            table = {"images": images, "annotations": notes, "categories": [{"id": 1, "name": "thing"}]}
            (tmp_path / "data" / "instances.json").write_text(json.dumps(table))

    (tmp_path / "data").mkdir()
    for number in range(4):
        draw(tmp_path / "data" / f"{number}.png", "red", SHAPES[0], number)
    write(40)
    settings, _ = begun(tmp_path / "data", "masks", tmp_path / "run")
    assert len(in_parts(open_set(settings.data, "masks"), settings).items) == 4
    write(41)
    with pytest.raises(InvalidInput, match=r"1 of the pictures .*'2\.png'"):
        in_parts(open_set(settings.data, "masks"), settings)


def test_patience_is_counted_from_before_the_stop():
    told = SimpleNamespace(
        metric_for_best_model="accuracy",
        greater_is_better=True,
        load_best_model_at_end=True,
        eval_strategy="steps",
    )
    history = [{"loss": 2.0}, *({"eval_accuracy": value} for value in (0.2, 0.6, 0.5, 0.6))]
    control = SimpleNamespace(should_training_stop=False)
    patience = Patience(3)
    patience.on_train_begin(told, SimpleNamespace(log_history=history), control)
    patience.on_evaluate(told, SimpleNamespace(best_metric=0.6), control, metrics={"eval_accuracy": 0.4})
    assert control.should_training_stop


def test_one_press_that_comes_twice_is_one():
    moments = iter([10.0, 10.4, 12.0])
    stop = Stop(clock=lambda: next(moments))
    with stop.listening():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
