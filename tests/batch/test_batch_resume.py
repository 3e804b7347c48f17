"""A batch that is stopped, killed or run again: nothing finished is lost, nothing is done twice."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from batch_command import CHECKOUT, TIMES, batch, process, results, rows
from batch_inputs import folder_of, picture_bytes

from imagecraft.batch.tables_out import Table
from imagecraft.batch.tasks import CaptionTask
from imagecraft.cli import run
from imagecraft.cli.progress import stopping

pytestmark = pytest.mark.usefixtures("empty_folder")


def test_resume_does_what_is_new_changed_or_failed_and_nothing_else(capsys):
    folder_of(Path("photos"), 3)
    Path("photos/02.jpg").write_bytes(b"\xff\xd8\xff no picture")
    ask = ("photos", "--task", "caption", "-o", "t.jsonl")
    batch(capsys, *ask)
    before = Path("t.jsonl").read_bytes()
    assert run(["batch", *ask]) == 2
    assert "--resume" in capsys.readouterr().err
    assert Path("t.jsonl").read_bytes() == before
    again = batch(capsys, *ask, "--resume")
    assert (again["done"], again["skipped"], again["errors"]) == (1, 2, 1)
    Path("photos/02.jpg").write_bytes(picture_bytes(2))
    Path("photos/03.jpg").write_bytes(picture_bytes(3))
    Path("photos/00.jpg").write_bytes(picture_bytes(4))
    third = batch(capsys, *ask, "--resume")
    assert (third["done"], third["skipped"], third["errors"]) == (3, 1, 0)
    assert len(rows("t.jsonl")) == len(results("t.jsonl")) == 4
    batch(capsys, "photos", "--task", "caption", "-o", "whole.jsonl")
    assert results("t.jsonl") == results("whole.jsonl")


def test_a_changed_setting_works_on_all_again(capsys):
    folder_of(Path("photos"), 2)
    first = batch(capsys, "photos", "--task", "caption", "-o", "t.jsonl")
    other = batch(capsys, "photos", "--task", "caption", "-o", "t.jsonl", "--resume", "--length", "detailed")
    assert (other["done"], other["skipped"]) == (2, 0)
    assert other["key"] != first["key"]
    assert {row["settings"] for row in rows("t.jsonl")} == {other["key"]}


def test_other_weights_in_a_model_s_folder_work_on_all_again(capsys, tiny_model):
    shutil.copytree(tiny_model("classifier"), "model")
    folder_of(Path("photos"), 2)
    ask = ("photos", "--task", "tag", "--model", "mobilenet@model", "-o", "t.jsonl", "--resume")
    batch(capsys, *ask)
    shutil.copytree("model", "copy")
    shutil.rmtree("model")
    Path("copy").rename("model")
    assert batch(capsys, *ask)["skipped"] == 2
    weights = Path("model/model.safetensors")
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    times = weights.stat()
    weights.write_bytes(content)
    os.utime(weights, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert batch(capsys, *ask)["done"] == 2


def test_resume_and_overwrite_together_are_refused_and_the_table_stays(capsys):
    folder_of(Path("photos"), 1)
    ask = ("photos", "--task", "caption", "-o", "t.jsonl")
    batch(capsys, *ask)
    before = Path("t.jsonl").read_bytes()
    assert run(["batch", *ask, "--resume", "--overwrite"]) == 2
    assert "not both" in capsys.readouterr().err
    assert Path("t.jsonl").read_bytes() == before


def test_resume_leaves_the_table_of_another_task_alone(capsys):
    folder_of(Path("photos"), 2)
    batch(capsys, "photos", "--task", "caption", "-o", "t.jsonl")
    before = Path("t.jsonl").read_bytes()
    assert run(["batch", "photos", "--task", "segment", "-o", "t.jsonl", "--resume"]) == 2
    assert "no table that a batch of this task wrote" in capsys.readouterr().err
    assert Path("t.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    "there",
    [
        '{"text": "one line, no end"}',
        '{"path": "a.jpg"}',
        '{"note": 1}\n{"path": "a.jpg", "sha',
        "words",
        '{"path": "a.jpg", "settings": "x"}\nwords',
    ],
)
def test_resume_leaves_a_file_alone_that_no_batch_wrote(there, capsys):
    folder_of(Path("photos"), 1)
    Path("t.jsonl").write_text(there)
    assert run(["batch", "photos", "--task", "caption", "-o", "t.jsonl", "--resume"]) == 2
    assert "no row of a batch table" in capsys.readouterr().err
    assert Path("t.jsonl").read_text() == there


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "csv"])
def test_killed_in_the_middle_and_resumed_it_is_the_same_table(ending, capsys):
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    folder_of(Path("photos"), 24)
    out, rows_so_far = Path(f"t.{ending}"), Path("t.jsonl" if ending == "jsonl" else f"t.{ending}.rows.jsonl")
    ask = ("photos", "--task", "caption", "--batch-size", 1)
    two = ("--workers", 2, "--progress", "json")
    with process(*ask, "-o", out, *two, stdout=subprocess.DEVNULL) as running:
        assert running.stderr
        assert json.loads(running.stderr.readline())["done"] >= 1
        running.send_signal(signal.SIGKILL)
    kept = len(rows_so_far.read_bytes().splitlines()) if not out.exists() or ending == "jsonl" else 24
    assert kept >= 1
    with rows_so_far.open("ab") as file:
        file.write(b'{"path": "photos/05.jpg", "sha2')
    one = ("--workers", 1)  # the process of the tests, which has the model by now
    summary = batch(capsys, *ask, *one, "-o", out, "--resume")
    assert (summary["inputs"], summary["skipped"]) == (24, kept)
    batch(capsys, *ask, *one, "-o", f"whole.{ending}")
    assert table_of(out) == table_of(Path(f"whole.{ending}"))
    assert not list(Path().glob("*.rows.jsonl"))


def table_of(path: Path) -> dict[str, dict[str, Any]]:
    if path.suffix == ".jsonl":
        return results(path)
    if path.suffix == ".csv":
        found: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    else:
        import pyarrow.parquet

        found = pyarrow.parquet.read_table(path).to_pylist()
    assert len(found) == 24
    return {row["path"]: {name: row[name] for name in row if name not in TIMES} for row in found}


def test_ctrl_c_finishes_what_was_begun_and_keeps_it(capsys):
    folder_of(Path("photos"), 40)
    with process(
        "photos", "--task", "caption", "-o", "t.csv", "--progress", "json", "--workers", 1
    ) as running:
        assert running.stderr
        running.stderr.readline()
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
    assert running.returncode == 130
    assert "--resume" in said
    kept = len(list(csv.DictReader(io.StringIO(Path("t.csv").read_text()))))
    assert 1 <= kept < 40
    assert batch(capsys, "photos", "--task", "caption", "-o", "t.csv", "--resume")["skipped"] == kept


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_is_asked_for_by_ctrl_c_or_a_scheduler_and_forced_by_the_second(number):
    with stopping() as stopped:
        assert not stopped()
        signal.raise_signal(number)
        assert stopped()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_a_full_disk_is_one_sentence_and_nothing_is_lost(capsys):
    folder_of(Path("photos"), 3)
    batch(capsys, "photos", "--task", "caption", "-o", "t.jsonl", "--limit", 1)
    whole = Path("t.jsonl").read_bytes()
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2); "
    start = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from imagecraft.cli import run; "
    end = "sys.exit(run(sys.argv[2:]))"
    ask = ["batch", "photos", "--task", "caption", "-o", "t.jsonl", "--resume"]
    done = subprocess.run(
        [sys.executable, "-c", limited + start + end, str(len(whole) + 40), *ask],
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "disk is full" in done.stderr.splitlines()[0]
    assert Path("t.jsonl").read_bytes() == whole
    assert batch(capsys, *ask[1:])["skipped"] == 1
    assert len(results("t.jsonl")) == 3


def test_rows_go_only_once_the_table_is_on_the_disk(capsys, monkeypatch):
    folder_of(Path("photos"), 1)
    synced: list[int] = []
    removed: list[bool] = []
    unlink = Path.unlink

    def look(path: Path, missing_ok: bool = False) -> None:
        if path.name == "t.csv.rows.jsonl":
            removed.append({Path("t.csv").stat().st_ino, Path().stat().st_ino} <= set(synced))
        unlink(path, missing_ok)

    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    monkeypatch.setattr(Path, "unlink", look)
    batch(capsys, "photos", "--task", "caption", "-o", "t.csv")
    assert removed == [True]


def test_a_picture_is_changed_only_once_its_new_file_is_on_the_disk(capsys, monkeypatch):
    folder_of(Path("photos"), 1)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    ask = ("--task", "caption", "-o", "t.jsonl", "--sidecar", "metadata", "--in-place")
    batch(capsys, "photos", *ask)
    assert Path("photos/00.jpg").stat().st_ino in synced


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_table_that_is_begun_anew_stays_until_there_is_a_row(ending, capsys):
    folder_of(Path("photos"), 3)
    out = Path(f"t.{ending}")
    batch(capsys, "photos", "--task", "caption", "-o", out)
    before = out.read_bytes()
    table = Table(out, CaptionTask.columns)
    assert table.begin(resume=False, overwrite=True) == {}
    table.finish(stopped=True)
    table.close()
    assert (out.read_bytes(), sorted(map(str, Path().iterdir()))) == (before, ["photos", str(out)])
    summary = batch(capsys, "photos", "--task", "caption", "-o", out, "--overwrite", "--limit", 2)
    assert (summary["done"], summary["skipped"]) == (2, 0)
    assert len(out.read_bytes().splitlines()) == len(before.splitlines()) - 1
    Path("none").mkdir()
    assert batch(capsys, "none", "--task", "caption", "-o", out, "--overwrite")["done"] == 0
    assert b"photos" not in out.read_bytes()
