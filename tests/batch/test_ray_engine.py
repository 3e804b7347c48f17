"""The engine on Ray: a real cluster of this machine, several processes, one of which dies."""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_inputs import folder_of
from typer.testing import CliRunner

from imagecraft.batch import on_ray, remote
from imagecraft.batch.items import Inline, Item, Remote
from imagecraft.batch.sources import Sources
from imagecraft.batch.workers import Job
from imagecraft.cli.app import app
from imagecraft.errors import InvalidInput

PICTURES = 40
PATIENCE_SECONDS = 120


def _rows(path: Path) -> dict[str, dict[str, Any]]:
    """The table by input, without the times."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return {row["path"]: {name: cell for name, cell in row.items() if name != "seconds"} for row in rows}


def _command(folder: Path, out: Path, *options: str) -> list[str]:
    begin = [sys.executable, "-m", "imagecraft", "batch", str(folder), "--task", "caption", "-o", str(out)]
    return [*begin, "--json", *options]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = folder_of(tmp_path / "photos", PICTURES)
    (made / "torn.jpg").write_bytes((made / "00.jpg").read_bytes()[:200])
    return made


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes as Linux lists them")
def test_a_run_that_loses_a_worker_has_the_rows_of_the_local_engine(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray")
    local, table = tmp_path / "local.jsonl", tmp_path / "ray.jsonl"
    subprocess.run(_command(folder, local), check=True, capture_output=True)

    options = ["--engine", "ray", "--workers", "2", "--batch-size", "2"]
    with subprocess.Popen(
        _command(folder, table, *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        _until(lambda: table.exists() and table.stat().st_size > 0, run)
        victims = [process for process in _descendants(run.pid) if "MapWorker" in _name(process)]
        assert victims, "no worker of Ray's was found"
        os.kill(victims[0], signal.SIGKILL)
        assert len(table.read_text("utf-8").splitlines()) < PICTURES, (
            "the kill came too late to prove anything"
        )
        summary, complaints = run.communicate(timeout=PATIENCE_SECONDS)

    assert run.returncode == 0, complaints
    assert _rows(table) == _rows(local)
    assert len(_rows(table)) == PICTURES + 1
    assert _rows(table)[str(folder / "torn.jpg")]["error"]
    assert json.loads(summary)["engine"] == "ray"
    again = subprocess.run(_command(folder, table, "--resume"), check=True, capture_output=True, text=True)
    assert json.loads(again.stdout)["skipped"] == PICTURES


def test_a_cluster_is_not_asked_for_in_vain() -> None:
    made = CliRunner().invoke(
        app, ["batch", ".", "--task", "caption", "-o", "x.jsonl", "--ray-address", "auto"]
    )
    assert isinstance(made.exception, InvalidInput)
    assert "--engine ray" in str(made.exception)


def test_a_store_is_listed_and_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.setitem(remote.STORES, "file", "fsspec")
    (folder / "below").mkdir()
    (folder / "below" / "more.jpg").write_bytes((folder / "03.jpg").read_bytes())
    (folder / "words.txt").write_text("no picture", "utf-8")

    address = f"file://{folder}"
    flat = list(Sources((address,)).items())
    deep = list(Sources((address,), recursive=True).items())
    some = list(Sources((f"{address}/0?.jpg",)).items())
    one = list(Sources((f"{address}/07.jpg",)).items())

    assert len(flat) == PICTURES + 1
    assert [item.below for item in deep if item not in flat] == ["below/more.jpg"]
    assert len(some) == 10
    assert one[0].location.read() == (folder / "07.jpg").read_bytes()
    with pytest.raises(InvalidInput, match="no such file"):
        Remote(f"{address}/none.jpg").read()


def test_addresses_in_lists_and_tables_are_inputs_each_without_being_looked_up(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.setitem(remote.STORES, "file", "fsspec")
    monkeypatch.setattr(remote, "_listed", None)
    there, missing, packed = (f"file://{folder}/{name}" for name in ("07.jpg", "none.jpg", "all.zip"))
    (tmp_path / "list.txt").write_text(f"{there}\n{missing}\n{packed}\n", "utf-8")
    lines = (json.dumps({"image": address}) + "\n" for address in (there, missing, packed))
    (tmp_path / "table.jsonl").write_text("".join(lines), "utf-8")

    for source in (f"@{tmp_path / 'list.txt'}", str(tmp_path / "table.jsonl")):
        found = {item.name: item.location for item in Sources((source,)).items()}
        assert list(found) == [there, missing, packed]
        assert found[there].read() == (folder / "07.jpg").read_bytes()
        with pytest.raises(InvalidInput, match="no such file"):
            found[missing].read()
        with pytest.raises(InvalidInput, match="only opened on disk"):
            found[packed].read()
    with pytest.raises(InvalidInput, match="only opened on disk"):
        Sources((packed,)).check()


def test_an_address_with_nothing_below_it_is_an_error_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.setitem(remote.STORES, "file", "fsspec")
    (item,) = Sources((f"file://{tmp_path}/none",)).items()
    with pytest.raises(InvalidInput, match="nothing at this address"):
        item.location.read()


@pytest.mark.parametrize("address", ["http://127.0.0.1/a.jpg", "file:///etc/passwd", "ftp://host/x"])
def test_other_addresses_are_refused_in_lists_too(address: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="web address"):
        Sources((address,)).check()
    (tmp_path / "list.txt").write_text(f"{address}\n", "utf-8")
    (item,) = Sources((f"@{tmp_path / 'list.txt'}",)).items()
    with pytest.raises(InvalidInput):
        item.location.read()


def _until(reached: Callable[[], bool], run: subprocess.Popen[str]) -> None:
    """Wait for a state of a run that goes on."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert run.poll() is None, run.communicate()[1]
        assert time.monotonic() < end
        time.sleep(0.05)


def _descendants(process: int) -> Iterator[int]:
    """Processes of a session that a process began, itself left out."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
    wave = {process}
    while wave := {child for child, parent in parents.items() if parent in wave}:
        yield from wave


def _name(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return ""


def test_a_cluster_that_is_not_there_is_said_at_once_and_costs_no_rows(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    folder, table = folder_of(tmp_path / "photos", 1), tmp_path / "t.jsonl"
    table.write_text('{"path": "a.jpg", "settings": "x"}\n', "utf-8")
    with socket.socket() as taken:  # a port at which nobody listens
        taken.bind(("", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for where in (address, f"ray://{address}"):
            options = ["--overwrite", "--engine", "ray", "--ray-address", where]
            run = subprocess.run(
                _command(folder, table, *options), capture_output=True, text=True, timeout=PATIENCE_SECONDS
            )
            assert run.returncode != 0
            assert "The Ray cluster cannot be reached" in run.stderr
            assert "--ray-address" in run.stderr
    assert "a.jpg" in table.read_text("utf-8")


def test_ray_is_given_no_more_at_once_than_fits_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_ray, "WINDOW", 10)
    monkeypatch.setattr(on_ray, "WINDOW_BYTES", 5000)
    asked = 0

    def jobs() -> Iterator[Job]:
        nonlocal asked
        for number in range(30):
            asked += 1
            yield Item(str(number), Inline(bytes(2000 if number < 10 else 1)), ""), None

    found = []
    for window in on_ray.windows(jobs()):
        found += [pickle.loads(job)[0].name for job in window]
        assert len(window) <= (3 if asked <= 10 else 10)
        assert asked == len(found)
    assert found == [str(number) for number in range(30)]
