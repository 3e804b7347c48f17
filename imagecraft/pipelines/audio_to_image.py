"""Audio -> image: listen, name what is heard, describe it, paint it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from imagecraft import painting, tagging
from imagecraft.errors import Cancelled, InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.media.sounds import HEARD_SECONDS, SoundSource, hear
from imagecraft.painting.base import GUIDANCE, STEPS, Painting, Subject, Thing, Wishes
from imagecraft.painting.character import Character, character_of, unheard
from imagecraft.painting.files import check_name, png_bytes, write_png
from imagecraft.painting.prompts import DEFAULT_STYLE, Prompt, hour_in, prompt_for, styles, things_in
from imagecraft.painting.setting import certain
from imagecraft.tagging.base import Tags
from imagecraft.tagging.ontology import ancestors, groups
from imagecraft.tagging.ranking import SILENCE

__all__ = [
    "DEFAULT_STYLE",
    "GUIDANCE",
    "SEED_LIMIT",
    "STEPS",
    "Heard",
    "Painting",
    "Prompt",
    "Step",
    "Tags",
    "Thing",
    "account",
    "check_name",
    "describe",
    "details",
    "listen",
    "paint",
    "paint_sound",
    "png_bytes",
    "styles",
    "write_png",
]

StepName = Literal["listening", "painting", "done"]

SAMPLE_RATE = 16_000
MOST_THINGS = 14
LOWEST_SCORE = 0.04
AUDIBLE_SHARE = 0.4
"""Of its largest score: from there on a class counts as heard in a window."""
THROUGHOUT = 0.8
MOST_TOLD = 5
SEED_LIMIT = 2**32


@dataclass(frozen=True)
class Heard:
    """A sound that was listened to.

    Attributes:
        audio: The part that was listened to, one channel at 16 kHz.
        character: How loud, bright and lively it is.
        tags: What is heard; None where the tagger cannot run.
        things: The same as a painter is given it, the most certain first.
        notices: What the user should know, a sentence each.
    """

    audio: Audio
    character: Character
    tags: Tags | None
    things: tuple[Thing, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Where the work stands: a name for the busy line, and what is ready so far.

    Attributes:
        name: "listening", then "painting" (with what was heard), then "done".
        heard: What was heard, from "painting" on.
        prompt: Its description, from "painting" on.
        painting: The picture, at "done".
    """

    name: StepName
    heard: Heard | None = None
    prompt: Prompt | None = None
    painting: Painting | None = None


def paint(
    audio: SoundSource | None = None,
    *,
    prompt: str | None = None,
    style: str = DEFAULT_STYLE,
    model: str | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    seed: int | None = None,
    size: tuple[int, int] = (1024, 1024),
) -> Painting:
    """Paint a picture of a sound, of a description, or of both.

    Args:
        audio: A path, the bytes of a file, an `Audio`, or (sample rate, array); its first minute is heard.
        prompt: What to paint, in words; without it, what is heard. The offline painter draws the things named
            in it, and takes light and lines from the sound.
        style: Preset for the wording of a description that is made here; see `styles()`.
        model: Id of a painting model; the default when None.
        steps: For painters that work in steps, 20 to 100.
        guidance: How closely such painters follow the prompt, 1 to 20.
        seed: 0 to 4294967295; the same gives the same picture. Chance when None.
        size: Width and height in pixels, 256 to 2048 each.

    Returns:
        The painting; its `seed` makes it again.

    Raises:
        InvalidInput: There is neither sound nor prompt, the sound cannot be read, or an option is impossible.
        ModelUnavailable: The painter cannot run here. Where only the tagger cannot, a notice says so and the
            picture is made of the sound's character.
    """
    last: Painting | None = None
    for step in paint_sound(
        audio, prompt=prompt, style=style, model=model, steps=steps, guidance=guidance, seed=seed, size=size
    ):
        last = step.painting
    if last is None:
        raise InvalidInput("Nothing was painted.")
    return last


