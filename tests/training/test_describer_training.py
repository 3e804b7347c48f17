"""The describer learns: a tiny run, from made texts and made measurements to files that write sentences."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")
pytest.importorskip("onnx")

from imagecraft.captioning.cues import CueModel, cue_names
from imagecraft.captioning.describer import FILES, Told, describe_all
from imagecraft.captioning.evidence import PIXEL_SIDE, REGION_SIDE, Observations
from imagecraft.captioning.facts import ThingFact
from imagecraft.captioning.writer import Writer
from imagecraft.runtime.vision import VOC_CLASSES, Sighting
from imagecraft.scoring.objects import named_objects
from imagecraft.training import corpus, network
from imagecraft.training.describer import Recipe, train

SCENES = {
    ("dog", "couch"): ["A dog is sitting on a couch.", "A dog on a couch.", "The dog sits on a couch."],
    ("cat", "bed"): ["A cat is laying on a bed.", "A cat on a bed.", "The cat sits on a bed."],
    ("person", "horse"): [
        "A man riding a horse.",
        "A person is riding a horse.",
        "A woman rides a horse in a field.",
    ],
}
IMAGES = 300  # of texts; fewer than 256 would teach the cues nothing
PHOTOS = 12
RECIPE = Recipe(
    draws=1, imitation_steps=40, imitation_batch=32, reinforcement_steps=20, reinforcement_batch=16,
    samples=2, workers=1,
)  # fmt: skip


def seen_on(image: Image.Image) -> Observations:
    """Measurements of a made photo, whose colour is the number of its scene."""
    first, second = list(SCENES)[image.getpixel((0, 0))[0] // 50]
    sightings = (Sighting(first, 0.9, (0.2, 0.1, 0.7, 0.7)), Sighting(second, 0.8, (0.1, 0.4, 0.9, 0.9)))
    regions = np.full((len(VOC_CLASSES), REGION_SIDE, REGION_SIDE), 0.05, np.float32)
    pixels = np.asarray(image.resize((PIXEL_SIDE, PIXEL_SIDE)))
    return Observations(image.size, sightings, {}, regions, pixels)


def write_data(folder: Path) -> None:
    """Texts and photos, laid out as `imagecraft train prepare coco` does."""
    scenes = list(SCENES.values())
    (folder / "describer" / "photos").mkdir(parents=True)
    texts = {str(number): scenes[number % 3] + scenes[number % 3][:2] for number in range(IMAGES)}
    with gzip.open(folder / "describer" / "caption_text.json.gz", "wt", encoding="utf-8") as file:
        json.dump(texts, file)
    rows = [{"file": f"{number}.png", "captions": texts[str(number)]} for number in range(PHOTOS)]
    (folder / "describer" / "photos.json").write_text(json.dumps(rows), "utf-8")
    for number, row in enumerate(rows):
        colour = (number % 3 * 50, 90, 120)
        Image.new("RGB", (64, 48), colour).save(folder / "describer" / "photos" / str(row["file"]))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Two runs of one recipe: their folders and their logs."""
    data = tmp_path_factory.mktemp("data")
    write_data(data)
    folders = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    logs: list[list[str]] = [[], []]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "observe", seen_on)
        for name, value in {"WIDTH": 32, "FEED": 64, "ENCODER_LAYERS": 1, "DECODER_LAYERS": 1}.items():
            patch.setattr(network, name, value)
        for folder, log in zip(folders, logs, strict=True):
            train(data, folder, RECIPE, log.append)
    return SimpleNamespace(folders=folders, logs=logs)


def told(*labels: str, **cues: float) -> Told:
    return Told(
        tuple(ThingFact(label, 0.95, 1, 4, 2, 2) for label in labels), dict.fromkeys(cue_names(), 0.0) | cues
    )


def test_it_writes_the_describers_files(runs):
    assert sorted(path.name for path in runs.folders[0].iterdir()) == sorted(FILES)
    with (runs.folders[0] / "cues.npz").open("rb") as file:
        model = CueModel.read(file)
    assert model.bias.shape == (len(cue_names()),)
    assert any(line.startswith("reinforce 20/20") for line in runs.logs[0])


def test_the_same_recipe_gives_the_same_bytes(runs):
    first, second = runs.folders
    for name in FILES:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    assert runs.logs[0][:-1] == runs.logs[1][:-1]  # the last names the folder


def test_its_sentences_name_what_is_given_and_nothing_else(runs):
    given = [
        told("dog", "couch"), told("cat", "bed"), told("dog", "bed", sitting=0.9), told("cat"),
        told("person", "horse", riding=0.9), told("person", "horse", field=0.9), told("person", "dog"),
    ]  # fmt: skip
    described = describe_all(given, writer=Writer(runs.folders[0]))
    assert sum(item is not None for item in described) >= 3
    for item, said in zip(given, described, strict=True):
        if said is not None:
            may = {thing.label for thing in item.things}
            named = named_objects(said.text).values()
            assert named
            assert all(classes & may for classes in named), said.text
            assert item.cues["riding"] or not {"riding", "rides"} & set(said.text.split()), said.text


def test_its_words_are_those_of_the_texts_but_for_sex(runs):
    table = json.loads((runs.folders[0] / "vocabulary.json").read_text("utf-8"))
    assert {"dog", "couch", "person", "riding", "on"} <= set(table["tokens"])
    assert not {"man", "woman"} & set(table["tokens"])
