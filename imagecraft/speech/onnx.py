"""What can go wrong with a network's files."""

from __future__ import annotations


def load_errors() -> tuple[type[Exception], ...]:
    """The errors a missing or damaged network, or its settings, raise. onnxruntime's own share no base."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    kinds = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (OSError, ValueError, KeyError, *kinds)
