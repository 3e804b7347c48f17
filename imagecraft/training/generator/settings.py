"""What the training of a generator of sound can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from imagecraft.training.frame.settings import VariedSettings, option


@dataclass(frozen=True, kw_only=True)
class GeneratorSettings(VariedSettings):
    """What the training of a generator of sound can be told."""

    base: str = option(
        "none", "MobileNetV2 whose features are used: mobilenet, a folder, a hub repository; none for chance."
    )
    width: float = option(
        0.5, "Its channels, as a share of the usual ones; for --base none.", least=0.1, most=2
    )
    channels: int = option(128, "Of the smallest map that sound is unfolded from.", least=16, most=2048)
    side: int = option(128, "Pixels of a side that the network sees.", least=32, most=1024)
    epochs: float = option(100.0, "Times to go through the data.", least=0.001, most=100_000)
    batch: int = option(16, "Pictures in a step, on each device.", least=2, most=4096)
    rate: float = option(1e-3, "Learning rate at its highest.", least=1e-9, most=10)
    spectral_weight: float = option(0.1, "Of the spectral convergence in the loss.", least=0, most=100)
    best: Literal["spectral_convergence", "mse", "mae", "validation_loss"] = option(
        "spectral_convergence", "The score that decides which checkpoint is kept; the lowest is the best."
    )
