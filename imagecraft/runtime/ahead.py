"""Networks compiled ahead of time for a GPU that is lent, where torch.compile is not to be had.

IMAGECRAFT_AOT=1 asks for it: while the Space starts, each network that can rehearse does so on a lent GPU, up
to the point where its heaviest part is called; that is exported with what it was given, and compiled. It is
used for inputs of the same shapes, and runs as before for others, so its weights are held twice.

References: the package `spaces`: aoti_capture and aoti_compile; torch.export.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from imagecraft.runtime import gpu, tuning

COMPILE_SECONDS = 1500

Shapes = tuple[tuple[int, ...], ...]

_log = logging.getLogger(__name__)
_rehearsals: dict[str, tuple[Any, Callable[[], Any]]] = {}


def compile_all(networks: Mapping[str, Any]) -> None:
    """Compile the heaviest part of each network that has a `rehearse()`; what fails runs as it is.

    To be called in the main thread, before the page is served.

    Args:
        networks: Loaded networks by the ids of their cards.
    """
    for name, network in networks.items():
        rehearse = _rehearsal(network)
        if rehearse is None:
            continue
        part = max(tuning.parts(network).values(), key=_weight)
        _rehearsals[name] = (part, rehearse)
        try:
            compiled, shapes = _door(name)
        except Exception:
            _log.exception("%s could not be compiled; it runs as it is.", name)
        else:
            part.forward = Either(part.forward, compiled, shapes)


class Either:
    """A network's forward: compiled for inputs of the shapes it was compiled for, else as it was."""

    def __init__(self, eager: Callable[..., Any], compiled: Callable[..., Any], shapes: Shapes) -> None:
        self.eager, self.compiled, self.shapes = eager, compiled, shapes

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        chosen = self.compiled if shapes_of(args, kwargs) == self.shapes else self.eager
        return chosen(*args, **kwargs)


def shapes_of(args: Any, kwargs: Any) -> Shapes:
    """The shapes of all tensors in a call's arguments, in their order."""
    import torch
    from torch.utils import _pytree

    leaves = _pytree.tree_leaves((args, kwargs))
    return tuple(tuple(leaf.shape) for leaf in leaves if isinstance(leaf, torch.Tensor))


def _compiled(name: str) -> tuple[Any, Shapes]:
    """In a ZeroGPU worker: the compiled part of a network, and the shapes it is for."""
    import torch

    part, rehearse = _rehearsals[name]
    with gpu.captured(part) as call:
        rehearse()
    exported = torch.export.export(part, args=call.args, kwargs=call.kwargs)
    return gpu.compiled(exported), shapes_of(call.args, call.kwargs)


_door: Callable[[str], tuple[Any, Shapes]] = gpu.lent_once(COMPILE_SECONDS)(_compiled)
"""A door of its own: what is compiled holds tensors, which `spaces` hands over without a copy."""


def _rehearsal(network: Any) -> Callable[[], Any] | None:
    """How a network, or a helper it keeps, runs once on something usual."""
    for holder in (network, *vars(network).values()):
        rehearse = getattr(holder, "rehearse", None)
        if callable(rehearse):
            return rehearse  # type: ignore[no-any-return]
    return None


def _weight(part: Any) -> int:
    return sum(weights.numel() for weights in part.parameters())
