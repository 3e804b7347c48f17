"""A real chromium on the real page, which is started once for all browser tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from steps import OpenPage

from imagecraft.ui import assets
from imagecraft.ui.blocks import build
from imagecraft.ui.theme import theme

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
DESKTOP = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A chromium on a busy machine is late now and then: what fails is tried once more."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium. Missing in CI is a failure; elsewhere a reason to skip."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed, and in CI the page has to be seen")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, app_url: str) -> Iterator[OpenPage]:
    """Open the page in a window of its own: `open_page(viewport=…, color_scheme=…)`."""
    with pages(browser, app_url) as open_:
        yield open_


@pytest.fixture
def new_page(browser: Browser, new_app_url: str) -> Iterator[Page]:
    """The page on a machine without model files and without a network."""
    with pages(browser, new_app_url) as open_:
        yield open_()


@contextmanager
def pages(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Windows on the page at an address.

    Whatever a test does, no page may ask another host for anything, and no script may fail.
    """
    contexts = []
    hosts: set[str] = set()
    errors: list[str] = []

    def open_(**options: object) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        context.grant_permissions(["clipboard-read", "clipboard-write", "camera"], origin=address)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(address)
        page.wait_for_selector("#ic-voice option", state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert hosts <= {"", urlsplit(address).netloc}
    assert errors == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The page, wide and light."""
    return open_page()


@pytest.fixture
def own_page(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: Mapping[str, Path]
) -> Iterator[Page]:
    """The page of a program inside this process, for what a test changes in it."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "visitors"))
    app = build()
    _, address, _ = app.launch(
        prevent_thread_lock=True, quiet=True, theme=theme(), head=assets.head(), css=assets.style()
    )
    try:
        with pages(browser, address) as open_:
            yield open_()
    finally:
        app.close()


@pytest.fixture(scope="session")
def photo() -> Path:
    """A photo of a cat."""
    return Path(__file__).parents[2] / "examples" / "chelsea.jpg"
