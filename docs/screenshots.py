"""Photograph every tab: empty, busy, with a result, with a problem; phone and desktop, light and dark.

    python docs/screenshots.py            # all of them
    python docs/screenshots.py evaluation # those of one tab, or of one scene (evaluation-result)

Starts the page, drives Debian's chromium, and writes docs/screenshots/<tab>-<state>-<width>-<scheme>.webp.
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
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).with_name("screenshots")
PHOTO = CHECKOUT / "examples" / "coffee.jpg"
SOUND = CHECKOUT / "examples" / "thunderstorm.ogg"
VIEWPORTS = ((390, 844), (1280, 900))
SCHEMES = ("light", "dark")
QUALITY = 62
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars")
WORK_MS = 120_000
SETTLED_MS = 1_000
"""Gradio lays a tab out in steps, and its open line to the server never lets the network be idle."""

Scene = Callable[[Page], None]


def main(wanted: list[str]) -> None:
    """Take the photographs whose names begin with one of `wanted`, or all of them."""
    FOLDER.mkdir(exist_ok=True)
    expect.set_options(timeout=WORK_MS)  # on a busy machine everything takes long
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("chromium is not installed: apt-get install chromium")
    scenes = {
        f"{tab}-{state}": scene
        for tab, states in TABS.items()
        for state, scene in states.items()
        if not wanted or f"{tab}-{state}".startswith(tuple(wanted))
    }
    with _page_address() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for name, scene in scenes.items():
            for width, height in VIEWPORTS:
                for scheme in SCHEMES:
                    with _page(browser, address, width, height, scheme) as page:
                        scene(page)
                        _save(page, FOLDER / f"{name}-{width}-{scheme}.webp")
        browser.close()


def _tab(name: str) -> Scene:
    """The tab as it opens."""

    def open_(page: Page) -> None:
        page.get_by_role("tab", name=name).click()

    return open_


def _busy(prepare: Scene, button: str) -> Scene:
    """While it works; the answer is held back for the photograph."""

    def scene(page: Page) -> None:
        prepare(page)
        page.route("**/queue/join**", lambda _: None)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".ic-action[data-busy]")).to_be_visible()

    return scene


def _done(prepare: Scene, button: str, run: str, after: Scene | None = None) -> Scene:
    """With a result."""

    def scene(page: Page) -> None:
        prepare(page)
        page.get_by_role("button", name=button, exact=True).click()
        step = page.locator(f"#ic-{run}-status .ic-step")
        expect(step).to_have_attribute("data-state", "done", timeout=WORK_MS)
        if after:
            after(page)

    return scene


def _refused(tab: str, field: str) -> Scene:
    """With a file that is none of what is wanted."""

    def scene(page: Page) -> None:
        _tab(tab)(page)
        with tempfile.TemporaryDirectory() as folder:
            letter = Path(folder) / "letter.jpg"
            letter.write_text("Dear reader, this is only a letter.")
            _send(page, field, letter)
            expect(page.locator(f"#{field}-problem [role=alert]")).to_be_visible()

    return scene


def _with_photo(tab: str, field: str) -> Scene:
    def scene(page: Page) -> None:
        _tab(tab)(page)
        _send(page, field, PHOTO)

    return scene


def _with_sound(page: Page) -> None:
    _tab(_DRAWING)(page)
    _send(page, "ic-sound", SOUND)
    expect(page.locator("#ic-sound .ic-player")).to_have_attribute("data-state", "full", timeout=WORK_MS)


def _what_was_heard(page: Page) -> None:
    page.locator(".ic-heard-part").evaluate("part => part.scrollIntoView()")


def _send(page: Page, field: str, path: Path) -> None:
    page.set_input_files(f"#{field} input[type=file]", path)
    expect(page.locator(f"#{field} [aria-busy=true]")).to_have_count(0, timeout=WORK_MS)


def _evidence(page: Page) -> None:
    page.get_by_role("button", name="Details").first.click()
    page.get_by_role("button", name="Show what was seen").click()
    expect(page.locator("#ic-seen img")).to_be_visible()
    page.locator("#ic-seen").scroll_into_view_if_needed()


def _models(page: Page) -> None:
    page.locator("#ic-chip").click()
    expect(page.locator("#ic-model-list")).to_contain_text("grounded")


def _captions(page: Page) -> None:
    _tab("Evaluation")(page)
    page.get_by_role("textbox", name="Caption", exact=True).fill("A cup of coffee on a wooden table.")
    page.get_by_role("textbox", name="What people wrote, one text a line").fill(
        "A cup of coffee and a spoon on a table.\nAn espresso on a dark wooden table.\nCoffee in a red cup."
    )


def _no_captions(page: Page) -> None:
    _tab("Evaluation")(page)
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#ic-score-problem [role=alert]")).to_be_visible()


_SPEECH, _SOUNDSCAPE, _REGIONS = "Image → Speech", "Image → Soundscape", "Segmentation"
_DRAWING = "Audio → Image"
TABS: dict[str, dict[str, Scene]] = {
    "speech": {
        "empty": _tab(_SPEECH),
        "busy": _busy(_with_photo(_SPEECH, "ic-photo"), "Describe aloud"),
        "result": _done(_with_photo(_SPEECH, "ic-photo"), "Describe aloud", "describe"),
        "evidence": _done(_with_photo(_SPEECH, "ic-photo"), "Describe aloud", "describe", _evidence),
        "problem": _refused(_SPEECH, "ic-photo"),
        "models": _models,
    },
    "soundscape": {
        "empty": _tab(_SOUNDSCAPE),
        "busy": _busy(_with_photo(_SOUNDSCAPE, "ic-scene"), "Make soundscape"),
        "result": _done(_with_photo(_SOUNDSCAPE, "ic-scene"), "Make soundscape", "soundscape"),
        "problem": _refused(_SOUNDSCAPE, "ic-scene"),
    },
    "segmentation": {
        "empty": _tab(_REGIONS),
        "busy": _busy(_with_photo(_REGIONS, "ic-segment-photo"), "Segment"),
        "result": _done(_with_photo(_REGIONS, "ic-segment-photo"), "Segment", "segment"),
        "problem": _refused(_REGIONS, "ic-segment-photo"),
    },
    "drawing": {
        "empty": _tab(_DRAWING),
        "busy": _busy(_with_sound, "Draw this sound"),
        "result": _done(_with_sound, "Draw this sound", "draw"),
        "heard": _done(_with_sound, "Draw this sound", "draw", _what_was_heard),
        "problem": _refused(_DRAWING, "ic-sound"),
    },
    "evaluation": {
        "empty": _tab("Evaluation"),
        "busy": _busy(_captions, "Score"),
        "result": _done(_captions, "Score", "score"),
        "problem": _no_captions,
    },
}


def _save(page: Page, path: Path) -> None:
    """A photograph of what is in the window."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLED_MS)
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as picture:
        picture.convert("RGB").save(path, quality=QUALITY, method=6)
    print(f"{path.relative_to(CHECKOUT)}: {path.stat().st_size / 1000:.0f} kB", flush=True)


@contextmanager
def _page(browser: Browser, address: str, width: int, height: int, scheme: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(WORK_MS)
    page.goto(address)
    page.wait_for_selector("#ic-voice option", state="attached")
    yield page
    page.unroute_all(behavior="ignoreErrors")
    context.close()


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
    main(sys.argv[1:])
