"""`evaluate` and `evaluate-audio` as a user types them, and the files they write."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from imagecraft.cli import run
from imagecraft.media.audio import Audio, write_audio
from imagecraft.media.tables import safe_cell
from imagecraft.scoring.captions import score
from imagecraft.scoring.comparison import compare
from imagecraft.scoring.export import render
from imagecraft.scoring.items import items_csv

PREDICTIONS = {"1": "a cat on a mat", "2": "two dogs run", "3": "rain"}
OTHERS = {"1": "a cat", "2": "dogs", "3": "rain falls on a roof"}
REFERENCES = {
    "1": ["a cat lies on a mat", "the cat"],
    "2": ["two dogs run fast"],
    "3": ["rain falls on a roof"],
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, content in (("p", PREDICTIONS), ("q", OTHERS), ("r", REFERENCES)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    return tmp_path


def evaluate(files: Path, *more: str) -> int:
    """Score p.json against r.json."""
    return run(
        ["evaluate", "--predictions", str(files / "p.json"), "--references", str(files / "r.json"), *more]
    )


def test_json_has_the_fields_of_the_contract(files: Path) -> None:
    command = ["evaluate", "--predictions", files / "p.json", "--references", files / "r.json", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "imagecraft", *command], capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)

    assert {"bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "cider_d", "meteor"} <= said["metrics"].keys()
    assert said["metrics"]["cider_d"] == pytest.approx(score(PREDICTIONS, REFERENCES)["cider_d"])
    assert said["settings"]["metrics"]["bleu_1"]["smoothing"]
    assert [item["id"] for item in said["items"]] == ["1", "2", "3"]


def test_a_table_is_printed_and_what_is_odd_goes_to_stderr(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "p.json").write_text(json.dumps(PREDICTIONS | {"9": "a ghost"}))

    assert evaluate(files, "--metrics", "rouge_l,bleu_1", "--confidence", "0.9") == 0
    said = capsys.readouterr()
    assert [line.split()[0] for line in said.out.splitlines()] == ["METRIC", "bleu_1", "rouge_l"]
    assert " to " in said.out
    assert "note: 1 item: a prediction without references (9)" in said.err


def test_two_systems_are_compared(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    second = ["--second", str(files / "q.json"), "--metrics", "rouge_l"]
    assert evaluate(files, *second, "--test", "bootstrap", "--json") == 0

    said = json.loads(capsys.readouterr().out)
    assert said["differences"]["rouge_l"]["method"] == "bootstrap"
    assert said["first"]["metrics"]["rouge_l"] != said["second"]["metrics"]["rouge_l"]


def test_one_picture_s_cider_is_explained_with_status_2(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "p.json").write_text('{"1": "a cat"}')

    assert evaluate(files, "--metrics", "cider_d") == 2
    assert "at least two pictures" in capsys.readouterr().err


def test_the_metrics_are_listed_with_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "--list", "--json"]) == 0

    states = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"bleu", "rouge_l", "cider_d", "meteor", "bertscore", "clipscore", "spice"} <= {
        state["name"] for state in states
    }
    assert all(state["meaning"] and state["reference"] for state in states)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--predictions", "none.json", "--references", "none.json"],
        ["--metrics", "blue"],
        ["--out", "scores.docx"],
        ["--out", "no/folder/scores.md"],
        ["--items", "items.xlsx"],
        ["--pictures", "nowhere"],
        ["--confidence", "95"],
        ["--missing", "guess"],
        ["--second", "none.json"],
        ["--test", "t"],
    ],
)
def test_a_mistake_is_one_sentence_and_a_way_out(
    files: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if arguments[:1] == ["--test"]:
        arguments = [*arguments, "--second", str(files / "q.json")]
    code = (
        evaluate(files, *arguments)
        if arguments and arguments[0] != "--predictions"
        else run(["evaluate", *arguments])
    )

    said = capsys.readouterr().err.splitlines()
    assert code == 2
    assert sum(line.startswith("imagecraft: error: ") for line in said) == 1
    assert "Traceback" not in "\n".join(said)


class TestReports:
    @pytest.mark.parametrize("suffix", ["md", "csv", "json", "tex"])
    def test_each_format_carries_scores_settings_and_versions(self, files: Path, suffix: str) -> None:
        out = files / f"report.{suffix}"

        assert evaluate(files, "--metrics", "rouge_l", "--out", str(out), "--confidence", "0.95") == 0
        text = out.read_text("utf-8")
        assert "rouge" in text
        assert "beta" in text
        assert f"{score(PREDICTIONS, REFERENCES)['rouge_l']:.4f}"[:5] in text
        assert "imagecraft" in text
        if suffix == "json":
            assert json.loads(text)["settings"]["inputs"]["predictions"]["file"] == "p.json"
        else:
            assert "p.json, SHA-256 " in text

    def test_the_csv_of_items_reads_back_and_is_no_formula(self) -> None:
        evil = {"=1+1": '=HYPERLINK("x")', "2": "@SUM(A1)", "3": 'a, "b"\nc'}
        report = score(evil, {name: ["+a cat", "-a dog"] for name in evil}, metrics="rouge_l")
        rows = list(csv.DictReader(io.StringIO(items_csv(report))))

        assert [row["prediction"] for row in rows] == ['\'=HYPERLINK("x")', "'@SUM(A1)", 'a, "b"\nc']
        assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())
        assert float(rows[0]["rouge_l"]) == pytest.approx(report.score("rouge_l").per_item[0], abs=1e-6)
        assert safe_cell("a cat") == "a cat"

    def test_latex_and_markdown_escape_what_is_theirs(self) -> None:
        comparison = compare(PREDICTIONS, OTHERS, REFERENCES, metrics=["bleu_1", "rouge_l"])
        tex, markdown = render(comparison, "tex"), render(comparison, "md")

        assert "BLEU-1 & $" in tex
        assert tex.count(r"\\") == 3
        assert markdown.splitlines()[2] == "| metric | first | second | difference | interval | p |"

    def test_markdown_ends_with_the_worst_and_the_best_and_runs_no_markup(self) -> None:
        evil = {"1": "a cat | <script>alert(1)</script>", "2": "rain", "3": "a dog"}
        text = render(score(evil, {"1": "a cat", "2": "snow", "3": "a dog"}, metrics="rouge_l"), "md")

        assert text.index("## Worst by rouge_l") < text.index("## Best by rouge_l")
        assert text.split("## Worst by rouge_l")[1].splitlines()[4].startswith("| 2 | rain | snow |")
        assert "<script" not in text

    def test_markdown_shows_captions_as_they_are_written(self) -> None:
        evil = "![x](http://evil/x.png) *star* `tick` $x_1$ ~~no~~ \\ # | <b> & www.evil.org\x1b[31m\u202e"
        report = score({"a\x1b": evil, "b": "rain", "c": "a dog"}, {"a\x1b": evil, "b": "snow", "c": "a"})
        row = next(
            line for line in render(report, "md").splitlines() if line.startswith("| a ") and "star" in line
        )

        assert (
            r"\!\[x\]\(http\://evil/x.png\) \*star\* \`tick\` \$x\_1\$ \~\~no\~\~ \\ \# \| &lt;b&gt;" in row
        )
        assert "www\\.evil.org" in row
        for suffix in ("md", "tex"):
            assert not set("\x1b\u202e") & set(render(report, suffix))

    def test_a_published_table_of_two_systems_has_all_a_reader_needs(self, files: Path) -> None:
        comparison = compare(*(files / f"{name}.json" for name in "pqr"), metrics=["rouge_l"], draws=200)
        tex = render(comparison, "tex")
        row = next(csv.DictReader(io.StringIO(render(comparison, "csv"))))

        assert " & p & q & Difference & $p$" in tex
        assert tex.split("\nROUGE-L & ")[1].splitlines()[0].count("footnotesize") == 3
        found = comparison.differences["rouge_l"]
        assert float(row["first"]) == comparison.first["rouge_l"]
        assert (float(row["low"]), float(row["high"]), float(row["p"])) == (
            found.low,
            found.high,
            found.p_value,
        )
        assert (row["draws"], row["seed"], row["confidence"]) == ("200", "0", "0.95")
        assert (row["first_system"], row["second_system"]) == ("p", "q")
        assert "imagecraft" in row["versions"]
        assert "q.json, SHA-256" in row["inputs"]

    def test_negative_numbers_have_a_minus_and_no_hyphen_in_latex(self) -> None:
        comparison = compare(OTHERS, PREDICTIONS, REFERENCES, metrics=["bleu_1"], draws=100)

        body = render(comparison, "tex").split(r"\hline")[2]
        assert "-" in body
        assert "-" not in re.sub(r"\$[^$]*\$", "", body.replace("BLEU-1", ""))

    def test_the_items_of_two_systems_have_both_captions_and_their_difference(self, files: Path) -> None:
        out = files / "items.csv"
        assert (
            evaluate(files, "--second", str(files / "q.json"), "--metrics", "rouge_l", "--items", str(out))
            == 0
        )
        rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))

        assert [(row["prediction_first"], row["prediction_second"]) for row in rows] == [
            (PREDICTIONS[name], OTHERS[name]) for name in "123"
        ]
        for row in rows:
            first, second = float(row["rouge_l_first"]), float(row["rouge_l_second"])
            assert float(row["rouge_l_difference"]) == pytest.approx(second - first, abs=2e-6)

    def test_markdown_of_two_systems_shows_where_they_differ(self) -> None:
        text = render(compare(PREDICTIONS, OTHERS, REFERENCES, metrics="rouge_l"), "md")

        higher = text.split("## Where second scores higher by rouge_l")[1]
        assert "| 3 | rain | rain falls on a roof |" in higher
        assert "| 1 | a cat on a mat | a cat |" in text.split("## Where first scores higher")[1]

    def test_an_old_report_stays_when_the_new_one_fails(self, files: Path) -> None:
        out = files / "report.md"
        out.write_text("old")
        (files / "p.json").write_text("{")

        assert evaluate(files, "--out", str(out)) == 2
        assert out.read_text() == "old"


class TestSounds:
    @pytest.fixture
    def sounds(self, tmp_path: Path) -> tuple[str, str]:
        samples = np.random.default_rng(0).normal(0, 0.1, (1, 8_000)).astype(np.float32)
        first = write_audio(Audio(samples, 8_000), tmp_path / "a.wav")
        second = write_audio(Audio(samples * np.float32(0.5), 8_000), tmp_path / "b.wav")
        return str(first), str(second)

    def test_json_has_the_fields_of_the_contract(
        self, sounds: tuple[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["evaluate-audio", *sounds, "--json"]) == 0

        metrics = json.loads(capsys.readouterr().out)["metrics"]
        assert {"mse", "mae", "snr_db", "si_sdr_db", "spectral_convergence"} <= metrics.keys()
        assert metrics["spectral_convergence"] == pytest.approx(0.5, abs=0.001)

    def test_one_sound_is_judged_by_itself(
        self, sounds: tuple[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["evaluate-audio", sounds[0], "--metrics", "loudness_lufs,true_peak_db"]) == 0
        assert "loudness_lufs" in capsys.readouterr().out

    def test_what_is_no_sound_is_refused(self, sounds: tuple[str, str], files: Path) -> None:
        assert run(["evaluate-audio", sounds[0], str(files / "p.json")]) == 2
        assert run(["evaluate-audio", sounds[0], sounds[1], "--metrics", "pesq"]) == 2
