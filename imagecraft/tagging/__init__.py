"""Sounds named, and pictures where a model is for these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import cast

import numpy as np

from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput
from imagecraft.media.images import ImageSource
from imagecraft.media.sounds import HEARD_SECONDS, SoundSource, hear
from imagecraft.runtime.selection import chosen as chosen_model
from imagecraft.tagging.base import Tag, Tagger, Tags

__all__ = ["Tag", "Tagger", "Tags", "tag", "tagger_for", "tags_pictures"]

SHORTEST_SECONDS = 0.05
OWN_LABELS = "clap"
SILENCE = 1e-4  # -80 dB of full scale


def tag(
    audio: SoundSource | ImageSource,
    *,
    model: str | None = None,
    labels: Sequence[str] | str | None = None,
    seconds: float = HEARD_SECONDS,
) -> Tags:
    """Name what is heard in a sound, over time; or what is seen in a picture, by a model that is for these.

    Args:
        audio: A path, the bytes of a file, an `Audio`, or (sample rate, array): anything that libsndfile or
            ffmpeg decodes, of any rate and up to 8 channels. With a model that is for pictures ("mobilenet",
            or "mobilenet@FOLDER" with a classifier of your own) any picture that `imagecraft.caption` takes.
        model: Id of a tagging model, or ID@FOLDER for one whose files are in a folder; the default of this
            machine when None.
        labels: What to listen for, in your own words (at most 200), for models that take such: "clap", which
            is the model then unless another is named. A text has commas between them.
        seconds: Listen to the first so many at most, up to 600; a notice says when that was not all.

    Returns:
        The tags: scores of every class for each window, and `top()` for the whole. Of a picture there are no
        windows, but one row of scores.

    Raises:
        InvalidInput: The sound cannot be read or is shorter than 50 ms, or an option is not one there is.
        ModelUnavailable: The model's files cannot be had.
    """
    if labels is None and tags_pictures(model):
        from imagecraft.tagging.pictures import tag_picture

        return tag_picture(cast(ImageSource, audio), chosen_model(model, "tag"))
    tagger = tagger_for(model, labels)
    heard = hear(cast(SoundSource, audio), sample_rate=tagger.sample_rate, seconds=seconds)
    if heard.audio.duration < SHORTEST_SECONDS:
        raise InvalidInput(
            f"The sound is too short to be recognised ({1000 * heard.audio.duration:.2g} ms).",
            f"Give at least {1000 * SHORTEST_SECONDS:.0f} ms.",
        )
    notices = heard.notices
    if float(np.abs(heard.audio.samples).max()) < SILENCE:
        notices = (*notices, "The sound is silent.")
    return replace(tagger.tag(heard.audio), notices=notices)


def tags_pictures(model: str | None) -> bool:
    """Whether a tagging model looks at pictures and does not listen. Raises InvalidInput if there is none."""
    return model is not None and bool(chosen_model(model, "tag").settings.get("pictures"))


def tagger_for(model: str | None = None, labels: Sequence[str] | str | None = None) -> Tagger:
    """The tagger that `tag` uses, for those who want to know its sampling rate; raises as `tag`."""
    if labels is None:
        return _tagger(_listener(chosen_model(model, "tag")))
    card = chosen_model(model or OWN_LABELS, "tag")
    if not card.settings.get("own_labels"):
        raise InvalidInput(
            f"{card.id} only names the classes it knows.", f"Choose {OWN_LABELS} for your own."
        )
    from imagecraft.tagging.clap import checked_labels

    return _tagger(card, checked_labels(labels))


def _listener(card: ModelCard) -> ModelCard:
    if card.settings.get("pictures"):
        raise InvalidInput(
            f"'{card.id}' looks at pictures; it cannot listen.", "Choose another tagging model."
        )
    return card


@lru_cache(maxsize=16)
def _tagger(chosen: ModelCard, labels: tuple[str, ...] | None = None) -> Tagger:
    if chosen.settings.get("own_labels"):
        from imagecraft.tagging.clap import ClapTagger

        return ClapTagger(chosen, labels)
    if chosen.family:
        from imagecraft.tagging.ast import AstTagger

        return AstTagger(chosen)
    from imagecraft.tagging.yamnet import Yamnet

    return Yamnet(chosen)
