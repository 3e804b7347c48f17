"""How long it takes from touching a region on the page until its sound starts.

    python -m benchmarks.touch [--photo FILE] [--rounds N]

Starts the page, drives Debian's chromium, presses regions with the mouse, and measures in the browser from
the press (the event's own time) to the moment for which the sound is handed to the audio device, the device's
latency as the browser tells it included.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

CHECKOUT = Path(__file__).resolve().parents[1]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WORK_MS = 60_000
MEASURE = """() => {
  window.waits = [];
  let pressed = 0;
  addEventListener("pointerdown", (event) => { pressed = event.timeStamp; }, true);
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when, ...rest) {
    const { currentTime, outputLatency, baseLatency } = this.context;
    const until = Math.max(0, when - currentTime) + (outputLatency || baseLatency);
    if (pressed) window.waits.push(performance.now() - pressed + 1000 * until);
    pressed = 0;
    return start.call(this, when, ...rest);
  };
}"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photo", type=Path, default=CHECKOUT / "examples" / "coffee.jpg")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("chromium is not installed: apt-get install chromium")
    with _page_address() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        _segment(page, options.photo)
        page.evaluate(MEASURE)
        scene = page.locator(".ic-scene")
        scene.scroll_into_view_if_needed()
        for number in range(options.rounds):
            page.locator(".ic-target").nth(number % page.locator(".ic-target").count()).click()
            page.wait_for_function(f"window.waits.length > {number}")
        waits = page.evaluate("window.waits")
        print(f"touch to sound: median {statistics.median(waits):.0f} ms, slowest {max(waits):.0f} ms")
        browser.close()


def _segment(page: Page, photo: Path) -> None:
    page.wait_for_selector("#ic-voice option", state="attached")
    page.get_by_role("tab", name="Segmentation").click()
    page.set_input_files("#ic-segment-photo input[type=file]", photo)
    expect(page.locator("#ic-segment-photo .ic-photo")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Segment", exact=True).click()
    expect(page.locator("#ic-segment-explorer [data-audio=ready]")).to_be_visible(timeout=WORK_MS)


@contextmanager
def _page_address() -> Iterator[str]:
    """The page, running in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environ = {"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": folder, "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "app.py"]
        with subprocess.Popen(
            command, cwd=CHECKOUT, env=os.environ | environ, stdout=subprocess.PIPE, text=True
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
