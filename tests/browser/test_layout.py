"""What moves, overlaps or overflows, in every tab; and the panel of models with the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from steps import OpenPage, finish, serious_findings

pytestmark = pytest.mark.browser

TABS = ("Image → Speech", "Image → Soundscape", "Segmentation", "Audio → Image", "Evaluation")
PHONE = {"width": 390, "height": 844}


def test_the_page_is_as_wide_in_every_tab(page: Page) -> None:
    places = set()
    for name in TABS:
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("heading", name=name, level=2)).to_be_visible()
        places.add(page.locator("#ic-tabs").evaluate("one => one.getBoundingClientRect().left"))
    assert len(places) == 1


def test_on_a_phone_no_column_is_longer_than_the_room_it_has(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    for name in TABS:
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("heading", name=name, level=2)).to_be_visible()
        page.wait_for_function(
            """() => [...document.querySelectorAll(".ic-columns > *")].filter((one) => one.checkVisibility())
              .every((one) => one.scrollHeight <= one.clientHeight + 1)"""
        )


def test_text_twice_as_large_fits_in_every_tab(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE, reduced_motion="reduce")
    page.add_style_tag(content="html { font-size: 200% }")
    for name in TABS:
        page.get_by_role("tab", name=name).click()
        page.get_by_role("button", name="More options").click()
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_folded_stays_so_in_every_mode(page: Page) -> None:
    page.get_by_role("tab", name="Evaluation").click()
    page.get_by_role("radio", name="Files").check()
    column = page.get_by_role("textbox", name="Column of ids")
    expect(column).to_be_hidden()
    page.get_by_role("button", name="More options").click()
    expect(column).to_be_visible()


def test_the_panel_of_models_keeps_its_place_and_the_focus(page: Page) -> None:
    page.get_by_role("textbox", name="Description", exact=True).fill("It rains.")
    page.get_by_role("button", name="Speak again").click()
    finish(page)
    page.locator("#ic-chip").press("Enter")
    painters = page.locator("#ic-models details[data-task=paint]")
    one = painters.locator("[data-model=sdxl-turbo]")
    expect(one).to_be_hidden()
    painters.locator("summary").first.press("Enter")
    expect(one).to_be_visible()
    assert serious_findings(page) == []

    page.get_by_role("button", name="Unload hibari").press("Enter")
    expect(page.locator("#ic-live")).to_have_text("hibari is out of memory.")
    expect(page.locator("#ic-models")).to_be_focused()
    expect(one).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#ic-models")).to_be_hidden()
    expect(page.locator("#ic-chip")).to_be_focused()
