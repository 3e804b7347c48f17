"""Nothing of a visitor stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from gradio.route_utils import delete_files_created_by_app
from gradio_client import Client, handle_file
from playwright.sync_api import Browser, expect
from steps import describe

from imagecraft.ui import assets
from imagecraft.ui.blocks import CLEARED_EVERY_SECONDS, KEPT_SECONDS, build

pytestmark = pytest.mark.browser

HEIC = Path(__file__).parents[1] / "media" / "quarters.heic"


def test_photos_sounds_and_drawings_are_cleared_away(
    browser: Browser, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Gradio does every few minutes with an age of an hour, done at once with an age of nothing."""
    folder = tmp_path / "visitors"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    app = build()
    assert app.delete_cache == (CLEARED_EVERY_SECONDS, KEPT_SECONDS)
    _, address, _ = app.launch(prevent_thread_lock=True, quiet=True, head=assets.head(), css=assets.style())
    try:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("#ic-voice option", state="attached")
        describe(page, HEIC)
        page.locator(".ic-example").first.click()
        expect(page.locator(".ic-action:visible .ic-step")).to_have_attribute("data-state", "done")
        describe(page, photo)
        page.get_by_role("button", name="Details").click()
        page.get_by_role("button", name="Show what was seen").click()
        expect(page.locator("#ic-seen img")).to_be_visible()
        page.close()
        client = Client(address, verbose=False, download_files=tmp_path / "answers")
        client.predict(image=handle_file(photo), api_name="/image_to_speech")

        kept = {path.suffix for path in folder.rglob("*") if path.is_file()}
        assert {".heic", ".jpg", ".wav", ".mp3", ".json"} <= kept
        delete_files_created_by_app(app, age=-1)
    finally:
        app.close()

    assert [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size] == []
