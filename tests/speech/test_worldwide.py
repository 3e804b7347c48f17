"""Text in other languages than English: what is left of it, and where it is split."""

from __future__ import annotations

import pytest

from imagecraft.errors import InvalidInput
from imagecraft.speech.packing import MAX_SENTENCE_CHARACTERS
from imagecraft.speech.text import MAX_CHARACTERS, pause_after, sentences


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Il pleut ! Où est M. Dupont ? Là.", ["Il pleut !", "Où est M. Dupont ?", "Là."]),
        ("fr", "J. S. Bach est né en 1685. Il joue.", ["J. S. Bach est né en 1685.", "Il joue."]),
        ("de", "Er sagte: „Ja.“ Dann ging er.", ["Er sagte: „Ja.“ Dann ging er."]),
        ("de", "Es kostet 3,50 € & mehr.", ["Es kostet 3,50 € & mehr."]),
        ("ja", "犬がいます。海です！本当？", ["犬がいます。", "海です！", "本当？"]),
        ("zh-CN", "他说：“你好。”然后走了。", ["他说：“你好。”", "然后走了。"]),
        ("hi", "कुत्ता दौड़ता है। समुद्र है।", ["कुत्ता दौड़ता है।", "समुद्र है।"]),
        ("ar", "أين الكلب؟ إنه هنا.", ["أين الكلب؟", "إنه هنا."]),
        ("ur", "یہ کتا ہے۔ وہ یہاں ہے۔", ["یہ کتا ہے۔", "وہ یہاں ہے۔"]),
        ("am", "ውሻ ነው። እዚህ ነው።", ["ውሻ ነው።", "እዚህ ነው።"]),
        ("fr", "# Titre\n- **un** chien 🐶\n- [deux](https://exemple.fr/a?b)", ["Titre", "un chien", "deux"]),
        ("es", "<p>Hola&nbsp;mundo</p><script>alert(1)</script>¿Qué tal?", ["Hola mundo", "¿Qué tal?"]),
        ("it", "Vedi https://www.esempio.it/pagina?x=1 oggi.", ["Vedi esempio.it oggi."]),
    ],
)
def test_text_is_split_by_the_rules_of_its_script_and_left_in_its_words(
    language: str, text: str, expected: list[str]
) -> None:
    assert sentences(text, language) == expected


def test_english_words_are_read_into_english_only() -> None:
    assert sentences("5 % & 3 km", "fr") == ["5 % & 3 km"]
    assert sentences("5 % & 3 km", "en-GB") != ["5 % & 3 km"]


@pytest.mark.parametrize(
    ("language", "text"),
    [("ja", "あ" * 3_000), ("th", "ก" * 900), ("fr", "mot, " * 400), ("zh", "好，" * 500)],
)
def test_long_sentences_are_cut_and_nothing_is_lost(language: str, text: str) -> None:
    cut = sentences(text, language)
    assert max(map(len, cut)) <= MAX_SENTENCE_CHARACTERS
    assert "".join(cut).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("text", ["", "  ", "🐶🐱", "?!…", "\u200d", "<b></b>"])
def test_what_has_no_words_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        sentences(text, "fr")


def test_the_limit_of_characters_holds_in_every_language() -> None:
    with pytest.raises(InvalidInput, match="20,001"):
        sentences("あ" * (MAX_CHARACTERS + 1), "ja")


def test_pauses_follow_the_stops_of_every_script() -> None:
    assert pause_after("犬がいます。") == pause_after("The end.") == pause_after("أين؟")
    assert pause_after("犬、") == pause_after("first,") < pause_after("।")
