"""Choosing a voice: what is offered, and what is said when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagecraft import speak, speech
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.speech import fetch, find_voice, stream, voices
from imagecraft.speech.languages import language_name


def test_every_voice_has_its_own_name_and_words_for_a_menu() -> None:
    found = voices()
    assert {"heart", "joe"} <= {voice.id for voice in found}
    assert len({voice.id for voice in found}) == len(found)
    assert all(voice.summary.count(", ") >= 1 and voice.language for voice in found)
    assert all(voice.ready or voice.needs for voice in found)
    assert {voice.gender for voice in found} == {"female", "male", "unknown"}


def test_over_a_thousand_languages_have_a_voice_and_a_name() -> None:
    languages = {voice.language for voice in voices()}
    assert len(languages) > 1_000
    assert [language_name(tag) for tag in ("fr", "pt-BR", "iw", "yo", "az-Latn", "ceb")] == [
        "French",
        "Portuguese, Brazil",
        "Hebrew",
        "Yoruba",
        "Azerbaijani",
        "Cebuano",
    ]


def test_voices_are_found_by_language_and_gender() -> None:
    french_women = voices(language="fr", gender="female")
    assert {"estelle", "ff_siwis"} == {voice.id for voice in french_women}
    assert {voice.language for voice in voices(language="pt")} == {"pt", "pt-BR"}
    with pytest.raises(InvalidInput, match="gender"):
        voices("piper", gender="female")


@pytest.fixture
def no_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub's cache with nothing in it."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))


@pytest.mark.usefixtures("no_downloads")
def test_a_language_without_a_ready_voice_is_answered_with_every_way_to_get_one() -> None:
    with pytest.raises(ModelUnavailable, match="No voice on this machine speaks French") as caught:
        speak("Bonjour.", language="fr")
    for way in (
        "pocket-tts",
        "--fetch mms-fra",
        "'gtts-fr' of gtts, which sends the text to an online service",
    ):
        assert way in caught.value.hint


@pytest.mark.usefixtures("no_downloads")
def test_a_voice_that_sends_the_text_away_is_never_chosen_by_itself() -> None:
    with pytest.raises(ModelUnavailable):
        find_voice(language="cy")  # Welsh: the online service speaks it, and MMS
    pytest.importorskip("gtts")
    assert find_voice("gtts-cy").sends_text_out
    assert find_voice(model="gtts", language="cy").id == "gtts-cy"


@pytest.mark.usefixtures("no_downloads")
@pytest.mark.parametrize("name", ["estelle", "af_heart", "mms-fra", "sample"])
def test_where_nothing_may_be_fetched_that_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    if name in ("estelle", "sample"):
        pytest.importorskip("pocket_tts")
    with pytest.raises(ModelUnavailable, match="HF_HUB_OFFLINE is set"):
        fetch(name)


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
        ({"model": "hibari", "language": "fr"}, "en-US, en-GB"),
        ({"language": "xx"}, "en-US, en-GB"),
        ({"language": ""}, "en-US, en-GB"),
        ({"voice": "heart", "language": "de-DE"}, "juergen, mms-deu, gtts-de"),
        ({"voice": "mms-fra", "language": "en"}, "heart, emma"),
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
