"""What each task leaves in the table and beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from batch_command import EXAMPLES, batch, results, rows

pytestmark = pytest.mark.usefixtures("empty_folder")


def test_speech_regions_and_soundscapes_are_files_below_one_folder(capsys):
    Path("one").mkdir()
    Path("one/cat.jpg").write_bytes((EXAMPLES / "chelsea.jpg").read_bytes())
    batch(capsys, "one", "--task", "speak", "-o", "speech.jsonl", "--format", "ogg")
    (spoken,) = rows("speech.jsonl")
    assert Path(spoken["audio"]).parent == Path("speech-files")
    assert Path(spoken["audio"]).stat().st_size > 1000
    batch(capsys, "one", "--task", "segment", "-o", "regions.jsonl", "--beside")
    (divided,) = rows("regions.jsonl")
    assert (divided["overlay"], divided["mask"]) == ("one/cat.overlay.png", "one/cat.mask.png")
    assert sum(one["share"] for one in divided["classes"]) == pytest.approx(1)
    Path(divided["mask"]).unlink()
    again = batch(capsys, "one", "--task", "segment", "-o", "regions.jsonl", "--beside", "--resume")
    assert (again["done"], again["inputs"]) == (1, 1)
    batch(capsys, "one/cat.jpg", "--task", "soundscape", "-o", "scenes.jsonl", "--seconds", 2)
    (scene,) = rows("scenes.jsonl")
    assert (scene["duration"], bool(scene["sounds"])) == (2.0, True)
    assert Path(scene["audio"]).exists()


def test_sounds_are_named(capsys, yamnet):
    summary = batch(capsys, EXAMPLES, "--task", "tag", "-o", "tags.jsonl", "--limit", 2, "--top", 3)
    assert summary["done"] == 2
    assert all(len(row["tags"]) == 3 for row in rows("tags.jsonl"))


def test_pictures_are_named_by_a_model_that_is_for_them(capsys, tiny_model):
    model = f"mobilenet@{tiny_model('classifier')}"
    summary = batch(
        capsys, EXAMPLES, "--task", "tag", "--model", model, "-o", "tags.jsonl", "--limit", 2, "--top", 2
    )
    assert (summary["done"], summary["errors"]) == (2, 0)
    assert all({tag["label"] for tag in row["tags"]} == {"Animal", "Dog"} for row in rows("tags.jsonl"))


def test_rows_of_captions_are_scored_one_by_one(capsys):
    pairs = [("a cat on a sofa", "a cat on a sofa"), ("a dog", "rain falls on the roof of a house")]
    lines = [json.dumps({"prediction": ours, "reference": theirs}) for ours, theirs in pairs]
    odd = [json.dumps(row) for row in ({"prediction": 3, "reference": ""}, {"caption": "a cat"})]
    Path("pairs.jsonl").write_text("\n".join([*lines, *odd]))
    summary = batch(capsys, "pairs.jsonl", "--task", "evaluate", "-o", "scores.jsonl")
    assert (summary["done"], summary["errors"]) == (4, 2)
    same, other, empty, alone = results("scores.jsonl").values()
    rouge = [
        next(one["score"] for one in row["scores"] if one["label"] == "rouge_l") for row in (same, other)
    ]
    assert rouge[0] == 1
    assert rouge[1] < 0.5
    assert empty["error"]
    assert "looks like references" in alone["error"]


@pytest.mark.parametrize("source", ["pairs", "pairs/*"])
@pytest.mark.parametrize("out", ["scores.jsonl", "scores.csv"])
def test_a_batch_does_not_read_the_table_it_writes(source, out, capsys):
    Path("pairs").mkdir()
    Path("pairs/a.jsonl").write_text(json.dumps({"prediction": "a cat", "reference": "a cat"}) + "\n")
    Path("pairs/t.jsonl").write_text(json.dumps({"prediction": "a dog", "reference": "a dog"}) + "\n")
    ask = (source, "--task", "evaluate", "-o", f"pairs/{out}", "--limit", 9)
    assert batch(capsys, *ask)["inputs"] == 2
    assert batch(capsys, *ask, "--resume")["skipped"] == 2
