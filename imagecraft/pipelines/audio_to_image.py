"""Audio -> image: listen, name what is heard, describe it, paint it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Literal

from imagecraft import catalog, painting
from imagecraft.catalog import ModelCard
from imagecraft.errors import Cancelled, InvalidInput
from imagecraft.media.sounds import SoundSource
from imagecraft.painting.base import Painting, Sketch, Subject, Thing, Wishes
from imagecraft.painting.character import unheard
from imagecraft.painting.files import check_name, png_bytes, write_png
from imagecraft.painting.prompts import DEFAULT_STYLE, Prompt, hour_in, prompt_for, styles, things_in
from imagecraft.pipelines.heard import Heard, account, describe, listen
from imagecraft.runtime.ranges import ranges
from imagecraft.runtime.selection import chosen
from imagecraft.tagging.base import Tags

__all__ = [
    "DEFAULT_STYLE",
    "OFFLINE_LISTENER",
    "SEED_LIMIT",
    "Heard",
    "Painting",
    "Prompt",
    "Sketch",
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

SEED_LIMIT = 2**32
OFFLINE_LISTENER = catalog.default_card("tag").id


@dataclass(frozen=True)
class Step:
    """Where the work stands: a name for the busy line, and what is ready so far.

    Attributes:
        name: "listening", then "painting" (with what was heard) once or more, then "done".
        heard: What was heard, from "painting" on.
        prompt: Its description, from "painting" on.
        painting: The picture, at "done".
        sketch: How far it is and what it looks like so far, while "painting".
    """

    name: StepName
    heard: Heard | None = None
    prompt: Prompt | None = None
    painting: Painting | None = None
    sketch: Sketch | None = None


def paint(
    audio: SoundSource | None = None,
    *,
    prompt: str | None = None,
    negative: str | None = None,
    style: str = DEFAULT_STYLE,
    model: str | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    seed: int | None = None,
    size: tuple[int, int] = (1024, 1024),
    listener: str | None = None,
    labels: Sequence[str] | str | None = None,
) -> Painting:
    """Paint a picture of a sound, of a description, or of both.

    Args:
        audio: A path, the bytes of a file, an `Audio`, or (sample rate, array); its first minute is heard.
        prompt: What to paint, in words; without it, what is heard. The offline painter draws the things named
            in it, and takes light and lines from the sound.
        negative: What should not be in the picture, for painters that heed that; None for what the style
            says.
        style: Preset for the wording of a description that is made here; see `styles()`.
        model: Id of a painting model; the default when None.
        steps: For painters that work in steps; each has its own range, such as 20 to 100 or 1 to 8.
        guidance: How closely such painters follow the prompt; each has its own range.
        seed: 0 to 4294967295; the same gives the same picture. Chance when None.
        size: Width and height in pixels, 256 to 2048 each.
        listener: Id of a tagging model, or ID@FOLDER; the default when None.
        labels: What to listen for, in your own words, as `imagecraft.tag` takes it.

    Returns:
        The painting; its `seed` makes it again.

    Raises:
        InvalidInput: There is neither sound nor prompt, the sound cannot be read, or an option is impossible.
        ModelUnavailable: The painter cannot run here, or the listener or labels that were asked for. Where
            only the usual listener cannot, a notice says so and the picture is made of the sound's character.
    """
    last: Painting | None = None
    for step in paint_sound(
        audio,
        prompt=prompt,
        negative=negative,
        style=style,
        model=model,
        steps=steps,
        guidance=guidance,
        seed=seed,
        size=size,
        listener=listener,
        labels=labels,
    ):
        last = step.painting
    if last is None:
        raise InvalidInput("Nothing was painted.")
    return last


def paint_sound(
    audio: SoundSource | None = None,
    *,
    prompt: str | None = None,
    negative: str | None = None,
    style: str = DEFAULT_STYLE,
    model: str | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    seed: int | None = None,
    size: tuple[int, int] = (1024, 1024),
    listener: str | None = None,
    labels: Sequence[str] | str | None = None,
    heard: Heard | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Generator[Step, None, None]:
    """Paint as `paint` does, step by step.

    Args:
        heard: What an earlier call heard in the sound, so that it is not listened to again.
        cancelled: Asked between steps. Closing the iterator stops the work as well.

    Raises:
        InvalidInput, ModelUnavailable: as `paint` does.
        Cancelled: when `cancelled()` became true.
    """
    words = (prompt or "").strip()
    if audio is None and heard is None and not words:
        raise InvalidInput("There is nothing to paint.", "Give a sound, a prompt, or both.")
    asked = listener is not None or labels is not None
    if asked and audio is None:
        raise InvalidInput("There is no sound to listen to.", "Give a sound, or leave the listener out.")
    card = chosen(model, "paint")
    wishes = Wishes(size, secrets.randbelow(SEED_LIMIT) if seed is None else seed, steps, guidance)
    painting.check(wishes, card)
    yield Step("listening")
    if heard is None and audio is not None:
        heard = listen(audio, model=listener, labels=labels, strict=asked)
    _stop_if(cancelled)
    made = describe(heard, style=style) if heard else prompt_for((), unheard(wishes.seed), style=style)
    unwanted = made.negative if negative is None else negative.strip()
    said = Prompt(words, unwanted, made.style) if words else replace(made, negative=unwanted)
    yield Step("painting", heard, said)
    subject, notices = _subject(
        heard, said, card, edited=bool(words) and words != made.text, seed=wishes.seed
    )
    if negative and not ranges(card).negative:
        notices.append(f"{card.id} does not heed what should not be in a picture; that was left out.")
    with closing(painting.painting(subject, wishes, model=card.name)) as work:
        finished = yield from _followed(work, heard, said, cancelled)
    finished = replace(
        finished,
        heard=tuple((tag.label, tag.score) for tag in heard.tags.top(5)) if heard and heard.tags else (),
        notices=(*((*heard.notices, *heard.hints) if heard else ()), *notices, *finished.notices),
    )
    yield Step("done", heard, said, finished)


def _followed(
    work: Generator[Sketch, None, Painting],
    heard: Heard | None,
    said: Prompt,
    cancelled: Callable[[], bool],
) -> Generator[Step, None, Painting]:
    """The painter's sketches as steps, and the painting."""
    while True:
        try:
            sketch = next(work)
        except StopIteration as end:
            _stop_if(cancelled)
            made: Painting = end.value
            return made
        _stop_if(cancelled)
        yield Step("painting", heard, said, sketch=sketch)


def details(made: Painting, *, out: str | None = None) -> dict[str, Any]:
    """All that is known of a painting, as the command line and the HTTP API give it."""
    return ({"out": out} if out is not None else {}) | made.to_dict()


def _subject(
    heard: Heard | None, prompt: Prompt, card: ModelCard, *, edited: bool, seed: int
) -> tuple[Subject, list[str]]:
    """What is painted: the things that were heard, or those that an edited prompt names."""
    character = heard.character if heard else unheard(seed)
    things: Sequence[Thing] = heard.things if heard else ()
    notices: list[str] = []
    if edited:
        named = things_in(prompt.text, things)
        if named:
            things = named
        elif card.offline:
            rest = "what was heard is" if things else "only lines and light are"
            notices.append(f"The prompt names nothing the offline painter has a drawing of; {rest} painted.")
    hour = hour_in(prompt.text) if edited else ""
    return Subject(tuple(things), character, prompt.text, prompt.negative, hour), notices


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Cancelled()
