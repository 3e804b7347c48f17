"""The tab "Segmentation": regions by touch, mouse and keyboard, their words and sounds; files; an audit."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from steps import OpenPage, serious_findings

pytestmark = pytest.mark.browser

WORK_MS = 60_000
PHONE = {"width": 390, "height": 844}
COFFEE = Path(__file__).parents[2] / "examples" / "coffee.jpg"
LISTEN = """() => {
  window.heard = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when, offset, duration) {
    const rate = this.buffer.sampleRate;
    const part = this.buffer.getChannelData(0).subarray(offset * rate, (offset + duration) * rate);
    const loudest = part.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    window.heard.push({ wait: when - this.context.currentTime, duration, loudest });
    return start.call(this, when, offset, duration);
  };
}"""
BEYOND = """() => [...document.querySelectorAll(".ic-segmentation *")]
  .filter((one) => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest(".ic-sr, pre, [aria-hidden=true], .ic-scroll"))
  .map((one) => one.outerHTML.slice(0, 120))"""


def segmentation(page: Page) -> Page:
    """Open the tab, from the menu where it has no room in the bar; what is played is remembered."""
    tab = page.get_by_role("tab", name="Segmentation").first
    if tab.count() and tab.is_visible():
        tab.click()
    else:
        page.locator(".overflow-menu > button").click()
        page.locator(".overflow-dropdown").get_by_text("Segmentation").click()
    expect(page.get_by_role("button", name="Segment", exact=True)).to_be_visible()
    page.evaluate(LISTEN)
    return page


def segment(page: Page, path: Path) -> None:
    """Have a photo segmented, and wait until its regions can be heard."""
    page.set_input_files("#ic-segment-photo input[type=file]", path)
    expect(page.locator("#ic-segment-photo .ic-photo")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Segment", exact=True).click()
    expect(page.locator("#ic-segment-explorer [data-audio=ready]")).to_be_visible(timeout=WORK_MS)
    finish(page)


def finish(page: Page) -> None:
    """Wait until the work has ended with a result."""
    expect(page.locator("#ic-segment-status .ic-step")).to_have_attribute(
        "data-state", "done", timeout=WORK_MS
    )


def touch(page: Page, across: float, down: float) -> None:
    """Click a place of the picture, given as shares of its width and height."""
    scene = page.locator(".ic-scene")
    scene.scroll_into_view_if_needed()
    box = scene.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])


def heard(page: Page) -> list[dict[str, float]]:
    """What was played since this was asked last."""
    parts: list[dict[str, float]] = page.evaluate("window.heard.splice(0)")
    return parts


def regions(page: Page) -> list[str]:
    """Names of the regions, in the order of the page."""
    return [one.get_attribute("aria-label") or "" for one in page.locator(".ic-target").all()]


def told(page: Page) -> str:
    """What is said of the region that was met last."""
    return page.locator("#ic-segment-explorer .ic-told").inner_text()


def test_clicking_an_object_gives_its_sound_and_its_words(page: Page, photo: Path) -> None:
    segment(segmentation(page), photo)
    assert regions(page) == ["Cat. In the middle, nearly all of the picture."]

    touch(page, 0.4, 0.5)
    sound, words = heard(page)
    assert sound["wait"] < 0.02
    assert min(sound["loudest"], words["loudest"]) > 0.05
    assert words["duration"] > 1
    assert told(page) == "Cat. In the middle, nearly all of the picture."
    expect(page.get_by_role("button", name="Cat. In the middle")).to_be_focused()

    touch(page, 0.96, 0.1)
    assert heard(page) == []
    assert told(page) == "Nothing is recognised here."


def test_a_pressed_pointer_meets_what_it_moves_over(page: Page) -> None:
    segment(segmentation(page), COFFEE)
    scene = page.locator(".ic-scene")
    scene.scroll_into_view_if_needed()
    box: Any = scene.bounding_box()
    met = []
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    for step in range(1, 20):
        page.mouse.move(box["x"] + box["width"] * step / 20, box["y"] + box["height"] * 0.3)
        met.append(told(page))
    page.mouse.up()
    assert any("cup" in words.lower() for words in met)
    assert any("table" in words.lower() for words in met)
    assert len(heard(page)) >= 4


def test_the_arrows_go_from_region_to_region(page: Page) -> None:
    segment(segmentation(page), COFFEE)
    names = regions(page)
    assert len(names) >= 3
    assert any("cup" in name.lower() for name in names)

    page.locator(".ic-target").first.focus()
    assert heard(page) == []  # nothing sounds by itself
    for name in names[1:]:
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
        assert told(page) == name
        assert len(heard(page)) == 2
    page.keyboard.press("Home")
    expect(page.get_by_role("button", name=names[0], exact=True)).to_be_focused()
    heard(page)
    page.keyboard.press("Enter")
    assert len(heard(page)) == 2
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('.ic-target')")


def test_words_can_be_left_to_the_screen_reader_and_that_is_remembered(page: Page, photo: Path) -> None:
    segmentation(page).get_by_label("Say the words").uncheck()
    segment(page, photo)
    touch(page, 0.4, 0.5)
    assert len(heard(page)) == 1
    page.reload()
    page.wait_for_selector("#ic-voice option", state="attached")
    expect(segmentation(page).get_by_label("Say the words")).not_to_be_checked()


def test_the_summary_can_be_played_and_the_numbers_add_up(page: Page, photo: Path) -> None:
    segment(segmentation(page), photo)
    expect(page.locator("#ic-segment-summary")).to_have_text(
        "A cat, in the middle, nearly all of the picture."
    )
    expect(page.locator("#ic-live")).to_contain_text("A cat, in the middle")
    expect(page.locator("#ic-live")).to_contain_text("1 region to explore")
    expect(page.get_by_role("list", name="Legend").get_by_role("listitem")).to_have_text(["cat"])
    page.get_by_role("button", name="Play all").click()
    expect(page.locator("#ic-segment-player .ic-player")).to_have_attribute("data-playing", "true")
    page.get_by_role("button", name="Statistics").click()
    rows = page.locator("#ic-segment-table tbody tr")
    shares = [float(row.locator("td").nth(1).inner_text().split()[0]) for row in rows.all()]
    assert sum(shares) == pytest.approx(100, abs=0.2)
    expect(page.locator("#ic-segment-chart svg")).to_be_visible()


def test_files_are_made_as_the_picture_is_drawn(page: Page, photo: Path) -> None:
    segment(segmentation(page), photo)
    swatch = page.locator("#ic-segment-legend rect")
    assert "url" not in swatch.evaluate("one => getComputedStyle(one).fill")
    page.get_by_label("Patterns").check()
    assert "url" in swatch.evaluate("one => getComputedStyle(one).fill")
    page.get_by_role("button", name="Files to save").click()
    page.get_by_role("button", name="Make the files").click()
    links = page.locator("#ic-segment-downloads a")
    expect(links).to_have_count(7, timeout=WORK_MS)

    files = {
        link.get_attribute("download"): fetched(page, link.get_attribute("href")) for link in links.all()
    }
    drawn = Image.open(io.BytesIO(files["chelsea regions.png"]))
    original = Image.open(photo)
    assert drawn.size == original.size
    striped = (
        np.asarray(drawn, int)[120:180, 100:300] - np.asarray(original.convert("RGB"), int)[120:180, 100:300]
    )
    assert striped.std() > 10
    assert np.asarray(Image.open(io.BytesIO(files["chelsea labels.png"]))).max() == 16
    assert zipfile.ZipFile(io.BytesIO(files["chelsea cut-outs.zip"])).namelist() == ["01 cat.png"]
    assert json.loads(files["chelsea coco.json"])["annotations"][0]["category_id"] == 17
    assert b"cat" in files["chelsea statistics.csv"]
    assert Image.open(io.BytesIO(files["chelsea legend.png"])).height < 100
    assert json.loads(files["chelsea.json"])["regions"][0]["label"] == "cat"


def fetched(page: Page, address: str | None) -> bytes:
    """A file behind a link."""
    response = page.request.get(address or "")
    assert response.ok
    return response.body()


def test_the_picture_as_a_whole(page: Page, photo: Path) -> None:
    segmentation(page).get_by_label("Whole picture").check()
    page.set_input_files("#ic-segment-photo input[type=file]", photo)
    expect(page.locator("#ic-segment-photo .ic-photo")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Segment", exact=True).click()
    finish(page)
    lists = page.locator("#ic-segment-likeliest ul")
    expect(lists.first.locator("li")).to_have_count(5)
    expect(lists.first).to_contain_text("cat")
    expect(lists.last).to_contain_text("cat")
    assert serious_findings(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_statistics_are_read_without_scrolling_sideways(
    open_page: OpenPage, photo: Path, width: int
) -> None:
    page = segmentation(open_page(viewport={"width": width, "height": 900}))
    page.set_input_files("#ic-segment-photo input[type=file]", photo)
    expect(page.locator("#ic-segment-photo .ic-photo")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Segment", exact=True).click()
    finish(page)
    page.get_by_role("button", name="Statistics").click()
    table = page.get_by_role("region", name="How much of the picture each class takes")
    expect(table.get_by_role("row", name=re.compile("cat"))).to_contain_text("%")
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_without_a_photo_it_says_what_to_do(page: Page) -> None:
    segmentation(page).get_by_role("button", name="Segment", exact=True).click()
    expect(page.locator("#ic-segment-photo-problem [role=alert]")).to_contain_text("There is no photo yet.")


def test_without_the_networks_it_says_how_to_get_them(new_page: Page, photo: Path) -> None:
    page = segmentation(new_page)
    page.set_input_files("#ic-segment-photo input[type=file]", photo)
    expect(page.locator("#ic-segment-photo .ic-photo")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Segment", exact=True).click()
    problem = page.locator("#ic-segment-photo-problem")
    expect(problem.get_by_role("alert")).to_contain_text("ask whoever runs this page")
    expect(problem.get_by_role("alert")).not_to_contain_text("IMAGECRAFT")
    problem.get_by_text("For whoever runs this page").click()
    expect(problem.get_by_text("IMAGECRAFT_OFFLINE")).to_be_visible()


def test_work_can_be_stopped_and_the_page_goes_on(page: Page, photo: Path) -> None:
    large = Image.open(COFFEE).convert("RGB").resize((6000, 4000))
    page = segmentation(page)
    page.set_input_files("#ic-segment-photo input[type=file]", jpeg(large))
    expect(page.locator("#ic-segment-photo .ic-photo")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Segment", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.locator("#ic-segment-status .ic-step")).to_have_text("Stopped.", timeout=WORK_MS)
    expect(page.locator("#ic-live")).to_have_text("Stopped.")
    segment(page, photo)
    assert regions(page) == ["Cat. In the middle, nearly all of the picture."]


def jpeg(image: Image.Image) -> Any:
    """A picture as a file that is chosen in the browser."""
    file = io.BytesIO()
    image.save(file, "JPEG")
    return {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: OpenPage, scheme: str) -> None:
    page = segmentation(open_page(color_scheme=scheme, reduced_motion="reduce"))
    assert serious_findings(page) == []
    segment(page, COFFEE)
    for button in page.locator(".ic-segmentation .ic-disclosure").all():
        button.click()
    page.get_by_label("High contrast").check()
    touch(page, 0.45, 0.3)
    assert serious_findings(page) == []


def test_a_finger_that_slides_sideways_meets_what_it_passes(open_page: OpenPage) -> None:
    page = segmentation(open_page(viewport=PHONE, has_touch=True, is_mobile=True))
    segment(page, COFFEE)
    page.locator(".ic-scene").scroll_into_view_if_needed()
    box: Any = page.locator(".ic-scene").bounding_box()
    finger = page.context.new_cdp_session(page)
    met = []
    for step in range(1, 20):
        point = {"x": box["x"] + box["width"] * step / 20, "y": box["y"] + box["height"] * 0.3}
        kind = "touchStart" if step == 1 else "touchMove"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        met.append(told(page))
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert any("cup" in words for words in met)
    assert any("table" in words for words in met)
    assert len(heard(page)) >= 4


def test_it_works_on_a_phone(open_page: OpenPage) -> None:
    page = segmentation(open_page(viewport=PHONE, has_touch=True, is_mobile=True))
    segment(page, COFFEE)
    assert page.evaluate(BEYOND) == []
    small = page.evaluate(
        """() => [...document.querySelectorAll(".ic-target")].map((one) => one.getBoundingClientRect())
          .filter((box) => box.width < 43.5 || box.height < 43.5).length"""
    )
    assert small == 0

    box: Any = page.locator(".ic-scene").bounding_box()
    page.touchscreen.tap(box["x"] + 0.45 * box["width"], box["y"] + 0.3 * box["height"])
    assert "cup" in told(page).lower()
    assert len(heard(page)) == 2


def test_who_presses_a_region_as_a_screen_reader_does_meets_that_region(page: Page) -> None:
    segment(segmentation(page), COFFEE)
    for name in regions(page):
        heard(page)
        page.get_by_role("button", name=name, exact=True).evaluate("one => one.click()")
        assert told(page) == name
        assert len(heard(page)) == 2
