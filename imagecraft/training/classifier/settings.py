"""What the training of a classifier can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from imagecraft.training.frame.settings import VariedSettings, option


@dataclass(frozen=True, kw_only=True)
class ClassifierSettings(VariedSettings):
    """What the training of a classifier can be told."""

    base: str = option(
        "mobilenet",
        "MobileNetV2 to start from: an id of `imagecraft models`, a folder or a hub repository; none for "
        "chance.",
    )
    epochs: float = option(20.0, "Times to go through the data.", least=0.001, most=100_000)
    batch: int = option(32, "Pictures in a step, on each device.", least=2, most=4096)
    rate: float = option(1e-3, "Learning rate at its highest.", least=1e-9, most=10)
    validation_share: float = option(
        0.2, "Share of the data to score on, where the data has no split of its own.", least=0.001, most=0.9
    )
    side: int = option(224, "Pixels of a side that the network sees.", least=32, most=1024)
    width: float = option(1.0, "Channels, as a share of the usual ones; for --base none.", least=0.1, most=2)
    class_weights: bool = option(True, "Let rare classes count as much as others.")
    smoothing: float = option(0.1, "How much of a label is given to the other classes.", least=0, most=0.9)
    dropout: float = option(0.2, "Before the last layer.", least=0, most=0.9)
    freeze: bool = option(False, "Train the last layer only.")
    best: Literal["accuracy", "balanced_accuracy", "f1_macro", "validation_loss"] = option(
        "balanced_accuracy", "The score that decides which checkpoint is kept."
    )
