"""Everything without a mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from steps import choose, describe, description, finish, sound_address

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const here = document.activeElement;
  if (here === document.body) return {name: "", ring: 0};
  const style = getComputedStyle(here);
  const label = here.labels?.[0]?.innerText || here.getAttribute("aria-label") || here.innerText || "";
  const ring = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  return {name: label.replace(/\\s+/g, " ").trim(), ring};
}"""
EVERYTHING = (
    "Skip to the input",
    "Offline",
    "Image → Speech",
    "Choose photo",
    "Camera",
    "Paste",
    "Short",
    "Voice",
    "Speed",
    "More options",
    "Describe aloud",
    "Play the description",
    "Play when ready",
    "Description",
    "Copy",
    "Speak again",
    "Details",
    "Keyboard shortcuts",
)


def walk(page: Page, stops: int = 60) -> list[dict[str, object]]:
    """Press Tab from the top of the page until it comes round again; what had the focus, in order."""
    seen: list[dict[str, object]] = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if seen and focused["name"] == seen[0]["name"]:
            break
        seen.append(focused)
    return seen


def test_tab_reaches_everything_in_the_order_of_the_page(page: Page) -> None:
    stops = walk(page)

    names = [str(stop["name"]) for stop in stops]
    order = [
        next(index for index, name in enumerate(names) if name.startswith(wanted)) for wanted in EVERYTHING
    ]
    assert order == sorted(order)


def test_what_has_the_focus_wears_a_ring_of_three_pixels(page: Page) -> None:
    bare = [stop["name"] for stop in walk(page) if stop["name"] and float(str(stop["ring"] or 0)) < 3]

    assert bare == []


def test_the_skip_link_leads_to_the_input(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="One photo")).to_be_focused()

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Choose photo")).to_be_focused()


def test_a_photo_is_described_with_the_keyboard_only(page: Page, photo: Path) -> None:
    button = page.get_by_role("button", name="Choose photo")
    page.evaluate(
        """() => document.querySelector("#ic-photo [type=file]")
          .addEventListener("click", () => { window.asked = true; })"""
    )
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("window.asked")
    page.set_input_files("#ic-photo [type=file]", photo)
    expect(page.locator("#ic-live")).to_have_text("Photo chosen: chelsea.jpg")
    page.keyboard.press("Control+Enter")
    finish(page)

    assert description(page)
    expect(button).to_be_focused()


def test_control_enter_in_the_description_speaks_it_again(page: Page, photo: Path) -> None:
    describe(page, photo)
    before, text = sound_address(page), "Something else altogether."
    page.get_by_role("textbox", name="Description", exact=True).fill(text)
    page.keyboard.press("Control+Enter")

    expect(page.locator("#ic-player audio")).not_to_have_attribute("src", before, timeout=30_000)
    assert description(page) == text


def test_length_is_chosen_with_the_arrows(page: Page) -> None:
    page.get_by_role("radio", name="Short").focus()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("radio", name="Detailed")).to_be_checked()


def test_escape_stops_the_work_and_keeps_the_earlier_result(page: Page, photo: Path) -> None:
    describe(page, photo)
    before = sound_address(page)
    page.get_by_role("textbox", name="Description", exact=True).fill(
        "This is a long story that nobody wants to hear to its end. " * 300
    )
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.locator("#ic-live")).to_have_text("Stopped.")
    assert sound_address(page) == before
    page.get_by_role("textbox", name="Description", exact=True).fill("A short one.")
    page.keyboard.press("Control+Enter")
    finish(page)
    assert sound_address(page) != before


def test_the_shortcuts_are_listed_but_not_while_typing(page: Page) -> None:
    page.get_by_role("textbox", name="Description", exact=True).press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.get_by_role("button", name="Choose photo").focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Ctrl + Enter")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Choose photo")).to_be_focused()


def test_a_disclosure_says_whether_it_is_open(page: Page) -> None:
    more = page.get_by_role("button", name="More options")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_label("Longest description, in characters")).to_be_visible()


def test_focus_stays_where_it_was_when_a_result_arrives(page: Page, photo: Path) -> None:
    choose(page, photo)
    button = page.get_by_role("button", name="Describe aloud")
    button.focus()
    page.keyboard.press("Enter")
    finish(page)

    expect(button).to_be_focused()
