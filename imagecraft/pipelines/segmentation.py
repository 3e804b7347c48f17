"""Image -> regions: open the picture, divide it, say what is where, give each region its sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from imagecraft import catalog, speech
from imagecraft.errors import Cancelled
from imagecraft.media.audio import Audio
from imagecraft.media.images import ImageSource, open_image
from imagecraft.media.sounds import resampled
from imagecraft.pipelines.object_sounds import SAMPLE_RATE_HZ, sound_of
from imagecraft.pipelines.region_words import (
    reading_order,
    region_name,
    region_words,
    summary,
)
from imagecraft.runtime import vision
from imagecraft.segmentation import Region, Segmentation, segment
from imagecraft.segmentation.classes import Kind
from imagecraft.segmentation.export import coco, cut_outs, label_map, png
from imagecraft.segmentation.legend import legend
from imagecraft.segmentation.overlay import OPACITY, VARIANTS, Variant, overlay
from imagecraft.segmentation.shapes import path, target
from imagecraft.segmentation.statistics import ClassRow, class_rows, to_csv, to_json
from imagecraft.segmentation.tags import Tag, laid_out

__all__ = [
    "MOST_HEARD",
    "OFFLINE",
    "OPACITY",
    "VARIANTS",
    "ClassRow",
    "Explored",
    "Kind",
    "Region",
    "Segmentation",
    "Step",
    "Tag",
    "Variant",
    "class_rows",
    "coco",
    "cut_outs",
    "details",
    "divide",
    "explore",
    "label_map",
    "legend",
    "likeliest",
    "overlay",
    "path",
    "play_all",
    "png",
    "reading_order",
    "region_name",
    "segment",
    "spoken_summary",
    "summary",
    "tags_for_page",
    "target",
    "to_csv",
    "to_json",
    "told_regions",
]

OFFLINE = catalog.default_card("segment").id
MOST_HEARD = 24  # regions that get words and a sound; more than anybody wants to go through
MOST_IN_ROW = 6  # sounds in a row after the summary
MOST_OF_A_KIND = 2
GAP_SECONDS = 0.25
LIKELIEST = 5
PAGE_TAG_SHARE = 0.036  # of the picture's longer side; 13 pixels where it is shown on a phone
LEAST_SIGHTING = 0.3


@dataclass(frozen=True)
class Explored:
    """A region as it is met by touch or keyboard.

    Attributes:
        region: It.
        words: What is said of it.
        speech: They, spoken, in one channel.
        sound: What it sounds like, in one channel.
        origin: Where the sound comes from: "tone", "synthesis", or the collection of a recording.
        pan: Where it is heard: -1 at the left edge, 1 at the right.
    """

    region: Region
    words: str
    speech: Audio
    sound: Audio
    origin: str
    pan: float


@dataclass(frozen=True)
class Step:
    """Where the work stands.

    Attributes:
        name: "looking", then "speaking" (once with the segmentation, then after every region), then "done".
        segmentation: What was found, from "speaking" on.
        explored: The regions that have words and a sound so far, in reading order.
        summary: The spoken summary's text, from "speaking" on.
        spoken: The summary, spoken, at "done".
    """

    name: Literal["looking", "speaking", "done"]
    segmentation: Segmentation | None = None
    explored: tuple[Explored, ...] = ()
    summary: str = ""
    spoken: Audio | None = None


def divide(
    image: ImageSource,
    *,
    model: str | None = None,
    max_side: int | None = None,
    voice: str | None = None,
    speed: float = 1.0,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Divide a picture and give its regions words and sounds, step by step.

    Args:
        image: As `imagecraft.segment` takes it.
        model: Id of a segmentation model.
        max_side: Longest side of the result in pixels; larger pictures are made smaller.
        voice: Id of a voice.
        speed: Of the voice, 0.5 to 2.
        cancelled: Asked between steps.

    Raises:
        InvalidInput, ModelUnavailable, ResourceExhausted: as `imagecraft.segment` and `speak` do.
        Cancelled: when `cancelled()` became true.
    """
    yield Step("looking")
    made = segment(open_image(image, max_side=max_side), model=model)
    said = summary(made)
    yield Step("speaking", made, (), said)
    explored: list[Explored] = []
    for one in explore(made, voice=voice, speed=speed):
        if cancelled():
            raise Cancelled()
        explored.append(one)
        yield Step("speaking", made, tuple(explored), said)
    yield Step("done", made, tuple(explored), said, speech.speak(said, voice=voice, speed=speed))


def spoken_summary(segmentation: Segmentation, *, voice: str | None = None) -> Audio:
    """The summary, spoken, in one channel."""
    return speech.speak(summary(segmentation), voice=voice)


