"""How good and how true the offline captions are, on photos that five people described.

    python -m benchmarks.captions [--data DATA] [--show N]

CIDEr-D weighs words by how rare they are in the captions of some forty thousand other images. An object is
invented when neither COCO's annotators nor any of the five people have it; a place, doing or colour when none
of the five people tell of it. The last row is each person's caption against the other four's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.photos import DEFAULT_DATA
from imagecraft.captioning import describer
from imagecraft.captioning.account import account
from imagecraft.captioning.choice import SURE
from imagecraft.captioning.evidence import Observations, observe
from imagecraft.captioning.grounded import compose, describe_account
from imagecraft.captioning.wording import counted, listed
from imagecraft.media.images import open_image
from imagecraft.scoring.attributes import invented_attributes, stated_attributes
from imagecraft.scoring.captions import score
from imagecraft.scoring.cider import DocumentFrequencies, cider_d
from imagecraft.scoring.objects import classes_named, invented_objects, named_objects
from imagecraft.training.data import Photo, caption_texts, development_photos

CONSTANT = "A group of people standing next to each other."
LIST_LENGTH = 3

Describe = Callable[[Observations], str]


@dataclass(frozen=True)
class Row:
    """One way to caption, scored.

    Attributes:
        cider_d: Mean CIDEr-D over all photos.
        invented: Share of named objects that nobody can see, on the photos with object lists.
        photos_with_invention: Share of those photos whose caption has at least one.
        attributes: Share of stated places, doings and colours that none of the five people tell of.
        bleu_4: BLEU of up to four words, 0 to 1.
        meteor: METEOR 1.0, 0 to 1.
        words: Mean length of a caption.
        milliseconds: Mean time of the processor to put one photo's measurements into words.
    """

    name: str
    cider_d: float
    invented: float
    photos_with_invention: float
    attributes: float
    bleu_4: float
    meteor: float
    words: float
    milliseconds: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument(
        "--show", type=int, default=0, metavar="N", help="also print N captions beside people's"
    )
    options = parser.parse_args()

    photos = development_photos(options.data)
    frequencies = DocumentFrequencies.of(caption_texts(options.data))
    started = time.perf_counter()
    observations = [_look(photo) for photo in photos]
    looking = (time.perf_counter() - started) / len(photos)

    rows = [
        _score("constant sentence", lambda _: CONSTANT, photos, observations, frequencies),
        _score("list, score from .5", _list_from(0.5), photos, observations, frequencies),
        _score("list, score from .3", _list_from(0.3), photos, observations, frequencies),
        _score("grounded, template", _template, photos, observations, frequencies),
        _score("learned sentence alone", _learned, photos, observations, frequencies),
        _score("grounded, as it speaks", _described, photos, observations, frequencies),
        _people(photos, frequencies),
    ]
    marked = sum(photo.objects is not None for photo in photos)
    print(f"{len(photos)} photos, {marked} with object lists; looking takes {looking:.3f} s a photo\n")
    print(
        f"{'':24}{'CIDEr-D':>9}{'BLEU-4':>8}{'METEOR':>8}{'invented':>10}{'in photos':>11}"
        f"{'attributes':>12}{'words':>7}{'CPU ms':>8}"
    )
    for row in rows:
        print(
            f"{row.name:24}{row.cider_d:9.3f}{row.bleu_4:8.3f}{row.meteor:8.3f}{row.invented:10.1%}"
            f"{row.photos_with_invention:11.1%}{row.attributes:12.1%}{row.words:7.1f}{row.milliseconds:8.2f}"
        )
    for photo, seen in list(zip(photos, observations, strict=True))[: options.show]:
        print(
            f"\n{photo.path.name}  {_described(seen)}\n{'':18}{_template(seen)}\n{'':18}{photo.captions[0]}"
        )


def _look(photo: Photo) -> Observations:
    return observe(open_image(photo.path, max_side=1024).image)


def _template(seen: Observations) -> str:
    return compose(account(seen))


def _learned(seen: Observations) -> str:
    """The describer's sentence wherever it has one."""
    described = describer.describe(describer.Told.of(seen), named_from=SURE.named)
    return described.text if described else _template(seen)


def _described(seen: Observations) -> str:
    told = account(seen)
    described = describe_account(told)
    return described.text if described else compose(told)


def _list_from(threshold: float) -> Describe:
    """A bare list of the largest detections, as a simple program would write it."""

    def describe(seen: Observations) -> str:
        groups: dict[str, list[float]] = {}
        for sighting in seen.objects:
            if sighting.score >= threshold:
                groups.setdefault(sighting.label, []).append(sighting.area)
        largest = sorted(groups, key=lambda label: -max(groups[label]))[:LIST_LENGTH]
        return listed([counted(label, len(groups[label])) for label in largest]) or "A photo"

    return describe


def _score(
    name: str,
    describe: Describe,
    photos: list[Photo],
    observations: list[Observations],
    frequencies: DocumentFrequencies,
) -> Row:
    started = time.process_time()
    captions = [describe(seen) for seen in observations]
    seconds = time.process_time() - started
    scores = cider_d(captions, [photo.captions for photo in photos], frequencies)
    return Row(
        name,
        sum(scores) / len(scores),
        *_invention(captions, photos),
        *_overlap(captions, [photo.captions for photo in photos]),
        sum(len(caption.split()) for caption in captions) / len(captions),
        1000 * seconds / len(photos),
    )


def _overlap(captions: list[str], references: list[tuple[str, ...]]) -> tuple[float, float]:
    """BLEU-4 and METEOR."""
    report = score(captions, [list(said) for said in references], metrics=("bleu_4", "meteor"))
    values = {item.name: item.value for item in report.scores}
    return values["bleu_4"], values["meteor"]


def _invention(captions: list[str], photos: list[Photo]) -> tuple[float, float, float]:
    stated = untold = 0
    for caption, photo in zip(captions, photos, strict=True):
        stated += len(stated_attributes(caption))
        untold += len(invented_attributes(caption, photo.captions))
    named = invented = guilty = judged = 0
    for caption, photo in zip(captions, photos, strict=True):
        if photo.objects is None:
            continue
        wrong = invented_objects(caption, classes_named(photo.captions) | photo.objects)
        named += len(named_objects(caption))
        invented += len(wrong)
        guilty += bool(wrong)
        judged += 1
    return invented / max(named, 1), guilty / max(judged, 1), untold / max(stated, 1)


def _people(photos: list[Photo], frequencies: DocumentFrequencies) -> Row:
    """Each person's caption against the other four."""
    turns = []
    for turn in range(5):
        captions = [photo.captions[turn] for photo in photos]
        others = [photo.captions[:turn] + photo.captions[turn + 1 :] for photo in photos]
        judged = [
            Photo(photo.path, tuple(rest), photo.objects) for photo, rest in zip(photos, others, strict=True)
        ]
        scores = cider_d(captions, others, frequencies)
        words = sum(len(caption.split()) for caption in captions) / len(captions)
        turns.append(
            (sum(scores) / len(scores), *_invention(captions, judged), *_overlap(captions, others), words)
        )
    means = [sum(column) / len(turns) for column in zip(*turns, strict=True)]
    return Row("one person, four others", *means, 0.0)


if __name__ == "__main__":
    main()
