"""A classifier's training: its data, scores and what is kept.

References:
    Sandler et al.: MobileNetV2, CVPR 2018.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.errors import InvalidInput
from imagecraft.media.files import replacing
from imagecraft.media.tables import csv_table, safe_cell
from imagecraft.training.classifier.settings import ClassifierSettings
from imagecraft.training.frame.bases import CHANCE, base
from imagecraft.training.frame.job import Batch, CardFacts, Job, Lessons
from imagecraft.training.frame.networks import export_onnx, mend_statistics, named, opened, write_info
from imagecraft.training.frame.numbers import Numbers
from imagecraft.training.frame.parts import in_parts
from imagecraft.training.frame.plots import draw_confusion
from imagecraft.training.frame.runs import Run
from imagecraft.training.sets.augment import draw, varied
from imagecraft.training.sets.base import Item, PictureSet
from imagecraft.training.sets.opening import open_set
from imagecraft.training.sets.pictures import Pictures

SHOWN = 8
CARD = "mobilenet"  # that `--model CARD@FOLDER` needs


class ClassLessons(Lessons):
    """Pictures and the numbers of their classes."""

    def __init__(
        self, items: Sequence[Item], classes: Sequence[str], settings: ClassifierSettings, *, learning: bool
    ) -> None:
        self._items = items
        self._numbers = {name: number for number, name in enumerate(classes)}
        self._settings = settings
        self._strength = settings.augment if learning else "none"
        self._pictures = Pictures(2 * settings.side)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: int) -> Batch:
        item = self._items[place]
        chance = draw(self._settings.seed, self.epoch, place)
        picture, _ = varied(self._pictures.open(item.image), chance, self._strength)
        return {"picture": picture, "label": self._numbers[item.label]}


class ClassifierJob(Job):
    """A classifier's training.

    Raises:
        InvalidInput: if the data or the base model cannot be used.
        ModelUnavailable: if the base model is not there.
    """

    def __init__(self, settings: ClassifierSettings, _numbers: Numbers) -> None:
        import torch

        self.settings: ClassifierSettings = settings
        found = in_parts(_usable(open_set(settings.data, "classes")), settings)
        self._set = found
        self._learnt, self._scored = found.part("train"), found.part("val")
        _check_classes(found)
        self._base = None if settings.base == CHANCE else base(settings.base)
        self.model = self._network()
        self._processor = processor(settings.side)
        self.divide(
            found,
            lambda part: ClassLessons(found.part(part), found.classes, settings, learning=part == "train"),
        )
        self.best_score = settings.best
        self.higher_is_better = settings.best != "validation_loss"
        weights = torch.ones(len(found.classes))
        if settings.class_weights:
            counts = np.array([sum(item.label == name for item in self._learnt) for name in found.classes])
            weights = torch.tensor(len(self._learnt) / (len(counts) * counts), dtype=torch.float32)
        self._weights = weights
        self._confusion = np.zeros((len(found.classes),) * 2, np.int64)
        self._taken: list[int] = []

    def collate(self, items: Sequence[Batch]) -> Batch:
        import torch

        pixels = self._processor(images=[item["picture"] for item in items], return_tensors="pt")
        return {
            "pixel_values": pixels["pixel_values"],
            "labels": torch.tensor([item["label"] for item in items]),
        }

    def loss(self, outputs: Any, labels: Any) -> Any:
        from torch.nn.functional import cross_entropy

        weights = self._weights.to(outputs.logits.device)
        return cross_entropy(outputs.logits.float(), labels, weights, label_smoothing=self.settings.smoothing)

    def score(self, model: Any, lessons: ClassLessons) -> dict[str, float]:
        self._taken, right = [], []
        for batch, logits in self.answers(model, lessons):
            self._taken += logits.argmax(-1).tolist()
            right += batch["labels"].tolist()
        self._confusion = confusion(right, self._taken, len(self._set.classes))
        return scores_of(self._confusion)

    def save(self, model: Any, run: Run) -> None:
        from imagecraft.training.frame.fitting import epochs_run

        model.save_pretrained(run.model)
        self._processor.save_pretrained(run.model)
        difference = export_onnx(model, self.settings.side, run.model / "model.onnx")
        draw_confusion(self._confusion, self._set.classes, run.plots / "confusion.png")
        with replacing(run.folder / "confusion.csv") as path:
            names = [safe_cell(name) for name in self._set.classes]
            rows = [[name, *row] for name, row in zip(names, self._confusion.tolist(), strict=True)]
            path.write_text(csv_table([["is / taken for", *names], *rows]), "utf-8")
        scores = scores_of(self._confusion)
        write_info(
            run.model / "model_info.json",
            {
                "model": "MobileNetV2",
                "classes": list(self._set.classes),
                "num_classes": len(self._set.classes),
                "image_size": [self.settings.side, self.settings.side],
                "train_images": len(self._learnt),
                "val_images": len(self._scored),
                "epochs": epochs_run(run),
                "accuracy": scores["accuracy"],
                "per_class_accuracy": dict(zip(self._set.classes, _recalls(self._confusion), strict=True)),
                "onnx": "model.onnx",
                "onnx_largest_difference": difference,
            },
        )

    def command(self, model: Path) -> str:
        return f"imagecraft tag photo.jpg --model {CARD}@{model}"

    def notes(self) -> Mapping[str, str]:
        classes = self._set.classes
        name = self._base.name if self._base else "random weights"
        return {
            "base": name,
            "classes": f"{len(classes)} ({', '.join(classes)}); {1 / len(classes):.0%} are right by chance",
        }

    def facts(self) -> CardFacts:
        classes = self._set.classes
        taken = zip(self._scored[:SHOWN], self._taken, strict=False)
        rows = [(item.image.name, classes[number], item.label) for item, number in taken]
        return CardFacts(
            title=f"A classifier of {len(classes)} kinds of pictures",
            use=f"```sh\n{self.command(Path('FOLDER'))}\n```\n\nmodel.onnx is the same for ONNX Runtime.",
            pipeline_tag="image-classification",
            base=self._base.name if self._base else "",
            data=[
                f"{len(self._learnt)} pictures to learn from, {len(self._scored)} to score on.",
                f"Classes: {', '.join(classes)}.",
                *(f"{remark}." for remark in self._set.remarks),
            ],
            limits=[
                "It gives every picture one of its classes, also one that shows none of them.",
                f"By chance {1 / len(classes):.0%} would be right.",
            ],
            examples=[("picture", "taken for", "is"), *rows],
            metrics=("accuracy", "f1"),
        )

    def _network(self) -> Any:
        from transformers import MobileNetV2Config, MobileNetV2ForImageClassification

        settings, classes = self.settings, self._set.classes
        if self._base is not None:
            model = opened("MobileNetV2ForImageClassification", self._base, classes)
        else:
            model = MobileNetV2ForImageClassification(
                MobileNetV2Config(
                    image_size=settings.side,
                    depth_multiplier=settings.width,
                    finegrained_output=settings.width >= 1,
                    **named(classes),
                )
            )
        model.dropout.p = settings.dropout
        model.config.classifier_dropout_prob = settings.dropout
        mend_statistics(model)
        if settings.freeze:
            model.mobilenet_v2.requires_grad_(False)
        return model


def confusion(right: Sequence[int], taken: Sequence[int], classes: int) -> np.ndarray:
    """How often each class (row) was taken for each (column)."""
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (np.asarray(right, int), np.asarray(taken, int)), 1)
    return table


def scores_of(table: np.ndarray) -> dict[str, float]:
    """Accuracy, mean accuracy of the classes, and their mean F1, of a confusion table."""
    hits = np.diag(table).astype(float)
    there = table.sum(axis=1) > 0
    f1 = 2 * hits / np.maximum(1, table.sum(axis=0) + table.sum(axis=1))
    return {
        "accuracy": float(hits.sum() / max(1, table.sum())),
        "balanced_accuracy": float(np.mean(np.array(_recalls(table))[there])),
        "f1_macro": float(f1[there].mean()),
    }


def _recalls(table: np.ndarray) -> list[float]:
    return [float(value) for value in np.diag(table) / np.maximum(1, table.sum(axis=1))]


def processor(side: int) -> Any:
    """What makes a picture of any size MobileNetV2's input, whole and square."""
    from transformers.models.mobilenet_v2.image_processing_pil_mobilenet_v2 import (
        MobileNetV2ImageProcessorPil,
    )

    return MobileNetV2ImageProcessorPil(size={"height": side, "width": side}, do_center_crop=False)


def _usable(found: PictureSet) -> PictureSet:
    kept = [item for item in found.items if item.label and item.image.is_file()]
    return found.having(kept)


def _check_classes(found: PictureSet) -> None:
    learnt = {item.label for item in found.part("train")}
    lacking = [name for name in found.classes if name not in learnt]
    if lacking:
        raise InvalidInput(
            f"There is no picture to learn from of: {', '.join(lacking)}.",
            f"See: imagecraft train check {found.source}",
        )
