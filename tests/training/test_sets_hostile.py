"""Sets that are damaged, or made to do harm: each is a sentence, and nothing is done with it."""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictures_made import SHAPES, draw
from PIL import Image

from imagecraft.cli import run
from imagecraft.errors import InvalidInput
from imagecraft.training.sets.base import Item, PictureSet
from imagecraft.training.sets.check import check
from imagecraft.training.sets.opening import open_set
from imagecraft.training.sets.pictures import Pictures, refuse_unreadable
from imagecraft.training.sets.splits import with_splits


def bomb(path: Path) -> None:
    """A few kilobytes that say they are 2,500 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    packed = zlib.compress(bytes(500_000), 9)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", packed), chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def findings(source: Path) -> str:
    return " / ".join(finding.line() for finding in check(open_set(source)).findings)


def test_bombs_among_pictures_and_masks_are_named_and_refused_before_the_start(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "masks").mkdir()
    for number in range(3):
        draw(tmp_path / "images" / f"{number}.png", "red", SHAPES[0], number)
        Image.fromarray(np.ones((64, 64), np.uint8)).save(tmp_path / "masks" / f"{number}.png")
    bomb(tmp_path / "images" / "0.png")
    bomb(tmp_path / "masks" / "1.png")
    (tmp_path / "masks" / "2.png").write_bytes(b"")
    (tmp_path / "classes.txt").write_text("background\nthing\n")
    words = findings(tmp_path)
    assert "1 pictures cannot be opened (0.png)" in words
    assert "2 masks cannot be read (1.png, 2.png)" in words
    found = open_set(tmp_path)
    with pytest.raises(InvalidInput, match=r"1 pictures cannot be opened, such as '0\.png'"):
        refuse_unreadable(found)
    refuse_unreadable(found.having(found.items[1:]))
    whole = (tmp_path / "images" / "1.png").read_bytes()
    (tmp_path / "images" / "1.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InvalidInput) as problem:
        Pictures(64).open(tmp_path / "images" / "1.png")
    assert "train check" in problem.value.hint


def outlined(outline: Any, **more: Any) -> dict[str, Any]:
    """The part of a COCO file that has a single thing."""
    return {"annotations": [{"image_id": 1, "category_id": 1, "segmentation": outline} | more]}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"categories": [{"id": "x", "name": "a"}]}, "a category without a number"),
        ({"categories": 7}, "a category without a number"),
        (outlined([[0, 0, 9, 0, 9, 9]], image_id={"a": 1}), "notes are of images that are not listed"),
        (outlined("here"), "masks cannot be read"),
        (outlined([[0, 0, 9, 9, float("nan"), 1]]), "masks cannot be read"),
        (outlined([[0, 0, 1e300, 9, 9, 1]]), ""),
        ({"images": [{"id": 1, "file_name": "a.png", "width": 1e9, "height": 1e9}]}, "masks cannot be read"),
    ],
)
def test_outlines_that_are_none(tmp_path: Path, table: dict[str, Any], message: str) -> None:
    draw(tmp_path / "a.png", "red", SHAPES[0], 0)
    usual = {
        "images": [{"id": 1, "file_name": "a.png", "width": 64, "height": 64}],
        "categories": [{"id": 1, "name": "=thing"}],
        "annotations": [{"image_id": 1, "category_id": 1, "segmentation": [[0, 0, 9, 0, 9, 9]]}],
    }
    (tmp_path / "instances.json").write_text(json.dumps(usual | table))
    try:
        said = findings(tmp_path / "instances.json")
    except InvalidInput as error:
        said = error.message
    assert message in said


@pytest.mark.parametrize("shape", [7, None, {}, {"label": ""}, {"label": " "}, {"label": None}])
def test_a_shape_without_a_label_is_a_sentence_that_names_its_file(tmp_path: Path, shape: Any) -> None:
    draw(tmp_path / "a.png", "red", SHAPES[0], 0)
    if isinstance(shape, dict):
        shape = shape | {"points": [[0, 0], [9, 0], [9, 9]]}
    table = {"imagePath": "a.png", "imageWidth": 64, "imageHeight": 48, "shapes": [shape]}
    (tmp_path / "a.json").write_text(json.dumps(table))
    found = open_set(tmp_path, "masks")
    assert found.classes == ("background",)
    assert "1 masks cannot be read" in " / ".join(finding.line() for finding in check(found).findings)
    with pytest.raises(InvalidInput, match=r"'a\.json' has a shape without a label"):
        found.items[0].mask.draw()


def test_names_that_are_no_text_are_drawn_into_parts(tmp_path: Path) -> None:
    for number in range(4):
        try:
            draw(tmp_path / "usual.png", "red", SHAPES[0], number).rename(
                tmp_path / os.fsdecode(b"caf\xe9-%d.png" % number)
            )
        except OSError:
            pytest.skip("this disk takes names in UTF-8 only")
    items = tuple(Item(path, captions=("a thing",)) for path in sorted(tmp_path.iterdir()))
    found = with_splits(PictureSet("captions", tmp_path, items), 0.25, seed=0)
    assert (len(found.part("train")), len(found.part("val"))) == (3, 1)


def test_brackets_without_end_are_no_table(tmp_path):
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "deep.jsonl").write_text("[" * 100_000)
    for name in ("deep.json", "deep.jsonl"):
        with pytest.raises(InvalidInput, match="JSON"):
            open_set(tmp_path / name)
    assert run(["train", "classifier", "--settings", str(tmp_path / "deep.json")]) == 2


def test_why_the_table_in_a_folder_cannot_be_used_is_said(tmp_path):
    (tmp_path / "all.csv").write_bytes(b"image,caption\na.png,\0\n")
    with pytest.raises(InvalidInput, match="not a text file"):
        open_set(tmp_path)
    (tmp_path / "all.csv").write_text("image,caption\na.png,a thing\n")
    with pytest.raises(InvalidInput, match="no column 'label'"):
        open_set(tmp_path, "classes")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match=r"Nothing in .* can be learnt from"):
        open_set(tmp_path / "empty")


def test_rows_that_contradict_themselves_are_told_once_with_their_number(tmp_path):
    for number in range(2):
        draw(tmp_path / f"{number}.png", "red", SHAPES[0], number)
    rows = [
        "image,caption,split",
        "0.png,one,train",
        "0.png,two,val",
        "1.png,three,banana",
        ",four,train",
        ",,",
    ]
    (tmp_path / "all.csv").write_text("\n".join(rows))
    words = findings(tmp_path / "all.csv")
    assert "row 2 of all.csv puts a picture into another part" in words
    assert "row 3 of all.csv names a part that is none of train, val and test" in words
    assert "row 4 of all.csv names no picture and was left out (and 1 more rows alike)" in words


def test_classes_of_one_picture_and_pictures_of_several_classes(tmp_path):
    for label, count in (("many", 4), ("alone", 1)):
        (tmp_path / label).mkdir()
        for number in range(count):
            draw(tmp_path / label / f"{number}.png", "red", SHAPES[0], number + 10 * (label == "alone"))
    (tmp_path / "two\nlines").mkdir()
    for number in range(2):
        draw(tmp_path / "two\nlines" / f"{number}.png", "red", SHAPES[0], number)
    words = findings(tmp_path)
    assert "1 classes have a single picture, too few to learn from and to score on (alone)" in words
    assert "wrong: 2 pictures are in several classes" in words


def test_names_reach_the_terminal_as_one_line(tmp_path, capsys):
    for label in ("two\nlines", "\x1b[31mred"):
        (tmp_path / label).mkdir()
        for number in range(2):
            draw(tmp_path / label / f"{number}.png", "red", SHAPES[0], number)
    assert run(["train", "check", str(tmp_path)]) == 2
    printed = capsys.readouterr().out
    assert "  two\\nlines: 2 pictures" in printed
    assert "\x1b" not in printed
