"""Segmentation models of transformers: SegFormer, OneFormer, Mask2Former, EoMT, DeepLab on small backbones.

What a model is follows from its configuration: those with masks for queries divide into objects
("panoptic", "instance") or into classes ("semantic"), as the card's settings say; the others know classes
only. A card's `kinds` are the kinds of configuration that it takes from a folder; without them, any.

References:
    E. Xie et al., "SegFormer", arXiv:2105.15203; B. Cheng et al., "Masked-attention mask transformer for
    universal image segmentation", arXiv:2112.01527; J. Jain et al., "OneFormer", arXiv:2211.06220;
    T. Kerssies et al., "Your ViT is secretly an image segmentation model", arXiv:2503.19108; S. Mehta,
    M. Rastegari, "MobileViT", arXiv:2110.02178; M. Sandler et al., "MobileNetV2", arXiv:1801.04381.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagecraft.catalog import ModelCard
from imagecraft.runtime import pretrained
from imagecraft.runtime.memory import halving
from imagecraft.runtime.neural import Place
from imagecraft.segmentation.naming import named_kinds

BATCH = 8
GPU_SECONDS_A_PICTURE = 0.5  # the largest model on a large GPU, moving its scores to main memory included
SEMANTIC, PANOPTIC, INSTANCE = "semantic", "panoptic", "instance"


@dataclass(frozen=True, eq=False)
class Division:
    """What a network says of a picture.

    Attributes:
        names: The model's names of its classes, by class.
        owners: Of each pixel, int32 (height, width): the segment it is in, from 1, or where there are none
            the class, counted from 1; 0 for nothing.
        classes: The class of each segment, the first one's at 0; None where `owners` are classes.
        sureness: Of each segment, 0 to 1; where `owners` are classes, of each pixel, (height, width).
    """

    names: tuple[str, ...]
    owners: NDArray[np.int32]
    classes: tuple[int, ...] | None
    sureness: NDArray[np.float32]


class Divider:
    """A segmentation model of transformers, loaded; see `imagecraft.runtime.neural.Network`."""

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        import torch
        from transformers import AutoConfig
        from transformers.models.auto.modeling_auto import MODEL_FOR_SEMANTIC_SEGMENTATION_MAPPING_NAMES

        config = pretrained.opened(AutoConfig, folder)
        self._by_queries = config.model_type not in MODEL_FOR_SEMANTIC_SEGMENTATION_MAPPING_NAMES
        kind = "Universal" if self._by_queries else "Semantic"
        self._dtype = getattr(torch, place.dtype)
        self._device = place.device
        self._model = pretrained.network(
            f"AutoModelFor{kind}Segmentation",
            folder,
            place,
            kinds=card.settings.get("kinds", ()),
            entire=True,
        )
        self._processor = _processor(config.model_type, folder)
        self._task = str(card.settings.get("result", PANOPTIC)) if self._by_queries else SEMANTIC
        self._names = tuple(str(config.id2label[number]) for number in range(len(config.id2label)))
        kinds = named_kinds(self._names, str(card.settings.get("data_set", "")))
        self._surfaces = {number for number, kind in enumerate(kinds) if kind and kind.stuff}

    @staticmethod
    def gpu_seconds(card: ModelCard, method: str, images: Sequence[Image.Image]) -> float:  # noqa: ARG004 - as all
        """About how long a call takes on a large GPU."""
        return 1.0 + GPU_SECONDS_A_PICTURE * len(images)

    def divide(self, images: Sequence[Image.Image]) -> list[Division]:
        """Divide pictures.

        Args:
            images: Upright RGB pictures, no longer than a few times their other side.

        Returns:
            One for each, in its picture's size.
        """
        import torch

        with torch.inference_mode():
            inputs = [self._inputs(image) for image in images]
            answers: dict[int, Division] = {}
            for alike in _alike(inputs):
                made = halving(
                    alike, lambda part: self._divided([images[i] for i in part], inputs, part), BATCH
                )
                answers.update(zip(alike, made, strict=True))
        return [answers[number] for number in range(len(images))]

    def _inputs(self, image: Image.Image) -> dict[str, Any]:
        """One picture as the network takes it; pictures are not padded to each other's size."""
        kwargs = {"task_inputs": [self._task]} if hasattr(self._processor, "task_seq_length") else {}
        return dict(self._processor(images=[image], return_tensors="pt", **kwargs))

    def _divided(
        self, images: Sequence[Image.Image], inputs: Sequence[dict[str, Any]], part: Sequence[int]
    ) -> list[Division]:
        """Pictures whose inputs have one shape, at once."""
        import torch

        together = {
            key: torch.cat([inputs[number][key] for number in part]).to(self._device)
            for key, value in inputs[part[0]].items()
            if isinstance(value, torch.Tensor)
        }
        pixels = together["pixel_values"].to(self._dtype)
        outputs = self._model(**(together | {"pixel_values": pixels}))
        for key, value in outputs.items():
            if isinstance(value, torch.Tensor) and value.is_floating_point():
                outputs[key] = value.float()
        offsets = [
            (index, *offset[1:])
            for index, number in enumerate(part)
            for offset in inputs[number].get("patch_offsets", ())
        ]
        if offsets:
            outputs.patch_offsets = offsets
        sizes = [(image.height, image.width) for image in images]
        if self._task == SEMANTIC:
            return [self._by_class(answer) for answer in self._scores(outputs, sizes)]
        return [self._by_segment(answer) for answer in self._segments(outputs, sizes)]

    def _scores(self, outputs: Any, sizes: Sequence[tuple[int, int]]) -> list[Any]:
        """The scores of every class at every pixel, for each picture, (classes, height, width)."""
        found = self._processor.post_process_semantic_segmentation(
            outputs, target_sizes=sizes, return_segmentation_scores=True
        )
        return [answer.segmentation_scores for answer in found]

    def _by_class(self, scores: Any) -> Division:
        """Scores are logits, or, where queries have been added up, shares that need not add up to one."""
        highest, owners = scores.max(0)
        if self._by_queries:
            sureness = highest / scores.sum(0).clamp(min=1e-6)
        else:
            sureness = (highest - scores.logsumexp(0)).exp()
        return Division(
            self._names,
            owners.cpu().numpy().astype(np.int32) + 1,
            None,
            np.nan_to_num(sureness.cpu().numpy()).astype(np.float32).clip(0, 1),
        )

    def _segments(self, outputs: Any, sizes: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
        name = f"post_process_{self._task}_segmentation"
        process = getattr(getattr(self._processor, "image_processor", self._processor), name)
        known = inspect.signature(process).parameters
        if "label_ids_to_fuse" in known:
            fused = {"label_ids_to_fuse": self._surfaces}
            return [process(_enlarged(outputs, *one), **fused)[0] for one in enumerate(sizes)]
        surfaces = {"stuff_classes": sorted(self._surfaces)} if "stuff_classes" in known else {}
        found: list[dict[str, Any]] = process(outputs, target_sizes=list(sizes), **surfaces)
        return found

    def _by_segment(self, answer: dict[str, Any]) -> Division:
        segments = answer["segments_info"]
        numbers = answer["segmentation"].cpu().numpy().astype(np.int64)
        owners = np.zeros(numbers.shape, np.int32)
        for number, segment in enumerate(segments, 1):
            owners[numbers == segment["id"]] = number
        scores = np.array([segment["score"] for segment in segments], np.float32)
        return Division(
            self._names,
            owners,
            tuple(int(segment["label_id"]) for segment in segments),
            np.nan_to_num(scores).clip(0, 1),
        )


def _enlarged(outputs: Any, number: int, size: tuple[int, int]) -> Any:
    """One picture's outputs, its masks in the picture's size (height, width).

    The processors would do that themselves, but those made for Pillow call torchvision for it.
    """
    from types import SimpleNamespace

    from torch.nn.functional import interpolate

    masks = outputs.masks_queries_logits[number : number + 1]
    return SimpleNamespace(
        class_queries_logits=outputs.class_queries_logits[number : number + 1],
        masks_queries_logits=interpolate(masks, size=size, mode="bilinear", align_corners=False),
    )


def _alike(inputs: Sequence[dict[str, Any]]) -> list[list[int]]:
    """The numbers of inputs that can be one batch: of one shape, so that none changes for another's sake."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for number, one in enumerate(inputs):
        groups.setdefault(tuple(one["pixel_values"].shape), []).append(number)
    return list(groups.values())


def _processor(model_type: str, folder: Path) -> Any:
    """What makes inputs of pictures, and maps of outputs: Pillow's, so that they are equal everywhere."""
    if model_type != "oneformer":
        return pretrained.processor(folder, "AutoImageProcessor")
    from transformers import AutoTokenizer, OneFormerProcessor
    from transformers.models.oneformer.image_processing_pil_oneformer import OneFormerImageProcessorPil

    # Its class names would be fetched from the hub; they are only needed for training.
    images = pretrained.opened(OneFormerImageProcessorPil, folder, class_info_file=None)
    return OneFormerProcessor(images, pretrained.opened(AutoTokenizer, folder))
