"""Soundscapes: a plan of layers, and stereo sound made of it.

`imagecraft.soundscape` is a package and a public verb at once: called, it is the verb.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import closing
from types import ModuleType
from typing import Any

from imagecraft import catalog
from imagecraft.errors import InvalidInput
from imagecraft.media.images import ImageSource
from imagecraft.runtime.selection import chosen as chosen_model
from imagecraft.soundscape.base import Progress, Soundscape, Stopped
from imagecraft.soundscape.mixdown import Mixdown, prepared
from imagecraft.soundscape.plan import Layer, Plan

__all__ = ["Layer", "Mixdown", "Plan", "Soundscape", "compose", "composing", "is_straight", "picture_alone"]


def compose(
    plan: Plan,
    *,
    seconds: float,
    model: str | None = None,
    seed: int | None = None,
    sample_rate: int = 44_100,
    loop: bool = False,
    recordings: bool = True,
    caption: str = "",
    picture: ImageSource | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    stopped: Stopped | None = None,
    progress: Progress | None = None,
) -> Mixdown:
    """Prepare the sound of a plan with a model, up to an hour of it.

    See `imagecraft.soundscape.mix` for the offline model, `imagecraft.soundscape.neural` for those that are
    asked in words, and `imagecraft.soundscape.straight` for those that see the picture alone.

    Raises:
        InvalidInput: A model that there is not, or as these do.
        ModelUnavailable, ResourceExhausted: The model cannot run here.
        Cancelled: when `stopped()` said True.
    """
    work = composing(
        plan,
        seconds=seconds,
        model=model,
        seed=seed,
        sample_rate=sample_rate,
        loop=loop,
        recordings=recordings,
        caption=caption,
        picture=picture,
        steps=steps,
        guidance=guidance,
    )
    with closing(work):
        return prepared(work, stopped, progress)


def composing(
    plan: Plan,
    *,
    seconds: float,
    model: str | None = None,
    seed: int | None = None,
    sample_rate: int = 44_100,
    loop: bool = False,
    recordings: bool = True,
    caption: str = "",
    picture: ImageSource | None = None,
    steps: int | None = None,
    guidance: float | None = None,
) -> Generator[float, None, Mixdown]:
    """As `compose`, step by step: gives how far it is from 0 to 1, and returns the result.

    Closing the generator stops the work.
    """
    card = chosen(model)
    if is_straight(card):
        from imagecraft.soundscape import straight

        shown = picture_alone(card, picture)
        return straight.preparing(card, shown, seconds=seconds, seed=seed, sample_rate=sample_rate, loop=loop)
    if card.family:
        from imagecraft.soundscape import neural

        return neural.preparing(
            card,
            plan,
            seconds=seconds,
            seed=seed,
            sample_rate=sample_rate,
            loop=loop,
            caption=caption,
            steps=steps,
            guidance=guidance,
        )
    from imagecraft.soundscape import mix

    return mix.preparing(
        plan, seconds=seconds, seed=seed, sample_rate=sample_rate, loop=loop, recordings=recordings
    )


def is_straight(card: catalog.ModelCard) -> bool:
    """Whether a model makes sound of a picture alone, without a plan."""
    return bool(card.settings.get("straight"))


def picture_alone(card: catalog.ModelCard, picture: ImageSource | None) -> ImageSource:
    """The picture for a model that works without words and plans. Raises InvalidInput if there is none."""
    if picture is None:
        raise InvalidInput(
            f"'{card.id}' makes sound of a picture alone, not of words or a plan.",
            "Give a picture and nothing else, or choose another model.",
        )
    return picture


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
