"""Many visitors at once: who waits is told so, and can leave."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from steps import choose, description, finish

from imagecraft.ui import turns
from imagecraft.ui.turns import PLACES, Turns

pytestmark = pytest.mark.browser


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every place taken by other visitors, until this is set."""
    quick, end = Turns(), threading.Event()
    monkeypatch.setattr(turns, "quick", quick)
    begun = threading.Barrier(PLACES + 1)

    def work() -> Iterator[int]:
        begun.wait(60)
        end.wait(600)
        yield 1

    for _ in range(PLACES):
        threading.Thread(target=lambda: list(quick.share(work())), daemon=True).start()
    begun.wait(60)
    yield end
    end.set()


def test_who_waits_is_told_so_and_can_leave_at_once(
    ends: threading.Event, own_page: Page, photo: Path
) -> None:
    page, step = own_page, own_page.locator("#ic-describe-status .ic-step")
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
