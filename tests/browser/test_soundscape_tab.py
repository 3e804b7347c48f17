"""The tab "Image → Soundscape": photo or words in, sound out, layers changed; mouse, keyboard, audit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from steps import OpenPage, fetched_sound, heard, serious_findings

from imagecraft.media.loudness import integrated_loudness

pytestmark = pytest.mark.browser

WORK_MS = 60_000
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
BEYOND = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest(".ic-sr, pre, [aria-hidden=true], .visually-hidden, .ic-scroll"))
  .map((one) => one.outerHTML.slice(0, 120))"""
WORDS = "heavy rain, a church bell on the left"


def soundscape(page: Page) -> Page:
    """Open the tab."""
    page.get_by_role("tab", name="Image → Soundscape").click()
    expect(page.get_by_role("button", name="Make soundscape")).to_be_visible()
    return page


def choose(page: Page, path: Path) -> None:
    """Choose a photo and wait for the words that it proposes."""
    page.set_input_files("#ic-scene input[type=file]", path)
    expect(page.locator("#ic-scene .ic-photo")).not_to_have_attribute("aria-busy", "true")


def finish(page: Page) -> None:
    """Wait until the work has ended with a result."""
    status = page.locator("#ic-soundscape-status .ic-step")
    expect(status).to_have_attribute("data-state", "done", timeout=WORK_MS)


def make(page: Page, words: str = "", seconds: int = 5) -> None:
    """Write what should be heard, set the length, and have it made."""
    if words:
        prompt(page).fill(words)
    page.get_by_role("slider", name="Length").fill(str(seconds))
    page.get_by_role("button", name="Make soundscape").click()
    finish(page)


def prompt(page: Page) -> object:
    """The box of words."""
    return page.get_by_role("textbox", name="What should be heard")


def address(page: Page) -> str:
    return page.locator("#ic-soundscape-player audio").get_attribute("src") or ""


def sound(page: Page) -> tuple[np.ndarray, int]:
    """The player's sound, shape (frames, channels)."""
    return fetched_sound(page, address(page))


def mix_again(page: Page) -> None:
    """Press the button and wait for the sound."""
    page.get_by_role("button", name="Mix again").click()
    finish(page)


def alert(page: Page, name: str) -> str:
    """The words of a problem, once there is one."""
    box = page.locator(f"#{name} [role=alert]")
    expect(box).to_be_visible()
    return box.inner_text()


def test_a_photo_proposes_words_and_becomes_sound(page: Page, photo: Path) -> None:
    choose(soundscape(page), photo)
    expect(prompt(page)).to_have_value(re.compile("cat"), timeout=WORK_MS)
    make(page)

    samples, rate = sound(page)
    assert samples.shape == (5 * rate, 2)
    assert integrated_loudness(samples.T, rate) == pytest.approx(-20, abs=0.7)
    expect(page.locator("#ic-soundscape-subject")).to_have_text("Soundscape of chelsea.jpg")
    expect(page.locator("#ic-heard li").filter(has_text="A cat meowing")).to_contain_text("% sure")
    expect(page.locator("#ic-live")).to_have_text(
        re.compile(r"^Soundscape ready, 5 seconds: .*a cat meowing")
    )
    alt = page.locator("#ic-spectrogram img").get_attribute("alt") or ""
    assert "low notes below" in alt


def test_words_alone_are_enough_and_the_visitor_s_own_are_kept(page: Page, photo: Path) -> None:
    make(soundscape(page), WORDS)
    assert heard(sound(page)[0])
    expect(page.locator("#ic-heard")).to_contain_text("Heavy rain")

    choose(page, photo)
    make(page)
    expect(prompt(page)).to_have_value(WORDS)
    expect(page.locator("#ic-heard")).to_contain_text("Heavy rain")


def test_layers_are_switched_moved_and_mixed_again_with_the_same_sounds(page: Page) -> None:
    make(soundscape(page), "steady rain, a fan")
    first = sound(page)[0]
    mix_again(page)
    assert np.array_equal(sound(page)[0], first)

    page.get_by_role("checkbox", name="Hear a fan").uncheck()
    page.get_by_role("slider", name="Place of steady rain").fill("-1")
    mix_again(page)
    left, right = np.square(sound(page)[0]).mean(axis=0)
    assert left > 4 * right
    expect(page.locator("#ic-heard li")).to_have_count(1)
    expect(page.get_by_role("checkbox", name="Hear a fan")).not_to_be_checked()
    expect(page.get_by_role("slider", name="Place of steady rain")).to_have_attribute(
        "aria-valuetext", "100 % left"
    )
    for name in ("Sound as MP3", "Sound as FLAC"):
        samples, rate = fetched_sound(page, page.get_by_role("link", name=name).get_attribute("href") or "")
        assert len(samples) / rate == pytest.approx(5, abs=0.1)


def test_a_result_moves_nothing_that_is_pressed_next(page: Page) -> None:
    """The button to mix again is there from the start, off, and stays where it is."""
    again = soundscape(page).get_by_role("button", name="Mix again")
    expect(again).to_be_disabled()
    before = again.bounding_box()
    make(page, "steady rain, a fan")
    expect(again).to_be_enabled()
    after = again.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) <= 8


WORK_ENDED = (
    """() => performance.getEntriesByType("resource").some((one) => one.name.includes("queue/data"))"""
)
"""The browser lists a stream once it has ended. (A response's own `finished` may wait for ever.)"""


