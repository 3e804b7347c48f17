"""The voices of hibari: one in its package, four that are fetched when first asked for."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hibari.voices
import numpy as np
import pytest
from speech_base import SpeechTests

from imagecraft import speak
from imagecraft.errors import ModelUnavailable
from imagecraft.runtime import loaded
from imagecraft.speech import find_voice, voices

HEART_FILE = Path(hibari.voices.voice_path("heart"))


class TestHeart(SpeechTests):
    model = "hibari"
    voice = "heart"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty voice cache, and nothing in memory that came from another."""
    folder = tmp_path / "voices"
    monkeypatch.setenv("HIBARI_HOME", str(folder))
    monkeypatch.delenv("IMAGECRAFT_OFFLINE", raising=False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    yield folder
    loaded.unload("hibari")


class Server:
    """Stands in for the network: gives the same bytes, or the same failure, to everyone."""

    def __init__(self, answer: bytes | Exception) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def urlopen(self, url: str, timeout: float = 0) -> io.BytesIO:
        self.asked.append(url)
        if isinstance(self.answer, Exception):
            raise self.answer
        return io.BytesIO(self.answer)


def serve(monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception) -> Server:
    server = Server(answer)
    monkeypatch.setattr(urllib.request, "urlopen", server.urlopen)
    return server


@pytest.fixture
def emma_online(monkeypatch: pytest.MonkeyPatch) -> Server:
    """A network on which emma's file can be had; its bytes are heart's."""
    sha256 = hibari.voices.VOICES["heart"]["sha256"]
    monkeypatch.setitem(hibari.voices.VOICES["emma"], "sha256", sha256)
    return serve(monkeypatch, HEART_FILE.read_bytes())


def test_five_voices_are_offered_and_the_bundled_one_is_ready() -> None:
    found = {voice.id: voice for voice in voices("hibari")}
    assert list(found) == ["heart", "emma", "fenrir", "fable", "kore"]
    assert [voice.id for voice in found.values() if voice.ready] == ["heart"]
    assert (found["fenrir"].language, found["fenrir"].gender) == ("en-US", "male")
    assert (found["emma"].language, found["emma"].gender) == ("en-GB", "female")
    assert found["emma"].summary == "Emma, British, female"


@pytest.mark.parametrize(
    "failure", [urllib.error.URLError("no network"), TimeoutError(), b"", HEART_FILE.read_bytes()[:100_000]]
)
def test_a_voice_that_cannot_be_fetched_says_so_and_leaves_no_file(
    failure: bytes | Exception, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, failure)
    with pytest.raises(ModelUnavailable, match="'emma' is not on this machine") as caught:
        speak("Hello.", voice="emma")
    assert "heart" in caught.value.hint
    assert not list(cache.iterdir())
    assert speak("Hello.").duration > 0.2


def test_nothing_is_asked_of_the_network_when_that_is_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(monkeypatch, b"")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelUnavailable):
        speak("Hello.", voice="kore")
    assert not server.asked


def test_a_cache_that_cannot_be_made_is_said(cache: Path, emma_online: Server) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(ModelUnavailable, match="emma"):
        speak("Hello.", voice="emma")


def test_a_voice_is_fetched_once_and_speaks_from_then_on(cache: Path, emma_online: Server) -> None:
    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(lambda _: speak("A tomato bath.", voice="emma").samples, range(8)))
    assert len(emma_online.asked) == 1
    assert [path.name for path in cache.iterdir()] == [hibari.voices.VOICES["emma"]["file"]]
    assert find_voice("emma").ready
    assert all(np.array_equal(samples, heard[0]) for samples in heard)
    american = speak("A tomato bath.", voice="heart").samples
    assert not np.array_equal(heard[0], american), "emma's spelling rules are British"


def test_a_damaged_voice_is_fetched_again(cache: Path, emma_online: Server) -> None:
    cache.mkdir()
    (cache / hibari.voices.VOICES["emma"]["file"]).write_bytes(b"half a file")
    assert speak("Hello.", voice="emma").duration > 0.2
    assert len(emma_online.asked) == 1


def test_british_english_is_spoken_by_a_british_voice_where_there_is_one(emma_online: Server) -> None:
    assert find_voice(language="en-GB").id == "heart"
    speak("Hello.", voice="emma")
    assert find_voice(language="en-GB").id == "emma"
    assert find_voice(language="en").id == "heart"
    assert find_voice(language="en_us").id == "heart"


def test_weights_from_a_folder_are_used(tmp_path: Path) -> None:
    shutil.copy(HEART_FILE, tmp_path)
    model = f"hibari@{tmp_path}"
    assert [voice.id for voice in voices(model) if voice.ready] == ["heart"]
    assert np.array_equal(speak("Hello.", model=model).samples, speak("Hello.").samples)


def test_a_folder_without_the_file_or_with_a_damaged_one_is_said(tmp_path: Path) -> None:
    model = f"hibari@{tmp_path}"
    with pytest.raises(ModelUnavailable, match=r"no file hibari\.onnx in"):
        speak("Hello.", model=model, voice="heart")
    (tmp_path / HEART_FILE.name).write_bytes(HEART_FILE.read_bytes()[:4_000_000])
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        speak("Hello.", model=model, voice="heart")


def test_a_space_finds_the_voices_it_preloaded(tmp_path: Path) -> None:
    repo = tmp_path / "models--maureesewilliams--hibari"
    snapshot = repo / "snapshots" / "abc" / "voices"
    snapshot.mkdir(parents=True)
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text("abc")
    (snapshot / "bf_emma.int8.onnx").write_bytes(b"a voice")
    code = "from imagecraft.speech import voices; print([v.id for v in voices('hibari') if v.ready])"
    space = {"HF_HUB_CACHE": str(tmp_path), "HIBARI_HOME": str(tmp_path / "none")}
    for environ, ready in ((space | {"SPACE_ID": "me/space"}, "['heart', 'emma']"), (space, "['heart']")):
        done = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | environ, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == ready
