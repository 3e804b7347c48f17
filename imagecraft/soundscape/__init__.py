"""Soundscapes: a plan of layers, and stereo sound made of it.

`imagecraft.soundscape` is a package and a public verb at once: called, it is the verb.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Generator
from types import ModuleType
from typing import Any

from imagecraft import catalog
from imagecraft.runtime.selection import chosen as chosen_model
from imagecraft.soundscape.base import Progress, Soundscape, Stopped
from imagecraft.soundscape.mixdown import Mixdown
from imagecraft.soundscape.plan import Layer, Plan

__all__ = ["Layer", "Mixdown", "Plan", "Soundscape", "compose", "composing"]

_MAKERS = {"layered": "imagecraft.soundscape.mix"}


def compose(
    plan: Plan,
    *,
    seconds: float,
    model: str | None = None,
    seed: int | None = None,
    sample_rate: int = 44_100,
    loop: bool = False,
    recordings: bool = True,
    stopped: Stopped | None = None,
    progress: Progress | None = None,
) -> Mixdown:
    """Prepare the sound of a plan with a model, up to an hour of it. See `imagecraft.soundscape.mix`.

    Raises:
        InvalidInput: A model that there is not, or as `imagecraft.soundscape.mix.prepare` does.
        Cancelled: when `stopped()` said True.
    """
    made: Mixdown = _maker(model).prepare(
        plan,
        seconds=seconds,
        seed=seed,
        sample_rate=sample_rate,
        loop=loop,
        recordings=recordings,
        stopped=stopped,
        progress=progress,
    )
    return made


def composing(
    plan: Plan,
    *,
    seconds: float,
    model: str | None = None,
    seed: int | None = None,
    sample_rate: int = 44_100,
    loop: bool = False,
    recordings: bool = True,
) -> Generator[float, None, Mixdown]:
    """As `compose`, a layer at a time: gives how far it is from 0 to 1, and returns the result."""
    steps: Generator[float, None, Mixdown] = _maker(model).preparing(
        plan, seconds=seconds, seed=seed, sample_rate=sample_rate, loop=loop, recordings=recordings
    )
    return steps


def _maker(model: str | None) -> Any:
    return importlib.import_module(_MAKERS[chosen(model).id])


def chosen(model: str | None) -> catalog.ModelCard:
    """The card of a soundscape model; the default for None. Raises InvalidInput if there is none."""
    return chosen_model(model, "soundscape")


class _Verb(ModuleType):
    """This package, which can be called like the verb of the same name."""

    def __call__(self, *args: Any, **options: Any) -> Soundscape:
        import imagecraft

        made: Soundscape = imagecraft.verb("soundscape")(*args, **options)
        return made


sys.modules[__name__].__class__ = _Verb