def test_a_photo_that_is_refused_is_still_told_of_once_the_work_of_proposing_has_ended(
    page: Page, tmp_path: Path
) -> None:
    refused = tmp_path / "no photo.jpg"
    refused.write_bytes(b"this is no photo")
    soundscape(page)
    with page.expect_response(lambda response: "queue/data" in response.url):
        page.set_input_files("#ic-scene input[type=file]", refused)
    page.wait_for_function(WORK_ENDED)
    assert alert(page, "ic-scene-problem")
    page.evaluate("() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))")
    expect(page.locator("#ic-scene-problem [role=alert]")).to_be_visible()


def test_with_nothing_on_it_says_so_beside_the_layers(page: Page) -> None:
    make(soundscape(page), "steady rain")
    for box in page.locator(".ic-layers input[type=checkbox]").all():
        box.uncheck()
    page.get_by_role("button", name="Mix again").click()
    assert "nothing to hear" in alert(page, "ic-layers-problem")


def test_a_seed_and_a_saved_plan_give_the_same_sound_again(page: Page, tmp_path: Path) -> None:
    soundscape(page)
    page.get_by_role("button", name="More options").last.click()
    page.get_by_label("Seed").fill("41")
    make(page, WORDS)
    first = sound(page)[0]
    with page.expect_download() as saved:
        page.get_by_role("link", name="Plan as JSON").click()
    plan = tmp_path / "plan.json"
    plan.write_bytes(Path(saved.value.path()).read_bytes())
    assert {"layers", "place", "prompt"} <= json.loads(plan.read_text("utf-8")).keys()

    prompt(page).fill("")
    page.locator("#ic-plan input").set_input_files(plan)
    expect(page.locator("#ic-plan [aria-busy=true]")).to_have_count(0)
    page.get_by_role("button", name="Make soundscape").click()
    finish(page)
    assert np.array_equal(sound(page)[0], first)


def test_a_listener_that_knows_nothing_of_the_plan_hears_it(yamnet: None, own_page: Page) -> None:
    page = soundscape(own_page)
    make(page, "heavy rain", seconds=10)
    panel = page.locator("#ic-listener")
    expect(panel).to_contain_text("Rain")
    page.get_by_role("button", name="Spectrogram, and what").click()
    expect(panel.get_by_role("row").filter(has_text="heavy rain")).to_contain_text("heard as")


def test_without_a_listener_one_sentence_says_so(new_page: Page) -> None:
    make(soundscape(new_page), "heavy rain")
    assert heard(sound(new_page)[0])
    expect(new_page.locator("#ic-listener > * p").first).to_contain_text("not on this machine")
    expect(new_page.locator("#ic-listener details")).to_contain_text("imagecraft models download yamnet")


def test_nothing_and_wrong_numbers_are_told_beside_their_cause(page: Page) -> None:
    soundscape(page).get_by_role("button", name="Make soundscape").click()
    assert "nothing to make" in alert(page, "ic-soundscape-problem")

    page.get_by_role("button", name="More options").last.click()
    page.get_by_label("Exact length, in seconds").fill("0")
    prompt(page).fill("rain")
    page.get_by_role("button", name="Make soundscape").click()
    assert "1 to 180" in alert(page, "ic-soundscape-problem")


def test_what_is_written_is_never_run(page: Page) -> None:
    evil = "rain ${document.title='x'} <img src=x onerror=\"document.title='x'\"> {{7*7}}"
    make(soundscape(page), evil)
    page.get_by_role("button", name="Details").last.click()
    assert page.title() == "ImageCraft"
    expect(page.locator("#ic-soundscape-json")).to_contain_text("<img src=x")


def test_an_example_of_words_and_one_of_photos_are_heard_with_one_click(page: Page) -> None:
    soundscape(page).get_by_role("button", name="Waves on a beach").click()
    finish(page)
    expect(prompt(page)).to_have_value(re.compile("^Waves on a beach"))
    expect(page.locator("#ic-heard")).to_contain_text("Waves breaking")

    page.locator("#ic-soundscape-examples .ic-example").first.click()
    finish(page)
    expect(prompt(page)).to_have_value(re.compile("cat"))


def test_the_keyboard_runs_this_tab_and_stops_it(page: Page) -> None:
    soundscape(page)
    page.get_by_role("button", name="More options").last.click()
    page.get_by_label("Exact length, in seconds").fill("180")
    prompt(page).fill("rain, wind, traffic, a crowd, birds")
    prompt(page).press("Control+Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#ic-live")).to_have_text("Stopped.", timeout=WORK_MS)
    assert not address(page)

    page.get_by_label("Exact length, in seconds").fill("2")
    prompt(page).press("Control+Enter")
    finish(page)
    assert len(sound(page)[0]) == 2 * 44_100
    page.get_by_role("tab", name="Image → Speech").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ic-photo-problem [role=alert]")).to_contain_text("no photo")


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"]
)
def test_the_audit_finds_nothing_serious_and_nothing_sticks_out(
    open_page: OpenPage, scheme: str, viewport: dict[str, int]
) -> None:
    page = soundscape(open_page(viewport=viewport, color_scheme=scheme))
    assert serious_findings(page) == []
    page.get_by_role("button", name="More options").last.click()
    make(page, "rain, a dog, a church bell, children playing")
    page.get_by_role("button", name="Details").last.click()
    assert serious_findings(page) == []
    assert page.evaluate(BEYOND) == []


def test_all_tabs_are_tabs_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    for tab in page.get_by_role("tab").all():
        tab.click()
        box = tab.bounding_box()
        assert box
        assert box["height"] >= 44
    assert page.get_by_role("tab").count() >= 3
