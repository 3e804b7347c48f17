"""Image -> soundscape: open the picture, look, plan the layers, mix them."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from imagecraft.captioning.base import Caption
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio, concatenate
from imagecraft.media.images import ImageSource
from imagecraft.media.streamed import write_blocks
from imagecraft.pipelines.soundscape_plans import plan_of, planned
from imagecraft.runtime.ranges import check_within_ranges, ranges
from imagecraft.scoring.spectrogram import sound_picture
from imagecraft.soundscape import Mixdown, chosen, compose, composing, is_straight
from imagecraft.soundscape.base import (
    LONGEST_IN_MEMORY_SECONDS,
    SECONDS_RANGE,
    Progress,
    Soundscape,
    Stopped,
    checked_rate,
    checked_seconds,
    checked_seed,
    described,
    stop_if,
)
from imagecraft.soundscape.moods import NATURAL, in_mood, moods
from imagecraft.soundscape.plan import Layer, Plan, describe
from imagecraft.soundscape.sounds import Sound, sound, sounds

__all__ = [
    "LONGEST_IN_MEMORY_SECONDS",
    "NATURAL",
    "SECONDS_RANGE",
    "Layer",
    "Options",
    "Plan",
    "Sound",
    "Soundscape",
    "Step",
    "describe",
    "in_mood",
    "make",
    "moods",
    "plan_of",
    "planned",
    "sound",
    "sound_picture",
    "sounds",
    "soundscape",
    "write_soundscape",
]

StepName = Literal["looking", "planned", "sounding", "mixing", "done"]


@dataclass(frozen=True)
class Options:
    """How a plan becomes sound; checked when made.

    Attributes:
        seconds: Length.
        model: Id of a soundscape model; None for the default.
        seed: From 0; None for one by chance.
        sample_rate: 44100 or 48000 Hz.
        loop: Whether the end goes over into the start.
        mood: "calm", "natural" or "lively".
        recordings: Whether recordings win over synthesis.
        steps: For models that work in steps; None for the model's own number.
        guidance: How closely such models follow the words; None for the model's own.

    Raises:
        InvalidInput: One that is not possible.
    """

    seconds: float = 10.0
    model: str | None = None
    seed: int | None = None
    sample_rate: int = 44_100
    loop: bool = False
    mood: str = NATURAL
    recordings: bool = True
    steps: int | None = None
    guidance: float | None = None

    def __post_init__(self) -> None:
        card = chosen(self.model)
        if not ranges(card).in_steps and (self.steps, self.guidance) != (None, None):
            raise InvalidInput(
                f"The model '{card.id}' works without steps and guidance.",
                "Leave them out, or choose another model.",
            )
        check_within_ranges(card, self.steps, self.guidance)
        object.__setattr__(self, "seconds", checked_seconds(self.seconds))
        object.__setattr__(self, "model", card.name)
        object.__setattr__(self, "seed", checked_seed(self.seed))
        object.__setattr__(self, "sample_rate", checked_rate(self.sample_rate))
        if self.mood not in moods():
            raise InvalidInput(f"There is no mood '{self.mood}'.", f"Choose one of: {', '.join(moods())}.")

    @property
    def looks(self) -> bool:
        """Whether a picture is looked at for a plan; a few models make sound of the picture itself."""
        return not is_straight(chosen(self.model))


@dataclass(frozen=True)
class Step:
    """Where the work stands.

    Attributes:
        name: "looking" at the picture, "planned", "sounding" once or more for every layer, "mixing" once or
            more for every block (which is measured before it is made), then "done".
        plan: What will be heard, from "planned" on.
        caption: What was seen, from "planned" on, where there was a picture.
        piece: The block of sound just made, while "mixing"; None while that is measured.
        share: How far the sounding or the mixing is, 0 to 1.
        soundscape: The result, at "done".
    """

    name: StepName
    plan: Plan | None = None
    caption: Caption | None = None
    piece: Audio | None = None
    share: float = 0.0
    soundscape: Soundscape | None = None


def soundscape(
    image: ImageSource | None = None,
    *,
    prompt: str | None = None,
    seconds: float = 10.0,
    model: str | None = None,
    seed: int | None = None,
    plan: Plan | Mapping[str, Any] | str | None = None,
    loop: bool = False,
    mood: str = NATURAL,
    sample_rate: int = 44_100,
    recordings: bool = True,
    steps: int | None = None,
    guidance: float | None = None,
    stopped: Stopped | None = None,
    progress: Progress | None = None,
) -> Soundscape:
    """Make a soundscape of a picture, of a sentence, or of a plan.

    Args:
        image: A path, the bytes of a file, a PIL image, an array (height, width[, channels]) or a Picture.
        prompt: What should be heard, in plain words ("light rain on a busy street, no people"); with a
            picture it says what is heard, and the picture where.
        seconds: Length, 1 to 600 seconds; `write_soundscape` and the command line go up to an hour.
        model: Id of a soundscape model; None for the default.
        seed: From 0 to 2**32 - 1; the same one gives the same samples. None for one by chance.
        plan: A plan (or its JSON object or text) made before; then neither picture nor prompt is asked.
        loop: Whether the end goes over into the start, to be played round and round.
        mood: "calm", "natural" or "lively".
        sample_rate: 44100 or 48000 Hz.
        recordings: Whether recordings win over synthesis.
        steps: For models that work in steps; each has its own range, such as 10 to 250.
        guidance: How closely such models follow the words; each has its own range.
        stopped: Asked now and then; the work ends once it says True.
        progress: Told how far the work is, from 0 to 1.

    Returns:
        Two channels of exactly that length at -20 LUFS (a quiet room at up to 10 dB less), true peak at
        most -1 dBTP, with the plan and the seed.

    Raises:
        InvalidInput: Neither picture, prompt nor plan; a picture or plan that cannot be read; an option
            that is not possible.
        ModelUnavailable: Files that are needed to look at a picture, or of the model, cannot be had.
        ResourceExhausted: There is not enough memory for the model.
        Cancelled: when `stopped()` said True.
    """
    checked_seconds(seconds, LONGEST_IN_MEMORY_SECONDS)
    options = Options(seconds, model, seed, sample_rate, loop, mood, recordings, steps, guidance)
    started = time.perf_counter()
    made, caption = planned(image, prompt=prompt, plan=plan, model=options.model)
    stop_if(stopped)
    mixdown = _mixdown(made, caption, image, options, stopped, progress)
    return _result(mixdown.audio(), _as_mixed(made, options), mixdown, options, started)


def make(
    image: ImageSource | None = None,
    *,
    prompt: str | None = None,
    plan: Plan | Mapping[str, Any] | str | None = None,
    options: Options,
    stopped: Stopped | None = None,
) -> Generator[Step, None, None]:
    """The same step by step, for those who show how far it is. Raises as `soundscape` does."""
    checked_seconds(options.seconds, LONGEST_IN_MEMORY_SECONDS)
    started = time.perf_counter()
    if image is not None and plan is None:
        yield Step("looking")
    made, caption = planned(image, prompt=prompt, plan=plan, model=options.model)
    yield Step("planned", made, caption)
    stop_if(stopped)
    mixdown = yield from _prepared(made, caption, image, options)
    for _ in mixdown.measuring():
        stop_if(stopped)
        yield Step("mixing", made, caption)
    pieces: list[Audio] = []
    done = 0
    for piece in mixdown.blocks():
        stop_if(stopped)
        pieces.append(piece)
        done += piece.samples.shape[1]
        yield Step("mixing", made, caption, piece, done / mixdown.frames)
    whole = _result(concatenate(pieces), _as_mixed(made, options), mixdown, options, started)
    yield Step("done", made, caption, share=1.0, soundscape=whole)


def _prepared(
    plan: Plan, caption: Caption | None, image: ImageSource | None, options: Options
) -> Generator[Step, None, Mixdown]:
    """Make the sounds, a step for each take of each layer."""
    sounding = composing(_as_mixed(plan, options), **_how(caption, image, options))
    with closing(sounding):
        while True:
            try:
                yield Step("sounding", plan, caption, share=next(sounding))
            except StopIteration as end:
                mixdown: Mixdown = end.value
                return mixdown


def write_soundscape(
    out: str | Path,
    image: ImageSource | None = None,
    *,
    prompt: str | None = None,
    plan: Plan | Mapping[str, Any] | str | None = None,
    options: Options,
    stopped: Stopped | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], Plan]:
    """Make a soundscape of up to an hour straight into a file, in bounded memory.

    Returns:
        The command line's JSON object without the file's name, and the plan as it was mixed.

    Raises:
        InvalidInput, ModelUnavailable, Cancelled: as `soundscape` does, or a file that cannot be written.
    """
    started = time.perf_counter()
    made, caption = planned(image, prompt=prompt, plan=plan, model=options.model)
    stop_if(stopped)
    mixdown = _mixdown(made, caption, image, options, stopped, progress)
    write_blocks(mixdown.blocks(), out, options.sample_rate)
    mixed = _as_mixed(made, options)
    details = described(
        plan=mixed,
        model=str(options.model),
        seed=mixdown.seed,
        seconds=time.perf_counter() - started,
        duration=mixdown.duration,
        sample_rate=mixdown.sample_rate,
        notices=(*mixed.notices, *mixdown.notices),
        origins=mixdown.origins,
    )
    return details, mixed


def _as_mixed(plan: Plan, options: Options) -> Plan:
    """The plan in its mood, with numbers as its JSON has them: what is saved sounds the same again."""
    return Plan.from_dict(in_mood(plan, options.mood).to_dict())


def _mixdown(
    plan: Plan,
    caption: Caption | None,
    image: ImageSource | None,
    options: Options,
    stopped: Stopped | None = None,
    progress: Progress | None = None,
) -> Mixdown:
    how = _how(caption, image, options)
    return compose(_as_mixed(plan, options), **how, stopped=stopped, progress=progress)


def _how(caption: Caption | None, image: ImageSource | None, options: Options) -> dict[str, Any]:
    """The options as `compose` takes them."""
    named = {
        name: getattr(options, name)
        for name in ("seconds", "model", "seed", "sample_rate", "loop", "recordings", "steps", "guidance")
    }
    return named | {"caption": caption.text if caption else "", "picture": image}


def _result(audio: Audio, plan: Plan, mixdown: Mixdown, options: Options, started: float) -> Soundscape:
    return Soundscape(
        audio=audio,
        plan=plan,
        model=str(options.model),
        seed=mixdown.seed,
        seconds=time.perf_counter() - started,
        notices=(*plan.notices, *mixdown.notices),
        origins=mixdown.origins,
    )
