"""What is heard in a sound: listened to once, named, described for a painter, told in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imagecraft import tagging
from imagecraft.errors import ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.media.sounds import HEARD_SECONDS, SoundSource, hear
from imagecraft.painting.base import Thing
from imagecraft.painting.character import Character, character_of
from imagecraft.painting.prompts import DEFAULT_STYLE, Prompt, prompt_for, things_in
from imagecraft.painting.setting import certain
from imagecraft.tagging.base import Tags
from imagecraft.tagging.ontology import ancestors, groups
from imagecraft.tagging.ranking import SILENCE

SAMPLE_RATE = 16_000
MOST_THINGS = 14
LOWEST_SCORE = 0.04
AUDIBLE_SHARE = 0.4
"""Of its largest score: from there on a class counts as heard in a window."""
THROUGHOUT = 0.8
MOST_TOLD = 5


@dataclass(frozen=True)
class Heard:
    """A sound that was listened to.

    Attributes:
        audio: The part that was listened to, one channel at 16 kHz.
        character: How loud, bright and lively it is.
        tags: What is heard; None where the tagger cannot run.
        things: The same as a painter is given it, the most certain first.
        notices: What the user should know, a sentence each.
        hints: What whoever runs the program can do about that.
    """

    audio: Audio
    character: Character
    tags: Tags | None
    things: tuple[Thing, ...]
    notices: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def listen(
    audio: SoundSource,
    *,
    seconds: float = HEARD_SECONDS,
    model: str | None = None,
    labels: Sequence[str] | str | None = None,
    strict: bool = False,
) -> Heard:
    """Listen to the first seconds of a sound: what it is like, and what is heard in it.

    Args:
        audio: A path, the bytes of a file, or an `Audio`.
        seconds: How much of it at most, up to 600.
        model: Id of a tagging model; the default when None.
        labels: What to listen for, as `imagecraft.tag` takes it.
        strict: Raise ModelUnavailable where the tagger's files cannot be had.

    Returns:
        What was heard; where the tagger's files cannot be had, without names and with a notice that says so.

    Raises:
        InvalidInput: The sound cannot be read, or is too short to be recognised; or an option is impossible.
    """
    sound = hear(audio, sample_rate=SAMPLE_RATE, seconds=seconds)
    character = character_of(sound.audio)
    try:
        hears_more = tagging.tagger_for(model, labels).sample_rate > SAMPLE_RATE
        source = audio if hears_more else sound.audio
        tags = tagging.tag(source, model=model, labels=labels, seconds=seconds)
    except ModelUnavailable as reason:
        if strict:
            raise
        notice = f"What is heard was not named: {reason.message}"
        return Heard(sound.audio, character, None, (), (*sound.notices, notice), (reason.hint,))
    return Heard(
        sound.audio, character, tags, _things(tags), tuple(dict.fromkeys((*sound.notices, *tags.notices)))
    )


def describe(heard: Heard, *, style: str = DEFAULT_STYLE) -> Prompt:
    """What was heard, worded for a painter.

    Raises:
        InvalidInput: if there is no such style; the error lists those there are.
    """
    first = [tag.label for tag in heard.tags.most_frequent(2)] if heard.tags else []
    return prompt_for(heard.things, heard.character, style=style, first=first)


def account(heard: Heard) -> str:
    """What was heard and when, in sentences to be read or spoken: "A barking dog from 2 to 4 seconds."

    What is told is what is certain enough to be painted, each thing once: a bark is a dog's, and no pet's.
    """
    if heard.tags is None:
        return "What is heard could not be named."
    found = certain(heard.things)
    sounds = [(thing, look) for thing, look in found if thing.label != SILENCE] or found
    said = [(look["says"], _when(thing, heard.tags)) for thing, look in sounds]
    if not said:
        return "Nothing in it was recognised for certain."
    return " ".join(f"{words[:1].upper()}{words[1:]}{when}." for words, when in said[:MOST_TOLD])


def _things(tags: Tags) -> tuple[Thing, ...]:
    kinds = groups()
    things = []
    for tag in tags.top(MOST_THINGS):
        if tag.score < LOWEST_SCORE or (kinds.get(tag.label) == "ambiguous" and tag.score < 3 * LOWEST_SCORE):
            continue
        scores = tags.scores[:, tags.labels.index(tag.label)].astype(np.float64)
        weights = scores**2
        middles = np.array([(start + end) / 2 for start, end in tags.frames]) / max(tags.duration, 1e-9)
        things.append(
            Thing(
                label=tag.label,
                kinds=_kinds(tag.label),
                score=tag.score,
                centre=float(np.clip((weights * middles).sum() / weights.sum(), 0, 1)),
                presence=float((scores >= AUDIBLE_SHARE * scores.max()).mean()),
                peak=float(scores.max()),
            )
        )
    return tuple(things)


def _kinds(label: str) -> tuple[str, ...]:
    """A label and the classes above it; for one of the user's own, those of the thing that its words name."""
    if label in groups():
        return (label, *ancestors(label))
    named = [thing.label for thing in things_in(label)[:1]]
    return (label, *named, *(above for name in named for above in ancestors(name)))


def _when(thing: Thing, tags: Tags) -> str:
    if thing.presence >= THROUGHOUT:
        return " throughout"
    scores = tags.scores[:, tags.labels.index(thing.label)]
    heard = np.flatnonzero(scores >= AUDIBLE_SHARE * scores.max())
    start, end = tags.frames[int(heard[0])][0], tags.frames[int(heard[-1])][1]
    return (
        f" from {start:.0f} to {end:.0f} seconds" if round(end) > round(start) else f" at {start:.0f} seconds"
    )
