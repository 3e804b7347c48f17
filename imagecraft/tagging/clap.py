"""CLAP as a tagger: it listens for what it is told to, in the user's own words.

A window's cosines with a sentence for each label become shares of one (softmax), in which "none of these" has
its own: a sound that fits no label gives all of them little.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from imagecraft.assets import vocabulary
from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.media.texts import one_line
from imagecraft.runtime import neural
from imagecraft.runtime.clap import SAMPLE_RATE, WINDOW_SECONDS
from imagecraft.tagging.base import Tags
from imagecraft.tagging.windows import windows

HOP_SECONDS = 5.0
MOST_LABELS = 200
LONGEST_LABEL = 100  # characters


class ClapTagger:
    """The tagger `clap`, for some labels. Safe to call from several threads.

    Args:
        card: Its card in the catalogue.
        labels: What to listen for; None for `usual_labels`.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, card: ModelCard, labels: tuple[str, ...] | None = None) -> None:
        self.card = card
        self._wordings = {label: (label,) for label in labels} if labels else usual_labels()

    def tag(self, audio: Audio) -> Tags:
        """Name what is heard in one channel of sound at 48 kHz.

        Raises:
            InvalidInput, ModelUnavailable, ResourceExhausted: as `imagecraft.runtime.neural.call`.
        """
        started = time.perf_counter()
        parts = windows(audio.samples[0], SAMPLE_RATE, WINDOW_SECONDS, HOP_SECONDS)
        texts = [text for wordings in self._wordings.values() for text in wordings]
        fits = neural.call(self.card, "fits", [part.samples for part in parts], sentences(texts))
        return Tags(
            frames=tuple((part.start, part.end) for part in parts),
            labels=tuple(self._wordings),
            scores=_shares(fits, [len(wordings) for wordings in self._wordings.values()]),
            duration=audio.duration,
            model=self.card.name,
            seconds=time.perf_counter() - started,
        )


def checked_labels(labels: object) -> tuple[str, ...]:
    """Labels as a user gave them: a list, or a text with commas between them; each once.

    Raises:
        InvalidInput: There is none, there are too many, or one is too long or no text.
    """
    given = labels.split(",") if isinstance(labels, str) else labels
    if not isinstance(given, Sequence) or not all(isinstance(label, str) for label in given):
        raise InvalidInput(
            "The labels are no list of words.", 'Give them as ["rain", "dog barking"] or "rain, dog barking".'
        )
    found: dict[str, str] = {}
    for label in given:
        plain = one_line(label, LONGEST_LABEL + 1)
        if len(plain) > LONGEST_LABEL:
            raise InvalidInput(
                f"The label '{plain[:30]}…' is too long.", f"Use at most {LONGEST_LABEL} characters."
            )
        if plain:
            found.setdefault(plain.lower(), plain)
    if not found:
        raise InvalidInput("There is no label to listen for.", "Name one, such as: rain, dog barking.")
    if len(found) > MOST_LABELS:
        raise InvalidInput(f"There are {len(found)} labels.", f"Give at most {MOST_LABELS}.")
    return tuple(found.values())


@cache
def usual_labels() -> Mapping[str, tuple[str, ...]]:
    """What is listened for unless the user says what: the sounds of sounds.toml in our own words, by the
    class of AudioSet that each is of."""
    wordings: dict[str, tuple[str, ...]] = {}
    for sound in vocabulary("sounds").values():
        label = sound["audioset"][0]
        wordings[label] = (*wordings.get(label, ()), sound["says"])
    return wordings


def sentences(texts: Sequence[str]) -> list[str]:
    """What the network is asked: a sentence for each text, then those for none of them."""
    asked = vocabulary("clap")
    named = {text.lower() for text in texts}
    others = [text for text in asked["none"] if text not in named]
    return [asked["sentence"].format(label=text) for text in (*texts, *others)]


def _shares(fits: NDArray[np.float64], wordings: Sequence[int]) -> NDArray[np.float32]:
    """Each label's share of a window, (windows, labels): those of its wordings together."""
    powers = np.exp(fits - fits.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    starts = np.concatenate([[0], np.cumsum(wordings)[:-1]]).astype(int)
    return np.add.reduceat(shares[:, : sum(wordings)], starts, axis=1).astype(np.float32).clip(0, 1)
