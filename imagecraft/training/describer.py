"""`imagecraft train describer`: from captioned photos and caption texts to the files that describe pictures.

Read the texts; fit what cues rest on; simulate evidence for every text; let a network imitate people's
sentences, then reinforce those that are worth most; average the last checkpoints; do so with several
networks, which write together; write the files.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imagecraft.captioning.facts import concepts
from imagecraft.captioning.licences import Permits
from imagecraft.scoring.cider import DocumentFrequencies
from imagecraft.training.corpus import (
    Evidence,
    Measured,
    Texts,
    fit_cues,
    lesson_batches,
    lessons,
    measure,
    picture_batches,
    simulate,
)
from imagecraft.training.data import caption_texts, training_photos
from imagecraft.training.language import Language, Worth
from imagecraft.training.rules import loosened

if TYPE_CHECKING:
    from imagecraft.training.network import Network

Log = Callable[[str], None]

AVERAGED_STEPS = 60  # at the end, whose checkpoints are averaged
SAVED_EVERY = 60
FLUENCY_BATCH = 64


@dataclass(frozen=True)
class Recipe:
    """All that a training run can be told.

    Attributes:
        seed: Of everything drawn by chance.
        members: Networks that learn, each by a chance of its own, and write together.
        draws: Simulated pieces of evidence for each image of the texts.
        imitation_steps, imitation_batch, imitation_rate: Of the first stage.
        reinforcement_steps, reinforcement_batch, reinforcement_rate: Of the second.
        samples: Sentences tried for a picture in the second.
        real_share: Share of real photos in it.
        fluency: Weight of imitation in it.
        workers: Processes that read and simulate; the network itself learns in one thread, so that a seed
            gives the same result on every run.
    """

    seed: int = 1
    members: int = 1
    draws: int = 4
    imitation_steps: int = 600
    imitation_batch: int = 192
    imitation_rate: float = 1.6e-3
    reinforcement_steps: int = 450
    reinforcement_batch: int = 64
    reinforcement_rate: float = 1e-3
    samples: int = 5
    real_share: float = 0.12
    fluency: float = 0.02
    workers: int = 2


def train(data: Path, target: Path, recipe: Recipe | None = None, log: Log = print) -> None:
    """Train a describer and write its files.

    Args:
        data: Folder with the photos and texts; see `imagecraft.training.data`.
        target: Folder for encoder.onnx, decoder.onnx, vocabulary.json and cues.npz.
        recipe: The shipped files' own where None.
        log: Takes each line of the run's log.

    Raises:
        InvalidInput: The data is not there.
    """
    import torch

    from imagecraft.training.export import export
    from imagecraft.training.network import Ensemble, Network

    recipe = recipe or Recipe()
    log(f"recipe {asdict(recipe)}")
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)

    captions = caption_texts(data)
    texts = Texts.of(captions, recipe.workers)
    log(f"read {sum(map(len, texts.read))} captions of {len(captions)} images")
    spoken = _language(texts)
    with loosened():
        first_look = measure(training_photos(data), None, log)
        model, spread, _ = fit_cues(texts, first_look, recipe.seed)
        target.mkdir(parents=True, exist_ok=True)
        with (target / "cues.npz").open("wb") as file:
            model.write(file)
        photos = measure([item.photo for item in first_look], model, log)
        examples = [item.example for item in photos]
        draws = simulate(texts, examples, model, spread, recipe.draws, recipe.workers, recipe.seed)

        language = _language(texts)
        if language.tokens != spoken.tokens:
            raise RuntimeError("The looser rules must have the same words.")
        worth = Worth(language, DocumentFrequencies.of(captions))
        log(f"{len(language.tokens)} tokens")
        members: list[Network] = []
        for number in range(recipe.members):
            seed = recipe.seed + number
            if number:
                torch.manual_seed(seed)
            log(f"member {number + 1} of {recipe.members}, seed {seed}")
            members.append(Network(len(concepts()), len(language.tokens) + 2))
            save = partial(export, Ensemble(members) if number else members[0], spoken, target)
            _learn(members[-1], language, worth, texts, draws, photos, replace(recipe, seed=seed), save, log)
            save()
    log(f"wrote {target}")


def _language(texts: Texts) -> Language:
    return Language.of(caption for read in texts.read for caption in read)


def _learn(
    network: Network, language: Language, worth: Worth, texts: Texts, draws: Sequence[Evidence],
    photos: Sequence[Measured], recipe: Recipe, save: Callable[[], None], log: Log,
) -> None:  # fmt: skip
    from imagecraft.training.learning import imitate, reinforce

    permits = Permits(language.tokens)
    generator = np.random.default_rng(recipe.seed)
    found = lessons(texts, draws, language, worth)
    log(f"{len(found)} lessons, worth {np.mean([lesson.worth for lesson in found]):.3f}")
    batches = partial(lesson_batches, found, draws, permits, generator=generator)
    imitate(
        network, language, batches(recipe.imitation_batch), steps=recipe.imitation_steps,
        rate=recipe.imitation_rate, log=log,
    )  # fmt: skip
    real = Evidence.of([(item.things, item.cues) for item in photos])

    def judge(picture: int, sentences: list[list[int]]) -> list[float]:
        if picture >= 0:
            return worth(sentences, texts.captions[picture], texts.told[picture])
        photo = photos[-1 - picture]
        return worth(sentences, photo.photo.captions, photo.told)

    average = _Average()
    last = recipe.reinforcement_steps - AVERAGED_STEPS

    def keep(step: int) -> None:
        if step > last:
            average.add(network)
        if step % SAVED_EVERY == 0:
            save()

    reinforce(
        network, language,
        picture_batches(draws, real, permits, recipe.reinforcement_batch, recipe.real_share, generator),
        judge, steps=recipe.reinforcement_steps, rate=recipe.reinforcement_rate, samples=recipe.samples,
        imitation=batches(FLUENCY_BATCH), imitation_weight=recipe.fluency, log=log, check=keep,
    )  # fmt: skip
    average.load_into(network)


class _Average:
    """The mean of several states of a network."""

    def __init__(self) -> None:
        self._sum: dict[str, Any] = {}
        self._count = 0

    def add(self, network: Network) -> None:
        state = copy.deepcopy(network.state_dict())
        self._sum = {name: tensor + self._sum.get(name, 0) for name, tensor in state.items()}
        self._count += 1

    def load_into(self, network: Network) -> None:
        if self._count:
            network.load_state_dict({name: total / self._count for name, total in self._sum.items()})
