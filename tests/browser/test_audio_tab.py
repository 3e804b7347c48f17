"""The tab "Audio → Image": sounds chosen, dropped, pasted, recorded, refused; heard, drawn, told; audited."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from steps import WORK_MS, OpenPage, fetched_sound, heard, serious_findings

from imagecraft.media.audio import Audio, encode_audio, write_audio

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
EXAMPLES = Path(__file__).parents[2] / "examples"
STORM = EXAMPLES / "thunderstorm.ogg"
BEYOND = """() => [...document.querySelectorAll(".ic-drawing *")]
  .filter((one) => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest(".ic-sr, pre, [aria-hidden=true]"))
  .map((one) => one.outerHTML.slice(0, 120))"""
GIVE = """([kind, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name, { type: "audio/wav" }));
  const about = { bubbles: true, cancelable: true, dataTransfer: held, clipboardData: held };
  const event = kind === "paste" ? new ClipboardEvent(kind, about) : new DragEvent(kind, about);
  document.body.dispatchEvent(event);
}"""


def tone(seconds: float = 1.0) -> Audio:
    """A tone that fades in and out."""
    time = np.arange(round(16_000 * seconds)) / 16_000
    return Audio((0.3 * np.sin(2760 * time) * np.hanning(len(time)))[np.newaxis].astype(np.float32), 16_000)


@pytest.fixture
def short(tmp_path: Path) -> Path:
    return write_audio(tone(), tmp_path / "tone.wav")


def drawing(page: Page) -> Page:
    """Open the tab, with one small picture wanted."""
    page.get_by_role("tab", name="Audio → Image").first.click()
    page.wait_for_selector("#ic-size option", state="attached")
    page.get_by_label("Size", exact=True).select_option("512x512")
    page.locator("#ic-pictures").get_by_label("1", exact=True).check()
    return page


def taken(page: Page) -> None:
    """Wait until the sound can be played."""
    expect(page.locator("#ic-sound .ic-player")).to_have_attribute("data-state", "full", timeout=WORK_MS)


def choose_sound(page: Page, path: Path) -> None:
    """Choose a sound, and wait until it is taken or refused."""
    page.set_input_files("#ic-sound input[type=file]", path)
    expect(page.locator("#ic-sound .ic-sound")).not_to_have_attribute("aria-busy", "true")


def two(page: Page) -> Page:
    """Want two pictures."""
    page.locator("#ic-pictures").get_by_label("2", exact=True).check()
    return page


def start(page: Page) -> None:
    page.get_by_role("button", name="Draw this sound").click()


def drawn(page: Page) -> Locator:
    """Wait for the pictures; the one that is shown."""
    status = page.locator("#ic-draw-status .ic-step")
    expect(status).to_have_attribute("data-state", "done", timeout=WORK_MS)
    return page.locator("#ic-drawing img")


def draw(page: Page, path: Path) -> Locator:
    """Have a sound drawn; the picture."""
    choose_sound(page, path)
    taken(page)
    start(page)
    return drawn(page)


def saved(page: Page, label: str) -> bytes:
    """What a download link gives."""
    address = page.get_by_role("link", name=label).get_attribute("href")
    assert address
    return page.request.get(address).body()


def seed(page: Page, value: str) -> None:
    """Fill in the seed."""
    field = page.get_by_role("spinbutton", name="Seed")
    if not field.is_visible():
        page.locator("#ic-drawing-more .ic-disclosure").click()
    field.fill(value)


def alert(page: Page, beside: str) -> Locator:
    return page.locator(f"#{beside} [role=alert]")


def prompt(page: Page) -> Locator:
    return page.get_by_role("textbox", name="What to draw")


def test_a_thunderstorm_is_heard_along_time_and_drawn(page: Page, yamnet: None) -> None:
    picture = draw(two(drawing(page)), STORM)

    expect(picture).to_have_attribute("alt", re.compile("thunder|lightning|storm"))
    expect(page.locator("#ic-live")).to_have_text(re.compile("^2 pictures ready. The first: An illustration"))
    expect(page.locator("#ic-timeline [role=img]")).to_have_attribute(
        "aria-label", re.compile(r"along 7\.0 seconds.*Thunder: \d\.\d to \d\.\d s")
    )
    expect(page.get_by_role("row", name=re.compile(r"^Thunder \d+ %$"))).to_be_visible()
    page.get_by_role("button", name="As a table").click()
    expect(page.get_by_role("row", name=re.compile(r"^Thunder \d+ % \d\.\d to"))).to_be_visible()
    assert "thunder" in prompt(page).input_value().lower() or "storm" in prompt(page).input_value().lower()

    image = Image.open(io.BytesIO(saved(page, "Picture as PNG")))
    facts: dict[str, Any] = json.loads(saved(page, "Details as JSON"))
    assert image.size == (512, 512)
    assert {"prompt", "seed", "model"} <= image.info.keys()
    assert facts["prompt"] == image.info["prompt"] == prompt(page).input_value()
    assert str(facts["seed"]) == image.info["seed"]
    assert facts["heard"]["frames"]


def test_another_composition_is_shown_with_its_own_files(page: Page, short: Path) -> None:
    seed(two(drawing(page)), "7")
    picture = draw(page, short)
    first = picture.get_attribute("src")
    page.get_by_role("radio", name=re.compile("^Picture 2 of 2, seed 8")).check(force=True)

    expect(page.locator("#ic-drawing-made-by")).to_contain_text("seed 8")
    assert picture.get_attribute("src") != first
    assert Image.open(io.BytesIO(saved(page, "Picture as PNG"))).info["seed"] == "8"


def test_edited_words_are_drawn_without_listening_again(page: Page, short: Path) -> None:
    picture = draw(drawing(page), short)
    page.locator("#ic-sound").get_by_role("button", name="Remove sound").click()
    prompt(page).fill("a cat on a boat at night")
    prompt(page).press("Control+Enter")
    expect(picture).to_have_attribute("alt", re.compile("cat"), timeout=WORK_MS)
    drawn(page)

    expect(picture).to_have_attribute("alt", re.compile("boat"))
    assert prompt(page).input_value() == "a cat on a boat at night"
    expect(page.locator("#ic-drawing-subject")).to_have_text("Picture of tone.wav, which is no longer chosen")


def test_words_alone_are_enough(page: Page) -> None:
    drawing(page).get_by_role("button", name="Draw again").click()
    expect(alert(page, "ic-drawing-prompt-problem")).to_contain_text("There is nothing to draw.")
    prompt(page).fill("a church with bells")
    page.get_by_role("button", name="Draw again").click()

    expect(drawn(page)).to_have_attribute("alt", re.compile("church|bell"))


def test_a_recording_is_heard_again_and_drawn(page: Page) -> None:
    record = drawing(page).get_by_role("button", name="Record", exact=True)
    record.click()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#ic-sound .ic-sound")).to_have_attribute("data-state", "empty")
    expect(record).to_be_focused()
    record.click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_focused()
    expect(page.locator("#ic-live")).to_contain_text("Recording.")
    level = page.get_by_role("meter", name="Level of the microphone")
    expect(level).not_to_have_attribute("aria-valuenow", "0")
    expect(page.locator("#ic-sound .ic-clock")).to_contain_text("0:01 / 1:00")
    start(page)
    expect(alert(page, "ic-sound-problem")).to_contain_text("You are still recording.")
    page.keyboard.press("Escape")
    taken(page)

    expect(page.locator("#ic-sound .ic-sound-name")).to_contain_text("recording.")
    samples, rate = fetched_sound(page, page.locator("#ic-sound audio").get_attribute("src") or "")
    assert heard(samples)
    assert len(samples) / rate > 0.8
    page.get_by_role("button", name="Play the sound").click()
    expect(page.locator("#ic-sound .ic-player")).to_have_attribute("data-playing", "true")
    start(page)
    expect(drawn(page)).to_be_visible()


def test_a_microphone_that_cannot_be_used_is_told_in_words(page: Page) -> None:
    refused = "navigator.mediaDevices.getUserMedia = () => Promise.reject({ name: '%s' })"
    record = drawing(page).get_by_role("button", name="Record", exact=True)
    for broken, words in {
        refused % "NotAllowedError": "The microphone was not allowed.",
        refused % "NotFoundError": "There is no microphone.",
        "delete window.MediaRecorder": "This browser cannot record here.",
    }.items():
        page.evaluate(f"() => {{ {broken} }}")
        record.click()
        expect(alert(page, "ic-sound-problem")).to_contain_text(words)
        expect(alert(page, "ic-sound-problem")).to_contain_text("sound file instead")
        expect(record).to_be_visible()


def test_sounds_are_dropped_and_pasted(page: Page) -> None:
    drawing(page)
    data = base64.b64encode(encode_audio(tone())).decode()
    for way in ("drop", "paste"):
        page.evaluate(GIVE, [way, f"{way}.wav", data])
        expect(page.locator("#ic-sound .ic-sound-name")).to_have_text(f"{way}.wav", timeout=WORK_MS)
        expect(page.locator("#ic-live")).to_contain_text(f"Sound chosen: {way}.wav")
        taken(page)


def test_what_is_no_sound_is_refused_and_leaves_none(page: Page, short: Path, tmp_path: Path) -> None:
    choose_sound(drawing(page), short)
    taken(page)
    bad = tmp_path / "letter.mp3"
    bad.write_text("Dear Sir or Madam")
    choose_sound(page, bad)
    expect(alert(page, "ic-sound-problem")).to_contain_text("'letter.mp3' is not a sound")
    expect(page.locator("#ic-sound .ic-sound")).to_have_attribute("data-state", "empty")
    start(page)
    expect(alert(page, "ic-sound-problem")).to_contain_text("There is no sound yet.")

    large = tmp_path / "large.wav"
    with large.open("wb") as file:
        file.truncate(50_000_001)
    choose_sound(page, large)
    expect(alert(page, "ic-sound-problem")).to_have_text(
        "This sound is too large. Choose one of at most 50 MB, or cut it."
    )
    seed(page, "-3")
    choose_sound(page, short)
    taken(page)
    start(page)
    expect(alert(page, "ic-drawing-seed-problem")).to_contain_text("This cannot be the seed.")


def test_only_the_first_minute_is_listened_to_and_that_is_said(page: Page, tmp_path: Path) -> None:
    draw(drawing(page), write_audio(tone(62), tmp_path / "long.flac"))

    expect(page.locator("#ic-sound .ic-sound-name")).to_contain_text("Only the first 60 seconds")
    expect(page.locator("#ic-heard-words")).to_contain_text("Only the first 60 seconds")


def test_what_was_heard_is_spoken(page: Page, short: Path) -> None:
    draw(drawing(page), short)
    page.get_by_role("button", name="Say what was heard").click()
    expect(page.locator("#ic-account-player .ic-player")).to_have_attribute(
        "data-playing", "true", timeout=WORK_MS
    )

    samples, rate = fetched_sound(page, page.locator("#ic-account-player audio").get_attribute("src") or "")
    assert heard(samples)
    assert len(samples) / rate > 2


def test_an_example_is_one_click(page: Page) -> None:
    drawing(page).get_by_role("button", name="Frogs").click()

    expect(drawn(page)).to_be_visible()
    expect(page.locator("#ic-drawing-subject")).to_have_text("Picture of frogs.ogg")
    taken(page)


def test_work_can_be_stopped_and_the_page_goes_on(page: Page, short: Path) -> None:
    page = drawing(page)
    page.locator("#ic-pictures").get_by_label("4", exact=True).check()
    page.get_by_label("Size", exact=True).select_option("1024x1024")
    choose_sound(page, short)
    taken(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("img", name=re.compile("^An illustration"))).to_be_visible(timeout=WORK_MS)
    page.keyboard.press("Escape")

    expect(page.locator("#ic-draw-status .ic-step")).to_have_text("Stopped.", timeout=WORK_MS)
    page.get_by_label("Size", exact=True).select_option("512x512")
    two(page)
    start(page)
    expect(drawn(page)).to_be_visible()


def test_without_the_listener_the_picture_is_drawn_from_the_sound_itself(new_page: Page, short: Path) -> None:
    picture = draw(drawing(new_page), short)

    expect(picture).to_be_visible()
    heard = new_page.locator("#ic-heard-words")
    expect(heard.locator(".ic-account")).to_contain_text("What is heard was not named: ")
    expect(heard.locator(".ic-account")).not_to_contain_text("IMAGECRAFT")
    expect(heard.locator("details")).to_contain_text("IMAGECRAFT")
    expect(new_page.locator("#ic-timeline figure")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: OpenPage, short: Path, scheme: str) -> None:
    page = drawing(open_page(color_scheme=scheme, reduced_motion="reduce"))
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("meter")).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_role("button", name="Discard").click()
    draw(two(page), short)
    for button in page.locator(".ic-drawing .ic-disclosure").all():
        if button.is_visible():
            button.click()

    assert serious_findings(page) == []


def test_it_fits_on_a_phone_also_with_larger_text(open_page: OpenPage, short: Path) -> None:
    page = drawing(open_page(viewport=PHONE, reduced_motion="reduce"))
    assert page.evaluate(BEYOND) == []
    draw(two(page), short)
    assert page.evaluate(BEYOND) == []
    page.add_style_tag(content="html { font-size: 200% }")

    page.wait_for_function(f"({BEYOND})().length === 0")
