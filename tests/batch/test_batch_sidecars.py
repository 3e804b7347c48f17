"""Words beside pictures and in them: never in the place of what a person wrote."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from batch_command import batch, results, rows
from batch_inputs import folder_of, picture_bytes
from PIL import Image

from imagecraft.batch.items import Item, OnDisk
from imagecraft.batch.options import Options, chosen_work
from imagecraft.batch.rows import Row
from imagecraft.batch.tables_out import Table
from imagecraft.cli import run

pytestmark = pytest.mark.usefixtures("empty_folder")


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


@pytest.mark.parametrize("kind", ["txt", "xmp", "metadata"])
def test_resume_makes_words_again_that_are_no_longer_there(kind, capsys):
    folder_of(Path("photos"), 2)
    ask = ("photos", "--task", "caption", "-o", "t.jsonl", "--sidecar", kind)
    batch(capsys, *ask)
    lost, kept = sorted([*Path("photos").glob(f"*.{kind}"), *Path().glob("t-files/*")])
    before = lost.read_bytes(), kept.stat().st_mtime_ns
    lost.unlink()
    assert batch(capsys, *ask, "--resume")["skipped"] == 1
    assert (lost.read_bytes(), kept.stat().st_mtime_ns) == before


def test_a_folder_of_copies_that_cannot_be_looked_into_is_an_error_row(capsys):
    folder_of(Path("photos"), 1)
    ask = ("photos", "--task", "caption", "-o", "t.jsonl", "--sidecar", "metadata")
    batch(capsys, *ask)
    shutil.rmtree("t-files")
    Path("t-files").write_text("a file in the folder's place")
    assert run(["batch", *ask, "--resume"]) == 2
    assert "file exists" in results("t.jsonl")["photos/00.jpg"]["error"]


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


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
def test_resume_replaces_our_words_in_a_picture_and_leaves_those_of_a_person(ending, capsys):
    exif = Image.Exif()
    exif[0x010E] = "By hand."
    with Image.open(io.BytesIO(picture_bytes(1))) as image:
        image.save(f"ours.{ending}")
        image.save(f"theirs.{ending}", exif=exif)
    names = (f"ours.{ending}", f"theirs.{ending}")
    ask = (*names, "--task", "caption", "-o", "t.jsonl", "--sidecar", "metadata", "--in-place")
    batch(capsys, *ask)
    short = results("t.jsonl")[names[0]]["caption"]
    assert batch(capsys, *ask, "--resume", "--length", "detailed")["done"] == 2
    detailed = results("t.jsonl")[names[0]]["caption"]
    assert detailed != short
    with Image.open(names[0]) as ours, Image.open(names[1]) as theirs:
        assert ours.getexif()[0x010E] == detailed
        assert theirs.getexif()[0x010E] == "By hand."
    assert Path(names[0]).read_bytes().count(f">{detailed}<".encode()) == 2
    assert batch(capsys, *ask, "--resume", "--length", "detailed")["skipped"] == 2


def test_copies_never_take_the_place_of_pictures(capsys):
    Path("a.jpg").write_bytes(picture_bytes(1))
    batch(capsys, "a.jpg", "--task", "caption", "-o", "t.jsonl", "--sidecar", "metadata", "--beside")
    assert Path("a.jpg").read_bytes() == picture_bytes(1)
    assert len(list(Path("t-files").iterdir())) == 1


def test_files_beside_pictures_never_replace_those_of_a_person(capsys):
    folder_of(Path("photos"), 3)
    Path("photos/01.mask.png").write_bytes(b"by hand")
    ask = ("photos", "--task", "segment", "-o", "t.jsonl", "--beside")
    assert batch(capsys, *ask)["errors"] == 1
    assert "--overwrite-beside" in results("t.jsonl")["photos/01.jpg"]["error"]
    assert Path("photos/01.mask.png").read_bytes() == b"by hand"
    Path("photos/00.jpg").write_bytes(picture_bytes(7))
    before = Path("photos/00.mask.png").stat().st_mtime_ns
    again = batch(capsys, *ask, "--resume")
    assert (again["done"], again["errors"]) == (2, 1)
    assert Path("photos/00.mask.png").stat().st_mtime_ns != before
    last = batch(capsys, *ask, "--resume", "--overwrite-beside")
    assert (last["done"], last["errors"], last["skipped"]) == (1, 0, 2)
    assert Path("photos/01.mask.png").read_bytes() != b"by hand"


def test_sounds_of_a_person_stay_and_those_of_the_table_are_made_again(capsys):
    folder_of(Path("photos"), 2)
    Path("photos/00.wav").write_bytes(b"by hand")
    ask = ("photos", "--task", "speak", "-o", "t.csv", "--beside")
    assert batch(capsys, *ask)["errors"] == 1
    made = Path("photos/01.wav").read_bytes()
    again = batch(capsys, *ask, "--resume", "--speed", 2)
    assert (again["done"], again["errors"]) == (2, 1)
    assert Path("photos/00.wav").read_bytes() == b"by hand"
    assert len(Path("photos/01.wav").read_bytes()) < len(made)


def test_an_input_that_is_tried_again_may_write_over_its_own_files():
    folder_of(Path("photos"), 1)
    work = chosen_work(Options("segment", beside=True), Path("t.jsonl"))
    item = Item("photos/00.jpg", OnDisk(Path("photos/00.jpg")), "00.jpg")
    known = work.claimed(item, None)
    for _ in range(2):
        (row,) = work.finish([work.prepare(item, known)])
        assert row is not None
        assert row.error is None
    (other,) = work.finish([work.prepare(item, work.claimed(item, None))])
    assert other is not None
    assert "--overwrite-beside" in str(other.error)


def test_a_conflict_of_words_does_not_cost_the_other_rows(capsys):
    folder_of(Path("photos"), 3)
    Path("photos/02.txt").write_text("By hand.")
    ask = ("photos", "--task", "caption", "-o", "t.jsonl", "--sidecar", "txt")
    batch(capsys, *ask)
    assert "--overwrite-beside" in results("t.jsonl")["photos/02.jpg"]["error"]
    last = batch(capsys, *ask, "--resume", "--overwrite-beside")
    assert (last["done"], last["skipped"]) == (1, 2)
    assert Path("photos/02.txt").read_text() == results("t.jsonl")["photos/02.jpg"]["caption"] + "\n"


def test_a_sound_whose_words_were_in_the_way_still_belongs_to_the_table(capsys):
    folder_of(Path("photos"), 2)
    Path("photos/00.jpg.txt").write_text("By hand.")  # 00.txt may be of the sound
    ask = ("photos", "--task", "speak", "-o", "t.csv", "--beside", "--sidecar", "txt")
    assert batch(capsys, *ask)["errors"] == 1
    Path("photos/00.jpg.txt").unlink()
    again = batch(capsys, *ask, "--resume")
    assert (again["done"], again["errors"], again["skipped"]) == (1, 0, 1)


class Killed(BaseException):
    """Nothing is tidied up on the way out, as after a kill."""


def killed_before_a_row(ask: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a batch that is killed when its files are made and no row is."""

    def killed(table: Table, row: Row) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Table, "add", killed)
        with pytest.raises(Killed):
            run(["batch", *ask])


