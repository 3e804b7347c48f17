"""Linear layers of a network, put in the place of others that a CPU computes faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imagecraft.runtime import tuning
from imagecraft.runtime.neural import Place

OPERATIONS = ("_is_mkldnn_bf16_supported", "_reorder_linear_weight", "_linear_pointwise")
"""Those of `torch.ops.mkldnn` that are used here. torch may rename them at any time."""


def replaced(network: Any, make: Callable[[Any], Any]) -> Any:
    """A torch module with other linear layers. A layer in several places stays one.

    Args:
        network: It is changed.
        make: What stands for a linear layer; None where it stays.
    """
    import torch

    made: dict[int, Any] = {}
    for part in list(network.modules()):
        for name, layer in list(part._modules.items()):  # named_children() tells each only once
            if type(layer) is torch.nn.Linear:
                if id(layer) not in made:
                    made[id(layer)] = make(layer) or layer
                setattr(part, name, made[id(layer)])
    return network


def in_onednn_order(network: Any, place: Place) -> Any:
    """A torch module with the weights of its linear layers in the order that oneDNN multiplies them in.

    torch would put them in that order at every call. What the layers give stays the same. Only on CPUs that
    compute in bfloat16, not for networks that are to be compiled, and not where torch has lost its
    unpublished operations for that: elsewhere the network stays as it is.

    Args:
        network: On its place. It is changed.
        place: Where it is.
    """
    import torch

    products = torch.ops.mkldnn
    known = all(hasattr(products, name) for name in OPERATIONS)
    fits = known and place == Place("cpu", "bfloat16") and products._is_mkldnn_bf16_supported()
    if not fits or tuning.compiling():
        return network

    class Ordered(torch.nn.Module):  # type: ignore[misc]  # for mypy, torch is Any
        """A linear layer. Its `weight` is in oneDNN's own order."""

        def __init__(self, layer: Any) -> None:
            super().__init__()
            self.register_buffer("weight", products._reorder_linear_weight(layer.weight.detach(), None))
            self.register_buffer("bias", None if layer.bias is None else layer.bias.detach())

        def forward(self, states: Any) -> Any:
            return products._linear_pointwise(states, self.weight, self.bias, "none", [], "")

    return replaced(network, lambda layer: Ordered(layer).eval())
