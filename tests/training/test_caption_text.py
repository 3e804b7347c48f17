"""People's captions, read as the describer's words."""

from __future__ import annotations

import pytest

from imagecraft.captioning.licences import licences
from imagecraft.training.text import mentions, read


class TestRead:
    @pytest.mark.parametrize(
        ("caption", "tokens"),
        [
            (
                "A man riding a horse on the beach.",
                ["a", "person", "riding", "a", "horse", "on", "the", "beach"],
            ),
            ("A young woman sitting on a red couch", ["a", "person", "sitting", "on", "a", "couch"]),
            ("Two black and white cats laying on a bed.", ["two", "cats", "laying", "on", "a", "bed"]),
            (
                "A group of men playing a game of baseball",
                ["a", "group of", "people", "playing", "a", "game of", "baseball"],
            ),
            ("An elephant standing next to a tree", ["a", "elephant", "standing", "next to", "a", "tree"]),
        ],
    )
    def test_people_become_people_and_looks_are_left_out(self, caption, tokens):
        assert read(caption) == tokens

    def test_it_ends_before_the_phrase_that_the_describer_has_no_words_for(self):
        tokens = read("A dog laying on a bed next to a philosophical treatise")
        assert tokens == ["a", "dog", "laying", "on", "a", "bed"]

    @pytest.mark.parametrize("caption", ["", "Dog.", "Philosophy is a treatise on everything there is"])
    def test_nothing_to_learn_from_is_none(self, caption):
        assert read(caption) is None

    def test_all_tokens_are_known(self):
        for caption in ("A person holding a tennis racket on a court.", "A kitchen with a stove and a sink."):
            assert set(read(caption)) <= set(licences())


class TestMentions:
    def test_classes_counted_by_caption(self):
        told = mentions(["A dog and a cat.", "Two dogs on a bench.", "A dog on a park bench."])
        assert told.classes["dog"] == 3
        assert told.classes["cat"] == 1
        assert told.classes["bench"] == 2

    def test_classes_come_in_one_order_on_every_run(self):
        captions = ["a dog and a cat on a couch beside a bed with a book, a cup and a bird"]
        named = list(mentions(captions).classes)
        assert len(named) == 7
        assert named == sorted(named)

    def test_several_where_most_say_so(self):
        assert "dog" in mentions(["Two dogs.", "Dogs on a bench."]).several
        assert "dog" not in mentions(["A dog.", "A dog.", "Two dogs."]).several

    def test_cues_by_whole_words(self):
        told = mentions(["A man surfing a wave in the ocean.", "A surfer riding."])
        assert told.cues["ocean"] == 1
        assert told.cues["riding"] == 1
        assert "snow" not in told.cues
