"""A voice of the visitor's own, in the first tab: by keyboard and microphone, with consent.

The network is a random-weight one of the real class.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect
from steps import finish, heard, serious_findings, sound

from imagecraft.speech import pocket_files
from imagecraft.ui import own_voice_words as words

pytestmark = pytest.mark.browser

RATE = 16_000


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Four seconds that rise and fall as speech does."""
    noise = np.random.default_rng(0).normal(size=4 * RATE) * 0.1
    path = tmp_path / "me.wav"
    soundfile.write(path, noise * np.abs(np.sin(np.arange(len(noise)) / 6_000)), RATE)
    return path


@pytest.fixture
def listening(pocket_network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network that listens is on this machine."""
    where = pocket_files.listening
    monkeypatch.setattr(pocket_files, "listening", lambda network, _="": where(network, str(pocket_network)))


def test_a_sample_speaks_once_its_speaker_agreed(listening: None, own_page: Page, sample: Path) -> None:
    page = own_page
    page.get_by_role("button", name=words.HEADING).press("Enter")
    page.set_input_files("#ic-sample input[type=file]", sample)
    field = page.get_by_role("group", name=words.SAMPLE)
    expect(field).to_contain_text("me.wav · 4.0 seconds")
    page.get_by_role("textbox", name="Description", exact=True).fill("It rains.")
    page.get_by_role("button", name="Speak again").click()
    problem = page.locator("#ic-sample-problem [role=alert]")
    expect(problem).to_contain_text(words.NO_CONSENT)
    assert [one for one in serious_findings(page) if "ic-sample" in one or "ic-consent" in one] == []

    page.get_by_role("group", name=words.CONSENT).get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="Speak again").click()
    finish(page)
    expect(problem).to_be_hidden()
    expect(page.locator("#ic-made-by")).to_contain_text("Your sample")
    assert heard(sound(page)[0])

    field.get_by_role("button", name="Remove sound").click()
    page.get_by_role("button", name="Speak again").click()
    finish(page)
    expect(page.locator("#ic-made-by")).to_contain_text("Heart")


def test_without_the_network_what_is_missing_is_said_and_nothing_is_offered(page: Page) -> None:
    page.get_by_role("button", name=words.HEADING).click()
    expect(page.locator("#ic-own-voice-missing")).to_contain_text("pocket-tts")
    expect(page.locator("#ic-sample")).to_be_hidden()
    expect(page.locator("#ic-consent")).to_be_hidden()
