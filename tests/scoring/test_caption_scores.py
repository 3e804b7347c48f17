"""Scoring as a user does it: texts or files in, a report out, everything odd said."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from sets import PICTURES, SOUNDS

import imagecraft
from imagecraft.errors import InvalidInput
from imagecraft.scoring.captions import score
from imagecraft.scoring.comparison import compare
from imagecraft.scoring.ranking import gaps

REFERENCES = {"a": ["a cat on a mat", "the cat lies"], "b": ["a dog runs"], "c": ["rain on a roof"]}


def test_the_public_verb_scores_lists() -> None:
    report = imagecraft.score(*SOUNDS)

    assert report["cider_d"] == pytest.approx(0.961355, abs=1e-6)
    assert {"bleu_1", "bleu_4", "rouge_l", "cider_d"} <= report.metrics.keys()
    assert report.score("cider_d").per_item == pytest.approx((1.364052, 0.558655), abs=1e-5)
    assert [item.prediction for item in report.items] == SOUNDS[0]


def test_a_report_is_json_with_settings_and_items() -> None:
    said = json.loads(json.dumps(score(*SOUNDS, metrics=["bleu", "rouge_l"]).to_dict(), allow_nan=False))

    assert said["metrics"]["bleu_1"] == pytest.approx(0.427848, abs=1e-6)
    assert "coco-caption" in said["settings"]["metrics"]["bleu_1"]["tokenizer"]
    assert said["settings"]["versions"]["imagecraft"] == imagecraft.__version__
    assert 0 < said["items"][1]["scores"]["rouge_l"] < 1
    assert said["items"][1]["references"] == SOUNDS[1][1]


def test_one_caption_and_one_reference_will_do() -> None:
    report = score("a cat on a mat", "a cat on a mat", metrics="rouge_l")

    assert report["rouge_l"] == 1


def test_cider_of_one_picture_is_explained_instead_of_0() -> None:
    report = score("a cat on a mat", ["a cat on a mat"])

    assert "cider_d" not in report.metrics
    assert "two pictures" in report.not_computed["cider_d"]
    assert "cider_d" in report.to_dict()["not_computed"]


def test_ids_bring_captions_together_whatever_their_order() -> None:
    there = score({"b": "a dog", "a": "a cat"}, {"a": ["a cat"], "b": ["a dog"]}, metrics="exact_match")

    assert there["exact_match"] == 1


class TestWhatIsOdd:
    def test_missing_and_extra_ids_are_counted_and_named(self) -> None:
        report = score({"a": "a cat", "z": "a zebra"}, REFERENCES, metrics="rouge_l")

        assert [item.id for item in report.items] == ["a"]
        assert report.skipped == {"no prediction": ("b", "c"), "a prediction without references": ("z",)}
        assert any("2 items: no prediction (b, c)" in words for words in report.notices)

    def test_missing_ones_can_count_as_empty(self) -> None:
        report = score({"a": "a cat on a mat"}, REFERENCES, metrics="rouge_l", missing="empty")

        assert report["rouge_l"] == pytest.approx(1 / 3)
        assert report.score("rouge_l").per_item == (1.0, 0.0, 0.0)

    def test_empty_captions_score_0_and_are_said(self) -> None:
        report = score(PICTURES[0], PICTURES[1], metrics=["bleu", "rouge_l", "cider_d"])

        assert report.score("rouge_l").per_item[3] == 0
        assert any("1 empty" in words for words in report.notices)

    def test_references_without_a_word_are_left_out_and_said(self) -> None:
        report = score({"a": "a cat", "b": "a dog"}, {"a": ["", "a cat"], "b": ["", "  "]}, metrics="rouge_l")

        assert [item.references for item in report.items] == [("a cat",)]
        assert report.skipped["no reference with a word in it"] == ("b",)

    @pytest.mark.parametrize("nothing", [None, math.nan, float("inf"), [], {"x": 1}, ["a", "b"]])
    def test_what_is_no_text_is_never_scored(self, nothing: object) -> None:
        report = score({"a": "a cat", "b": nothing}, REFERENCES, metrics="rouge_l")

        assert report.skipped["a prediction that is not a text"] == ("b",)
        assert all(math.isfinite(value) for value in report.metrics.values())

    def test_the_word_nan_is_pointed_out(self) -> None:
        report = score({"a": "nan", "b": "a dog"}, REFERENCES, metrics="rouge_l")

        assert any("'nan'" in words for words in report.notices)

    @pytest.mark.parametrize("word", ["None", "N/A", "NULL", "<NA>"])
    def test_so_are_other_words_for_nothing_in_captions_and_references(self, word: str) -> None:
        report = score({"a": word, "b": "a dog"}, {"a": ["a cat"], "b": [word, "a dog"]}, metrics="rouge_l")

        assert any("1 caption with only" in words and "(a)" in words for words in report.notices)
        assert any("1 item with a reference that is only" in words for words in report.notices)

    def test_a_reference_that_is_there_twice_is_counted(self) -> None:
        report = score({"a": "a cat"}, {"a": ["the cat", "a dog", "the cat"]}, metrics="rouge_l")

        assert any("1 item with the same reference more than once" in words for words in report.notices)

    @pytest.mark.parametrize(
        "text",
        ["แมวบนเสื่อ", "बिल्ली चटाई पर है", "猫がマットの上にいる", "一只猫在垫子上"],
        ids=["th", "hi", "ja", "zh"],
    )
    def test_scripts_whose_words_are_not_split_are_said_and_told_of_chrf(self, text: str) -> None:
        report = score({"a": text, "b": "a dog"}, {"a": [text], "b": ["a dog"]}, metrics="bleu,chrf")
        only_chrf = score({"a": text, "b": "a dog"}, {"a": [text], "b": ["a dog"]}, metrics="chrf")

        assert any("2 texts in scripts" in words and "use chrF" in words for words in report.notices)
        assert not any("scripts" in words for words in only_chrf.notices)

    def test_letters_that_rouge_score_cannot_read_are_said_with_its_0(self) -> None:
        report = score("кошка на коврике", "кошка на коврике", metrics="rouge,rouge_l,meteor")

        assert (report["rougeL"], report["rouge_l"]) == (0, 1)
        assert any("2 texts with letters other than a to z: rouge-score" in words for words in report.notices)
        assert any("not Latin: METEOR" in words for words in report.notices)

    def test_plain_english_with_an_accent_is_no_other_script(self) -> None:
        report = score("a cat in a café – “nice”", "a cat in a café", metrics="bleu,meteor")

        assert not any("letters" in words or "scripts" in words for words in report.notices)

    def test_a_text_too_long_to_be_a_caption_is_left_out(self) -> None:
        report = score({"a": "cat " * 5000, "b": "a dog"}, REFERENCES, metrics="rouge_l")

        assert [item.id for item in report.items] == ["b"]
        assert any("more than 10000 characters" in words for words in report.notices)

    def test_different_numbers_of_references_are_said(self) -> None:
        assert any(
            "between 1 and 2" in words for words in score(["a", "b", "c"], list(REFERENCES.values())).notices
        )

    @pytest.mark.parametrize(
        ("predictions", "references"),
        [
            ({}, REFERENCES),
            ([], []),
            ({"x": "a cat"}, REFERENCES),
            ({"a": None}, REFERENCES),
            (["a cat"], ["a cat", "a dog"]),
            (5, REFERENCES),
            ({"a": "a cat"}, {"a": []}),
        ],
    )
    def test_nothing_to_score_is_refused_in_words(self, predictions: object, references: object) -> None:
        with pytest.raises(InvalidInput):
            score(predictions, references)  # type: ignore[arg-type]


class TestAsImageCraft1:
    def test_capitals_and_the_final_full_stop_go(self) -> None:
        options = {"metrics": ["bleu_13a", "rougeL"]}
        plain = score(["A cat sleeps on a mat."], ["a cat sleeps on a mat"], as_imagecraft_1=True, **options)
        kept = score(["A cat sleeps on a mat."], ["a cat sleeps on a mat"], **options)

        assert plain["bleu_13a"] == pytest.approx(1.0)
        assert kept["bleu_13a"] < 0.8
        assert plain["rougeL"] == kept["rougeL"] == 1
        assert plain.settings["as_imagecraft_1"] is True

    def test_its_three_scores_are_the_defaults(self) -> None:
        report = score(["A cat."], ["a cat"], as_imagecraft_1=True)

        assert {"bleu_13a", "rougeL"} <= report.metrics.keys()
        assert {"bertscore", "bertscore_f1"} & (report.metrics.keys() | report.not_computed.keys())


class TestComparing:
    FIRST = ["a cat on a mat", "two dogs", "a horse", "a plate"] * 10
    SECOND = ["a big thing", "two dogs", "something", "a plate"] * 10
    TEXTS = [["a cat on a mat"], ["two dogs run"], ["a horse stands"], ["a plate of food"]] * 10

    def test_a_clear_difference_is_significant_and_none_is_not(self) -> None:
        clear = compare(self.SECOND, self.FIRST, self.TEXTS, metrics=["rouge_l", "bleu_1"])
        none = compare(self.FIRST, self.FIRST, self.TEXTS, metrics=["rouge_l"])

        for name in ("rouge_l", "bleu_1"):
            assert clear.differences[name].p_value < 0.01
            assert (
                0 < clear.differences[name].low < clear.differences[name].value < clear.differences[name].high
            )
        assert none.differences["rouge_l"].p_value == 1
        assert none.differences["rouge_l"].value == 0

    @pytest.mark.parametrize("method", ["randomisation", "bootstrap"])
    def test_the_same_seed_gives_the_same_answer(self, method: str) -> None:
        once, again = (
            compare(self.FIRST, self.SECOND, self.TEXTS, metrics="rouge_l", method=method, seed=3)
            for _ in range(2)
        )
        other = compare(self.FIRST, self.SECOND, self.TEXTS, metrics="rouge_l", method=method, seed=4)

        assert once.differences == again.differences
        assert once.differences != other.differences

    def test_only_common_items_are_compared(self) -> None:
        result = compare(
            {"a": "a cat", "b": "a dog"}, {"b": "a dog", "c": "rain"}, REFERENCES, metrics="rouge_l"
        )

        assert [item.id for item in result.first.items] == [item.id for item in result.second.items] == ["b"]
        assert any("2 items that only one system has" in words for words in result.notices)

    def test_remarks_say_whose_they_are(self, tmp_path: Path) -> None:
        for name, text in (("good", "a dog"), ("poor", ""), ("truth", "a dog runs")):
            (tmp_path / f"{name}.json").write_text(json.dumps({"a": "a cat", "b": text}))
        result = compare(*(tmp_path / f"{name}.json" for name in ("good", "poor", "truth")), metrics="bleu")

        assert result.names == ("good", "poor")
        assert any(words.startswith("poor: 1 empty caption:") for words in result.notices)
        assert not any(words.startswith("good: 1 empty") for words in result.notices)
        assert result.to_dict()["systems"] == {"first": "good", "second": "poor"}

    def test_where_they_differ_most_both_captions_stand_together(self) -> None:
        result = compare(
            ["a cat", "two dogs run", "a horse"], ["a cat", "rain", "a horse runs"],
            [["a cat"], ["two dogs run"], ["a horse runs"]], metrics="rouge_l",
        )  # fmt: skip
        lower, higher = gaps(result, "rouge_l")

        assert [(one.first.item.prediction, one.second.item.prediction) for one in lower] == [
            ("two dogs run", "rain")
        ]
        assert [one.second.item.prediction for one in higher] == ["a horse runs"]
        assert lower[0].value == -1

    def test_an_unknown_test_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="randomisation"):
            compare(self.FIRST, self.SECOND, self.TEXTS, method="t-test")  # type: ignore[arg-type]


class TestIntervals:
    def test_they_hold_the_score_and_narrow_with_more_items(self) -> None:
        few = score(*SOUNDS, metrics=["bleu_1", "rouge_l"], confidence=0.95)
        many = score(SOUNDS[0] * 50, SOUNDS[1] * 50, metrics=["bleu_1", "rouge_l"], confidence=0.95)

        for name in ("bleu_1", "rouge_l"):
            wide, narrow = few.intervals[name], many.intervals[name]
            assert narrow.low < many[name] < narrow.high
            assert narrow.high - narrow.low < wide.high - wide.low

    def test_they_agree_with_the_formula_for_a_mean(self) -> None:
        captions = ["a cat on a mat"] * 300 + ["nothing"] * 100
        report = score(captions, [["a cat on a mat"]] * 400, metrics="rouge_l", confidence=0.95, draws=4000)
        margin = 1.96 * math.sqrt(0.75 * 0.25 / 400)

        interval = report.intervals["rouge_l"]
        assert (interval.low, interval.high) == pytest.approx((0.75 - margin, 0.75 + margin), abs=0.01)

    @pytest.mark.parametrize(
        "options", [{"confidence": 95}, {"confidence": 0}, {"confidence": 0.9, "draws": 3}]
    )
    def test_senseless_options_are_refused(self, options: dict[str, float]) -> None:
        with pytest.raises(InvalidInput):
            score(*SOUNDS, **options)  # type: ignore[arg-type]


def test_a_path_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"1": "a cat"}')
    (tmp_path / "r.json").write_text('{"1": ["a cat", "the cat"]}')

    assert score(tmp_path / "p.json", tmp_path / "r.json", metrics="exact_match")["exact_match"] == 1
