"""A soundscape made on a shared page: in turns, within bounds, by the offline model where it must be."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

from imagecraft import catalog
from imagecraft.errors import InvalidInput
from imagecraft.media.images import ImageSource
from imagecraft.pipelines import fallback
from imagecraft.pipelines import image_to_soundscape as pipeline
from imagecraft.pipelines.image_to_soundscape import Options, Plan, Step
from imagecraft.pipelines.models import ranges
from imagecraft.ui import soundscape_words as words
from imagecraft.ui import turns, work
from imagecraft.ui.turns import Waiting

MOST_EVENTS = 1_500
"""Of all layers together, in one soundscape: a visitor's share of a page that others use too."""


def making(
    image: ImageSource | None = None,
    *,
    prompt: str | None = None,
    plan: Plan | Mapping[str, Any] | str | None = None,
    options: Options,
) -> Generator[Step, None, None]:
    """The pipeline's steps, which end where more is planned than one visitor may ask for.

    Raises:
        InvalidInput: More events than `MOST_EVENTS`, or what `image_to_soundscape.make` refuses.
    """
    with closing(pipeline.make(image, prompt=prompt, plan=plan, options=options)) as steps:
        for step in steps:
            if step.name == "planned" and step.plan is not None:
                _check_events(step.plan, options)
            yield step


def or_offline(
    image: ImageSource | None = None,
    *,
    prompt: str | None = None,
    plan: Plan | Mapping[str, Any] | str | None = None,
    options: Options,
) -> Iterator[Step | Waiting | fallback.Instead]:
    """The steps in turns with others; those of the offline model after that, where the chosen one cannot."""

    def run(model: str | None) -> Iterator[Step | Waiting]:
        own = options if model == options.model else replace(options, model=model, steps=None, guidance=None)
        return in_turns(making(image, prompt=prompt, plan=plan, options=own), own)

    return fallback.or_offline("soundscape", options.model, run)


def in_turns(steps: Generator[Step, None, None], options: Options) -> Iterator[Step | Waiting]:
    """Steps in turns with others: short ones in turn after turn, those of a model of the hub in one."""
    if not ranges(catalog.card(str(options.model))).in_steps:
        yield from turns.quick.share(steps)
        return
    yield from turns.quick.share(_until_planned(steps))
    yield from turns.whole.keep(_followed(steps))


def _until_planned(steps: Iterator[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        if step.name == "planned":
            return


def _followed(steps: Generator[Step, None, None]) -> Iterator[Step]:
    """The newest of the steps every now and then, and the last."""

    def job(told: Callable[[Step], None]) -> Step | None:
        last = None
        with closing(steps):
            for last in steps:
                told(last)
        return last

    last = yield from work.following(job, Step("sounding"))
    if last is not None:
        yield last


def _check_events(plan: Plan, options: Options) -> None:
    heard = pipeline.in_mood(plan, options.mood).heard
    count = sum(layer.per_minute for layer in heard if layer.kind == "event") * options.seconds / 60
    if count > MOST_EVENTS:
        raise InvalidInput(
            words.TOO_MANY_EVENTS.format(count=round(count), most=MOST_EVENTS), words.TOO_MANY_EVENTS_HINT
        )
