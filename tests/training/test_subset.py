"""Part of COCO for training, from a server of our own that stands in for its site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.training.sets.check import check
from imagecraft.training.sets.opening import open_set
from imagecraft.training.sets.subset import prepare_subset, share_of


def test_a_share_in_either_way():
    assert share_of("10%") == pytest.approx(0.1)
    assert share_of(" 0.25 ") == 0.25
    for text in ("ten", "0", "120%", "nan", "-5%"):
        with pytest.raises(InvalidInput, match="no share"):
            share_of(text)


def test_a_part_of_coco_can_be_learnt_from_as_it_is(site, tmp_path):
    archive, asked, _ = site
    counts = prepare_subset(tmp_path / "coco", 1.0, archive=archive)
    assert counts == {"train": 4, "val": 1, "test": 1}
    captions = open_set(tmp_path / "coco", "captions")
    assert [len(captions.part(split)) for split in ("train", "val", "test")] == [4, 1, 1]
    assert all(len(item.captions) == 5 and item.image.is_file() for item in captions.items)
    masks = open_set(tmp_path / "coco", "masks")
    assert masks.classes == ("background", "dog")
    assert max(item.mask.draw().sum() for item in masks.part("train")) == 21 * 16
    assert "wrong" not in {finding.grade for finding in check(masks).findings}

    asked.clear()
    prepare_subset(tmp_path / "coco", 1.0, archive=archive)
    assert asked == []


def test_the_same_part_on_every_machine(site, tmp_path):
    archive, _, _ = site
    for name in ("one", "two"):
        prepare_subset(tmp_path / name, 0.5, archive=archive, seed=3)
    assert _names(tmp_path / "one") == _names(tmp_path / "two")
    assert len(_names(tmp_path / "one")) == 2


def _names(folder: Path) -> list[str]:
    return [
        image["file_name"] for image in json.loads((folder / "captions_train.json").read_text())["images"]
    ]


def test_a_network_that_says_no_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match="IMAGECRAFT_OFFLINE is set") as caught:
        prepare_subset(tmp_path, 0.1)
    assert caught.value.hint
