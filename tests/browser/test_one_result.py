"""A result is of one photo, and shows what its words rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import WORK_MS, choose, describe, description, finish

from imagecraft.captioning.base import Word
from imagecraft.pipelines.image_to_speech import Step
from imagecraft.ui import describing
from imagecraft.ui.captioners import described_aloud

pytestmark = pytest.mark.browser


def test_a_voice_that_cannot_be_had_leaves_a_result_of_one_photo(
    own_page: Page, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = own_page
    choose(page, photo.with_name("coffee.jpg"))
    page.get_by_role("button", name="Describe aloud").click()
    finish(page)
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "no-voices"))
    page.get_by_label("Voice", exact=True).select_option("emma")
    choose(page, photo)
    page.get_by_role("button", name="Describe aloud").click()

    expect(page.locator("#ic-speech-problem [role=alert]")).to_contain_text("emma", timeout=WORK_MS)
    assert "cat" in description(page).lower()
    expect(page.locator(".ic-subject")).to_have_text("Description of chelsea.jpg")
    assert page.locator("#ic-player audio").get_attribute("src") is None
    expect(page.locator("#ic-live")).to_have_text(f"Caption: {description(page)}")
    page.get_by_role("button", name="Details").click()
    expect(page.locator("#ic-evidence")).to_contain_text("cat")
    expect(page.locator("#ic-json")).to_contain_text("chelsea.jpg")


def telling_its_words(*args: Any, **options: Any) -> Iterator[Step]:
    """The real description; its word "cat" said to rest on the cat, as the learned describer would say it."""
    for step in described_aloud(*args, **options):
        if not isinstance(step, Step) or step.caption is None:
            yield step
            continue
        start = step.caption.text.index("cat")
        words = (Word("cat", start, start + 3, ("cat",)),)
        yield replace(step, caption=replace(step.caption, words=words))


def test_words_show_what_they_rest_on_when_they_are_focused(
    own_page: Page, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = own_page
    monkeypatch.setattr(describing, "described_aloud", telling_its_words)
    describe(page, photo)
    page.get_by_role("button", name="Details").click()
    page.get_by_role("button", name="Show what was seen").click()
    expect(page.locator("#ic-seen img")).to_be_visible()
    word = page.locator("#ic-words").get_by_role("button", name="cat")
    word.focus()

    expect(word).to_have_accessible_description(re.compile(r"rests on: .*cat \(.*\d+ %\)"))
    expect(page.locator("#ic-evidence tr[data-marked]").first).to_contain_text("cat")
    expect(page.locator("#ic-seen .ic-mark-box").first).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#ic-evidence tr[data-marked]")).to_have_count(0)
    word.hover()
    expect(page.locator("#ic-words .ic-rests")).to_contain_text("cat: rests on")
