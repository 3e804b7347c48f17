"""gTTS: a server of our own stands in for the online service; nothing else is made up."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import numpy as np
import pytest

from imagecraft import speak
from imagecraft.cli import run
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio, encode_audio
from imagecraft.speech import gtts, voices
from imagecraft.speech.gtts import MAX_ANSWER_BYTES

pytest.importorskip("gtts")

RATE = 24_000


def recording(seconds: float = 1.0) -> bytes:
    tone = np.sin(np.arange(round(seconds * RATE)) * 0.06).astype(np.float32) * 0.3
    return encode_audio(Audio(tone[np.newaxis], RATE), "mp3")


class Service(ThreadingHTTPServer):
    """The online service, as far as gTTS knows it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[str] = []
        self.kind = "speech"
        self.may_end = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Answers(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(parse_qs(body)["f.req"][0])
        self.send_response(500 if self.server.kind == "broken" else 200)
        self.end_headers()
        sound = base64.b64encode(recording()).decode()
        match self.server.kind:
            case "speech":
                self.wfile.write(f')]}}\'\n[["wrb.fr","jQ1olc","[\\"{sound}\\"]",null]]\n'.encode())
            case "no sound":
                self.wfile.write(b'[["wrb.fr","jQ1olc",null,null]]')
            case "endless":
                self.wfile.write(b"x" * (MAX_ANSWER_BYTES + 100_000))
            case "slow":
                self.wfile.write(b"x")
                self.wfile.flush()
                self.server.may_end.wait(60)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("IMAGECRAFT_OFFLINE", raising=False)
    with Service() as server:
        monkeypatch.setattr(gtts, "ADDRESS", server.address)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.may_end.set()
        server.shutdown()


def test_it_speaks_sentence_by_sentence_in_the_language_that_was_asked_for(service: Service) -> None:
    audio = speak("Il pleut. Il fait froid.", voice="gtts-fr")
    assert audio.sample_rate == RATE
    assert 1.5 < audio.duration < 2.5
    assert len(service.asked) == 2
    assert "Il pleut." in service.asked[0]
    assert '\\"fr\\"' in service.asked[0]


def test_speed_stretches_what_came(service: Service) -> None:
    slow, fast = (speak("Il pleut.", voice="gtts-fr", speed=speed).duration for speed in (0.5, 2.0))
    assert slow == pytest.approx(4 * fast, rel=0.2)


@pytest.mark.parametrize("kind", ["broken", "no sound", "endless"])
def test_an_answer_without_speech_is_said_in_a_sentence(service: Service, kind: str) -> None:
    service.kind = kind
    with pytest.raises(ModelUnavailable, match="did not answer as it should"):
        speak("Il pleut.", voice="gtts-fr")


def test_an_answer_that_never_ends_is_given_up(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.kind = "slow"
    monkeypatch.setattr(gtts, "DEADLINE_SECONDS", 0.3)
    with pytest.raises(ModelUnavailable, match="did not answer"):
        speak("Il pleut.", voice="gtts-fr")


def test_without_a_network_that_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtts, "ADDRESS", "http://127.0.0.1:9/")
    with pytest.raises(ModelUnavailable, match="did not answer"):
        speak("Il pleut.", voice="gtts-fr")


def test_nothing_is_sent_where_the_machine_is_to_stay_offline(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match="IMAGECRAFT_OFFLINE is set"):
        speak("Il pleut.", voice="gtts-fr")
    assert service.asked == []


@pytest.mark.usefixtures("service")
def test_the_command_says_that_the_text_leaves_before_and_after(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["speak", "Il pleut.", "-o", f"{tmp_path}/out.wav", "--voice", "gtts-fr"]) == 0
    said = capsys.readouterr()
    assert "sent out of this machine" in said.err
    assert "by an online service" in said.out


def test_its_languages_are_those_of_the_package() -> None:
    from gtts.lang import tts_langs

    assert {voice.id for voice in voices("gtts")} == {f"gtts-{tag}" for tag in tts_langs() if tag != "zh"}


def test_it_has_no_folder() -> None:
    with pytest.raises(InvalidInput, match="no weights"):
        speak("Hello.", model="gtts@somewhere")
