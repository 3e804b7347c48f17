"""What the describer learns from: texts with simulated evidence, photos with real evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np

from imagecraft.captioning.appearance import is_grey
from imagecraft.captioning.cues import CueModel, cue_probabilities, picture_features, thing_vector
from imagecraft.captioning.evidence import observe
from imagecraft.captioning.facts import COLUMNS, ROWS, ThingFact, holds, rows
from imagecraft.captioning.licences import Permits, fact_names, fact_vector
from imagecraft.captioning.weighing import weigh
from imagecraft.media.images import open_image
from imagecraft.training.cues import fit, fit_prior, told
from imagecraft.training.data import Photo
from imagecraft.training.language import Language, Worth
from imagecraft.training.learning import Batch
from imagecraft.training.rules import loosen
from imagecraft.training.simulation import CueSpread, Example, Simulator
from imagecraft.training.text import Mentions, mentions, read

BEST_COUNTED = 3.0  # CIDEr-D points above which a sentence is not learnt from more often
CHUNK = 500  # images a task


@dataclass(frozen=True, eq=False)
class Texts:
    """Caption texts, by image.

    Attributes:
        captions: As people wrote them.
        read: The same as the describer's tokens, as far as they can be read.
        told: What each image's captions tell.
    """

    captions: list[list[str]]
    read: list[list[list[str]]]
    told: list[Mentions]

    @classmethod
    def of(cls, captions: list[list[str]], workers: int) -> Texts:
        """Read captions, in several processes."""
        with _processes(workers) as pool:
            found = list(pool.map(_read, captions, chunksize=CHUNK))
        return cls(captions, [item[0] for item in found], [item[1] for item in found])


@dataclass(frozen=True, eq=False)
class Measured:
    """A captioned photo, as the three models see it."""

    photo: Photo
    things: tuple[ThingFact, ...]
    features: np.ndarray
    told: Mentions
    cues: dict[str, float]
    colourless: bool

    @property
    def example(self) -> Example:
        return Example(self.things, self.told, self.colourless)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Evidence of many pictures.

    Attributes:
        rows: uint8, shape (pictures, ROWS, COLUMNS).
        facts: bool, shape (pictures, facts).
    """

    rows: np.ndarray
    facts: np.ndarray

    @classmethod
    def of(cls, pictures: Sequence[tuple[Sequence[ThingFact], dict[str, float]]]) -> Evidence:
        """From things and cues."""
        table = np.zeros((len(pictures), ROWS, COLUMNS), np.uint8)
        facts = np.zeros((len(pictures), len(fact_names())), bool)
        for i, (things, cues) in enumerate(pictures):
            table[i] = rows(things, cues)
            facts[i] = fact_vector(holds(things, cues))
        return cls(table, facts)


@dataclass(frozen=True)
class Lesson:
    """A sentence for simulated evidence.

    Attributes:
        draw, image: Which evidence.
        sentence: Token numbers.
        worth: See `imagecraft.training.language.Worth`.
    """

    draw: int
    image: int
    sentence: list[int]
    worth: float


def measure(photos: Sequence[Photo], model: CueModel | None, log: Callable[[str], None]) -> list[Measured]:
    """Look at photos with the three models; cues are all zero where `model` is None."""
    with ThreadPoolExecutor(2) as pool:
        result = list(pool.map(partial(_measured, model=model), photos))
    log(f"measured {len(result)} photos")
    return result


def fit_cues(texts: Texts, photos: Sequence[Measured], seed: int) -> tuple[CueModel, CueSpread, np.ndarray]:
    """Cues' weights, how much the pictures add to what texts alone say, and each photo's cues without it.

    The last are probabilities by weights that were fitted without the photo, shape (photos, cues).
    """
    simulator = Simulator([item.example for item in photos], np.random.default_rng(seed))
    prior = fit_prior([simulator.things(item) for item in texts.told], told(texts.told), seed)
    things = [item.things for item in photos]
    times = told([item.told for item in photos])
    model, apart = fit(prior, things, np.stack([item.features for item in photos]), times, seed)
    odds = model.prior(np.stack([thing_vector(item) for item in things]))
    return model, CueSpread.of(apart - model.scale * odds, times), 1 / (1 + np.exp(-apart))


