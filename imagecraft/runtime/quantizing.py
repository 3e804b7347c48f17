"""Networks whose layers compute with whole numbers of 8 bits: smaller, and faster on most CPUs."""

from __future__ import annotations

import os
import warnings
from typing import Any


def wanted() -> bool:
    """Whether IMAGECRAFT_INT8 asks for it. Words may come out otherwise, so it is nobody's default."""
    return os.environ.get("IMAGECRAFT_INT8", "").strip().lower() in ("1", "true", "yes", "on")


def in_whole_numbers(network: Any) -> Any:
    """A torch module with its linear layers in 8 bits, the inputs' scale found anew for each call.

    Args:
        network: On the CPU, in float32. It is used up.
    """
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this way will be another one some day
        from torch.ao.quantization import quantize_dynamic

        return quantize_dynamic(network, {torch.nn.Linear}, dtype=torch.qint8, inplace=True)
