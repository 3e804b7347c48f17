"""What holds of every metric, whatever the captions."""

from __future__ import annotations

import math

import pytest
from sets import PICTURES, SOUNDS, corpus, measured

from imagecraft.errors import InvalidInput
from imagecraft.scoring.base import Metric
from imagecraft.scoring.metrics import chosen, metrics
from imagecraft.scoring.metrics.rouge_l import longest_common

MODELS = ("bertscore", "bertscore_minilm", "clipscore", "spice", "meteor_1.5")
LIGHT = [metric for metric in metrics().values() if metric.name not in MODELS]
COMPARING = [metric for metric in LIGHT if metric.direction == "higher" and metric.name != "distinct"]
COPIES = [
    "a cat sleeps on a red mat",
    "two dogs run on a wide beach",
    "someone rides a brown horse in the rain",
]


@pytest.mark.parametrize("metric", metrics().values(), ids=lambda metric: metric.name)
def test_it_says_what_it_is(metric: Metric) -> None:
    assert metric.outputs
    assert metric.meaning.endswith(".")
    assert metric.reference
    assert metric.span[0] < metric.span[1]
    assert metric.unavailable() is None or metric.unavailable().endswith((".", ")."))


@pytest.mark.parametrize("metric", LIGHT, ids=lambda metric: metric.name)
class TestEveryMetric:
    def test_values_are_finite_and_within_its_span(self, metric: Metric) -> None:
        for captions in (PICTURES, SOUNDS):
            scores = metric.measure(corpus(*captions))
            assert [one.name for one in scores] == list(metric.outputs)
            for one in scores:
                low, high = one.span
                assert all(math.isfinite(value) for value in (one.value, *one.per_item))
                assert low - 1e-9 <= one.value <= high + 1e-9
                assert all(low - 1e-9 <= value <= high + 1e-9 for value in one.per_item)
                assert len(one.per_item) in (0, len(captions[0]))
                assert one.settings

    def test_the_order_of_items_and_references_does_not_matter(self, metric: Metric) -> None:
        predictions, references = PICTURES
        order = [2, 0, 3, 1]
        there = metric.measure(corpus(predictions, references))
        back = metric.measure(corpus([predictions[i] for i in order], [references[i][::-1] for i in order]))
        for one, other in zip(there, back, strict=True):
            assert other.value == pytest.approx(one.value, abs=1e-12)
            if one.per_item:
                assert other.per_item == pytest.approx([one.per_item[i] for i in order], abs=1e-12)

    def test_the_tally_gives_the_same_value(self, metric: Metric) -> None:
        for one in metric.measure(corpus(*PICTURES)):
            if one.tally is not None:
                assert float(one.tally.combine(one.tally.statistics.sum(axis=0))) == pytest.approx(one.value)
                assert one.tally.combine(one.tally.statistics).shape == (len(PICTURES[0]),)


@pytest.mark.parametrize("metric", COMPARING, ids=lambda metric: metric.name)
def test_a_copy_scores_best_and_something_else_worst(metric: Metric) -> None:
    same = metric.measure(corpus(COPIES, [[text] for text in COPIES]))
    other = metric.measure(corpus(["x y", "z w", "q v"], [[text] for text in COPIES]))
    for best, worst in zip(same, other, strict=True):
        assert best.value == pytest.approx(best.span[1], rel=0.01)
        assert worst.value < 0.05 * best.span[1]


@pytest.mark.parametrize("metric", ["rouge", "exact_match"])
def test_balanced_scores_are_the_same_the_other_way_round(metric: str) -> None:
    left, right = ["a cat sleeps on a mat"], ["the cat is on a mat today"]

    assert measured(metric, left, [right]) == pytest.approx(measured(metric, right, [left]))


def test_another_reference_never_lowers_rouge_l_or_unsmoothed_matches() -> None:
    one = measured("rouge_l", ["a cat on a mat"], [["a dog on a rug"]])["rouge_l"]
    two = measured("rouge_l", ["a cat on a mat"], [["a dog on a rug", "a cat on the mat"]])["rouge_l"]

    assert two > one


@pytest.mark.parametrize(
    ("left", "right", "length"),
    [
        ("abcde", "ace", 3),
        ("ace", "abcde", 3),
        ("", "abc", 0),
        ("abc", "", 0),
        ("aaaa", "aa", 2),
        ("xyz", "abc", 0),
    ],
)
def test_the_longest_common_subsequence(left: str, right: str, length: int) -> None:
    assert longest_common(left, right) == length


def test_a_note_says_when_bleu_is_all_smoothing() -> None:
    scores = metrics()["bleu"].measure(corpus(["a cat"], [["a cat on a mat"]]))

    assert [bool(one.note) for one in scores] == [False, False, True, False]
    assert "smoothing" in scores[2].note


def test_meteor_says_whether_it_had_synonyms() -> None:
    from imagecraft.scoring.metrics.meteor import wordnet_name

    synonyms = metrics()["meteor"].settings()["synonyms"]
    near = measured("meteor", ["a sofa"], [["a couch"]])["meteor"]
    stems = measured("meteor", ["dogs running"], [["dog runs"]])["meteor"]

    assert stems > 0.4
    if wordnet_name() is None:
        assert "without" in synonyms
        assert near < 0.3
    else:
        assert "WordNet" in synonyms
        assert near > 0.9


def test_copies_lengths_and_repetition_are_counted() -> None:
    captions = ["a cat on a mat", "a cat on a mat", "a dog", "A dog."]
    references = [["a cat on a mat"], ["a rug"], ["the dog"], ["a dog"]]

    assert measured("exact_match", captions, references)["exact_match"] == 0.5
    assert measured("length", captions, references)["length"] == 3.5
    assert measured("repeated", captions, references)["repeated"] == 1.0
    assert measured("distinct", captions, references)["distinct_1"] == pytest.approx(5 / 14)


class TestChoosing:
    def test_by_metric_or_by_single_score(self) -> None:
        assert chosen("bleu") == {"bleu": {"bleu_1", "bleu_2", "bleu_3", "bleu_4"}}
        assert chosen(["bleu_4", "rougeL"]) == {"bleu": {"bleu_4"}, "rouge": {"rougeL"}}
        assert {"bleu", "rouge_l", "cider_d"} <= chosen(None).keys()
        assert all(metrics()[name].unavailable() is None for name in chosen("all"))

    @pytest.mark.parametrize("names", ["blue", "bleu,cidr", [], ""])
    def test_an_unknown_one_is_refused_with_those_there_are(self, names: object) -> None:
        with pytest.raises(InvalidInput, match="rouge_l"):
            chosen(names)  # type: ignore[arg-type]