def simulate(
    texts: Texts, examples: Sequence[Example], model: CueModel, spread: CueSpread,
    draws: int, workers: int, seed: int,
) -> list[Evidence]:  # fmt: skip
    """Evidence for every image of the texts, several times."""
    task = partial(_simulated, told_all=texts.told, examples=examples, model=model, spread=spread)
    with _processes(workers) as pool:
        return list(pool.map(task, range(seed, seed + draws)))


def lessons(texts: Texts, draws: Sequence[Evidence], language: Language, worth: Worth) -> list[Lesson]:
    """People's sentences, as far as the evidence supports them."""
    index = {token: i for i, token in enumerate(language.tokens)}
    permits = Permits(language.tokens)
    known: dict[tuple[int, tuple[int, ...]], float] = {}
    result = []
    for draw, evidence in enumerate(draws):
        for image, captions in enumerate(texts.read):
            numbered = [
                [index[t] for t in caption] for caption in captions if all(t in index for t in caption)
            ]
            if not numbered:
                continue
            allowed = permits(evidence.facts[image : image + 1])[0]
            for sentence in numbered:
                kept = language.supported(sentence, allowed)
                if kept is None:
                    continue
                key = image, tuple(kept)
                if key not in known:
                    known[key] = worth([kept], texts.captions[image], texts.told[image])[0]
                result.append(Lesson(draw, image, kept, known[key]))
    return result


def lesson_batches(
    found: Sequence[Lesson], draws: Sequence[Evidence], permits: Permits,
    size: int, generator: np.random.Generator,
) -> Iterator[Batch]:  # fmt: skip
    """Batches of lessons, forever; what is worth more comes more often."""
    weights = np.exp(np.minimum([lesson.worth for lesson in found], BEST_COUNTED))
    weights *= np.minimum(1, np.array([len(lesson.sentence) for lesson in found]) / 8)
    reached = np.cumsum(weights / weights.sum())
    while True:
        chosen = [found[i] for i in np.searchsorted(reached, generator.random(size)).clip(0, len(found) - 1)]
        yield Batch(
            np.stack([draws[item.draw].rows[item.image] for item in chosen]).astype(np.int64),
            permits(np.stack([draws[item.draw].facts[item.image] for item in chosen])),
            [item.sentence for item in chosen],
            [item.image for item in chosen],
        )


def picture_batches(
    draws: Sequence[Evidence], real: Evidence, permits: Permits,
    size: int, real_share: float, generator: np.random.Generator,
) -> Iterator[Batch]:  # fmt: skip
    """Batches of evidence, forever: of texts (pictures 0, 1, …) and of real photos (pictures -1, -2, …)."""
    of_photos = round(size * real_share)
    while True:
        image = generator.integers(len(draws[0].rows), size=size - of_photos)
        draw = generator.integers(len(draws), size=size - of_photos)
        photo = generator.integers(len(real.rows), size=of_photos)
        evidence = [(draws[d], i) for d, i in zip(draw, image, strict=True)] + [(real, i) for i in photo]
        yield Batch(
            np.stack([source.rows[i] for source, i in evidence]).astype(np.int64),
            permits(np.stack([source.facts[i] for source, i in evidence])),
            [],
            [*image.tolist(), *(-1 - photo).tolist()],
        )


def _read(captions: list[str]) -> tuple[list[list[str]], Mentions]:
    return [tokens for tokens in map(read, captions) if tokens is not None], mentions(captions)


def _measured(photo: Photo, model: CueModel | None) -> Measured:
    seen = observe(open_image(photo.path).image)
    weighed = weigh(seen)
    things = tuple(ThingFact.of(thing) for thing in weighed)
    cues = {} if model is None else cue_probabilities(seen, weighed, things, model)
    return Measured(
        photo, things, picture_features(seen, weighed), mentions(photo.captions), cues, is_grey(seen)
    )


def _simulated(
    seed: int, *, told_all: list[Mentions], examples: Sequence[Example], model: CueModel, spread: CueSpread
) -> Evidence:
    simulator = Simulator(examples, np.random.default_rng(seed))
    simulator.teach_cues(model, spread)
    pictures = []
    for item in told_all:
        things = simulator.things(item)
        pictures.append((things, simulator.cues(things, item)))
    return Evidence.of(pictures)


def _processes(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=loosen)