def paint_sound(
    audio: SoundSource | None = None,
    *,
    prompt: str | None = None,
    style: str = DEFAULT_STYLE,
    model: str | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    seed: int | None = None,
    size: tuple[int, int] = (1024, 1024),
    heard: Heard | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Paint as `paint` does, step by step.

    Args:
        heard: What an earlier call heard in the sound, so that it is not listened to again.
        cancelled: Asked between steps.

    Raises:
        InvalidInput, ModelUnavailable: as `paint` does.
        Cancelled: when `cancelled()` became true.
    """
    words = (prompt or "").strip()
    if audio is None and heard is None and not words:
        raise InvalidInput("There is nothing to paint.", "Give a sound, a prompt, or both.")
    wishes = Wishes(size, secrets.randbelow(SEED_LIMIT) if seed is None else seed, steps, guidance)
    painting.check(wishes)
    yield Step("listening")
    if heard is None and audio is not None:
        heard = listen(audio)
    _stop_if(cancelled)
    made = describe(heard, style=style) if heard else prompt_for((), unheard(wishes.seed), style=style)
    said = Prompt(words, made.negative, made.style) if words else made
    yield Step("painting", heard, said)
    subject, notices = _subject(heard, said, edited=bool(words) and words != made.text, seed=wishes.seed)
    finished = painting.paint(subject, wishes, model=model)
    _stop_if(cancelled)
    finished = replace(
        finished,
        heard=tuple((tag.label, tag.score) for tag in heard.tags.top(5)) if heard and heard.tags else (),
        notices=(*(heard.notices if heard else ()), *notices, *finished.notices),
    )
    yield Step("done", heard, said, finished)


def listen(audio: SoundSource, *, seconds: float = HEARD_SECONDS, model: str | None = None) -> Heard:
    """Listen to the first seconds of a sound: what it is like, and what is heard in it.

    Args:
        audio: A path, the bytes of a file, or an `Audio`.
        seconds: How much of it at most, up to 600.
        model: Id of a tagging model; the default when None.

    Returns:
        What was heard; where the tagger's files cannot be had, without names and with a notice that says so.

    Raises:
        InvalidInput: The sound cannot be read, or is too short to be recognised.
    """
    sound = hear(audio, sample_rate=SAMPLE_RATE, seconds=seconds)
    character = character_of(sound.audio)
    try:
        tags = tagging.tag(sound.audio, model=model, seconds=seconds)
    except ModelUnavailable as reason:
        notice = f"What is heard was not named: {reason.message} {reason.hint}"
        return Heard(sound.audio, character, None, (), (*sound.notices, notice))
    return Heard(sound.audio, character, tags, _things(tags), (*sound.notices, *tags.notices))


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


def details(made: Painting, *, out: str | None = None) -> dict[str, Any]:
    """All that is known of a painting, as the command line and the HTTP API give it."""
    return ({"out": out} if out is not None else {}) | made.to_dict()


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
                kinds=(tag.label, *ancestors(tag.label)),
                score=tag.score,
                centre=float(np.clip((weights * middles).sum() / weights.sum(), 0, 1)),
                presence=float((scores >= AUDIBLE_SHARE * scores.max()).mean()),
                peak=float(scores.max()),
            )
        )
    return tuple(things)


def _subject(heard: Heard | None, prompt: Prompt, *, edited: bool, seed: int) -> tuple[Subject, list[str]]:
    """What is painted: the things that were heard, or those that an edited prompt names."""
    character = heard.character if heard else unheard(seed)
    things: Sequence[Thing] = heard.things if heard else ()
    notices: list[str] = []
    if edited:
        named = things_in(prompt.text, things)
        if named:
            things = named
        else:
            rest = "what was heard is" if things else "only lines and light are"
            notices.append(f"The prompt names nothing the offline painter has a drawing of; {rest} painted.")
    hour = hour_in(prompt.text) if edited else ""
    return Subject(tuple(things), character, prompt.text, prompt.negative, hour), notices


def _when(thing: Thing, tags: Tags) -> str:
    if thing.presence >= THROUGHOUT:
        return " throughout"
    scores = tags.scores[:, tags.labels.index(thing.label)]
    heard = np.flatnonzero(scores >= AUDIBLE_SHARE * scores.max())
    start, end = tags.frames[int(heard[0])][0], tags.frames[int(heard[-1])][1]
    return (
        f" from {start:.0f} to {end:.0f} seconds" if round(end) > round(start) else f" at {start:.0f} seconds"
    )


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Cancelled()
