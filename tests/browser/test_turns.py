"""Many visitors at once: who waits is told so, and can leave."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from steps import WORK_MS, choose, description, finish

from imagecraft.ui import assets, describing
from imagecraft.ui.blocks import build
from imagecraft.ui.turns import PLACES, Turns

pytestmark = pytest.mark.browser


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every place taken by other visitors, until this is set."""
    turns, end = Turns(), threading.Event()
    monkeypatch.setattr(describing, "turns", turns)
    begun = threading.Barrier(PLACES + 1)

    def work() -> Iterator[int]:
        begun.wait(60)
        end.wait(600)
        yield 1

    for _ in range(PLACES):
        threading.Thread(target=lambda: list(turns.share(work())), daemon=True).start()
    begun.wait(60)
    yield end
    end.set()


@pytest.fixture
def busy_page(
    ends: threading.Event, page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """The page of a program whose places are all taken."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "visitors"))
    app = build()
    _, address, _ = app.launch(prevent_thread_lock=True, quiet=True, head=assets.head(), css=assets.style())
    window = page.context.browser.new_page()  # type: ignore[union-attr]
    window.goto(address)
    window.wait_for_selector("#ic-voice option", state="attached")
    yield window
    ends.set()
    window.close()
    app.close()


def test_who_waits_is_told_so_and_can_leave_at_once(
    busy_page: Page, ends: threading.Event, photo: Path
) -> None:
    page, step = busy_page, busy_page.locator(".ic-step")
    choose(page, photo)
    page.get_by_role("button", name="Describe aloud").click()
    expect(step).to_have_text(f"Waiting for {PLACES} others…")
    page.keyboard.press("Escape")

    expect(step).to_have_text("Stopped.")
    assert not ends.is_set()
    page.get_by_role("button", name="Describe aloud").click()
    expect(step).to_have_text(f"Waiting for {PLACES} others…")
    ends.set()
    finish(page)
    assert "cat" in description(page).lower()


def test_a_voice_that_cannot_be_had_leaves_a_result_of_one_photo(
    busy_page: Page, ends: threading.Event, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = busy_page
    ends.set()
    choose(page, photo.with_name("coffee.jpg"))
    page.get_by_role("button", name="Describe aloud").click()
    finish(page)
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "no-voices"))
    page.get_by_label("Voice").select_option("emma")
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
