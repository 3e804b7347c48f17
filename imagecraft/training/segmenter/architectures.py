"""The architectures of segmenters that can be trained, from a base or from chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.training.frame.bases import Base
from imagecraft.training.frame.networks import named, opened
from imagecraft.training.segmenter.settings import SegmenterSettings
from imagecraft.training.sets.base import IGNORED

SEGFORMER_CHANNELS = (32, 64, 160, 256)
SEGFORMER_HEADS = (1, 2, 5, 8)
SEGFORMER_DECODER = 256


@dataclass(frozen=True)
class Architecture:
    """A kind of network.

    Attributes:
        model_type, class_name: What transformers calls it.
        title: What people call it.
        card: The card that `--model CARD@FOLDER` needs.
        new: Makes one with random weights.
        processor: Module and class that prepares its pictures.
    """

    model_type: str
    class_name: str
    title: str
    card: str
    new: Callable[[tuple[str, ...], SegmenterSettings], Any]
    processor: tuple[str, str]

    def network(self, base: Base | None, classes: tuple[str, ...], settings: SegmenterSettings) -> Any:
        """A network for these classes. Raises as `imagecraft.training.frame.networks.opened`."""
        if base is None:
            return self.new(classes, settings)
        return opened(self.class_name, base, classes, semantic_loss_ignore_index=IGNORED)


def _segformer(classes: tuple[str, ...], settings: SegmenterSettings) -> Any:
    from transformers import SegformerConfig, SegformerForSemanticSegmentation

    channels = [
        heads * max(1, round(channels * settings.width / heads))
        for channels, heads in zip(SEGFORMER_CHANNELS, SEGFORMER_HEADS, strict=True)
    ]
    config = SegformerConfig(
        hidden_sizes=channels,
        num_attention_heads=list(SEGFORMER_HEADS),
        decoder_hidden_size=max(8, round(SEGFORMER_DECODER * settings.width)),
        semantic_loss_ignore_index=IGNORED,
        **named(classes),
    )
    return SegformerForSemanticSegmentation(config)


def _deeplab(classes: tuple[str, ...], settings: SegmenterSettings) -> Any:
    from transformers import MobileNetV2Config, MobileNetV2ForSemanticSegmentation

    config = MobileNetV2Config(
        image_size=settings.side,
        depth_multiplier=settings.width,
        output_stride=16,
        classifier_dropout_prob=0.1,
        semantic_loss_ignore_index=IGNORED,
        **named(classes),
    )
    return MobileNetV2ForSemanticSegmentation(config)


ARCHITECTURES: dict[str, Architecture] = {
    "segformer": Architecture(
        "segformer", "SegformerForSemanticSegmentation", "SegFormer", "segformer-b0", _segformer,
        ("segformer.image_processing_pil_segformer", "SegformerImageProcessorPil"),
    ),
    "deeplab": Architecture(
        "mobilenet_v2", "MobileNetV2ForSemanticSegmentation", "DeepLabV3+ on MobileNetV2",
        "deeplab-mobilenet", _deeplab,
        ("mobilenet_v2.image_processing_pil_mobilenet_v2", "MobileNetV2ImageProcessorPil"),
    ),
}  # fmt: skip


def architecture(base: Base | None, name: str) -> Architecture:
    """The architecture of a base model, or the one that is called so.

    Raises:
        InvalidInput: if it is none that can be trained here.
    """
    if base is None:
        return ARCHITECTURES[name]
    for known in ARCHITECTURES.values():
        if known.model_type == base.model_type:
            return known
    raise InvalidInput(
        f"'{base.name}' is a {base.model_type}, no segmenter that can be trained here.",
        f"Choose one of: {', '.join(known.model_type for known in ARCHITECTURES.values())}.",
    )


def processor(side: int, kind: Architecture) -> Any:
    """What makes a picture of any size the network's input, whole and square."""
    import importlib

    module, name = kind.processor
    options = {"do_center_crop": False} if kind.model_type == "mobilenet_v2" else {}
    return getattr(importlib.import_module(f"transformers.models.{module}"), name)(
        size={"height": side, "width": side}, **options
    )
