"""The describer's rules while it learns: looser than those that it is held to when it speaks.

It may then try what a finished sentence may not say, and learns from CIDEr-D and the prices of invention what
that is worth. `assets/describer_learning.toml` lists what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.captioning.licences import fact_names, licences


@contextmanager
def loosened() -> Iterator[None]:
    """Let the looser rules hold, in this process; for a training run, which has it to itself."""
    kept = deepcopy(vocabulary("describer"))
    loosen()
    try:
        yield
    finally:
        vocabulary("describer").update(kept)
        _forget()


def loosen() -> None:
    """Let the looser rules hold from now on."""
    _merge(vocabulary("describer"), vocabulary("describer_learning"))
    _forget()


def _merge(table: dict[str, Any], changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if isinstance(value, dict):
            _merge(table[name], value)
        else:
            table[name] = value


def _forget() -> None:
    """Drop what was read from the rules."""
    licences.cache_clear()
    fact_names.cache_clear()
