"""From measurements to words: English that states what was measured and nothing else."""

from __future__ import annotations

import random
import re

import pytest
from scenes_made import observed

from imagecraft.assets import vocabulary
from imagecraft.captioning.account import account
from imagecraft.captioning.grounded import compose, composed, evidence_of
from imagecraft.captioning.phrasing import HEDGED_BELOW
from imagecraft.captioning.wording import counted, group_of, listed, sentence, takes_plural, with_article
from imagecraft.scoring.objects import invented_objects, named_objects

MIDDLE = (0.3, 0.2, 0.7, 0.8)


def said(seen, length="short", max_chars=None):
    return compose(account(seen), length, max_chars)


@pytest.mark.parametrize(
    ("noun", "words"),
    [
        ("dog", "a dog"),
        ("umbrella", "an umbrella"),
        ("orange", "an orange"),
        ("unicycle", "a unicycle"),
        ("hourglass", "an hourglass"),
        ("European deer", "a European deer"),
        ("Indian elephant", "an Indian elephant"),
        ("upright piano", "an upright piano"),
        ("utensil", "a utensil"),
    ],
)
def test_articles(noun, words):
    assert with_article(noun) == words


@pytest.mark.parametrize(
    ("label", "count", "words"),
    [
        ("dog", 1, "a dog"),
        ("dog", 2, "two dogs"),
        ("knife", 2, "two knives"),
        ("sheep", 2, "two sheep"),
        ("mouse", 2, "two computer mice"),
        ("skis", 1, "a pair of skis"),
        ("skis", 2, "two pairs of skis"),
        ("scissors", 3, "several pairs of scissors"),
        ("broccoli", 4, "broccoli"),
        ("person", 7, "a group of people"),
        ("cow", 5, "a herd of cows"),
        ("chair", 5, "several chairs"),
    ],
)
def test_numbers_and_plurals(label, count, words):
    assert counted(label, count) == words


def test_verbs_agree():
    assert not takes_plural("dog", 1)
    assert takes_plural("dog", 2)
    assert not takes_plural("cow", 9)  # a herd is
    assert takes_plural("chair", 9)
    assert takes_plural("skis", 1)
    assert group_of("skis", 1) == "skis"


def test_every_class_can_be_said_in_any_number():
    for label in vocabulary("coco"):
        for count in (1, 2, 5):
            words = counted(label, count)
            assert re.fullmatch(r"[a-z ]+", words), words
            assert not re.search(r"\ba [aeio]|\ban [^aeiou]", words), words


def test_lists_and_sentences():
    assert listed(["a cat"]) == "a cat"
    assert listed(["a cat", "a dog", "a bird"]) == "a cat, a dog and a bird"
    assert sentence("a cat") == "A cat."


def test_a_sure_object_is_stated_and_an_unsure_one_is_hedged():
    assert said(observed(("dog", 0.9, MIDDLE))) == "A dog."
    unsure = said(observed(("cat", 0.33, (0.3, 0.3, 0.6, 0.6))))
    assert unsure == "Probably a cat."


def test_nothing_seen_is_said_so_with_the_colour_that_was_measured():
    assert said(observed(colour=(250, 20, 20))) == "Nothing recognised; the picture is mostly red."
    assert said(observed(colour=(250, 250, 250))) == "Nothing recognised; the picture is mostly white."


def test_places_are_left_and_right_as_the_picture_shows_them():
    left = said(observed(("dog", 0.9, (0.05, 0.3, 0.25, 0.7))), "detailed")
    right = said(observed(("dog", 0.9, (0.75, 0.3, 0.95, 0.7))), "detailed")
    low = said(observed(("dog", 0.9, (0.4, 0.75, 0.6, 0.98))), "detailed")
    assert "on the left" in left
    assert "on the right" in right
    assert "at the bottom" in low


def test_relations_need_boxes_that_show_them():
    above = observed(("person", 0.9, (0.4, 0.1, 0.6, 0.7)), ("skateboard", 0.8, (0.38, 0.68, 0.62, 0.78)))
    apart = observed(("person", 0.9, (0.1, 0.1, 0.3, 0.7)), ("skateboard", 0.8, (0.7, 0.1, 0.9, 0.2)))
    assert said(above) == "A person riding a skateboard."
    assert said(apart) == "A person with a skateboard."


def test_a_large_dog_gets_its_finer_name_only_when_the_classifier_is_sure():
    sure = observed(("dog", 0.9, MIDDLE), classes={"whippet": 0.92})
    likely = observed(("dog", 0.9, MIDDLE), classes={"whippet": 0.65})
    unsure = observed(("dog", 0.9, MIDDLE), classes={"whippet": 0.3})
    small = observed(("dog", 0.9, (0.5, 0.5, 0.6, 0.6)), classes={"whippet": 0.95})
    assert said(sure) == "A whippet."
    assert said(likely) == "A dog."
    assert "probably a whippet" in said(likely, "detailed")
    assert "whippet" not in said(unsure, "detailed")
    assert "whippet" not in said(small, "detailed")


