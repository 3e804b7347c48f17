"""`imagecraft batch` as a user meets it: one complete table, whatever happens on the way."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from batch_inputs import folder_of, picture_bytes
from PIL import Image

from imagecraft.batch.local import Standing
from imagecraft.batch.tables_out import Table
from imagecraft.batch.tasks import CaptionTask
from imagecraft.cli import run

CHECKOUT = Path(__file__).parents[2]
EXAMPLES = CHECKOUT / "examples"
TIMES = ("seconds",)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(weights: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rows(path: str | Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def results(path: str | Path) -> dict[str, dict[str, Any]]:
    """The table without what differs from run to run."""
    return {row["path"]: {name: row[name] for name in row if name not in TIMES} for row in rows(path)}


def batch(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """The summary of a batch that went well."""
    code = run(["batch", *map(str, arguments), "--json"])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    summary: dict[str, Any] = json.loads(printed.out)
    return summary


def process(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    environ = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "imagecraft", "batch", *map(str, arguments)]
    return subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True, **options)


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


def test_resume_and_overwrite_together_are_refused_and_the_table_stays(capsys):
    folder_of(Path("photos"), 1)
    ask = ("photos", "--task", "caption", "-o", "t.jsonl")
    batch(capsys, *ask)
    before = Path("t.jsonl").read_bytes()
    assert run(["batch", *ask, "--resume", "--overwrite"]) == 2
    assert "not both" in capsys.readouterr().err
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
    ask = ("photos", "--task", "caption", "--workers", 2, "--batch-size", 1)
    with process(*ask, "-o", out, "--progress", "json", stdout=subprocess.DEVNULL) as running:
        assert running.stderr
        assert json.loads(running.stderr.readline())["done"] >= 1
        running.send_signal(signal.SIGKILL)
    kept = len(rows_so_far.read_bytes().splitlines()) if not out.exists() or ending == "jsonl" else 24
    assert kept >= 1
    with rows_so_far.open("ab") as file:
        file.write(b'{"path": "photos/05.jpg", "sha2')
    summary = batch(capsys, *ask, "-o", out, "--resume")
    assert (summary["inputs"], summary["skipped"]) == (24, kept)
    batch(capsys, *ask, "-o", f"whole.{ending}")
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


def test_on_error_stop_ends_there(capsys):
    folder_of(Path("photos"), 3)
    Path("photos/00.jpg").write_bytes(b"no picture")
    ask = ["batch", "photos", "--task", "caption", "-o", "t.jsonl", "--on-error", "stop", "--batch-size", "1"]
    assert run(ask) == 2
    assert "00.jpg" in capsys.readouterr().err
    assert 1 <= len(rows("t.jsonl")) <= 3


def test_a_dry_run_writes_nothing(capsys):
    folder_of(Path("photos"), 3)
    planned = batch(capsys, "photos", "--task", "caption", "-o", "t.jsonl", "--dry-run", "--limit", 2)
    assert planned == {"inputs": 2, "first": ["photos/00.jpg", "photos/01.jpg"]}
    assert sorted(path.name for path in Path().iterdir()) == ["photos"]


def test_csv_cells_are_no_formulas_and_come_back_as_they_were(capsys):
    Path("=cmd.jpg").write_bytes(picture_bytes(1))
    batch(capsys, "=cmd.jpg", "--task", "caption", "-o", "t.csv")
    (row,) = csv.DictReader(io.StringIO(Path("t.csv").read_text()))
    assert row["path"] == "'=cmd.jpg"
    assert batch(capsys, "=cmd.jpg", "--task", "caption", "-o", "t.csv", "--resume")["skipped"] == 1


def test_names_that_are_not_utf_8_are_kept(capsys):
    name = os.fsdecode(b"caf\xe9.jpg")
    try:
        Path(name).write_bytes(picture_bytes(1))
    except OSError:
        pytest.skip("this disk has no such names")
    batch(capsys, name, "--task", "caption", "-o", "t.jsonl")
    assert list(results("t.jsonl")) == [name]
    assert batch(capsys, name, "--task", "caption", "-o", "t.jsonl", "--resume")["skipped"] == 1


def test_text_sidecars_stand_beside_and_never_replace_a_person_s_words(capsys):
    folder_of(Path("photos"), 3)
    Path("photos/01.png").write_bytes(picture_bytes(1, "PNG"))
    Path("photos/02.txt").write_text("By hand.")
    ask = ("photos", "--task", "caption", "-o", "t.jsonl", "--sidecar", "txt")
    batch(capsys, *ask)
    table = results("t.jsonl")
    assert Path("photos/00.txt").read_text() == table["photos/00.jpg"]["caption"] + "\n"
    assert Path("photos/01.jpg.txt").exists()
    assert Path("photos/01.png.txt").exists()
    assert Path("photos/02.txt").read_text() == "By hand."
    assert "02.txt" in table["photos/02.jpg"]["error"]
    batch(capsys, *ask, "--overwrite")
    assert Path("photos/02.txt").read_text() != "By hand."


def test_a_sidecar_that_cannot_be_written_is_one_error_row(capsys):
    folder_of(Path("photos"), 2)
    Path("photos/00.txt").mkdir()
    summary = batch(capsys, "photos", "--task", "caption", "-o", "t.jsonl", "--sidecar", "txt")
    assert (summary["done"], summary["errors"]) == (2, 1)
    assert "directory" in results("t.jsonl")["photos/00.jpg"]["error"]


@pytest.mark.parametrize("kind", ["txt", "xmp"])
def test_resume_replaces_the_words_it_wrote_itself_and_no_others(kind, capsys):
    folder_of(Path("photos"), 4)
    Path(f"photos/02.{kind}").write_text("By hand.")
    ask = ("photos", "--task", "caption", "-o", "t.jsonl")
    batch(capsys, *ask)
    asides = (*ask, "--sidecar", kind, "--resume")
    for _ in range(2):  # a table without sidecars first, then one with an error row
        batch(capsys, *asides)
        assert Path(f"photos/02.{kind}").read_text() == "By hand."
        assert results("t.jsonl")["photos/02.jpg"]["error"]
    before = Path(f"photos/00.{kind}").read_bytes()
    Path(f"photos/01.{kind}").write_text("Mended by hand.")
    batch(capsys, *asides, "--length", "detailed")
    assert Path(f"photos/00.{kind}").read_bytes() != before
    assert Path(f"photos/01.{kind}").read_text() == "Mended by hand."


def test_metadata_goes_into_a_copy_and_into_the_picture_only_when_asked(capsys):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(io.BytesIO(picture_bytes(1))).save("turned.jpg", exif=exif, quality=90)
    before = Path("turned.jpg").read_bytes()
    batch(capsys, "turned.jpg", "--task", "caption", "-o", "t.jsonl", "--sidecar", "metadata")
    assert Path("turned.jpg").read_bytes() == before
    (copy,) = Path("t-files").iterdir()
    with Image.open(copy) as image, Image.open("turned.jpg") as original:
        assert image.tobytes() == original.tobytes()
        assert image.getexif()[0x0112] == 6
        assert image.getexif()[0x010E] == rows("t.jsonl")[0]["caption"]
    ask = ("turned.jpg", "--task", "caption", "-o", "u.jsonl", "--sidecar", "metadata", "--in-place")
    batch(capsys, *ask)
    assert Path("turned.jpg").read_bytes() != before
    assert batch(capsys, *ask, "--resume")["skipped"] == 1
    copies = tuple(part for part in ask if part != "--in-place")
    assert batch(capsys, *copies, "--resume")["done"] == 1


def test_what_is_left_is_told_by_the_time_that_work_took():
    standing = Standing(done=2, skipped=100, seconds=54.0, skipping=50.0, total=112)
    assert standing.seconds_left == pytest.approx(20.0)


def test_copies_never_take_the_place_of_pictures(capsys):
    Path("a.jpg").write_bytes(picture_bytes(1))
    batch(capsys, "a.jpg", "--task", "caption", "-o", "t.jsonl", "--sidecar", "metadata", "--beside")
    assert Path("a.jpg").read_bytes() == picture_bytes(1)
    assert len(list(Path("t-files").iterdir())) == 1


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


def test_rows_of_captions_are_scored_one_by_one(capsys):
    pairs = [("a cat on a sofa", "a cat on a sofa"), ("a dog", "rain falls on the roof of a house")]
    lines = [json.dumps({"prediction": ours, "reference": theirs}) for ours, theirs in pairs]
    Path("pairs.jsonl").write_text("\n".join([*lines, json.dumps({"prediction": 3, "reference": ""})]))
    summary = batch(capsys, "pairs.jsonl", "--task", "evaluate", "-o", "scores.jsonl")
    assert (summary["done"], summary["errors"]) == (3, 1)
    same, other, empty = results("scores.jsonl").values()
    rouge = [
        next(one["score"] for one in row["scores"] if one["label"] == "rouge_l") for row in (same, other)
    ]
    assert rouge[0] == 1
    assert rouge[1] < 0.5
    assert empty["error"]


@pytest.mark.parametrize("source", ["pairs", "pairs/*"])
@pytest.mark.parametrize("out", ["scores.jsonl", "scores.csv"])
def test_a_batch_does_not_read_the_table_it_writes(source, out, capsys):
    Path("pairs").mkdir()
    Path("pairs/a.jsonl").write_text(json.dumps({"prediction": "a cat", "reference": "a cat"}) + "\n")
    Path("pairs/t.jsonl").write_text(json.dumps({"prediction": "a dog", "reference": "a dog"}) + "\n")
    ask = (source, "--task", "evaluate", "-o", f"pairs/{out}", "--limit", 9)
    assert batch(capsys, *ask)["inputs"] == 2
    assert batch(capsys, *ask, "--resume")["skipped"] == 2


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
