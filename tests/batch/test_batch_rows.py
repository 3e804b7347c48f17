"""`imagecraft batch` as a user meets it: one complete table, a row for each input, whatever the input."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from batch_command import CHECKOUT, EXAMPLES, batch, results, rows
from batch_inputs import folder_of, picture_bytes

from imagecraft.batch import local
from imagecraft.batch.local import Standing
from imagecraft.batch.rows import Row
from imagecraft.batch.tables_out import Table
from imagecraft.batch.tasks import CaptionTask
from imagecraft.cli import run
from imagecraft.runtime import folders

pytestmark = pytest.mark.usefixtures("empty_folder")


def test_one_row_for_each_input_a_damaged_one_among_them(capsys):
    folder_of(Path("photos"), 3)
    Path("photos/01.jpg").write_bytes(picture_bytes(1)[:300])
    summary = batch(capsys, "photos", EXAMPLES / "chelsea.jpg", "--task", "caption", "-o", "t.jsonl")
    assert (summary["done"], summary["errors"], summary["inputs"], summary["stopped"]) == (4, 1, 4, False)
    table = results("t.jsonl")
    assert "cat" in table[str(EXAMPLES / "chelsea.jpg")]["caption"]
    assert table[str(EXAMPLES / "chelsea.jpg")]["error"] is None
    bad = table["photos/01.jpg"]
    assert (bad["caption"], bad["sha256"] is not None) == (None, True)
    assert "damaged" in bad["error"]
    assert {row["settings"] for row in table.values()} == {summary["key"]}
    assert list(rows("t.jsonl")[0])[:3] == ["path", "sha256", "caption"]


def test_a_file_that_ends_the_process_that_opens_it_is_one_error_row(capsys, monkeypatch):
    """A decoder that crashes takes its process along; here a picture's name makes it do so."""
    photos = folder_of(Path("photos"), 18)
    (photos / "07.jpg").rename(photos / "crash.jpg")
    Path("sitecustomize.py").write_text(
        "import os\n"
        "from imagecraft.batch import items\n"
        "read = items.OnDisk.read\n"
        "items.OnDisk.read = lambda self: os._exit(11) if self.path.name == 'crash.jpg' else read(self)\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path.cwd()), str(CHECKOUT)]))
    summary = batch(capsys, "photos", "--task", "caption", "-o", "t.jsonl", "--workers", 2, "--batch-size", 4)
    assert (summary["done"], summary["errors"]) == (18, 1)
    assert "process" in results("t.jsonl")["photos/crash.jpg"]["error"]


def test_a_fault_of_ours_is_told_once_and_without_its_trace(capsys, caplog, monkeypatch):
    folder_of(Path("photos"), 3)

    def fail(_task, opened):
        raise ZeroDivisionError(len(opened))

    monkeypatch.setattr(CaptionTask, "captions", fail)
    monkeypatch.setattr(folders, "writable_folder", Path.cwd)
    assert run(["batch", "photos", "--task", "caption", "-o", "t.jsonl"]) == 2
    assert "Traceback" not in capsys.readouterr().err
    (said,) = caplog.messages
    (kept,) = Path("faults").iterdir()
    assert str(kept) in said
    assert {row["error"] for row in rows("t.jsonl")} == {
        f"Something went wrong in imagecraft itself (fault {kept.stem})."
    }
    assert "ZeroDivisionError" in kept.read_text("utf-8")


def test_where_no_input_is_found_it_is_said_where_else_to_look(capsys):
    folder_of(Path("photos/2026"), 1)
    ask = ["batch", "photos", "--task", "caption", "-o", "t.jsonl"]
    assert run(ask) == 0
    assert "No pictures were found. Folders in folders are searched with -r." in capsys.readouterr().err
    assert run([*ask, "-r", "--resume"]) == 0
    assert "No pictures" not in capsys.readouterr().err


def test_what_ends_before_the_first_row_leaves_no_table():
    table = Table(Path("t.jsonl"), CaptionTask.columns)
    table.begin(resume=False, overwrite=False)
    table.close()
    assert list(Path().iterdir()) == []


def test_on_error_stop_ends_there(capsys):
    folder_of(Path("photos"), 3)
    for name in ("00.jpg", "02.jpg"):
        Path("photos", name).write_bytes(b"no picture")
    ask = ["batch", "photos", "--task", "caption", "-o", "t.jsonl", "--on-error", "stop", "--batch-size", "1"]
    assert run(ask) == 2
    assert "00.jpg" in capsys.readouterr().err
    assert list(results("t.jsonl")) == ["photos/00.jpg"]


def test_a_dry_run_writes_nothing_and_says_what_is_left(capsys):
    folder_of(Path("photos"), 3)
    ask = ("photos", "--task", "caption", "-o", "t.jsonl")
    planned = batch(capsys, *ask, "--dry-run", "--limit", 2)
    assert planned == {"inputs": 2, "finished": 0, "first": ["photos/00.jpg", "photos/01.jpg"]}
    assert sorted(path.name for path in Path().iterdir()) == ["photos"]
    batch(capsys, *ask, "--limit", 2)
    with Path("t.jsonl").open("a") as file:
        file.write('{"path": "photos/02.jpg", "sha2')
    before = Path("t.jsonl").read_bytes()
    assert batch(capsys, *ask, "--dry-run", "--resume")["finished"] == 2
    assert batch(capsys, *ask, "--dry-run", "--resume", "--length", "detailed")["finished"] == 0
    assert run(["batch", *ask, "--dry-run"]) == 2
    assert Path("t.jsonl").read_bytes() == before


def test_csv_cells_are_no_formulas_and_come_back_as_they_were(capsys):
    Path("=cmd.jpg").write_bytes(picture_bytes(1))
    batch(capsys, "=cmd.jpg", "--task", "caption", "-o", "t.csv")
    (row,) = csv.DictReader(io.StringIO(Path("t.csv").read_text()))
    assert row["path"] == "'=cmd.jpg"
    assert batch(capsys, "=cmd.jpg", "--task", "caption", "-o", "t.csv", "--resume")["skipped"] == 1


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_names_that_are_not_utf_8_are_kept(ending, capsys):
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    name = os.fsdecode(b"caf\xe9.jpg")
    try:
        Path(name).write_bytes(picture_bytes(1))
    except OSError:
        pytest.skip("this disk has no such names")
    ask = (name, "--task", "caption", "-o", f"t.{ending}")
    batch(capsys, *ask)
    if ending == "jsonl":
        assert list(results("t.jsonl")) == [name]
    before = Path(f"t.{ending}").read_bytes()
    assert batch(capsys, *ask, "--resume")["skipped"] == 1
    assert Path(f"t.{ending}").read_bytes() == before


def test_what_is_left_is_told_by_the_time_that_work_took():
    standing = Standing(done=2, skipped=100, seconds=54.0, skipping=50.0, total=112)
    assert standing.seconds_left == pytest.approx(20.0)


def test_time_counts_as_work_where_one_of_those_finished_together_was_worked_on():
    row = Row("a.jpg", "5a", {}, "m", "1", 2.0, None, "k")
    standing = local._next(Standing(), [None, None], 10.0, 5)
    standing = local._next(standing, [None, row, None], 14.0, 5)
    assert (standing.done, standing.skipped, standing.skipping) == (1, 4, 10.0)
    assert standing.rate == pytest.approx(0.25)


def test_a_table_is_never_written_over_its_own_source_or_by_two_at_once(capsys):
    Path("t.jsonl").write_text(json.dumps({"path": "a.jpg"}))
    assert run(["batch", "t.jsonl", "--task", "caption", "-o", "./t.jsonl", "--overwrite"]) == 2
    assert "one of the sources" in capsys.readouterr().err
    table = Table(Path("u.jsonl"), CaptionTask.columns)
    Path("a.jpg").write_bytes(picture_bytes(1))
    assert run(["batch", "a.jpg", "--task", "caption", "-o", "u.jsonl"]) == 2
    assert "Another batch" in capsys.readouterr().err
    table.close()
    batch(capsys, "a.jpg", "--task", "caption", "-o", "u.jsonl")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--task", "dance", "-o", "t.jsonl"],
        ["--task", "caption", "-o", "t.xlsx"],
        ["--task", "caption", "-o", "nowhere/t.jsonl"],
        ["--task", "caption", "-o", "t.jsonl", "--length", "epic"],
        ["--task", "caption", "-o", "t.jsonl", "--engine", "steam"],
        ["--task", "caption", "-o", "t.jsonl", "--workers", "0"],
        ["--task", "caption", "-o", "t.jsonl", "--sidecar", "stone"],
        ["--task", "segment", "-o", "t.jsonl", "--sidecar", "txt"],
        ["--task", "caption", "-o", "t.jsonl", "--in-place"],
        ["--task", "caption", "-o", "t.jsonl", "--on-error", "cry"],
        ["--task", "soundscape", "-o", "t.jsonl", "--seconds", "0"],
    ],
)
def test_what_is_not_possible_is_said_in_one_sentence_with_a_way_out(wrong, capsys):
    folder_of(Path("photos"), 1)
    assert run(["batch", "photos", *wrong]) == 2
    message, hint = capsys.readouterr().err.splitlines()
    assert message.startswith("imagecraft: error: ")
    assert hint
    assert [path.name for path in Path().iterdir()] == ["photos"]
