"""Sounds named."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput
from imagecraft.media.sounds import HEARD_SECONDS, SoundSource, hear
from imagecraft.runtime.selection import chosen as chosen_model
from imagecraft.tagging.base import Tag, Tagger, Tags

__all__ = ["Tag", "Tagger", "Tags", "tag"]

SHORTEST_SECONDS = 0.05
SILENCE = 1e-4  # -80 dB of full scale


def tag(audio: SoundSource, *, model: str | None = None, seconds: float = HEARD_SECONDS) -> Tags:
    """Name what is heard in a sound, over time.

    Args:
        audio: A path, the bytes of a file, an `Audio`, or (sample rate, array): anything that libsndfile or
            ffmpeg decodes, of any rate and up to 8 channels.
        model: Id of a tagging model; the default when None.
        seconds: Listen to the first so many at most, up to 600; a notice says when that was not all.

    Returns:
        The tags: scores of every class for each window, and `top()` for the whole.

    Raises:
        InvalidInput: The sound cannot be read or is shorter than 50 ms, or an option is not one there is.
        ModelUnavailable: The model's files cannot be had.
    """
    tagger = _tagger(chosen_model(model, "tag"))
    heard = hear(audio, sample_rate=tagger.sample_rate, seconds=seconds)
    if heard.audio.duration < SHORTEST_SECONDS:
        raise InvalidInput(
            f"The sound is too short to be recognised ({1000 * heard.audio.duration:.2g} ms).",
            f"Give at least {1000 * SHORTEST_SECONDS:.0f} ms.",
        )
    notices = heard.notices
    if float(np.abs(heard.audio.samples).max()) < SILENCE:
        notices = (*notices, "The sound is silent.")
    return replace(tagger.tag(heard.audio), notices=notices)


@cache
def _tagger(chosen: ModelCard) -> Tagger:
    from imagecraft.tagging.yamnet import Yamnet

    return Yamnet(chosen)
