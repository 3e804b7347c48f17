"""What the training of a captioner can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from imagecraft.training.frame.settings import Settings, option


@dataclass(frozen=True, kw_only=True)
class CaptionerSettings(Settings):
    """What the training of a captioner can be told."""

    base: str = option(
        "blip-base",
        "Model to start from: an id of `imagecraft models`, a folder, a hub repository; none for a tiny one "
        "with random weights, to try things out.",
    )
    method: Literal["lora", "full"] = option(
        "lora", "lora changes small adapters in the attention (little memory); full changes all weights."
    )
    rank: int = option(16, "Rank of the adapters, with lora.", least=1, most=1024)
    dropout: float = option(0.05, "Of the adapters, with lora.", least=0, most=0.9)
    rate: float = option(1e-4, "Learning rate at its highest; a tenth of it suits full.", least=1e-9, most=10)
    longest: int = option(40, "Tokens of a caption; what is longer is cut.", least=4, most=512)
    scored: int = option(200, "Pictures to caption at every scoring; 0 for all to score on.", least=0)
    best: Literal["cider_d", "bleu_4", "meteor", "validation_loss"] = option(
        "cider_d", "The score that decides which checkpoint is kept."
    )
