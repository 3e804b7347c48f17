"""What a description rests on, in words and markup."""

from __future__ import annotations

from imagecraft.captioning.base import Evidence, Word
from imagecraft.media.places import where
from imagecraft.ui import grounds, strings

SIZE = (400, 300)
DOG = Evidence("dog", 0.93, (0, 0, 100, 100)).to_dict()
BALL = Evidence("ball", 0.31, (300, 200, 400, 300), stated=False).to_dict()
BEACH = Evidence("beach", 0.6, (0, 0, *SIZE), source="scene").to_dict()


def test_what_is_said_and_what_is_not_stand_apart() -> None:
    said, unsaid = grounds.tables([DOG, BALL, BEACH], SIZE).split("</table>")[:2]

    assert strings.EVIDENCE_CAPTION in said
    assert "dog" in said
    assert "beach" in said
    assert "ball" not in said
    assert strings.EVIDENCE_UNSTATED in unsaid
    assert "ball" in unsaid
    assert strings.EVIDENCE_UNSTATED not in grounds.tables([DOG], SIZE)


def test_places_are_told_as_the_caption_tells_them() -> None:
    assert f"<td>{where((0, 0, 0.25, 1 / 3))}</td>" in grounds.tables([DOG], SIZE)
    assert "<td>at the top left</td>" in grounds.tables([DOG], SIZE)
    assert f"<td>{strings.WHOLE_PICTURE}</td>" in grounds.tables([BEACH], SIZE)


def test_every_source_has_words() -> None:
    for source in ("detector", "classifier", "scene"):
        assert strings.SOURCES[source] in grounds.tables(
            [Evidence("x", 0.5, (0, 0, 9, 9), source).to_dict()], SIZE
        )


def test_words_are_buttons_described_by_what_they_rest_on() -> None:
    text = "A dog & a <ball>."
    words = [Word("ball", 11, 15, ("ball",)).to_dict(), Word("dog", 2, 5, ("dog",)).to_dict()]
    markup = grounds.sentence(text, words, [DOG, BALL])

    assert markup.index(">dog</button>") < markup.index(" &amp; a &lt;") < markup.index(">ball</button>")
    assert "rests on: dog (object detector, 93 %)" in markup
    assert "rests on: ball (object detector, 31 %)" in markup


def test_without_words_there_is_nothing() -> None:
    assert grounds.sentence("A dog.", [], [DOG]) == ""


def test_markup_in_labels_stays_text() -> None:
    harm = Evidence("<script>", 0.9, (0, 0, 9, 9)).to_dict()
    markup = grounds.tables([harm], SIZE) + grounds.sentence(
        "Ax", [Word("A", 0, 1, ("<script>\"'",)).to_dict()], [harm]
    )

    assert "<script>" not in markup
    assert "&lt;script&gt;" in markup
