"""Tables of any length, scored a part at a time: the numbers are those of the whole set in memory."""

from __future__ import annotations

import csv
import json
import random
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

import imagecraft
from imagecraft.cli.app import app
from imagecraft.errors import InvalidInput, ResourceExhausted
from imagecraft.scoring import frequencies, streamed
from imagecraft.scoring.base import Corpus
from imagecraft.scoring.frequencies import FrequencyCount
from imagecraft.scoring.items import write_items
from imagecraft.scoring.streamed import score_streamed
from imagecraft.scoring.tabled import CaptionTable

WORDS = ["a", "the", "dog", "cat", "runs", "on", "red", "mat", "beach", "sleeps", "two", "near"]
METRICS = "bleu,rouge_l,cider_d"


def _rows(count: int, seed: int = 3) -> list[dict[str, object]]:
    draw = random.Random(seed)

    def sentence() -> str:
        return " ".join(draw.choices(WORDS, k=draw.randint(3, 9)))

    return [
        {
            "id": f"p{n}",
            "prediction": sentence(),
            "references": [sentence() for _ in range(draw.randint(1, 5))],
        }
        for n in range(count)
    ]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """350 items, a few of them odd in every way that is forgiven."""
    rows = _rows(350)
    rows[7]["references"] = []
    rows[8]["prediction"] = None
    rows[9]["prediction"] = ""
    rows[11]["references"] = ["", "a dog", "a dog"]
    rows.append({"id": "p3", "prediction": "taken no notice of", "references": ["one more reference"]})
    path = tmp_path / "all.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def odd_table(table: Path) -> Path:
    """The same with halves of surrogate pairs, which JSON may hold and Parquet may not."""
    text = table.read_text("utf-8").replace('"p12"', r'"\ud800"').replace('"p13"', r'"\ud801"')
    table.write_text(text.replace("a dog", r"a \udfff dog"), "utf-8")
    return table


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a size that makes many of them of a small set, runs of counts likewise."""
    monkeypatch.setattr(streamed, "ITEMS_AT_ONCE", 32)
    monkeypatch.setattr(frequencies, "HASHES_AT_ONCE", 500)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("missing", ["skip", "empty"])
def test_the_numbers_are_those_of_the_set_in_memory(odd_table: Path, missing: streamed.Missing) -> None:
    whole = imagecraft.score(odd_table, odd_table, metrics=METRICS, missing=missing)
    parts = score_streamed(odd_table, odd_table, metrics=METRICS, missing=missing)

    assert parts.metrics.keys() == whole.metrics.keys()
    for name, value in whole.metrics.items():
        assert parts[name] == pytest.approx(value, rel=1e-12), name
    assert parts.settings["items"] == whole.settings["items"]
    assert dict(parts.skipped) == dict(whole.skipped)


@pytest.mark.usefixtures("small_parts")
def test_every_item_is_written_as_from_memory(odd_table: Path, tmp_path: Path) -> None:
    whole = imagecraft.score(odd_table, odd_table, metrics=METRICS)
    score_streamed(odd_table, odd_table, metrics=METRICS, items=tmp_path / "items.csv")

    with (tmp_path / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with write_items(whole, tmp_path / "whole.csv").open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in rows] == [row["id"] for row in csv.DictReader(file)]
    assert "\\ud800" in [row["id"] for row in rows]
    wanted = whole.score("cider_d").per_item
    assert [float(row["cider_d"]) for row in rows] == pytest.approx(wanted, abs=1e-6)


def test_two_processes_and_parquet_give_the_same(table: Path, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    folder = tmp_path / "parts"
    folder.mkdir()
    rows = list(map(json.loads, table.read_text("utf-8").splitlines()))
    for place in range(0, len(rows), 100):
        parquet.write_table(
            pyarrow.Table.from_pylist(rows[place : place + 100]), folder / f"{place:05}.parquet"
        )

    options = ["evaluate", "--references", str(folder), "--metrics", METRICS, "--json"]
    made = CliRunner().invoke(app, [*options, "--predictions", str(folder), "--workers", "2"])
    assert made.exit_code == 0, made.output
    found = json.loads(made.stdout)["metrics"]

    assert found == pytest.approx(imagecraft.score(table, table, metrics=METRICS).metrics, rel=1e-6)


def test_what_needs_all_items_is_refused_with_a_way_out(table: Path) -> None:
    options = ["evaluate", "--stream", "--predictions", str(table), "--references", str(table)]
    made = CliRunner().invoke(app, [*options, "--confidence", "0.95"])

    assert isinstance(made.exception, InvalidInput)
    assert "leave out --stream" in str(made.exception)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.jsonl", '{"id": 1, "prediction": "x"', "not JSON"),
        ("a.jsonl", "[1]\n", "no JSON object"),
        ("a.jsonl", "", "holds no captions"),
        ("a.txt", "one\n", "cannot be read in parts"),
        ("a.csv", "id,colour\n1,red\n", "looks like references"),
    ],
)
def test_a_bad_table_is_named_in_a_sentence(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")

    with pytest.raises(InvalidInput, match=words):
        score_streamed(path, path)


def test_a_stop_in_the_middle_leaves_an_old_table_of_items(table: Path, tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text("old", "utf-8")

    def stop(what: str, done: int) -> None:
        if what == "scoring":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_streamed(table, table, metrics="bleu", items=items, progress=stop)
    assert items.read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".imagecraft")] == []


def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    with closing(CaptionTable(tmp_path / "captions.sqlite")) as table:
        table._data.execute("PRAGMA max_page_count = 4")
        rows = ((str(row["id"]), [row["prediction"]]) for row in _rows(2000))
        with pytest.raises(ResourceExhausted, match="disk is full"):
            table.fill(rows, "predictions", lambda _what, _rows: None)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.usefixtures("small_parts")
def test_a_disk_that_is_full_only_when_counting_is_said_in_a_sentence(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_a_full_disk(folder: Path) -> FrequencyCount:
        (folder / "run0.counts").symlink_to("/dev/full")
        return FrequencyCount(folder)

    monkeypatch.setattr(streamed, "FrequencyCount", on_a_full_disk)
    with pytest.raises(ResourceExhausted, match="disk is full"):
        score_streamed(table, table, metrics="cider_d")


def test_captions_compared_with_themselves_are_remarked_upon(tmp_path: Path) -> None:
    path = tmp_path / "captions.jsonl"
    path.write_text("".join(json.dumps({"id": n, "caption": f"a dog and {n} cats"}) + "\n" for n in (3, 4)))
    for report in (score_streamed(path, path, metrics="bleu"), imagecraft.score(path, path, metrics="bleu")):
        assert report["bleu_1"] == pytest.approx(1)
        assert any("compared with itself" in notice for notice in report.notices)


def test_counts_over_many_runs_are_those_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _rows(60)
    corpus = Corpus(
        tuple(str(row["id"]) for row in rows),
        tuple(str(row["prediction"]) for row in rows),
        tuple(tuple(row["references"]) for row in rows),  # type: ignore[arg-type]
    )

    def counted(at_once: int, name: str) -> dict[tuple[str, ...], int]:
        monkeypatch.setattr(frequencies, "HASHES_AT_ONCE", at_once)
        (tmp_path / name).mkdir()
        count = FrequencyCount(tmp_path / name)
        count.add(corpus)
        found = count.finish().of(corpus)
        assert found.images == len(rows)
        return dict(found.counts)

    assert counted(10, "many") == counted(10**6, "one")
    assert any((tmp_path / "many").iterdir())
