"""Which objects a caption names, and which of them are invented."""

from __future__ import annotations

import pytest

from imagecraft.scoring.objects import classes_named, invented_objects, named_objects


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Two men and a puppy on a sofa", {"person", "dog", "couch"}),
        ("A hot dog with mustard", {"hot dog"}),
        ("A teddy bear on a bed", {"teddy bear", "bed"}),
        ("People on a baseball field", {"person"}),
        ("Knives, forks and glasses", {"knife", "fork", "cup", "wine glass"}),
        ("A green meadow under a wide sky", set()),
    ],
)
def test_objects_are_found_in_the_words_people_use(text, classes):
    assert classes_named([text]) == classes


def test_a_word_with_two_meanings_is_invented_only_if_neither_is_there():
    assert invented_objects("A bike by a wall", {"motorcycle"}) == []
    assert invented_objects("A bike by a wall", {"dog"}) == ["bike"]
    assert named_objects("a bike")["bike"] == {"bicycle", "motorcycle"}


def test_an_object_inside_another_word_is_not_named():
    assert named_objects("A caring scarecrow catches carpets") == {}
