"""A segmenter's training: its data, scores and what is kept.

References:
    Chen et al.: Encoder-Decoder with Atrous Separable Convolution, ECCV 2018 (DeepLabV3+).
    Xie et al.: SegFormer, NeurIPS 2021.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.errors import InvalidInput
from imagecraft.training.frame.bases import CHANCE, Base, base
from imagecraft.training.frame.job import Batch, CardFacts, Job
from imagecraft.training.frame.networks import export_onnx, mend_statistics, write_info
from imagecraft.training.frame.numbers import Numbers
from imagecraft.training.frame.parts import in_parts
from imagecraft.training.frame.plots import draw_confusion
from imagecraft.training.frame.runs import Run
from imagecraft.training.segmenter.architectures import Architecture, architecture, processor
from imagecraft.training.segmenter.lessons import MaskLessons
from imagecraft.training.segmenter.overlaps import Overlaps
from imagecraft.training.segmenter.settings import SegmenterSettings
from imagecraft.training.sets.base import IGNORED, PictureSet
from imagecraft.training.sets.opening import open_set
from imagecraft.training.sets.upright import drawn_as_stored

MOST_PER_CLASS = 40  # classes whose scores are logged one by one
MOST_WEIGHT = 10.0


class SegmenterJob(Job):
    """A segmenter's training.

    Raises:
        InvalidInput: if the data or the base model cannot be used.
        ModelUnavailable: if the base model is not there.
    """

    training: MaskLessons
    validation: MaskLessons

    def __init__(self, settings: SegmenterSettings, _numbers: Numbers) -> None:
        self.settings: SegmenterSettings = settings
        found = _usable(open_set(settings.data, "masks"))
        self._set = found = in_parts(found, settings)
        self._base: Base | None = None if settings.base == CHANCE else base(settings.base)
        self._kind: Architecture = architecture(self._base, settings.architecture)
        self.model = self._kind.network(self._base, found.classes, settings)
        mend_statistics(self.model)
        self._processor = processor(settings.side, self._kind)
        as_stored = bool(drawn_as_stored(found.items))
        self.divide(
            found,
            lambda part: MaskLessons(
                found.part(part), len(found.classes), settings, learning=part == "train", as_stored=as_stored
            ),
        )
        self.best_score = settings.best
        self.higher_is_better = settings.best != "validation_loss"
        self._weights = self._class_weights() if settings.class_weights else None
        self._overlaps = Overlaps(len(found.classes))

    def collate(self, items: Sequence[Batch]) -> Batch:
        import torch

        pixels = self._processor(images=[item["picture"] for item in items], return_tensors="pt")
        masks = np.stack([item["mask"] for item in items]).astype(np.int64)
        return {"pixel_values": pixels["pixel_values"], "labels": torch.from_numpy(masks)}

    def loss(self, outputs: Any, labels: Any) -> Any:
        from torch.nn.functional import cross_entropy, interpolate

        logits = interpolate(outputs.logits.float(), labels.shape[-2:], mode="bilinear", align_corners=False)
        weights = None if self._weights is None else self._weights.to(logits.device)
        total = cross_entropy(logits, labels, weights, ignore_index=IGNORED, reduction="sum")
        return total / (labels != IGNORED).sum().clamp(min=1)

    def score(self, model: Any, lessons: MaskLessons) -> dict[str, float]:
        import torch
        from torch.nn.functional import interpolate

        model.eval()
        self._overlaps = Overlaps(len(self._set.classes))
        for place in range(len(lessons)):
            picture, mask = lessons.whole(place)
            pixels = self._processor(images=[picture], return_tensors="pt")["pixel_values"]
            with torch.no_grad():
                logits = model(pixel_values=pixels.to(model.device)).logits.float()
                taken = interpolate(logits, mask.shape, mode="bilinear", align_corners=False).argmax(1)[0]
            self._overlaps.add(mask, taken.cpu().numpy())
        scores = self._overlaps.scores(self._set.classes)
        if len(self._set.classes) > MOST_PER_CLASS:
            return {name: value for name, value in scores.items() if not name.startswith("iou_")}
        return scores

    def save(self, model: Any, run: Run) -> None:
        from imagecraft.training.frame.fitting import epochs_run

        model.save_pretrained(run.model)
        self._processor.save_pretrained(run.model)
        difference = export_onnx(model, self.settings.side, run.model / "model.onnx")
        draw_confusion(self._overlaps.table, self._set.classes, run.plots / "confusion.png")
        ious = self._overlaps.per_class()
        scores = self._overlaps.scores(self._set.classes)
        write_info(
            run.model / "model_info.json",
            {
                "model": self._kind.title,
                "classes": list(self._set.classes),
                "num_classes": len(self._set.classes),
                "image_size": [self.settings.side, self.settings.side],
                "train_images": len(self.training),
                "val_images": len(self.validation),
                "epochs": epochs_run(run),
                "accuracy": scores["pixel_accuracy"],
                "mean_iou": scores["mean_iou"],
                "per_class_iou": {
                    name: float(iou) if np.isfinite(iou) else None
                    for name, iou in zip(self._set.classes, ious, strict=True)
                },
                "onnx": "model.onnx",
                "onnx_largest_difference": difference,
            },
        )

    def command(self, model: Path) -> str:
        return f"imagecraft segment photo.jpg -o overlay.png --model {self._kind.card}@{model}"

    def notes(self) -> Mapping[str, str]:
        name = self._base.name if self._base else "random weights"
        return {"base": f"{name}, a {self._kind.title}", "classes": str(len(self._set.classes))}

    def facts(self) -> CardFacts:
        classes = self._set.classes
        ious = zip(classes, self._overlaps.per_class(), strict=True)
        rows = [(name, f"{iou:.3f}") for name, iou in ious if np.isfinite(iou)]
        return CardFacts(
            title=f"A {self._kind.title} that divides pictures into {len(classes)} classes",
            use=f"```sh\n{self.command(Path('FOLDER'))}\n```\n\nmodel.onnx is the same for ONNX Runtime.",
            pipeline_tag="image-segmentation",
            base=self._base.name if self._base else "",
            data=[
                f"{len(self.training)} pictures to learn from, {len(self.validation)} to score on.",
                *(f"{remark}." for remark in self._set.remarks),
            ],
            limits=[
                "Every pixel gets one of its classes, also one that shows none of them.",
                "Scores are of whole pictures, each shown to the network in one size.",
            ],
            examples=[("class", "IoU"), *rows],
            metrics=("mean_iou",),
        )

    def _class_weights(self) -> Any:
        """Inverse shares of the classes' pixels, by the square root, of mean 1; rare ones at most tenfold."""
        import torch

        counts = np.zeros(len(self._set.classes))
        for place in range(len(self.training)):
            _, mask = self.training.whole(place)
            counts += np.bincount(mask[mask != IGNORED], minlength=len(counts))[: len(counts)]
        weights = 1 / np.sqrt(np.maximum(counts, 1) / max(1, counts.sum()))
        weights[counts == 0] = 0
        return torch.tensor(
            np.minimum(MOST_WEIGHT, weights / weights[counts > 0].mean()), dtype=torch.float32
        )


def _usable(found: PictureSet) -> PictureSet:
    if len(found.classes) < 2:
        raise InvalidInput(
            f"The masks have {len(found.classes)} class{'' if len(found.classes) == 1 else 'es'}.",
            "Number at least two kinds of pixels in them, such as 0 for the background and 1 for a thing.",
        )
    return found.having([item for item in found.items if item.mask is not None and item.image.is_file()])
