"""Networks whose layers compute with whole numbers of 8 bits: smaller, and faster on most CPUs.

Weights have a scale for each output. What flows in has one for each row (a place of a picture, a token),
found anew for each call, so that no row is held less well for its neighbours' sake, and what a picture gives
does not depend on the others of its batch. The products are oneDNN's.

Reference: Dettmers et al., "LLM.int8(): 8-bit Matrix Multiplication for Transformers at Scale", NeurIPS 2022
(scales for each row and each output).
"""

from __future__ import annotations

import os
from typing import Any

from imagecraft.runtime import tuning
from imagecraft.runtime.layers import replaced
from imagecraft.runtime.neural import Place

ENGINE = "onednn"
FEWEST = 512
"""Layers with fewer inputs or outputs stay as they are: making inputs whole takes what it would save."""
AT_ONCE = 1 << 21  # numbers that are made whole at once, for their temporaries to stay in a CPU's caches
MOST = 127  # the largest whole number of 8 bits with a sign
MOST_IN_PAIRS = 63
"""As `MOST`, for CPUs without VNNI: they add two products in 16 bits, which hold 2 x 127 x (63 + 64)."""


def asked_for(place: Place) -> bool:
    """Whether IMAGECRAFT_INT8 asks for it on a CPU that torch has the products for.

    Not for networks that are to be compiled: the compiler cannot read oneDNN's order of numbers. Words may
    come out otherwise, so it is nobody's default.
    """
    import torch

    wanted = os.environ.get("IMAGECRAFT_INT8", "").strip().lower() in ("1", "true", "yes", "on")
    able = place.device == "cpu" and ENGINE in torch.backends.quantized.supported_engines
    return wanted and able and not tuning.compiling()


def in_whole_numbers(network: Any) -> Any:
    """A torch module with its larger linear layers in 8 bits.

    Args:
        network: On the CPU, in float32 or bfloat16, which is what its layers go on giving. It is changed.

    Returns:
        The network.
    """
    return replaced(network, lambda layer: _whole(layer) if _is_large(layer) else None)


def _is_large(layer: Any) -> bool:
    return bool(min(layer.in_features, layer.out_features) >= FEWEST)


def _whole(layer: Any) -> Any:
    """A layer that gives about what a linear layer gives."""
    import torch

    most = MOST if _adds_in_32_bits() else MOST_IN_PAIRS
    middle = most + 1
    products = torch.ops.onednn

    class Whole(torch.nn.Module):  # type: ignore[misc]  # for mypy, torch is Any
        """A linear layer in 8 bits. Its `weight` is oneDNN's own order of the numbers."""

        def __init__(self) -> None:
            super().__init__()
            numbers = layer.weight.detach().float()
            steps = _steps(numbers, MOST)
            whole = (numbers / steps).round().to(torch.int8)
            self.in_features, self.out_features = layer.in_features, layer.out_features
            self.register_buffer("weight", products.qlinear_prepack(whole, None))
            self.register_buffer("steps", steps.flatten())
            self.register_buffer("zeros", torch.zeros(len(whole), dtype=torch.int64))
            self.register_buffer("bias", None if layer.bias is None else layer.bias.detach())

        def forward(self, states: Any) -> Any:
            rows = states.reshape(-1, self.in_features)
            pieces = rows.split(max(1, AT_ONCE // self.in_features))
            made = self.made(rows) if len(pieces) == 1 else torch.cat([self.made(piece) for piece in pieces])
            return made.view(*states.shape[:-1], self.out_features)

        def made(self, rows: Any) -> Any:
            """What some rows give."""
            step = _steps(rows, most)
            # Cut off after adding a half is rounding, for all are positive then.
            whole = (rows * step.reciprocal()).add_(middle + 0.5).to(torch.uint8)
            plain: Any = (
                1.0,
                0,
                rows.dtype,
                "none",
                [],
                "",
            )  # the result's step and zero; nothing is done to it
            made = products.qlinear_pointwise(
                whole, 1.0, middle, self.weight, self.steps, self.zeros, None, *plain
            )
            step = step.to(rows.dtype)
            return made.mul_(step) if self.bias is None else torch.addcmul(self.bias, made, step)

    return Whole().eval()


def _steps(rows: Any, most: int) -> Any:
    """For each row the size of a step, float32 (rows, 1), such that its largest number is `most` steps."""
    largest = rows.abs().amax(-1, keepdim=True).float()
    return largest.clamp_(min=1e-20).div_(most)


def _adds_in_32_bits() -> bool:
    import torch

    can = torch.cpu.get_capabilities()
    return bool(can.get("avx512_vnni") or can.get("avx_vnni") or can.get("architecture") != "x86_64")
