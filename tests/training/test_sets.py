"""Sets of pictures in every layout that is read, what is wrong with them, and their parts."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pictures_made import COLOURS, SHAPES, captioned, draw
from PIL import Image

from imagecraft.errors import InvalidInput
from imagecraft.training.sets.base import IGNORED, Item, PictureSet
from imagecraft.training.sets.check import check
from imagecraft.training.sets.mask_files import write_masks
from imagecraft.training.sets.masks import PngMask
from imagecraft.training.sets.opening import open_set
from imagecraft.training.sets.polygons import run_lengths
from imagecraft.training.sets.samples import sample_sheet
from imagecraft.training.sets.splits import kind_of, stratified, with_splits


def classes_folder(folder: Path, parts: tuple[str, ...] = ("train", "val"), each: int = 4) -> Path:
    seed = 0
    for part in parts:
        for shape in SHAPES:
            place = folder / part / shape
            place.mkdir(parents=True)
            for number in range(each):
                seed += 1
                draw(place / f"{number}.png", list(COLOURS)[number % 4], shape, seed)
    return folder


def whats_wrong(found: PictureSet) -> str:
    return " / ".join(finding.line() for finding in check(found).findings)


def test_json_lines_with_several_captions(tmp_path):
    found = open_set(captioned(tmp_path))
    assert found.kind == "captions"
    assert len(found.items) == 8
    assert found.items[0].captions == ("a red square on grey", "one square that is red")
    report = check(found)
    assert report.usable
    assert report.words["captions"] == 16


def test_a_csv_with_one_caption_a_row_and_parts(tmp_path):
    draw(tmp_path / "a.png", "red", "square")
    draw(tmp_path / "b.png", "blue", "circle")
    with (tmp_path / "all.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["File name", "Caption", "Split"])
        table.writerows(
            [["a.png", "one, with comma", "train"], ["a.png", "two", "train"], ["b.png", "x", "val"]]
        )
    found = open_set(tmp_path / "all.csv")
    assert [item.captions for item in found.items] == [("one, with comma", "two"), ("x",)]
    assert [item.split for item in found.items] == ["train", "val"]


def test_coco_captions(tmp_path):
    (tmp_path / "photos").mkdir()
    draw(tmp_path / "photos" / "7.png", "red", "square")
    table = {
        "images": [{"id": 7, "file_name": "7.png"}],
        "annotations": [{"image_id": 7, "caption": " A square. "}, {"image_id": 7, "caption": "Red."}],
    }
    (tmp_path / "captions_val2017.json").write_text(json.dumps(table))
    item = open_set(tmp_path, "captions").items[0]
    assert item.captions == ("A square.", "Red.")
    assert item.image.is_file()
    assert item.split == "val"


def test_a_folder_for_each_class_with_train_and_val(tmp_path):
    found = open_set(classes_folder(tmp_path))
    assert found.classes == ("circle", "square")
    assert Counter((item.split, item.label) for item in found.items) == {
        (part, shape): 4 for part in ("train", "val") for shape in SHAPES
    }


def test_masks_beside_pictures(tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    draw(tmp_path / "images" / "a.png", "red", "square")
    mask = np.zeros((48, 64), np.uint8)
    mask[10:20] = 1
    Image.fromarray(mask).save(tmp_path / "masks" / "a.png")
    (tmp_path / "classes.txt").write_text("background\nband\n")
    found = open_set(tmp_path)
    assert found.classes == ("background", "band")
    assert found.items[0].mask is not None
    assert np.array_equal(found.items[0].mask.draw(), mask)
    assert check(found).classes["band"] == pytest.approx(10 / 48, abs=1e-4)


def test_labelme_shapes_become_masks(tmp_path):
    draw(tmp_path / "a.png", "red", "square")
    shapes = [
        {"label": "box", "shape_type": "rectangle", "points": [[10, 10], [29, 19]]},
        {"label": "hole", "shape_type": "polygon", "points": [[12, 12], [12, 15], [16, 15], [16, 12]]},
    ]
    table = {"imagePath": "C:\\photos\\a.png", "imageWidth": 64, "imageHeight": 48, "shapes": shapes}
    (tmp_path / "a.json").write_text(json.dumps(table))
    found = open_set(tmp_path, "masks")
    assert found.classes == ("background", "box", "hole")
    drawn = found.items[0].mask.draw()
    assert (drawn == 1).sum() + (drawn == 2).sum() == 20 * 10
    assert drawn[13, 14] == 2
    assert found.items[0].image == tmp_path / "a.png"


def test_what_is_labelled_as_background_is_background(tmp_path):
    draw(tmp_path / "a.png", "red", "square")
    shapes = [
        {"label": "box", "shape_type": "rectangle", "points": [[10, 10], [29, 19]]},
        {"label": "Background", "shape_type": "rectangle", "points": [[10, 10], [19, 19]]},
    ]
    table = {"imagePath": "a.png", "imageWidth": 64, "imageHeight": 48, "shapes": shapes}
    (tmp_path / "a.json").write_text(json.dumps(table))
    found = open_set(tmp_path, "masks")
    assert found.classes == ("background", "box")
    assert (found.items[0].mask.draw() == 1).sum() == 10 * 10


def test_outlines_are_written_as_masks_and_read_from_a_table(tmp_path, capsys):
    from imagecraft.cli import run

    (tmp_path / "drawn").mkdir()
    for number in range(3):
        draw(tmp_path / "drawn" / f"a b {number}.png", "red", SHAPES[0], number)
        points = [[8, 8], [40, 8], [40, 40]]
        shapes = [{"label": "=thing", "points": points, "shape_type": "polygon"}]
        with Image.open(tmp_path / "drawn" / f"a b {number}.png") as drawn:
            size = {"imageWidth": drawn.width, "imageHeight": drawn.height}
        table = {"shapes": shapes, "imagePath": f"a b {number}.png"} | size
        (tmp_path / "drawn" / f"a b {number}.json").write_text(json.dumps(table))
    (tmp_path / "drawn" / "a b 2.json").write_text(json.dumps(table | {"imageWidth": "wide"}))
    words = ["--data", str(tmp_path / "drawn"), "-o", str(tmp_path / "out")]
    assert run(["train", "prepare", "masks", *words]) == 0
    printed = capsys.readouterr()
    assert "Ready (2 masks)" in printed.out
    assert "1 pictures have no mask that can be drawn" in printed.err
    before, after = open_set(tmp_path / "drawn"), open_set(tmp_path / "out", "masks")
    assert after.classes == before.classes == ("background", "=thing")
    assert len(after.items) == 2
    for one, other in zip(before.items, after.items, strict=False):
        assert one.image == other.image
        assert np.array_equal(one.mask.draw(), other.mask.draw())
    assert check(after).usable
    (tmp_path / "out" / "classes.json").unlink()
    assert open_set(tmp_path / "out").classes == ("background", "class 1")


def test_every_mask_has_a_file_of_its_own(tmp_path):
    items = []
    for value, (folder, name) in enumerate((("u", "a"), ("v", "a"), ("v", "a-2"), ("v", "A")), 1):
        (tmp_path / folder).mkdir(exist_ok=True)
        picture = draw(tmp_path / folder / f"{name}.png", "red", SHAPES[0])
        Image.new("L", (64, 48), value).save(tmp_path / f"{value}.png")
        items.append(Item(picture, mask=PngMask(tmp_path / f"{value}.png")))
    found = PictureSet("masks", tmp_path, tuple(items), ("background", "a", "b", "c", "d"))
    assert write_masks(found, tmp_path / "out") == []
    made = open_set(tmp_path / "out", "masks").items
    assert [int(item.mask.draw().max()) for item in made] == [1, 2, 3, 4]
    assert len({item.mask.path.name.lower() for item in made}) == 4


def test_coco_outlines_and_run_lengths_become_the_masks_of_their_own_program(tmp_path):
    tools = pytest.importorskip("pycocotools.mask")
    generator = np.random.default_rng(3)
    blob = np.asfortranarray(generator.random((30, 41)) > 0.6, dtype=np.uint8)
    packed = tools.encode(blob)
    text = packed["counts"].decode()
    assert np.array_equal(run_lengths({"size": [30, 41], "counts": text}, (41, 30)), blob.astype(bool))
    draw(tmp_path / "a.png", "red", "square")
    table = {
        "images": [{"id": 1, "file_name": "a.png", "width": 41, "height": 30}],
        "categories": [{"id": 18, "name": "dog"}, {"id": 3, "name": "car"}],
        "annotations": [
            {"image_id": 1, "category_id": 18, "area": 20, "segmentation": [[2, 2, 8, 2, 8, 8, 2, 8]]},
            {
                "image_id": 1,
                "category_id": 3,
                "area": 300,
                "segmentation": {"size": [30, 41], "counts": text},
            },
            {
                "image_id": 1,
                "category_id": 3,
                "area": 9,
                "iscrowd": 1,
                "segmentation": [[20, 20, 24, 20, 24, 24]],
            },
        ],
    }
    (tmp_path / "instances_train2017.json").write_text(json.dumps(table))
    found = open_set(tmp_path, "masks")
    assert found.classes == ("background", "car", "dog")
    drawn = found.items[0].mask.draw()
    assert drawn[5, 5] == 2
    assert drawn[21, 23] == IGNORED
    assert np.array_equal(drawn[10:19] == 1, blob[10:19].astype(bool))


def test_run_lengths_that_do_not_fit_are_refused():
    with pytest.raises(InvalidInput, match="do not fit"):
        run_lengths({"size": [4, 4], "counts": [10**12]}, (4, 4))


def test_triplets(tmp_path):
    import soundfile

    draw(tmp_path / "a.png", "red", "square")
    soundfile.write(tmp_path / "a.wav", np.sin(np.arange(1600) / 5), 16000)
    row = {"image": "a.png", "caption": "a square", "audio": "a.wav"}
    (tmp_path / "all.jsonl").write_text(json.dumps(row))
    found = open_set(tmp_path)
    assert found.kind == "triplets"
    assert found.items[0].sound == tmp_path / "a.wav"
    assert check(found).usable


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    captioned(tmp_path)
    (tmp_path / "broken.png").write_bytes((tmp_path / "red-circle.png").read_bytes()[:200])
    (tmp_path / "same.png").write_bytes((tmp_path / "red-square.png").read_bytes())
    with (tmp_path / "captions.jsonl").open("a") as table:
        for row in (
            {"image": "gone.png", "caption": "x"},
            {"image": "broken.png", "caption": ""},
            {"image": "same.png", "caption": "again", "split": "val"},
        ):
            table.write(json.dumps(row) + "\n")
    report = check(open_set(tmp_path))
    assert not report.usable
    words = " / ".join(finding.line() for finding in report.findings)
    assert "1 pictures are missing (gone.png)" in words
    assert "1 pictures cannot be opened (broken.png)" in words
    assert "1 pictures have no caption (broken.png)" in words
    assert "red-square.png = same.png" in words


def test_a_picture_listed_in_two_parts_is_wrong_though_it_is_one_file(tmp_path):
    draw(tmp_path / "a.png", "red", "square")
    draw(tmp_path / "b.png", "blue", "square")
    for part, names in (("train", ["a.png", "b.png"]), ("val", ["a.png"])):
        rows = "".join(json.dumps({"image": name, "caption": "a square"}) + "\n" for name in names)
        (tmp_path / f"{part}.jsonl").write_text(rows)
    report = check(open_set(tmp_path))
    assert not report.usable
    assert "wrong: 1 pictures are in several parts" in report.findings[0].line()
    assert report.findings[0].examples == ("a.png",)


def test_masks_that_do_not_fit_are_named(tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    (tmp_path / "classes.txt").write_text("background\nthing\n")
    for name, mask in (
        ("small", np.ones((5, 5))),
        ("many", np.full((48, 64), 9)),
        ("none", np.zeros((48, 64))),
    ):
        draw(tmp_path / "images" / f"{name}.png", "red", "square", len(name))
        Image.fromarray(mask.astype(np.uint8)).save(tmp_path / "masks" / f"{name}.png")
    words = whats_wrong(open_set(tmp_path))
    assert "masks have another size than their pictures (small.png)" in words
    assert "masks have numbers that are no class (there are 2) (many.png)" in words
    assert "masks show nothing but background (none.png)" in words


def test_rare_classes_and_a_class_without_a_part_are_said(tmp_path):
    classes_folder(tmp_path, ("train",), each=1)
    for number in range(20):
        draw(tmp_path / "train" / "square" / f"more{number}.png", "blue", "square", 50 + number)
    classes_folder(tmp_path, ("val",), each=1)
    (tmp_path / "val" / "circle" / "0.png").unlink()
    words = whats_wrong(open_set(tmp_path))
    assert "'square' has 22 pictures and 'circle' 1" in words
    assert "wrong: 1 classes are not in the part 'val' (circle)" in words


def made_up(count: int) -> PictureSet:
    labels = ["rare" if number % 10 == 0 else "usual" for number in range(count)]
    items = [Item(Path(f"{number:04}.jpg"), label=label) for number, label in enumerate(labels)]
    return PictureSet("classes", Path("made"), tuple(items), ("rare", "usual"))


def test_parts_have_their_share_of_every_kind_and_are_always_the_same():
    found = made_up(400)
    one, two = (with_splits(found, 0.2, 7) for _ in range(2))
    assert one == two
    assert Counter((item.split, item.label) for item in one.items) == {
        ("train", "usual"): 288, ("val", "usual"): 72, ("train", "rare"): 32, ("val", "rare"): 8,
    }  # fmt: skip
    assert with_splits(found, 0.2, 8) != one
    shuffled = found.having(found.items[::-1])
    assert set(with_splits(shuffled, 0.2, 7).items) == set(one.items)


def test_rows_of_one_picture_are_in_one_part():
    rows = [Item(Path(f"{row // 5:02}.jpg"), (f"caption {row}",)) for row in range(100)]
    parts = with_splits(PictureSet("triplets", Path("made"), tuple(rows)), 0.2, 7)
    learnt, scored = ({item.image for item in parts.part(split)} for split in ("train", "val"))
    assert not learnt & scored
    assert (len(learnt), len(scored)) == (16, 4)
    assert len(parts.items) == 100


@pytest.mark.parametrize("mark", ["test", "val"])
def test_what_is_marked_for_scores_is_never_learnt_from(mark):
    found = made_up(40)
    items = [
        replace(item, split=mark) if place < 8 else item
        for place, item in enumerate((*found.items, found.items[0]))
    ]
    parts = with_splits(found.having(items), 0.25, 7)
    held = set(items[:8])
    assert held <= set(parts.part(mark))
    assert not {item.image for item in held} & {item.image for item in parts.part("train")}
    assert Counter(item.split for item in parts.items) == (
        {"test": 8, "train": 24, "val": 8} if mark == "test" else {"val": 8, "train": 32}
    )
    only = [replace(item, split="test") for item in found.items]
    with pytest.raises(InvalidInput, match="no picture to learn from"):
        with_splits(found.having(only), 0.25, 7)


def test_a_share_of_a_set_has_every_kind():
    parts = stratified(made_up(400).items, {"kept": 0.1}, 1, kind_of)
    assert Counter(item.label for item in parts["kept"]) == {"usual": 36, "rare": 4}


def test_captions_tell_what_a_picture_is_of():
    assert kind_of(Item(Path("a"), ("A dog runs.", "Two dogs and a cat", "grass"))) == "dog"


def test_odd_names_and_nothing_at_all(tmp_path):
    for source, message in ((tmp_path / "no", "There is no"), (tmp_path, "Nothing in")):
        with pytest.raises(InvalidInput, match=message):
            open_set(source)
    (tmp_path / "t.csv").write_text("image,price\na.png,3\n")
    with pytest.raises(InvalidInput, match="neither captions nor classes"):
        open_set(tmp_path / "t.csv")
    (tmp_path / "t.jsonl").write_text('{"image": "a.png"\n')
    with pytest.raises(InvalidInput, match="Line 1"):
        open_set(tmp_path / "t.jsonl")


def test_a_sheet_of_samples_shows_the_pictures(tmp_path):
    sample_sheet(open_set(captioned(tmp_path / "data")), tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        pixels = np.asarray(sheet).reshape(-1, 3)
    for colour in COLOURS.values():
        assert (np.abs(pixels - np.array(colour)).max(axis=1) < 8).sum() > 500


def test_the_command_says_what_is_wrong(tmp_path, capsys):
    from imagecraft.cli import run

    captioned(tmp_path)
    assert run(["train", "check", str(tmp_path)]) == 0
    assert "Nothing has to be mended." in capsys.readouterr().out
    (tmp_path / "red-square.png").unlink()
    assert run(["train", "check", str(tmp_path), "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["findings"][0] == {
        "grade": "wrong",
        "what": "1 pictures are missing",
        "examples": ["red-square.png"],
    }


def test_the_photos_beside_the_checkout_are_in_order(shared_data):
    found = open_set(shared_data / "data" / "coco", "masks")
    assert len(found.items) == 50
    assert found.classes[18] == "dog"
    assert all(item.mask.draw().max() < len(found.classes) for item in found.items[:5])
