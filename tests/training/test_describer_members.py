"""Several networks that write together: the files hold the mean of what they say, and the writer reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from imagecraft.captioning.facts import COLUMNS, ROWS, ThingFact, concepts, holds, rows
from imagecraft.captioning.licences import fact_vector
from imagecraft.captioning.writer import Writer
from imagecraft.training.export import export
from imagecraft.training.language import Language
from imagecraft.training.network import Ensemble, Network

CAPTIONS = [["a", "dog", "on", "a", "couch"], ["a", "cat", "is", "sitting", "on", "a", "bed"]]
HALVED = 0.02  # log-odds that half precision of the weights may move


@pytest.fixture(scope="module")
def language() -> Language:
    return Language.of(CAPTIONS * 10)


@pytest.fixture(scope="module")
def members(language: Language) -> list[Network]:
    made = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        made.append(Network(len(concepts()), len(language.tokens) + 2).eval())
    return made


@pytest.fixture(scope="module")
def folder(members: list[Network], language: Language, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target: Path = tmp_path_factory.mktemp("describer")
    export(Ensemble(members), language, target)
    return target


def test_the_files_say_the_mean_of_what_the_members_say(
    folder: Path, members: list[Network], language: Language
) -> None:
    evidence = torch.randint(0, 2, (3, ROWS, COLUMNS), generator=torch.Generator().manual_seed(1))
    said = torch.tensor([[language.end + 1, 0, 1]] * 3)
    with torch.no_grad():
        expected = torch.stack([member.eval()(evidence, said) for member in members]).mean(0)[:, -1].numpy()
    encoder, decoder = (
        onnxruntime.InferenceSession(str(folder / name)) for name in ("encoder.onnx", "decoder.onnx")
    )
    memory, mask = encoder.run(None, {"rows": evidence.numpy()})
    past = np.zeros((memory.shape[0], 2, 3, memory.shape[3], 0, memory.shape[-1]), np.float32)
    for place in range(said.shape[1]):
        odds, past = decoder.run(
            None,
            {
                "words": said[:, place].numpy(),
                "place": np.array([place]),
                "past": past,
                "memory": memory,
                "mask": mask,
            },
        )
    assert np.abs(odds - expected).max() < HALVED
    assert np.abs(odds).max() > 5 * HALVED


def test_the_writer_writes_with_them(folder: Path) -> None:
    things = (ThingFact("dog", 0.9, 1, 4, 2, 2), ThingFact("couch", 0.9, 1, 4, 2, 2))
    facts = fact_vector(holds(things, {}))
    for beams in (1, 4):
        (sentence,) = Writer(folder, beams).sentences(rows(things, {})[None], facts[None])
        assert set(sentence) <= {"a", "dog", "couch", "on", "is"}
        assert {"dog", "couch"} & set(sentence)
