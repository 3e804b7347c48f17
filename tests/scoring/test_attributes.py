"""Places, doings and colours that nobody tells of."""

from __future__ import annotations

from imagecraft.scoring.attributes import invented_attributes, stated_attributes


def test_what_a_caption_states():
    stated = stated_attributes("A man riding a red bike on a city street.")
    assert stated == ["street", "city", "riding", "red"]


def test_supported_by_any_persons_word_of_the_family():
    people = ["A surfer on a big wave", "He is surfing"]
    assert invented_attributes("A person riding a wave in the ocean", people) == []


def test_invented_where_nobody_says_so():
    people = ["A dog lying on the floor"]
    assert invented_attributes("A brown dog standing in a kitchen", people) == [
        "kitchen",
        "standing",
        "brown",
    ]


def test_parts_of_words_do_not_count():
    assert stated_attributes("A covered carpet in skyscrapers") == []
