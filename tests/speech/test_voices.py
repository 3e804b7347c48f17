"""Choosing a voice: what is offered, and what is said when it is not."""

from __future__ import annotations

import pytest

from imagecraft import speak, speech
from imagecraft.errors import InvalidInput
from imagecraft.speech import find_voice, stream, voices


def test_every_voice_has_its_own_name_and_words_for_a_menu() -> None:
    found = voices()
    assert {"heart", "joe"} <= {voice.id for voice in found}
    assert len({voice.id for voice in found}) == len(found)
    assert all(voice.summary.startswith(voice.id.capitalize()) for voice in found)
    assert all(voice.language.startswith("en-") and voice.gender in ("female", "male") for voice in found)


def test_the_default_voice_is_ready_to_speak() -> None:
    assert find_voice().id == "heart"
    assert find_voice().ready


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ({"voice": "nobody"}, "heart, emma, fenrir, fable, kore, joe"),
        ({"voice": "joe", "model": "hibari"}, "heart, emma, fenrir, fable, kore"),
        ({"voice": ""}, "heart"),
        ({"model": "nothing"}, "hibari, piper"),
        ({"model": "grounded"}, "hibari, piper"),
        ({"language": "fr"}, "en, en-GB, en-US"),
        ({"language": ""}, "en, en-GB, en-US"),
        ({"voice": "heart", "language": "de-DE"}, "en, en-GB, en-US"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(options: dict[str, str], listed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        speak("Hello.", **options)
    assert listed in caught.value.hint


def test_a_text_that_takes_too_long_to_say_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "MAX_MINUTES", 0.1)
    with pytest.raises(InvalidInput, match=r"more than 0\.1 minutes"):
        speak("5 " * 50)


def test_a_stream_checks_its_options_before_the_first_piece_is_asked_for() -> None:
    with pytest.raises(InvalidInput):
        stream("Hello.", speed=9)
    with pytest.raises(InvalidInput):
        stream("")
    with pytest.raises(InvalidInput):
        stream("Hello.", voice="nobody")
