"""Where inputs are found, and what hostile archives and odd tables come to."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from batch_inputs import folder_of, picture_bytes

from imagecraft.batch.items import MAX_ITEM_BYTES, Item, sha256_of_file
from imagecraft.batch.sources import Sources, parse_shard
from imagecraft.errors import InvalidInput


def found(*names: object, **options: object) -> list[Item]:
    sources = Sources(tuple(map(str, names)), **options)
    sources.check()
    return list(sources.items())


def complaint(item: Item) -> str:
    with pytest.raises(InvalidInput) as error:
        item.location.read()
    return error.value.message


def test_folders_are_searched_in_order_and_deeper_only_when_asked(tmp_path):
    folder_of(tmp_path / "photos", 2)
    folder_of(tmp_path / "photos" / "deep" / "er", 1)
    (tmp_path / "photos" / ".hidden.jpg").write_bytes(b"x")
    (tmp_path / "photos" / "notes.txt").write_text("x")
    (tmp_path / "photos" / "loop").symlink_to(tmp_path / "photos")
    flat = [item.below for item in found(tmp_path / "photos")]
    assert flat == ["00.jpg", "01.jpg"]
    deep = [item.below for item in found(tmp_path / "photos", recursive=True)]
    assert deep == ["00.jpg", "01.jpg", str(Path("deep/er/00.jpg"))]


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path):
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "a folder.jpg").mkdir()
    gone, pipe = found(tmp_path)
    assert (complaint(gone), complaint(pipe)) == (
        "There is no file 'gone.jpg'.",
        "'pipe.jpg' is not an ordinary file.",
    )
    with pytest.raises(InvalidInput, match="ordinary file"):
        sha256_of_file(tmp_path / "pipe.jpg")
    os.mkfifo(tmp_path / "rows.jsonl")
    (rows,) = found(tmp_path, kind="record")
    assert complaint(rows) == "'rows.jsonl' is not an ordinary file."


def test_links_in_a_circle_and_endless_names_are_errors_of_their_own(tmp_path):
    photos = folder_of(tmp_path / "photos", 1)
    (photos / "circle.jpg").symlink_to("circle.jpg")
    (photos / "circle").symlink_to("circle")
    (tmp_path / "list.txt").write_text(f"photos/00.jpg\n{'x' * 5000}\nphotos/circle.jpg\n")
    good, circle = found(photos, recursive=True)
    assert good.location.read() == picture_bytes(0)
    assert "links" in complaint(circle)
    good, endless, circle = found(tmp_path / "list.txt")
    assert good.location.read() == picture_bytes(0)
    assert "name too long" in complaint(endless)
    assert complaint(circle)


def test_a_folder_of_results_is_not_searched(tmp_path):
    folder_of(tmp_path / "photos" / "out", 2)
    assert found(tmp_path / "photos", recursive=True, leave_out=tmp_path / "photos" / "out") == []


def test_patterns_lists_and_a_name_given_twice(tmp_path):
    photos = folder_of(tmp_path / "photos", 3)
    (tmp_path / "list.txt").write_text(f"{photos / '02.jpg'}\n\nphotos/00.jpg\nphotos/none.jpg\n")
    assert [item.below for item in found(photos / "0[12].jpg", photos / "01.jpg")] == ["01.jpg", "02.jpg"]
    listed = found(tmp_path / "list.txt")
    assert [item.below for item in listed] == ["02.jpg", "00.jpg", "none.jpg"]
    assert listed[1].location.read() == picture_bytes(0)
    assert complaint(listed[2]) == "There is no file 'none.jpg'."


@pytest.mark.parametrize("name", ["nowhere", "no*.jpg", "https://example.org/a.jpg", "\0"])
def test_a_source_that_is_not_there_is_said_before_any_work(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput):
        Sources((name,)).check()


def test_shards_part_the_inputs_by_name_alone(tmp_path):
    photos = folder_of(tmp_path, 40)
    parts = [{item.name for item in found(photos, shard=(part, 3))} for part in (1, 2, 3)]
    assert set().union(*parts) == {item.name for item in found(photos)}
    assert sum(map(len, parts)) == 40
    assert all(parts)
    (photos / "00.jpg").unlink()
    fewer = {item.name for item in found(photos, shard=(2, 3))}
    assert fewer == parts[1] - {str(photos / "00.jpg")}


def test_a_limit_and_parts_that_are_not_possible(tmp_path):
    photos = folder_of(tmp_path, 4)
    assert len(found(photos, limit=3)) == 3
    for options in ({"limit": 0}, {"shard": (0, 4)}, {"shard": (5, 4)}):
        with pytest.raises(InvalidInput):
            found(photos, **options)
    with pytest.raises(InvalidInput):
        parse_shard("a/b")


def zip_of(path: Path, members: dict[str, bytes], **options: object) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


HOSTILE = ["../out.jpg", "/etc/out.jpg", "a/../../out.jpg", "C:\\out.jpg", "..\\out.jpg"]


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tar.xz"])
def test_archives_are_read_and_nothing_leads_out_of_them(ending, tmp_path):
    members = {
        "a/1.jpg": picture_bytes(1),
        "__MACOSX/1.jpg": b"",
        "read.me": b"",
        **dict.fromkeys(HOSTILE, b"x"),
    }
    path = tmp_path / f"photos{ending}"
    if ending == ".zip":
        zip_of(path, members)
    else:
        with tarfile.open(path, f"w:{ending.removeprefix('.tar').removeprefix('.')}") as archive:
            for name, data in members.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
            link = tarfile.TarInfo("link.jpg")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
    first, *others = found(path)
    assert first.name == f"{path}!a/1.jpg"
    assert first.location.read() == picture_bytes(1)
    said = [complaint(item) for item in others]
    assert said[: len(HOSTILE)] == ["Its name leads out of the archive."] * len(HOSTILE)
    assert said[len(HOSTILE) :] == ([] if ending == ".zip" else ["It is a link or a device, not a file."])


@pytest.mark.parametrize("ending", [".tar", ".tgz", ".tar.gz", ".tbz2", ".TXZ"])
def test_a_tar_is_not_read_a_second_time_to_count_what_is_in_it(ending, tmp_path):
    path = tmp_path / f"photos{ending}"
    path.write_bytes(b"not opened")
    assert Sources((str(path),)).count() is None


def test_what_is_only_called_like_a_tar_is_counted(tmp_path):
    zip_of(tmp_path / "photos.tar.zip", {"1.jpg": b"x", "2.jpg": b"x"})
    assert Sources((str(tmp_path / "photos.tar.zip"),)).count() == 2


def test_a_zip_bomb_is_refused_as_a_whole_or_by_its_member(tmp_path):
    big = zip_of(
        tmp_path / "big.zip", {"big.jpg": bytes(MAX_ITEM_BYTES + 1)}, compression=zipfile.ZIP_DEFLATED
    )
    (member,) = found(big)
    assert "at most 50 can be opened" in complaint(member)
    lying = bytearray(big.read_bytes())
    for at in (lying.index(b"PK\x03\x04") + 22, lying.index(b"PK\x01\x02") + 24):
        lying[at : at + 4] = (1000).to_bytes(4, "little")  # it says it has a thousand bytes
    (tmp_path / "lying.zip").write_bytes(lying)
    (liar,) = found(tmp_path / "lying.zip")
    assert complaint(liar)
    many = bytearray(zip_of(tmp_path / "many.zip", {f"{n}.jpg": b"x" for n in range(40)}).read_bytes())
    at = 0
    while (at := many.find(b"PK\x01\x02", at)) >= 0:
        many[at + 24 : at + 28] = (49_000_000).to_bytes(4, "little")
        at += 4
    (tmp_path / "many.zip").write_bytes(many)
    (whole,) = found(tmp_path / "many.zip")
    assert "far more than pictures can shrink" in complaint(whole)


def test_a_tar_with_a_header_of_a_gigabyte_is_refused_without_reading_it(tmp_path):
    header = tarfile.TarInfo("long")
    header.type, header.size = tarfile.XHDTYPE, 1_500_000_000
    path = tmp_path / "bomb.tar.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(header.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(80):
            stream.write(bytes(1_000_000))
    (refused,) = found(path)
    assert "header" in complaint(refused)


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz"])
def test_a_damaged_archive_is_one_error_and_no_more(ending, tmp_path):
    path = tmp_path / f"photos{ending}"
    path.write_bytes(b"not an archive")
    (refused,) = found(path)
    assert complaint(refused) == "The archive is damaged."


def test_rows_of_json_lines_hold_paths_base64_or_nonsense(tmp_path):
    folder_of(tmp_path / "photos", 2)
    rows = [
        json.dumps({"path": "photos/01.jpg"}),
        json.dumps({"path": base64.b64encode(picture_bytes(3)).decode()}),
        json.dumps({"path": None}),
        "{",
        json.dumps(["photos/01.jpg"]),
    ]
    table = tmp_path / "table.jsonl"
    table.write_text("\n".join(rows))
    by_path, by_bytes, *others = found(table)
    assert by_path.location.read() == picture_bytes(1)
    assert (by_bytes.name, by_bytes.location.read()) == (f"{table}#1", picture_bytes(3))
    assert [complaint(item) for item in others] == [
        "The row names no file and holds no bytes.",
        "The line is no JSON object.",
        "The line is no JSON object.",
    ]
    table.write_text(json.dumps({"price": 3}))
    (odd, good) = found(table, folder_of(tmp_path / "more", 1))
    assert "'price'" in complaint(odd)
    assert good.location.read() == picture_bytes(0)


def test_rows_of_parquet_hold_bytes_as_datasets_have_them(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    cells = [{"bytes": picture_bytes(n), "path": f"{n}.jpg"} for n in range(3)]
    parquet.write_table(arrow.table({"image": cells, "label": [1, 2, 3]}), tmp_path / "t.parquet")
    assert [item.location.read() for item in found(tmp_path / "t.parquet")] == [
        picture_bytes(n) for n in range(3)
    ]
    parquet.write_table(arrow.table({"odd": [picture_bytes(5)]}), tmp_path / "u.parquet")
    (item,) = found(tmp_path / "u.parquet")
    with pytest.raises(InvalidInput) as error:
        item.location.read()
    assert "--column" in (error.value.hint or "")
    (item,) = found(tmp_path / "u.parquet", column="odd")
    assert item.location.read() == picture_bytes(5)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    (item,) = found(tmp_path / "broken.parquet")
    assert "Parquet" in complaint(item)
