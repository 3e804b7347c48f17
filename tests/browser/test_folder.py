"""A visitor has several photos described at once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from steps import WORK_MS, OpenPage, fetched_sound, heard, serious_findings

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parents[2] / "examples"
PHONE = {"width": 390, "height": 844}


def described(page: Page, *photos: Path) -> None:
    """Choose photos and wait until all are described."""
    page.get_by_role("radio", name="Several photos").check()
    page.set_input_files("#ic-photos input[type=file]", photos)
    expect(page.locator("#ic-photos .ic-file-field")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Describe all").click()
    expect(page.locator("#ic-folder-status .ic-step")).to_have_attribute(
        "data-state", "done", timeout=WORK_MS
    )


def test_several_photos_are_described_changed_heard_and_saved(page: Page, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"\xff\xd8\xff no picture")
    described(page, EXAMPLES / "chelsea.jpg", bad, EXAMPLES / "coffee.jpg")

    cat = page.get_by_role("textbox", name="Description of chelsea.jpg")
    assert "cat" in cat.input_value()
    expect(page.get_by_role("row", name="bad.jpg")).to_contain_text("damaged")
    expect(page.locator("#ic-live")).to_contain_text("2 photos described. 1 could not be.")
    cat.fill("Chelsea, asleep.")
    page.get_by_role("button", name="Speak the description of chelsea.jpg").click()
    player = page.locator("#ic-folder-player audio")
    expect(player).to_have_attribute("src", re.compile("."), timeout=WORK_MS)
    samples, rate = fetched_sound(page, player.get_attribute("src") or "")
    assert heard(samples)
    assert 0.5 < len(samples) / rate < 4

    page.get_by_role("button", name="Make files to download").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON lines").click()
    rows = [json.loads(line) for line in Path(download.value.path()).read_text("utf-8").splitlines()]
    assert [(row["file"], row["edited"]) for row in rows] == [
        ("chelsea.jpg", True),
        ("bad.jpg", False),
        ("coffee.jpg", False),
    ]
    assert rows[0]["caption"] == "Chelsea, asleep."
    cat.press("End")
    cat.type(" Yes.")
    expect(page.get_by_role("link", name="JSON lines")).to_have_count(0)


def test_it_goes_by_keyboard_alone_and_without_a_serious_finding(open_page: OpenPage) -> None:
    for scheme, viewport in (("light", None), ("dark", PHONE)):
        page = open_page(color_scheme=scheme, **({"viewport": viewport} if viewport else {}))
        page.get_by_role("radio", name="One photo").focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="Several photos")).to_be_checked()
        expect(page.get_by_role("button", name="Describe aloud")).to_be_hidden()
        page.set_input_files("#ic-photos input[type=file]", EXAMPLES / "chelsea.jpg")
        expect(page.locator("#ic-photos .ic-file-field")).not_to_have_attribute("aria-busy", "true")
        page.keyboard.press("Control+Enter")
        field = page.get_by_role("textbox", name="Description of chelsea.jpg")
        expect(field).to_have_value("A close-up of a tabby cat.", timeout=WORK_MS)
        field.focus()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Speak the description of chelsea.jpg")).to_be_focused()
        assert serious_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        target = page.get_by_role("button", name="Speak the description of chelsea.jpg").bounding_box()
        assert target
        assert target["height"] >= 44


def test_stopped_it_keeps_what_was_described(page: Page) -> None:
    page.get_by_role("radio", name="Several photos").check()
    page.set_input_files("#ic-photos input[type=file]", [EXAMPLES / "china.jpg"] * 60)
    expect(page.locator("#ic-photos .ic-file-field")).not_to_have_attribute(
        "aria-busy", "true", timeout=WORK_MS
    )
    page.get_by_role("button", name="Describe all").click()
    expect(page.get_by_role("textbox", name="Description of china.jpg").first).to_be_visible(timeout=WORK_MS)
    page.keyboard.press("Escape")
    expect(page.locator("#ic-folder-status .ic-step")).to_have_text("Stopped.", timeout=WORK_MS)
    assert 1 <= page.get_by_role("textbox", name="Description of china.jpg").count() < 60
    page.get_by_role("button", name="Make files to download").click()
    expect(page.get_by_role("link", name="Table (CSV)")).to_be_visible()
