"""From which probabilities the offline captioner had best name things and state places and doings.

    python -m benchmarks.sureness FOLDER [--data DATA]

FOLDER is what `imagecraft train describer --unseen` wrote: a describer that learnt to write from texts alone,
so that the training photos can judge it. Their places and doings are concluded by weights that were fitted
without them. Prints, for each set of probabilities, how well and how truly the captions as they are spoken
(`captioning/choice.py`) tell of these photos. The development photos have no part in it.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.photos import DEFAULT_DATA
from imagecraft.captioning.account import account
from imagecraft.captioning.choice import Sureness, chosen
from imagecraft.captioning.cues import COLOURLESS, MEASURED, cue_names
from imagecraft.captioning.describer import Told
from imagecraft.captioning.evidence import observe
from imagecraft.captioning.facts import thing_facts
from imagecraft.captioning.grounded import compose
from imagecraft.captioning.writer import Writer
from imagecraft.media.images import open_image
from imagecraft.scoring.attributes import invented_attributes, stated_attributes
from imagecraft.scoring.cider import DocumentFrequencies, cider_d
from imagecraft.scoring.objects import classes_named, invented_objects, named_objects
from imagecraft.training.corpus import Texts, fit_cues, measure
from imagecraft.training.data import caption_texts, training_photos

NAMED_FROM = (0.4, 0.42, 0.45, 0.5)
CONCLUDED_FROM = (0.6, 0.65, 0.7, 0.75, 0.8)
LIKELY = (None, Sureness(0.6, 0.42), Sureness(0.6, 0.4), Sureness(0.55, 0.4))  # None: no less than elsewhere


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", type=Path)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    texts = caption_texts(options.data)
    photos = training_photos(options.data)
    measured = measure(photos, None, print)
    chances = fit_cues(Texts.of(texts, 2), measured, options.seed)[2]
    accounts = [account(observe(open_image(photo.path).image)) for photo in photos]
    told = [
        Told(thing_facts(item.weighed), _cues(row, colourless=seen.colourless))
        for item, seen, row in zip(accounts, measured, chances, strict=True)
    ]
    plain = [compose(item) for item in accounts]
    may_learn = [item.name is None and not item.unsure and bool(item.things) for item in accounts]
    frequencies = DocumentFrequencies.of(texts)
    writer = Writer(options.network)

    print(
        f"{'places':>8}{'things':>8}{'where few words':>20}{'CIDEr-D':>9}{'invented':>10}"
        f"{'attributes':>12}{'stated':>8}"
    )
    for concluded, named, likely in product(CONCLUDED_FROM, NAMED_FROM, LIKELY):
        described = chosen(
            [item for item, may in zip(told, may_learn, strict=True) if may],
            [text for text, may in zip(plain, may_learn, strict=True) if may],
            writer=writer, sure=Sureness(concluded, named), likely=likely or Sureness(concluded, named),
        )  # fmt: skip
        found = iter(described)
        captions = []
        for template, may in zip(plain, may_learn, strict=True):
            learned = next(found) if may else None
            captions.append(template if learned is None else learned.text)
        said = [photo.captions for photo in photos]
        worth = cider_d(captions, said, frequencies)
        pairs = list(zip(captions, said, strict=True))
        false = sum(len(invented_objects(text, classes_named(people))) for text, people in pairs)
        untold = sum(len(invented_attributes(text, people)) for text, people in pairs)
        objects = sum(len(named_objects(text)) for text in captions)
        stated = sum(len(stated_attributes(text)) for text in captions)
        also = f"{likely.concluded}, {likely.named}" if likely else "the same"
        print(
            f"{concluded:8}{named:8}{also:>20}{sum(worth) / len(worth):9.3f}{false / objects:10.1%}"
            f"{untold / stated:12.1%}{stated:8}"
        )


def _cues(chances: np.ndarray, *, colourless: bool) -> dict[str, float]:
    named = dict(zip(cue_names(), chances.tolist(), strict=True))
    return named | {COLOURLESS: MEASURED if colourless else 0.0}


if __name__ == "__main__":
    main()
