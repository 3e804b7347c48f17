"""What an audit finds, and what it cannot see: zoom, narrow windows, targets, structure."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from steps import OpenPage, choose, describe, serious_findings

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 640, "height": 450}
"""What a window of 1280 x 900 pixels is to the page at 200 %."""


def empty(page: Page, photo: Path, tmp_path: Path) -> None:
    """The page as it opens."""


def everything_open(page: Page, photo: Path, tmp_path: Path) -> None:
    """A result, with all that can be opened open."""
    describe(page, photo)
    page.locator("#ic-chip").click()
    for button in page.locator(".ic-disclosure").all():
        button.click()
    page.get_by_role("button", name="Show what was seen").click()
    expect(page.locator("#ic-seen img")).to_be_visible()


def refused(page: Page, photo: Path, tmp_path: Path) -> None:
    """A problem beside the photo."""
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    choose(page, bad)
    expect(page.get_by_role("alert").first).to_be_visible()


def help_open(page: Page, photo: Path, tmp_path: Path) -> None:
    """The list of shortcuts."""
    page.get_by_role("button", name="Keyboard shortcuts").click()


SCENES = [empty, everything_open, refused, help_open]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_axe_finds_nothing_serious(
    open_page: OpenPage,
    photo: Path,
    tmp_path: Path,
    scene: Callable[[Page, Path, Path], None],
    scheme: str,
) -> None:
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    scene(page, photo, tmp_path)

    assert serious_findings(page) == []


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED], ids=["phone", "zoomed"])
@pytest.mark.parametrize("scene", [empty, everything_open, refused], ids=lambda scene: scene.__name__)
def test_nothing_has_to_be_scrolled_sideways(
    open_page: OpenPage,
    photo: Path,
    tmp_path: Path,
    scene: Callable[[Page, Path, Path], None],
    viewport: dict[str, int],
) -> None:
    page = open_page(viewport=viewport)
    scene(page, photo, tmp_path)

    assert page.evaluate(BEYOND) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


BEYOND = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest(".ic-sr, pre, [aria-hidden=true], .visually-hidden"))
  .map((one) => one.outerHTML.slice(0, 120))"""


def settled(page: Page, misplaced: str) -> None:
    """Nothing is misplaced once scripts have laid the page out anew, a moment after sizes change."""
    page.wait_for_function(f"({misplaced})().length === 0")


REMEMBER_TEXT = """() => {
  window.texts = [...document.querySelectorAll("button, label, textarea, p, a, th, td")]
    .filter((one) => one.checkVisibility() && one.innerText.trim() && !one.closest(".ic-sr"))
    .map((one) => [one, parseFloat(getComputedStyle(one).fontSize)]);
}"""
TOO_SMALL = """() => window.texts
  .filter(([one, before]) => one.isConnected && parseFloat(getComputedStyle(one).fontSize) < 1.9 * before)
  .map(([one]) => one.innerText.trim().slice(0, 30))"""


@pytest.mark.parametrize("scene", [empty, everything_open, refused], ids=lambda scene: scene.__name__)
def test_text_twice_as_large_fits_on_a_phone_and_all_of_it_grows(
    open_page: OpenPage, photo: Path, tmp_path: Path, scene: Callable[[Page, Path, Path], None]
) -> None:
    page = open_page(viewport=PHONE, reduced_motion="reduce")
    scene(page, photo, tmp_path)
    page.evaluate(REMEMBER_TEXT)
    page.add_style_tag(content="html { font-size: 200% }")
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    assert page.evaluate(TOO_SMALL) == []
    settled(page, BEYOND)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desktop"])
def test_targets_are_large_enough_for_a_finger(
    open_page: OpenPage, photo: Path, viewport: dict[str, int]
) -> None:
    page = open_page(viewport=viewport)
    describe(page, photo)
    for button in page.locator(".ic-disclosure").all():
        button.click()

    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], select, input, textarea")]
          .filter((one) => one.checkVisibility({visibilityProperty: true})
            && !one.closest(".ic-file, #ic-skip, [aria-hidden=true]"))
          .map((one) => [one, (one.closest("label") || one).getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < 43.5 || box.height < 41.5))
          .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""
    )
    assert small == []


def test_the_main_button_is_in_reach_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    box = page.get_by_role("button", name="Describe aloud").bounding_box()

    assert box is not None
    assert box["y"] > PHONE["height"] / 2
    assert box["y"] + box["height"] <= PHONE["height"]


def test_the_main_button_covers_nothing_at_the_end_of_the_page(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    last = page.get_by_role("button", name="Keyboard shortcuts").bounding_box()
    bar = page.locator(".ic-action:visible").bounding_box()

    assert last is not None
    assert bar is not None
    assert last["y"] + last["height"] <= bar["y"]


def test_nothing_jumps_when_a_result_arrives(page: Page, photo: Path) -> None:
    places = """() => Object.fromEntries(
      ["#ic-player", "#ic-description", "#ic-copy", "#ic-details", "#ic-describe", "#ic-length", "#ic-foot"]
      .map((name) => [name, document.querySelector(name).getBoundingClientRect().top + scrollY]))"""
    before = page.evaluate(places)
    describe(page, photo)

    assert page.evaluate(places) == before


def test_headings_follow_each_other_without_gaps(page: Page, photo: Path) -> None:
    describe(page, photo)
    page.locator("#ic-chip").click()
    levels = page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
          .filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"""
    )

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_language_title_and_main_are_there(page: Page) -> None:
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "ImageCraft"
    expect(page.get_by_role("main")).to_be_visible()


def test_it_says_where_the_work_happens_and_how_long_files_stay(page: Page) -> None:
    expect(page.locator("#ic-foot")).to_contain_text("sent nowhere else")
    expect(page.locator("#ic-foot")).to_contain_text("deleted after about an hour")
