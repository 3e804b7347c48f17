"""CIDEr-D against numbers of the field's own code (computed with coco-caption and aac-metrics)."""

from __future__ import annotations

import csv
import json

import pytest

from imagecraft.scoring.cider import DocumentFrequencies, cider_d
from imagecraft.scoring.tokens import tokenize


def mean(values):
    return sum(values) / len(values)


def test_two_sound_captions_score_as_published():
    references = [
        ["a man speaks.", "someone speaks.", "a man is speaking while a bird is chirping in the background"],
        ["rain is falling hard on a surface"],
    ]
    scores = cider_d(["a man is speaking", "rain falls"], references)
    assert scores == pytest.approx([1.364052, 0.558655], abs=1e-5)


def test_clipscore_example_scores_as_published(shared_data):
    folder = shared_data / "data" / "metrics" / "clipscore_example"
    references = json.loads((folder / "refs.json").read_text("utf-8"))
    for name, expected in (("good", [0.507073, 0.620409]), ("bad", [0.0, 0.558033])):
        captions = json.loads((folder / f"{name}_captions.json").read_text("utf-8"))
        scores = cider_d([captions[key] for key in captions], [references[key] for key in captions])
        assert scores == pytest.approx(expected, abs=1e-5)


def test_a_whole_example_set_scores_as_published(shared_data):
    with (shared_data / "data" / "metrics" / "aac_example_1.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    predictions = [row["caption_predicted"] for row in rows]
    references = [[row[f"caption_{turn}"] for turn in range(1, 6)] for row in rows]
    assert mean(cider_d(predictions, references)) == pytest.approx(0.401724, abs=1e-5)


def test_other_frequencies_change_the_weights_and_a_copy_still_scores_best():
    references = [["a cat on a mat"], ["a dog in the rain"]]
    wider = DocumentFrequencies.of([*references, ["a cat"], ["a cat again"], ["the rain"]])
    copied = cider_d(["a cat on a mat", "a dog in the rain"], references, wider)
    mixed = cider_d(["a dog in the rain", "a cat on a mat"], references, wider)
    assert min(copied) == pytest.approx(10.0)
    assert max(mixed) < 1


def test_an_empty_caption_or_no_references_score_zero():
    assert cider_d(["", "a cat"], [["a dog"], []]) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A man's dog, isn't it?", ["a", "man", "'s", "dog", "is", "n't", "it"]),
        ("A well-lit room with 3.5 chairs!", ["a", "well-lit", "room", "with", "3.5", "chairs"]),
        ("A dog (brown) [sic]", ["a", "dog", "-lrb-", "brown", "-rrb-", "-lsb-", "sic", "-rsb-"]),
        ("On Main St. at 5 p.m. by the t.v.", ["on", "main", "st.", "at", "5", "p.m.", "by", "the", "t.v."]),
        ("Miss. and a miss.", ["miss.", "and", "a", "miss"]),
        ("It cannot be 6 o'clock!!", ["it", "can", "not", "be", "6", "o'clock", "!!"]),
        ("his/her 50's $2 & more", ["his/her", "50", "'s", "$", "2", "&", "more"]),
        ("A cat.The end", ["a", "cat.the", "end"]),
        ('He said "no"...', ["he", "said", "no"]),
        ("  ", []),
    ],
)
def test_words_are_split_as_the_penn_treebank_tokenizer_does(text, words):
    assert tokenize(text) == words
