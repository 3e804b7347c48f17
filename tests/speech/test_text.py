"""How written text is read: what a listener hears for numbers, symbols, markup and long sentences."""

from __future__ import annotations

import pytest

from imagecraft.errors import InvalidInput
from imagecraft.speech.packing import MAX_SENTENCE_CHARACTERS
from imagecraft.speech.text import MAX_CHARACTERS, sentences


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A dog. A cat! A cow? Yes…", ["A dog.", "A cat!", "A cow?", "Yes…"]),
        ("Dr. Smith met J. K. Rowling. They spoke.", ["Dr. Smith met J. K. Rowling.", "They spoke."]),
        (
            "It is at St. Mary's, No. 5, at 3:45 p.m. today.",
            ["It is at St. Mary's, No. 5, at 3:45 p.m. today."],
        ),
        (
            'He said "Stop!" Then he left. (Really.) Yes.',
            ['He said "Stop!"', "Then he left.", "(Really.)", "Yes."],
        ),
        ("Version 1.2 at 3.5 km", ["Version 1.2 at 3.5 km."]),
        ("a dog", ["a dog."]),
    ],
)
def test_sentences_end_where_a_reader_would_pause(written: str, read: list[str]) -> None:
    assert sentences(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Title\n\nSome text.", ["Title.", "Some text."]),
        (
            "This is a line that was wrapped just before\nLondon Bridge.",
            ["This is a line that was wrapped just before London Bridge."],
        ),
        ("Apples\nPears\nPlums", ["Apples.", "Pears.", "Plums."]),
        ("one,\ntwo", ["one, two."]),
        ("- milk\n- eggs\n* bread", ["milk.", "eggs.", "bread."]),
        ("1. Mix\n2. Bake", ["1, Mix.", "2, Bake."]),
        ("| a | b |\n|---|---|\n| c | d |", ["a, b, c, d."]),
    ],
)
def test_lines_are_joined_or_kept_apart(written: str, read: list[str]) -> None:
    assert sentences(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "Big dogs, e.g. a wolfhound, i.e. tall ones.",
            "Big dogs, for example a wolfhound, that is tall ones.",
        ),
        ("Cats, dogs, etc.", "Cats, dogs, et cetera."),
        ("Open 24/7 w/ coffee", "Open twenty-four seven with coffee."),
        ("25ºC and 77℉", "25°C and 77°F."),
        ("It costs 5€ or 5 £.", "It costs €5 or £5."),
        ("2x faster, 640x480, 640 × 480, 2*3", "2 times faster, 640 by 480, 640 by 480, 2 times 3."),
        ("2½ cups and ¾ more", "2 and 1/2 cups and 3/4 more."),
        ("She is 5'10\" tall", "She is 5 foot 10 tall."),
        ("x ≈ 3, y ≥ 4, a → b", "x about 3, y at least 4, a to b."),
        ("5 µm, 5 μm and an α particle", "5 µm, 5 µm and an alpha particle."),
        ("C# and F# and C++", "C sharp and F sharp and C plus plus."),
        ("٣٤ and １２", "34 and 12."),
        ("1234567890123456 is long", "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 is long."),
    ],
)
def test_symbols_and_numbers_become_words(written: str, read: str) -> None:
    assert sentences(written) == [read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("# Head **bold** _slanted_ `code` ~~gone~~", "Head bold slanted code gone."),
        ("See [the map](https://x.org/a_b) ![a cat](c.png) [1].", "See the map a cat."),
        ("<p>A &amp; B<br/></p><script>alert('no')</script>", "A & B."),
        ("a &lt;b&gt; c <!-- hidden --> d", "a c d."),
        ("snake_case and __init__", "snake case and init."),
        (
            "at https://www.example.com/a/b?c=d#e, or me.you@x.org",
            "at example dot com, or me dot you at x dot org.",
        ),
        ("example.co.uk/path is down", "example dot co dot uk is down."),
        ("a :-) b ;) c", "a b c."),
        ("\x1b[31mred\x1b[0m\x07 \u202ebell\x00", "red bell."),
        ("I ❤️ my 🐶dog🐶!", "I my dog!"),
        ("日本語 and Привет, hello", "and, hello."),
        ("𝐇𝐞𝐥𝐥𝐨 ｗorld, ﬁne", "Hello world, fine."),
        ("z̷̢a̷l̷g̸o̸ naïve Łódź", "zalgo naïve Łódź."),
        ("broken \ud83d half", "broken half."),
        ("[[h@loU]] [word](/wɜːd/)", "((h@loU)) word."),
    ],
)
def test_markup_links_and_other_scripts_are_left_out(written: str, read: str) -> None:
    assert sentences(written) == [read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Wow!!!", ["Wow!"]),
        ("What?!?! No...... yes..", ["What?", "No… yes."]),
        ("so --- yes ,,, no", ["so — yes, no."]),
        ("sooooooo good", ["sooo good."]),
        ("PLEASE DO NOT FEED THIS DOG", ["please do not feed this dog."]),
        ("THE USA AND NASA ON TV WITH HTML", ["the USA and nasa on TV with HTML."]),
        ("The USA TV show of NASA", ["The USA TV show of NASA."]),
        ("STOP", ["stop."]),
    ],
)
def test_shouting_and_stuttering_calm_down(written: str, read: list[str]) -> None:
    assert sentences(written) == read


def test_a_long_sentence_is_spoken_in_clauses() -> None:
    clause = "the quick brown fox jumps over the lazy dog"
    read = sentences(", ".join([clause] * 12) + ".")
    assert len(read) == 3
    assert all(piece.endswith("dog,") for piece in read[:-1])
    assert " ".join(read) == ", ".join([clause] * 12) + "."


def test_a_sentence_without_commas_is_cut_between_words() -> None:
    words = ["wonderful"] * 100
    read = sentences(" ".join(words))
    assert all(len(piece) <= MAX_SENTENCE_CHARACTERS for piece in read)
    assert " ".join(read) == " ".join(words) + "."


@pytest.mark.parametrize("unit", ["a", "ab", "0", "Ab1", "x-", "a/", "a.", "(a", "é", "a'", "1,", "a_"])
def test_no_piece_is_ever_too_long(unit: str) -> None:
    text = (unit * MAX_CHARACTERS)[:MAX_CHARACTERS]
    read = sentences(text)
    assert max(map(len, read)) <= MAX_SENTENCE_CHARACTERS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "There is no text to speak."),
        (" \r\n\t\u2028", "There is no text to speak."),
        ("...!?", "The text has no words to speak."),
        ("😀👍🏽", "The text has no words to speak."),
        ("<br>", "The text has no words to speak."),
        ("日本語です。", "The text has no letters that an English voice can read."),
        ("Ελληνικά", "The text has no letters that an English voice can read."),
        (None, "The text to speak must be a string."),
        (b"bytes", "The text to speak must be a string."),
        ("a" * (MAX_CHARACTERS + 1), "The text has 20,001 characters; 20,000 can be spoken at once."),
    ],
)
def test_what_cannot_be_spoken_is_refused_in_a_sentence(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        sentences(text)
    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "(",
        "[",
        "![",
        "<a",
        "<!--",
        "[a](",
        "a@a.",
        "https://",
        "1 1/",
        "&",
        "#",
        "\n",
        "\n ",
        '"',
        "^ ",
        "* ",
        "- ",
        "😀",
    ],
)
def test_hostile_repetition_is_answered(unit: str) -> None:
    text = (unit * MAX_CHARACTERS)[: MAX_CHARACTERS - 4] + " end"
    assert sentences(text)[-1].endswith("end.")