def test_what_no_detector_knows_is_named_by_a_sure_classifier():
    assert said(observed(classes={"beacon": 0.9})) == "A lighthouse."
    assert said(observed(classes={"beacon": 0.65})) == "Probably a lighthouse."
    assert "lighthouse" not in said(observed(classes={"beacon": 0.4}))
    assert said(observed(classes={"green snake": 0.3, "vine snake": 0.35})) == "Probably a snake."


def test_a_sure_lion_is_not_called_a_dog():
    seen = observed(("dog", 0.7, MIDDLE), ("cat", 0.5, MIDDLE), classes={"lion": 0.9})
    assert said(seen) == "A lion."


def test_a_giraffe_is_not_overruled_by_a_classifier_that_knows_none():
    seen = observed(("giraffe", 0.86, MIDDLE), classes={"cheetah": 0.5, "leopard": 0.35})
    assert said(seen) == "A giraffe."


def test_a_large_hydrant_is_not_called_a_mailbox():
    seen = observed(("fire hydrant", 0.9, MIDDLE), classes={"mailbox": 0.8})
    assert said(seen) == "A fire hydrant."


def test_a_blank_picture_shows_nothing_whatever_was_recognised():
    blank = observed(("bed", 0.7, MIDDLE), noise=0)
    assert said(blank) == "Nothing recognised; the picture is mostly blue-green."


def test_a_person_is_never_it_and_only_the_kites_are_in_the_sky():
    assert "It is" not in said(observed(("person", 0.9, (0.1, 0.2, 0.3, 0.9))), "detailed")
    people = [("person", 0.9, (x / 10, 0.7, x / 10 + 0.08, 1.0)) for x in range(4)]
    kites = [("kite", 0.9, (x / 10, 0.1, x / 10 + 0.1, 0.2)) for x in range(3)]
    assert "people in the sky" not in said(observed(*people, *kites))


@pytest.mark.parametrize(
    ("rgb", "word"),
    [
        ((128, 0, 128), "purple"),
        ((255, 192, 203), "pink"),
        ((245, 245, 220), "beige"),
        ((255, 0, 0), "red"),
        ((139, 69, 19), "brown"),
        ((255, 165, 0), "orange"),
        ((135, 206, 235), "pale blue"),
        ((0, 0, 128), "blue"),
        ((34, 139, 34), "green"),
        ((0, 128, 128), "blue-green"),
        ((128, 128, 128), "grey"),
        ((5, 5, 5), "black"),
        ((250, 250, 250), "white"),
    ],
)
def test_colours_have_the_names_people_give_them(rgb, word):
    assert said(observed(colour=rgb)) == f"Nothing recognised; the picture is mostly {word}."


def test_a_cup_of_coffee_is_called_one():
    seen = observed(("cup", 0.9, MIDDLE), classes={"espresso": 0.85})
    assert said(seen) == "A cup of coffee."


def test_a_crab_on_a_plate_is_not_an_animal_in_the_picture():
    seen = observed(
        ("sandwich", 0.8, MIDDLE), ("bowl", 0.7, (0, 0, 0.3, 0.3)), classes={"Dungeness crab": 0.9}
    )
    assert "crab" not in said(seen)


def test_a_kitchen_is_named_by_what_stands_in_it():
    seen = observed(("oven", 0.8, (0, 0.4, 0.3, 1)), ("refrigerator", 0.8, (0.6, 0.1, 1, 1)))
    assert said(seen) == "A kitchen with a refrigerator and an oven."


def test_one_animal_among_many_people_is_not_lost():
    seen = observed(
        *(("person", 0.8, (x / 10, 0.2, x / 10 + 0.1, 0.8)) for x in range(6)),
        ("dog", 0.9, (0.7, 0.5, 0.95, 0.9)),
    )
    assert said(seen) == "A group of people and a dog."


@pytest.mark.parametrize("limit", [20, 30, 40, 60, 80, 125, 400])
def test_a_length_limit_is_kept_and_the_text_ends_at_a_clause(limit):
    seen = observed(
        ("person", 0.9, (0.2, 0.1, 0.5, 0.9)),
        ("umbrella", 0.8, (0.15, 0.02, 0.6, 0.3)),
        ("dog", 0.9, (0.6, 0.5, 0.9, 0.95)),
        ("bench", 0.7, (0.0, 0.5, 0.3, 0.9)),
    )
    for length in ("short", "detailed"):
        text = said(seen, length, limit)
        whole = said(seen, length)
        assert len(text) <= limit
        assert text.endswith(".")
        assert whole.startswith(text[:-1])
        assert not re.search(r"\b(a|an|the|and|with|on|in|of)\.$", text)