def explore(
    segmentation: Segmentation, *, voice: str | None = None, speed: float = 1.0
) -> Iterator[Explored]:
    """Words and a sound for each of the largest regions, in reading order."""
    sounds: dict[str, tuple[Audio, str]] = {}
    for region, words in told_regions(segmentation):
        if region.label not in sounds:
            sounds[region.label] = sound_of(segmentation.kind_of(region.index))
        sound, origin = sounds[region.label]
        yield Explored(
            region=region,
            words=words,
            speech=speech.speak(words, voice=voice, speed=speed),
            sound=sound,
            origin=origin,
            pan=_pan(region, segmentation.size),
        )


def told_regions(segmentation: Segmentation) -> list[tuple[Region, str]]:
    """The largest regions in reading order, each with what is said of it."""
    regions = reading_order(segmentation.regions[:MOST_HEARD])
    counts = Counter(region.label for region in regions)
    met: Counter[str] = Counter()
    told = []
    for region in regions:
        met[region.label] += 1
        kind = segmentation.kind_of(region.index)
        told.append((region, region_words(region, kind, met[region.label], counts[region.label])))
    return told


def play_all(segmentation: Segmentation, spoken: Audio, explored: Sequence[Explored] = ()) -> Audio:
    """The spoken summary, then the largest regions' sounds from left to right, each where its region is.

    Args:
        segmentation: What was found.
        spoken: The summary, spoken.
        explored: The regions that have sounds already; those of others are made.

    Returns:
        Two channels.
    """
    words = resampled(spoken, SAMPLE_RATE_HZ).samples.mean(axis=0)
    parts = [np.stack([words, words])]
    gap = np.zeros((2, round(GAP_SECONDS * SAMPLE_RATE_HZ)), np.float32)
    for sound, pan in _in_row(segmentation, explored):
        parts += [gap, _panned(sound.samples.mean(axis=0), pan)]
    return Audio(np.concatenate(parts, axis=1).astype(np.float32), SAMPLE_RATE_HZ)


def likeliest(image: ImageSource) -> dict[str, list[dict[str, Any]]]:
    """What the picture as a whole is likeliest to show, and what the detector sees in it.

    Returns:
        "picture": the first five of ImageNet's 1,000 classes with their probability; "objects": the
        detector's kinds with the score of the surest and how many there are, at most five.

    Raises:
        InvalidInput, ModelUnavailable: as `imagecraft.segment` does.
    """
    picture = open_image(image, max_side=vision.DETECTOR_SIDE)
    classes = vision.classify(picture.image)[:LIKELIEST]
    best: dict[str, list[float]] = {}
    for sighting in vision.detect(picture.image):
        if sighting.score >= LEAST_SIGHTING:
            best.setdefault(sighting.label, []).append(sighting.score)
    return {
        "picture": [{"label": label, "score": round(score, 4)} for label, score in classes],
        "objects": [
            {"label": label, "score": round(scores[0], 4), "count": len(scores)}
            for label, scores in list(best.items())[:LIKELIEST]
        ],
    }


def details(segmentation: Segmentation, *, file: str | None = None) -> dict[str, Any]:
    """All that is known of a segmentation, as the command line and the HTTP API give it."""
    named = {"file": file} if file is not None else {}
    return named | segmentation.to_dict() | {"summary": summary(segmentation)}


def tags_for_page(segmentation: Segmentation) -> list[Tag]:
    """Where names stand on a picture that is shown smaller than it is, so that they can be read there."""
    return laid_out(segmentation.regions, segmentation.size, PAGE_TAG_SHARE)


def _in_row(segmentation: Segmentation, explored: Sequence[Explored]) -> list[tuple[Audio, float]]:
    """Sound and place of the largest regions, no more than a few, and few of a kind."""
    ready = {one.region.number: one.sound for one in explored}
    kinds: Counter[str] = Counter()
    row: list[tuple[Audio, float]] = []
    for region in segmentation.regions:
        kinds[region.label] += 1
        if kinds[region.label] <= MOST_OF_A_KIND and len(row) < MOST_IN_ROW:
            sound = ready.get(region.number) or sound_of(segmentation.kind_of(region.index))[0]
            row.append((sound, _pan(region, segmentation.size)))
    return sorted(row, key=lambda entry: entry[1])


def _pan(region: Region, size: tuple[int, int]) -> float:
    return round(2 * (region.centre[0] + 0.5) / size[0] - 1, 3)


def _panned(samples: np.ndarray, pan: float) -> np.ndarray:
    """Two channels of equal power together, wherever the sound is."""
    angle = (pan + 1) * np.pi / 4
    return np.stack([np.cos(angle) * samples, np.sin(angle) * samples])
