"""A sound heard and pictures painted on a shared page: in turns, by the offline model where it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from PIL import Image

from imagecraft.pipelines import audio_to_image as pipeline
from imagecraft.pipelines.audio_to_image import Heard, Painting, Sketch
from imagecraft.pipelines.fallback import Instead, or_offline
from imagecraft.ui import turns, work
from imagecraft.ui.drawing_options import Options
from imagecraft.ui.errors import instead
from imagecraft.ui.turns import Waiting


def listened(path: Path, model: str, labels: str | None) -> Iterator[Heard | Waiting]:
    """What is heard in a sound; while others are listened to, how many those are.

    Args:
        path: The sound's file.
        model: Id of the listener.
        labels: What to listen for, in the visitor's own words; None for all that the listener knows.

    Raises:
        InvalidInput: as `imagecraft.pipelines.audio_to_image.listen`.
    """
    line = turns.quick.share if model == pipeline.OFFLINE_LISTENER else turns.whole.keep
    return line(_listened(path, model, labels))


def painted(heard: Heard | None, text: str, wanted: Options) -> Iterator[Painting | Sketch | Waiting]:
    """The pictures one after the other, a slow one's sketches before it; and who is waited for.

    Where the painter is not to be had, the offline one paints, and each picture says so.

    Args:
        heard: What was heard, whose light and lines the offline painter takes; None for words alone.
        text: What to paint.
        wanted: The tab's options.

    Raises:
        ImageCraftError: as `imagecraft.pipelines.audio_to_image.paint_sound`.
    """
    line = turns.whole.keep if wanted.slow else turns.quick.share
    return line(_painted(heard, text, wanted))


def _listened(path: Path, model: str, labels: str | None) -> Iterator[Heard]:
    def listen(name: str | None) -> Iterator[Heard]:
        own = name == model
        strict = name != pipeline.OFFLINE_LISTENER
        yield pipeline.listen(path, model=name, labels=labels if own else None, strict=strict)

    said: tuple[str, ...] = ()
    for step in or_offline("tag", model, listen):
        if isinstance(step, Instead):
            said = (instead(step),)
        else:
            yield replace(step, notices=(*said, *step.notices))


def _painted(heard: Heard | None, text: str, wanted: Options) -> Iterator[Painting | Sketch]:
    said: tuple[str, ...] = ()
    for number in range(wanted.pictures):
        for step in or_offline("paint", wanted.painter, partial(_one, heard, text, wanted, number)):
            if isinstance(step, Instead):
                wanted = replace(wanted, painter=step.model, steps=None, guidance=None)
                said = (instead(step),)
            elif isinstance(step, Painting):
                yield replace(step, notices=(*said, *step.notices))
            else:
                yield step


def _one(
    heard: Heard | None, text: str, wanted: Options, number: int, painter: str | None
) -> Iterator[Painting | Sketch]:
    """A picture, and the sketches on the way to it."""

    def paint(told: Callable[[Sketch], None]) -> Painting:
        own = painter == wanted.painter
        steps = pipeline.paint_sound(
            prompt=text,
            style=wanted.style,
            model=painter,
            steps=wanted.steps if own else None,
            guidance=wanted.guidance if own else None,
            seed=(wanted.seed + number) % pipeline.SEED_LIMIT,
            size=wanted.size,
            heard=heard,
        )
        painting: Painting | None = None
        preview: Image.Image | None = None
        with closing(steps):
            for step in steps:
                painting = step.painting
                if step.sketch is not None:
                    preview = step.sketch.preview or preview
                    told(Sketch(step.sketch.share, preview))
        if painting is None:
            raise RuntimeError("the work ended without a result")
        return painting

    if wanted.slow:
        yield (yield from work.following(paint, Sketch(0.0)))
    else:
        yield paint(lambda _: None)
