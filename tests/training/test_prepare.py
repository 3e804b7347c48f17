"""COCO's files, from a server of our own that stands in for its site."""

from __future__ import annotations

import pytest

from imagecraft.errors import ModelUnavailable
from imagecraft.training.data import caption_texts, development_photos, training_photos
from imagecraft.training.prepare import prepare_coco


def test_the_folder_is_as_training_reads_it(site, tmp_path):
    archive, _, _ = site
    prepare_coco(tmp_path / "data", training=3, development=2, archive=archive)
    photos = training_photos(tmp_path / "data")
    assert len(photos) == 3
    assert all(photo.path.is_file() and len(photo.captions) == 5 for photo in photos)
    texts = caption_texts(tmp_path / "data")
    assert len(texts) == 1
    assert texts[0][0].startswith("A dog, number")
    scored = development_photos(tmp_path / "data")
    assert [photo.objects for photo in scored] == [frozenset({"dog"}), frozenset()]


def test_what_is_there_is_not_asked_for_again(site, tmp_path):
    archive, asked, _ = site
    prepare_coco(tmp_path / "data", training=3, development=2, archive=archive)
    asked.clear()
    prepare_coco(tmp_path / "data", training=4, development=2, archive=archive)
    assert len(asked) == 1
    assert asked[0].startswith("/train2017/")


def test_the_same_photos_on_every_run(site, tmp_path):
    archive, _, _ = site
    names = []
    for folder in ("one", "two"):
        prepare_coco(tmp_path / folder, training=2, development=1, archive=archive)
        names.append([photo.path.name for photo in training_photos(tmp_path / folder)])
    assert names[0] == names[1]


def test_annotations_that_are_not_the_right_ones_are_not_kept(site, tmp_path):
    archive, _, root = site
    path = root / archive.path
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelUnavailable, match="not those that are expected"):
        prepare_coco(tmp_path / "data", training=1, development=1, archive=archive)
    assert not list((tmp_path / "data").glob("*.zip*"))


def test_a_page_in_place_of_a_photo_is_not_kept(site, tmp_path):
    archive, _, root = site
    for photo in (root / "train2017").iterdir():
        photo.write_text("<html>Log in to this network</html>")
    with pytest.raises(ModelUnavailable, match="gave no picture"):
        prepare_coco(tmp_path / "data", training=2, development=1, archive=archive)
    assert not list((tmp_path / "data" / "describer" / "photos").iterdir())


def test_no_network_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match="IMAGECRAFT_OFFLINE is set") as caught:
        prepare_coco(tmp_path / "data")
    assert caught.value.hint
