"""What makes a loaded network faster where it runs, and how much memory it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

CONVOLUTIONS_SHARE = 0.2
"""From this share of a network's numbers in convolutions on, it runs faster with its channels last."""


def parts(network: Any) -> dict[str, Any]:
    """The torch modules of a network by name: its own, a diffusers pipeline's, a helper's."""
    import torch

    found: dict[str, Any] = {}
    for name, value in vars(network).items():
        if isinstance(value, torch.nn.Module):
            found[name] = value
        elif isinstance(components := getattr(value, "components", None), dict):
            found |= {key: part for key, part in components.items() if isinstance(part, torch.nn.Module)}
        elif type(value).__module__.startswith("imagecraft.") and hasattr(value, "__dict__"):
            found |= parts(value)
    return found


def size_bytes(network: Any) -> int:
    """Memory that a network's numbers take."""
    tensors = {
        id(tensor): tensor.nbytes
        for part in parts(network).values()
        for tensor in (*part.parameters(), *part.buffers())
    }
    return sum(tensors.values())


def tune(network: Any, device: str, *, lent: bool = False) -> None:
    """Arrange a network for the device it is on, and compile it where the user wants that.

    IMAGECRAFT_COMPILE=1 compiles it when it is first called, which takes a minute or more: worth it for a
    server or a large folder.

    Args:
        network: A loaded network.
        device: torch's name of the device.
        lent: Whether the GPU is lent for a call, which keeps nothing that is compiled then.
    """
    for part in parts(network).values():
        if device == "cuda" and _convolves(part):
            import torch

            part.to(memory_format=torch.channels_last)
        if compiling() and not lent:
            _compile(part)


def compiling() -> bool:
    """Whether IMAGECRAFT_COMPILE asks for compiled networks."""
    return os.environ.get("IMAGECRAFT_COMPILE", "").strip().lower() in ("1", "true", "yes", "on")


def _compile(part: Any) -> None:
    """Compile a part in place.

    The blocks it repeats, where it names them, for that takes a tenth of the time; the parts of what
    generates, which calls them and not itself.
    """
    if getattr(part, "_repeated_blocks", None):
        part.compile_repeated_blocks()
    elif hasattr(part, "generate"):
        for child in part.children():
            child.compile()
    else:
        part.compile()


def _convolves(part: Any) -> bool:
    kernels = sum(weight.numel() for weight in _kernels(part))
    everything = sum(weight.numel() for weight in part.parameters())
    return bool(kernels > CONVOLUTIONS_SHARE * everything)


def _kernels(part: Any) -> Iterator[Any]:
    import torch

    for module in part.modules():
        if isinstance(module, torch.nn.Conv2d) and max(module.kernel_size) > 1:
            yield module.weight
