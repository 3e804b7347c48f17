"""Sound straight from a picture, without a plan: a second of it, and a soundscape that goes on in it.

An experiment of the second ImageCraft's: what comes out is a blur of what the network has learnt.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.media.images import ImageSource, open_image
from imagecraft.media.resampling import resampled
from imagecraft.runtime import neural
from imagecraft.runtime.selection import is_ready
from imagecraft.soundscape.base import checked_rate, checked_seconds, checked_seed
from imagecraft.soundscape.mel import as_sound, sound_of, to_logarithms
from imagecraft.soundscape.mixdown import Mixdown
from imagecraft.soundscape.seams import crossfade_frames
from imagecraft.soundscape.whole import as_mixdown

SEEN_SIDE = 2048  # pixels; the network looks at far fewer
HIFIGAN, GRIFFIN_LIM = "hifigan", "griffin-lim"
VOCODERS = {HIFIGAN: "HiFi-GAN", GRIFFIN_LIM: "Griffin and Lim's method"}


@dataclass(frozen=True)
class Second:
    """A second of sound, of a picture.

    Attributes:
        audio: One channel at 16 kHz.
        vocoder: Key of `VOCODERS`: what made samples of the network's levels.
    """

    audio: Audio
    vocoder: str

    @property
    def notice(self) -> str:
        """What a user should know of it."""
        words = f"An experiment: a second of sound straight from the picture, by {VOCODERS[self.vocoder]}."
        if self.vocoder == GRIFFIN_LIM:
            words += " HiFi-GAN may sound better: imagecraft models download generator"
        return words


def second_of(picture: ImageSource, card: ModelCard, vocoder: str | None = None) -> Second:
    """A second of sound from a picture.

    Args:
        picture: Any that `imagecraft.media.images.open_image` takes.
        card: The network's, with its folder.
        vocoder: "griffin-lim", "hifigan", or "hifigan@FOLDER"; HiFi-GAN where it is on this machine, for
            None.

    Raises:
        InvalidInput: The picture cannot be opened, there is no such vocoder, or no such model in a folder.
        ModelUnavailable, ResourceExhausted: as `imagecraft.runtime.neural.call`.
    """
    voice = _vocoder(card, vocoder)
    image = open_image(picture, max_side=SEEN_SIDE).image
    levels = neural.call(card, "levels", image)
    if voice is None:
        return Second(sound_of(levels), GRIFFIN_LIM)
    return Second(as_sound(neural.call(voice, "samples", to_logarithms(levels))), HIFIGAN)


def preparing(
    card: ModelCard,
    picture: ImageSource,
    *,
    seconds: float,
    seed: int | None = None,
    sample_rate: int = 44_100,
    loop: bool = False,
) -> Generator[float, None, Mixdown]:
    """Make a soundscape of a picture: its second, which goes on in other places of itself.

    Gives how far it is from 0 to 1, and returns the result. Arguments are those of `neural.preparing`, and
    Raises those of `second_of`.
    """
    rate, chosen_seed, length = checked_rate(sample_rate), checked_seed(seed), checked_seconds(seconds)
    frames, fade = round(length * rate), crossfade_frames(length, rate)
    made = second_of(picture, card)
    yield 1.0
    raw = np.repeat(resampled(made.audio, rate).samples, 2, axis=0)
    again = (f"It is repeated in other places of it to last {length:g} seconds.",)
    return as_mixdown(
        raw,
        frames=frames,
        fade=fade,
        sample_rate=rate,
        seed=chosen_seed,
        loop=loop,
        notices=(made.notice, *(again if raw.shape[1] < frames else ())),
    )


def _vocoder(generator: ModelCard, name: str | None) -> ModelCard | None:
    """The vocoder's card; None for Griffin and Lim's method."""
    card = next(helper for helper in catalog.helpers(generator) if helper.id == HIFIGAN)
    if name is None:
        return card if is_ready(card) else None
    if name == HIFIGAN and not is_ready(card):
        raise ModelUnavailable(
            "HiFi-GAN is not on this machine.", f"Fetch it with: imagecraft models download {generator.id}"
        )
    kind, named, folder = name.partition("@")
    if name == GRIFFIN_LIM:
        return None
    if kind != HIFIGAN or (named and not folder):
        raise InvalidInput(
            f"There is no vocoder '{name}'.", f"Choose {GRIFFIN_LIM}, {HIFIGAN}, or {HIFIGAN}@FOLDER."
        )
    return replace(card, folder=folder)
