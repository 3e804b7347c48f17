"""What the training of a segmenter can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from imagecraft.training.frame.settings import VariedSettings, option


@dataclass(frozen=True, kw_only=True)
class SegmenterSettings(VariedSettings):
    """What the training of a segmenter can be told."""

    base: str = option(
        "segformer-b0",
        "Model to start from: segformer-b0, deeplab-mobilenet, a folder, a hub repository; none for chance.",
    )
    architecture: Literal["segformer", "deeplab"] = option("segformer", "What to build with --base none.")
    width: float = option(1.0, "Channels, as a share of the usual ones; for --base none.", least=0.1, most=2)
    epochs: float = option(50.0, "Times to go through the data.", least=0.001, most=100_000)
    batch: int = option(8, "Pictures in a step, on each device.", least=2, most=4096)
    rate: float = option(3e-4, "Learning rate at its highest.", least=1e-9, most=10)
    side: int = option(512, "Pixels of a side that the network sees.", least=64, most=2048)
    class_weights: bool = option(False, "Let small classes count as much as large ones.")
    best: Literal["mean_iou", "pixel_accuracy", "validation_loss"] = option(
        "mean_iou", "The score that decides which checkpoint is kept."
    )