@pytest.mark.parametrize("task", ["speak", "segment"])
def test_files_whose_rows_a_kill_cost_are_made_again(task, capsys, monkeypatch):
    folder_of(Path("photos"), 2)
    ask = ("photos", "--task", task, "-o", "t.csv", "--beside")

    killed_before_a_row(ask, monkeypatch)
    made = [*Path("photos").glob("*.wav"), *Path("photos").glob("*.png")]
    assert made
    if task == "segment":
        Path("photos/00.mask.png").unlink()
    again = batch(capsys, *ask, "--resume")
    assert (again["done"], again["errors"]) == (2, 0)
    assert not Path(".t.csv.claims").exists()


def test_a_sound_that_a_person_made_stays_after_a_kill(capsys, monkeypatch):
    folder_of(Path("photos"), 2)
    Path("photos/01.wav").write_bytes(b"by hand")
    ask = ("photos", "--task", "speak", "-o", "t.csv", "--beside", "--resume")

    killed_before_a_row(ask, monkeypatch)
    assert batch(capsys, *ask)["errors"] == 1
    assert batch(capsys, *ask)["errors"] == 1
    assert Path("photos/01.wav").read_bytes() == b"by hand"


def test_a_stop_at_an_error_keeps_what_was_finished_with_it(capsys):
    folder_of(Path("photos"), 3)
    Path("photos/00.jpg").write_bytes(b"no picture")
    ask = ("photos", "--task", "speak", "-o", "t.jsonl", "--beside")
    assert run(["batch", *ask, "--on-error", "stop"]) == 2
    capsys.readouterr()
    assert len(rows("t.jsonl")) == 3
    Path("photos/00.jpg").unlink()
    again = batch(capsys, *ask, "--resume")
    assert (again["done"], again["errors"], again["skipped"]) == (0, 0, 2)


def test_a_picture_that_was_damaged_for_a_while_keeps_its_sound(capsys):
    folder_of(Path("photos"), 2)
    ask = ("photos", "--task", "speak", "-o", "t.jsonl", "--beside")
    batch(capsys, *ask)
    for damaged in (b"no picture", b"still none"):
        Path("photos/00.jpg").write_bytes(damaged)
        assert batch(capsys, *ask, "--resume")["errors"] == 1
        assert results("t.jsonl")["photos/00.jpg"]["audio"] == "photos/00.wav"
    Path("photos/00.jpg").write_bytes(picture_bytes(5))
    again = batch(capsys, *ask, "--resume")
    assert (again["done"], again["errors"]) == (1, 0)