def test_evidence_is_in_pixels_and_covers_what_is_stated():
    told = account(observed(("dog", 0.9, (0.25, 0.5, 0.75, 1.0)), size=(800, 400)))
    (dog,) = evidence_of(told, "A dog.", {"dog"})
    assert (dog.label, dog.box, dog.source) == ("dog", (200, 200, 600, 400), "detector")
    assert 0.5 <= dog.score <= 1


def test_thousands_of_random_pictures_name_only_what_was_seen():
    draw = random.Random(7)
    labels = list(vocabulary("coco"))
    for _ in range(2_000):
        objects = []
        for label in draw.sample(labels, draw.randint(0, 5)):
            for _ in range(draw.choice((1, 1, 1, 2, 4))):
                left, top = draw.uniform(0, 0.8), draw.uniform(0, 0.8)
                box = (left, top, draw.uniform(left + 0.05, 1), draw.uniform(top + 0.05, 1))
                objects.append((label, draw.uniform(0.12, 0.98), box))
        told = account(observed(*objects))
        text = compose(told, draw.choice(("short", "detailed")))
        assert re.fullmatch(r"[A-Z][^.]*\.( [A-Z][^.]*\.)*", text), text
        assert not re.search(r"  | ,|\ba [aeio]|, \.|\bimage of\b", text), text
        rest = text.replace("a desk", "")
        if told.scene is not None:  # "on a tennis court" rests on a racket, and says no more
            rest = rest.replace(told.scene.place, "").replace(told.scene.room or "\0", "")
        assert invented_objects(rest, {label for label, _, _ in objects}) == [], (text, objects)


class TestHedged:
    def test_what_is_not_very_sure_is_called_probable(self):
        told = account(observed(("dog", 0.4, MIDDLE)))
        assert 0.5 <= told.things[0].probability < HEDGED_BELOW
        plain = compose(told)
        assert "probably" not in plain.lower()
        assert compose(told, hedge=True) == f"Probably {plain[0].lower()}{plain[1:]}"

    def test_what_is_sure_is_not(self):
        told = account(observed(("dog", 0.9, MIDDLE)))
        assert compose(told, hedge=True) == compose(told)

    def test_a_doubted_sentence_is_not_doubted_twice(self):
        told = account(observed(("dog", 0.2, MIDDLE)))
        assert compose(told, hedge=True).lower().count("probably") == 1


def parts(told, length="short", max_chars=None):
    """The text, its words that rest on something, and the labels of the evidence that it states."""
    text, words = composed(told, length, max_chars)
    evidence = evidence_of(told, text, {label for word in words for label in word.labels})
    return text, words, {item.label for item in evidence if item.stated}


class TestWordsThatRestOnSomething:
    @pytest.mark.parametrize("length", ["short", "detailed"])
    @pytest.mark.parametrize("limit", [None, 25, 60])
    def test_all_things_that_a_template_names_are_found_in_its_text(self, length, limit):
        seen = observed(
            ("person", 0.9, (0.2, 0.1, 0.5, 0.9)),
            ("umbrella", 0.8, (0.15, 0.02, 0.6, 0.3)),
            ("dog", 0.9, (0.6, 0.5, 0.9, 0.95)),
            ("dog", 0.9, (0.0, 0.5, 0.3, 0.9)),
            classes={"seashore": 0.9},
        )
        text, words, known = parts(account(seen), length, limit)
        assert words
        assert all(text[word.start : word.end] == word.text for word in words)
        labels = {label for word in words for label in word.labels}
        assert labels <= known
        named = {label for classes in named_objects(text).values() for label in classes}
        assert named & {"person", "umbrella", "dog"} <= labels

    def test_names_rooms_and_several_sentences(self):
        _, (word,), _ = parts(account(observed(classes={"beacon": 0.9})))
        assert (word.text, word.labels) == ("lighthouse", ("lighthouse",))
        kitchen = observed(("oven", 0.8, (0, 0.4, 0.3, 1)), ("refrigerator", 0.8, (0.6, 0.1, 1, 1)))
        _, words, _ = parts(account(kitchen))
        assert [word.text for word in words] == ["kitchen", "refrigerator", "oven"]
        text, words, _ = parts(account(observed(("dog", 0.9, MIDDLE))), "detailed")
        assert [word.labels for word in words] == [("dog",), ("dog",)]
        assert words[1].start > text.index(".")
