"""Photograph the page: empty, busy, with a result, with a problem; on a phone and a desktop, light and dark.

    python docs/screenshots.py

Starts the page, drives Debian's chromium, and writes docs/screenshots/<state>-<width>-<scheme>.png.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).with_name("screenshots")
PHOTO = CHECKOUT / "examples" / "chelsea.jpg"
VIEWPORTS = ((390, 844), (1280, 900))
LARGEST_BYTES = 290_000
SCHEMES = ("light", "dark")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars")


def empty(page: Page) -> None:
    """As it opens."""


def busy(page: Page) -> None:
    """While the photo is looked at; the answer is held back for the photograph."""
    _choose(page, PHOTO)
    page.route("**/queue/join**", lambda _: None)
    page.get_by_role("button", name="Describe aloud").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()


def result(page: Page) -> None:
    """With a detailed description."""
    page.get_by_role("radio", name="Detailed").check()
    _choose(page, PHOTO)
    page.get_by_role("button", name="Describe aloud").click()
    expect(page.locator(".ic-step")).to_have_attribute("data-state", "done", timeout=60_000)


def evidence(page: Page) -> None:
    """With what was seen drawn over the photo."""
    result(page)
    page.get_by_role("button", name="Details").click()
    page.get_by_role("button", name="Show what was seen").click()
    expect(page.locator("#ic-seen img")).to_be_visible()
    page.locator("#ic-seen").scroll_into_view_if_needed()


def problem(page: Page) -> None:
    """With a file that is no picture."""
    with tempfile.TemporaryDirectory() as folder:
        letter = Path(folder) / "letter.jpg"
        letter.write_text("Dear reader, this is not a picture.")
        _choose(page, letter)
        expect(page.locator("#ic-photo-problem [role=alert]")).to_be_visible()


def models(page: Page) -> None:
    """With the panel of models and memory."""
    page.locator("#ic-chip").click()
    expect(page.locator("#ic-model-list")).to_contain_text("grounded")


SCENES: tuple[Callable[[Page], None], ...] = (empty, busy, result, evidence, problem, models)


def main() -> None:
    """Take every photograph anew."""
    FOLDER.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("chromium is not installed: apt-get install chromium")
    with _page_address() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for width, height in VIEWPORTS:
            for scheme in SCHEMES:
                for scene in SCENES:
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme=scheme,
                        reduced_motion="reduce",
                    )
                    page = context.new_page()
                    page.goto(address)
                    page.wait_for_selector("#ic-voice option", state="attached")
                    scene(page)
                    _save(page, FOLDER / f"{scene.__name__}-{width}-{scheme}.png")
                    page.unroute_all(behavior="ignoreErrors")
                    context.close()
        browser.close()


def _choose(page: Page, path: Path) -> None:
    page.set_input_files("#ic-photo input[type=file]", path)
    expect(page.locator("#ic-photo .ic-photo")).not_to_have_attribute("aria-busy", "true")


def _save(page: Page, path: Path) -> None:
    """A photograph of what is in the window, with fewer colours where it would be too large."""
    page.mouse.move(0, 0)
    with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as picture:
        colours = picture.convert("RGB")
        colours.save(path, optimize=True)
        if path.stat().st_size > LARGEST_BYTES:
            palette = colours.quantize(256, kmeans=2)
            colours.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)
    print(f"{path.relative_to(CHECKOUT)}: {path.stat().st_size / 1000:.0f} kB")


@contextmanager
def _page_address() -> Iterator[str]:
    """The page, running in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {"GRADIO_SERVER_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "app.py"], cwd=CHECKOUT, env=environ, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            for line in server.stdout or ():
                if "Running on local URL" in line:
                    break
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
