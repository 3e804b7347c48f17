"""Files of captions as people have them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from imagecraft.errors import InvalidInput
from imagecraft.scoring.captions import score
from imagecraft.scoring.files import CaptionFile, read_captions

TWO = {"1": "a cat", "2": "a dog, running"}
COCO_RESULTS = [{"image_id": 1, "caption": "a cat"}, {"image_id": 2, "caption": "a dog, running"}]


def read(folder: Path, name: str, content: str | bytes | Any, role: str = "predictions") -> CaptionFile:
    path = folder / name
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_captions(path, role)  # type: ignore[arg-type]


class TestPredictions:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("coco.json", COCO_RESULTS),
            ("map.json", TWO),
            ("pycoco.json", {"1": [{"caption": "a cat"}], "2": [{"caption": "a dog, running"}]}),
            ("list.json", list(TWO.values())),
            ("lines.jsonl", "\n".join(map(json.dumps, COCO_RESULTS)) + "\n\n"),
            ("lines.json", "\n".join(map(json.dumps, COCO_RESULTS))),
            (
                "cli.jsonl",
                '{"file": "1", "caption": "a cat", "model": "m"}\n{"file": "2", "caption": "a dog, running"}',
            ),
            ("table.csv", 'image_id,caption\n1,a cat\n2,"a dog, running"\n'),
            ("excel.csv", "id;prediction\r\n1;a cat\r\n2;a dog, running\r\n"),
            ("table.tsv", "file_name\tgenerated caption\n1\ta cat\n2\ta dog, running\n"),
            ("both.csv", 'prediction,reference\na cat,the cat\n"a dog, running",a dog\n'),
            ("plain.txt", "a cat\na dog, running\n"),
        ],
    )
    def test_every_usual_shape_reads_the_same(self, tmp_path: Path, name: str, content: Any) -> None:
        assert read(tmp_path, name, content).captions == TWO

    def test_the_columns_that_were_taken_are_shown(self, tmp_path: Path) -> None:
        file = read(tmp_path, "p.csv", "photo,score,generated\na.jpg,3,a cat\n")

        assert file.captions == {"a.jpg": "a cat"}
        assert any("'generated'" in words and "'photo'" in words for words in file.notices)

    def test_duplicates_are_counted_and_the_first_stays(self, tmp_path: Path) -> None:
        file = read(tmp_path, "p.json", [*COCO_RESULTS, {"image_id": 1, "caption": "a lion"}])

        assert file.captions == TWO
        assert any("1 id more than once" in words for words in file.notices)

    def test_a_name_that_is_twice_in_an_object_is_said(self, tmp_path: Path) -> None:
        file = read(tmp_path, "p.json", '{"1": "a cat", "2": "a dog", "1": "a lion"}')

        assert file.captions == {"1": "a lion", "2": "a dog"}
        assert any("more than once" in words for words in file.notices)

    def test_rows_without_an_id_and_ragged_rows_are_counted(self, tmp_path: Path) -> None:
        file = read(tmp_path, "p.csv", "id,caption\n1,a cat\n,a ghost\n3\n")

        assert file.captions == {"1": "a cat", "3": None}
        assert sum("1 row " in words for words in file.notices) == 2

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
    def test_other_encodings_are_read(self, tmp_path: Path, encoding: str) -> None:
        file = read(tmp_path, "p.csv", "id,caption\n1,ein Café – “offen”\n".encode(encoding))

        assert file.captions == {"1": "ein Café – “offen”"}
        assert any("Windows-1252" in words for words in file.notices) == (encoding == "cp1252")


class TestReferences:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            (
                "coco.json",
                {
                    "images": [{"id": 1, "file_name": "x.jpg"}],
                    "annotations": [
                        {"id": 7, "image_id": 1, "caption": "a cat"},
                        {"id": 8, "image_id": 1, "caption": "the cat"},
                    ],
                },
            ),
            ("map.json", {"1": ["a cat", "the cat"]}),
            ("lines.jsonl", '{"id": 1, "references": ["a cat", "the cat"]}'),
            ("wide.csv", "id,prediction,reference_1,reference_2,reference_3\n1,a lion,a cat,the cat,\n"),
            ("aac.csv", "caption_predicted,caption_1,caption_2\na lion,a cat,the cat\n"),
            ("long.tsv", "image\tcaption\n1\ta cat\n1\tthe cat\n"),
            ("cell.csv", 'filename,raw\n1,"[""a cat"", ""the cat""]"\n'),
        ],
    )
    def test_every_usual_shape_reads_the_same(self, tmp_path: Path, name: str, content: Any) -> None:
        assert read(tmp_path, name, content, "references").captions == {"1": ["a cat", "the cat"]}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("p.json", "{", "not JSON"),
        ("p.json", "[" * 100_000, "understood|JSON"),
        ("p.json", '"a cat"', "holds no captions"),
        ("p.json", "{}", "holds no captions"),
        ("p.jsonl", '{"id": 1, "caption": "a"}\nnonsense', "Line 2"),
        ("p.jsonl", "[1]", "Line 1"),
        ("p.csv", "a,b\n1,2\n", "'a', 'b'"),
        ("p.csv", "", "none"),
        ("p.csv", "id,caption\n1," + "x" * 200_000, "understood"),
        ("p.csv", b"\x00\x01\x02", "not a text file"),
        ("p.xml", "<a/>", "does not end like"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, name: str, content: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read(tmp_path, name, content)


def test_no_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no file"):
        read_captions(tmp_path / "none.json", "predictions")
    with pytest.raises(InvalidInput, match="folder"):
        read_captions(tmp_path, "predictions")


def test_a_file_that_is_too_large_is_refused_before_it_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagecraft.media.texts.MAX_BYTES", 1_000_000)
    with pytest.raises(InvalidInput, match="larger than 1 MB"):
        read(tmp_path, "p.json", " " * 1_000_001)


def test_a_table_of_the_world_s_scripts_survives(tmp_path: Path) -> None:
    rows = [
        ("1", "猫がマットの上にいる"),
        ("2", "قطة على السجادة"),
        ("3", 'a "quoted", comma'),
        ("4", "zwei\nZeilen"),
    ]
    path = tmp_path / "p.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "caption"), *rows])

    assert read_captions(path, "predictions").captions == dict(rows)


ODD_TABLE = "pic,said,also,by\nx,a cat,a cat on a mat,Ann\ny,two dogs,dogs run,Bo\n"


def test_columns_can_be_named(tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text(ODD_TABLE)
    report = score(
        table,
        table,
        metrics="exact_match",
        id_column="pic",
        prediction_column="said",
        reference_columns="also, by",
    )

    assert [(item.id, item.prediction, item.references) for item in report.items] == [
        ("x", "a cat", ("a cat on a mat", "Ann")),
        ("y", "two dogs", ("dogs run", "Bo")),
    ]


def test_a_named_column_of_ids_need_not_be_in_both_files(tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text("pic,caption\n7,a cat\n")
    (tmp_path / "theirs.json").write_text('[{"image_id": 7, "caption": "a cat"}]')

    report = score(tmp_path / "ours.csv", tmp_path / "theirs.json", metrics="exact_match", id_column="pic")

    assert [item.id for item in report.items] == ["7"]
    assert any("theirs.json: no column 'pic'" in words for words in report.notices)


def test_a_named_column_of_ids_that_no_file_has_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text("image_id,caption\n7,a cat\n")
    (tmp_path / "theirs.csv").write_text("image_id,caption\n7,a cat\n")

    with pytest.raises(InvalidInput, match="No file has a column 'imgae_id'; they have 'image_id'"):
        score(tmp_path / "ours.csv", tmp_path / "theirs.csv", id_column="imgae_id")


def test_rows_of_one_id_in_the_one_table_for_both_are_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("id,prediction,reference\n1,a cat,the cat\n1,a dog,the dog\n")
    report = score(tmp_path / "all.csv", tmp_path / "all.csv", metrics="exact_match")

    assert report.items[0].references == ("the cat", "the dog")
    assert any("1 id in more than one row; the references of all" in words for words in report.notices)


JAPANESE = "id,caption\n1,ソファの上に猫がいる\n2,雨が屋根に降る\n"


def test_an_encoding_that_cannot_be_recognised_is_refused_and_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(JAPANESE.encode("shift_jis"))

    with pytest.raises(InvalidInput, match="no encoding that is known"):
        read_captions(path, "predictions")
    assert read_captions(path, "predictions", encoding="shift_jis").captions["2"] == "雨が屋根に降る"
    with pytest.raises(InvalidInput, match="no encoding 'shift-jam'"):
        read_captions(path, "predictions", encoding="shift-jam")


def test_letters_that_look_like_rare_marks_are_no_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes("id,caption\n1,ネコ\n".encode("shift_jis"))  # every byte of it is one of Windows-1252

    with pytest.raises(InvalidInput, match="shift_jis") as error:
        read_captions(path, "predictions")
    assert "name its encoding" in error.value.hint


def test_a_report_says_which_files_it_is_of(tmp_path: Path) -> None:
    import hashlib

    for name in ("p", "r"):
        (tmp_path / f"{name}.json").write_text('{"1": "a cat"}')
    inputs = score(tmp_path / "p.json", tmp_path / "r.json", metrics="exact_match").settings["inputs"]

    digest = hashlib.sha256(b'{"1": "a cat"}').hexdigest()
    assert inputs == {
        "predictions": {"file": "p.json", "sha256": digest},
        "references": {"file": "r.json", "sha256": digest},
    }


@pytest.mark.parametrize(
    "named",
    [{"prediction_column": "captoin"}, {"reference_columns": "also,nobody"}, {"id_column": "number"}],
    ids=lambda named: next(iter(named)),
)
def test_a_named_column_that_is_not_there_is_refused_with_those_there_are(
    tmp_path: Path, named: dict[str, str]
) -> None:
    table = tmp_path / "odd.csv"
    table.write_text(ODD_TABLE)
    usual = {"id_column": "pic", "prediction_column": "said", "reference_columns": "also"}

    with pytest.raises(InvalidInput, match="it has 'pic', 'said', 'also', 'by'"):
        score(table, table, **(usual | named))
