"""Every published or re-computed number that this machine can reproduce, to the third decimal or better."""

from __future__ import annotations

from pathlib import Path

import pytest
from sets import SOUNDS, audio_captions, clipscore_example, measured

from imagecraft.scoring.metrics import metrics
from imagecraft.scoring.metrics.rouge import rouge

THIRD_DECIMAL = 5e-4
CAT = (["the cat is on the mat"], [["there is a cat on the mat", "a cat is on the mat"]])


def test_two_captions_of_sounds_as_aac_metrics_scores_them() -> None:
    assert list(measured("bleu", *SOUNDS).values()) == pytest.approx(
        [0.427848, 0.405892, 0.438965, 0.456500], abs=1e-6
    )
    assert measured("rouge_l", *SOUNDS)["rouge_l"] == pytest.approx(0.487069, abs=1e-6)
    assert measured("cider_d", *SOUNDS)["cider_d"] == pytest.approx(0.961355, abs=1e-6)


def test_a_whole_set_as_coco_caption_scores_it(shared_data: Path) -> None:
    captions = audio_captions(shared_data)

    assert list(measured("bleu", *captions).values()) == pytest.approx(
        [0.50413, 0.33490, 0.22295, 0.14492], abs=1e-5
    )
    assert measured("rouge_l", *captions)["rouge_l"] == pytest.approx(0.395808, abs=1e-6)
    assert measured("cider_d", *captions)["cider_d"] == pytest.approx(0.401724, abs=1e-6)


@pytest.mark.parametrize(
    ("which", "bleu", "rouge_l", "cider_d"),
    [
        ("good", [0.666667, 0.489898, 0.346881, 3.755e-5], 0.428010, 0.563741),
        ("bad", [0.481481, 0.240370, 0.135939, 1.860e-5], 0.312111, 0.279017),
    ],
)
def test_the_example_of_clipscore_as_coco_caption_scores_it(
    shared_data: Path, which: str, bleu: list[float], rouge_l: float, cider_d: float
) -> None:
    captions = clipscore_example(shared_data, which)
    scores = measured("bleu", *captions)

    assert list(scores.values())[:3] == pytest.approx(bleu[:3], abs=1e-6)
    assert scores["bleu_4"] == pytest.approx(bleu[3], rel=1e-3)
    assert measured("rouge_l", *captions)["rouge_l"] == pytest.approx(rouge_l, abs=1e-6)
    assert measured("cider_d", *captions)["cider_d"] == pytest.approx(cider_d, abs=1e-6)


@pytest.mark.parametrize("metric", ["bleu", "bleu_13a", "sacrebleu"])
def test_one_sentence_that_all_kinds_of_bleu_agree_on(metric: str) -> None:
    value = list(measured(metric, *CAT).values())[-1] / (100 if metric == "sacrebleu" else 1)

    assert value == pytest.approx(0.7598356857, abs=1e-8)


def test_rouge_as_the_package_prints_it() -> None:
    names = measured("rouge", ["My name is John"], [["Is your name John"]])
    assert (names["rouge1"], names["rouge2"], names["rougeL"]) == (0.75, 0.0, 0.5)

    one = rouge("hello goodbye", ["goodbye"], ["rouge1"])["rouge1"]
    assert (one.precision, one.recall, one.fmeasure) == pytest.approx((0.5, 1.0, 2 / 3))


def test_sacrebleu_and_chrf_as_their_cards_print_them() -> None:
    bleu = measured(
        "sacrebleu",
        ["hello there general kenobi", "on our way to ankh morpork"],
        [["hello there general kenobi", "hello there!"], ["goodbye ankh morpork", "ankh morpork"]],
    )
    chrf = measured(
        "chrf",
        [
            "The relationship between cats and dogs is not exactly friendly.",
            "a good bookshop is just a genteel black hole that knows how to read.",
        ],
        [
            ["The relationship between dogs and cats is not exactly friendly."],
            ["A good bookshop is just a genteel Black Hole that knows how to read."],
        ],
    )

    assert bleu["sacrebleu"] == pytest.approx(39.763536, abs=1e-6)
    assert chrf["chrf"] == pytest.approx(84.642149, abs=1e-6)


@pytest.mark.skipif(metrics()["meteor_1.5"].unavailable() is not None, reason="no Java or no METEOR 1.5")
def test_meteor_of_the_java_program(shared_data: Path) -> None:
    for captions, expected in (
        (SOUNDS, 0.263381),
        (clipscore_example(shared_data, "good"), 0.344406),
        (clipscore_example(shared_data, "bad"), 0.186071),
    ):
        assert measured("meteor_1.5", *captions)["meteor_1.5"] == pytest.approx(expected, abs=THIRD_DECIMAL)
