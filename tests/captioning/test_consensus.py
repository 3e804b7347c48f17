"""Which of several sentences is said: what most of them say, not the likeliest alone."""

from __future__ import annotations

import numpy as np
import pytest

from imagecraft.captioning.consensus import agreement, most_agreed

WORDS = {
    word: i
    for i, word in enumerate(("a", "person", "dog", "cat", "rides", "on", "the", "street", "surfboard"))
}
RARITY = np.array([0.1, 1.0, 3.0, 3.0, 3.0, 1.0, 1.5, 3.0, 5.0])


def numbers(text: str) -> list[int]:
    return [WORDS[word] for word in text.split()]


def test_one_sentence_alone_is_taken() -> None:
    assert most_agreed([numbers("a dog")], [-3.0], RARITY) == 0


def test_what_most_say_wins_over_a_slightly_likelier_odd_one() -> None:
    said = [numbers(text) for text in ("a cat", "a person rides on the street", "a person on the street")]
    assert most_agreed(said, [-1.0, -1.3, -1.2], RARITY) != 0


def test_a_much_likelier_one_wins() -> None:
    said = [numbers(text) for text in ("a cat", "a person rides on the street", "a person on the street")]
    assert most_agreed(said, [-1.0, -31.0, -32.0], RARITY) == 0


@pytest.mark.parametrize("text", ["a dog", "a person rides a surfboard", "the street"])
def test_a_sentence_agrees_with_itself_and_with_none_of_other_words(text: str) -> None:
    other = numbers("cat on")
    table = agreement([numbers(text), numbers(text), other], RARITY)
    longest = min(4, len(text.split())) / 4  # shorter ones have no runs of four words
    assert table[0, 1] == pytest.approx(longest)
    assert table[0, 2] == table[2, 0] == 0


def test_rare_words_count_more() -> None:
    heard = numbers("a person rides a surfboard")
    table = agreement([heard, numbers("a surfboard"), numbers("a person")], RARITY)
    assert table[1, 0] > table[2, 0]


def test_the_same_sentences_in_another_order_give_the_same_choice() -> None:
    said = [numbers(text) for text in ("a dog on the street", "a dog", "a person rides", "the street")]
    chances = [-2.0, -2.1, -2.2, -2.5]
    first = said[most_agreed(said, chances, RARITY)]
    assert said[::-1][most_agreed(said[::-1], chances[::-1], RARITY)] == first
