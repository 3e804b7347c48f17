"""What the describer's sentences are worth, and which words may stand together."""

from __future__ import annotations

import numpy as np
import pytest

from imagecraft.captioning.facts import ThingFact, holds
from imagecraft.captioning.licences import Permits, fact_vector
from imagecraft.scoring.cider import DocumentFrequencies
from imagecraft.training.language import Language, Worth
from imagecraft.training.text import mentions

CAPTIONS = [
    ["a", "dog", "on", "a", "couch"],
    ["two", "dogs", "on", "a", "bed"],
    ["a", "person", "riding", "a", "horse"],
    ["a", "cat", "on", "a", "bed"],
    ["a", "group of", "people", "on", "a", "couch"],
]


@pytest.fixture(scope="module")
def language() -> Language:
    return Language.of(CAPTIONS * 10)


@pytest.fixture(scope="module")
def numbered(language):
    return lambda *tokens: [language.tokens.index(token) for token in tokens]


def facts_of(**counts: int) -> np.ndarray:
    things = [ThingFact(label, 0.9, count, 4, 2, 2) for label, count in counts.items()]
    return fact_vector(holds(things, {}))[None]


class TestFollows:
    def test_what_people_write(self, language, numbered):
        on, a, couch = numbered("on", "a", "couch")
        assert language.follows[on, a]
        assert language.follows[a, couch]

    def test_no_plural_after_a(self):
        language = Language.of([["a", "dogs", "on", "a", "couch"]] * 50)
        first, second = language.tokens.index("a"), language.tokens.index("dogs")
        assert not language.follows[first, second]

    def test_nothing_where_people_rarely_put_it(self):
        usual = [["a", "cat", "in", "a", "room"]] * 60 + [["a", "room", "with", "a", "bed"]] * 60
        language = Language.of([*usual, *[["a", "bed", "with", "a", "room"]] * 4])
        index = {token: i for i, token in enumerate(language.tokens)}
        assert language.objects[language.acting[index["in"]], index["room"]]
        assert language.objects[language.acting[index["with"]], index["bed"]]
        assert not language.objects[language.acting[index["with"]], index["room"]]

    def test_no_end_after_a_preposition(self):
        language = Language.of([["a", "dog", "on"]] * 50)
        assert not language.follows[language.tokens.index("on"), language.end]

    def test_the_same_thing_is_not_named_twice(self, language, numbered):
        dog, dogs, article = numbered("dog", "dogs", "a")
        assert language.excludes[dog, dog]
        assert language.excludes[dog, dogs]
        assert not language.excludes[article, article]


class TestPermits:
    def test_things_that_were_seen(self, language, numbered):
        may = Permits(language.tokens)(facts_of(dog=1, couch=1))[0, 0]
        assert may[numbered("dog", "couch", "on")].all()
        assert not may[numbered("cat", "dogs", "person", "riding")].any()

    def test_numbers_only_of_what_was_seen_that_often(self, language, numbered):
        may = Permits(language.tokens)(facts_of(person=4, dog=2))[0]
        (dogs,), (people,) = numbered("dogs"), numbered("people")
        assert may[0, dogs]
        assert may[1, dogs]
        assert not may[2, dogs]
        assert may[2, people]
        assert not may[1, people]


class TestSupported:
    def test_a_sentence_is_cut_where_evidence_ends(self, language, numbered):
        permitted = Permits(language.tokens)(facts_of(person=1, horse=1, dog=1))[0]
        assert language.supported(numbered("a", "dog", "on", "a", "couch"), permitted) is None

    def test_a_supported_sentence_is_kept(self, language, numbered):
        permitted = Permits(language.tokens)(facts_of(dog=1, couch=1))[0]
        sentence = numbered("a", "dog", "on", "a", "couch")
        assert language.supported(sentence, permitted) == sentence


class TestWorth:
    def test_truth_is_worth_more_than_invention(self, language, numbered):
        people = ["a dog on a couch", "a brown dog lying on a couch"]
        others = [["a cat in a tree"], ["a bus on a street"], ["two dogs on a bed"], people]
        worth = Worth(language, DocumentFrequencies.of(others))
        true, false = worth(
            [numbered("a", "dog", "on", "a", "couch"), numbered("a", "cat", "on", "a", "bed")],
            people,
            mentions(people),
        )
        assert true > false
        assert worth.invention(numbered("a", "cat", "on", "a", "bed"), mentions(people)) >= 0.6
