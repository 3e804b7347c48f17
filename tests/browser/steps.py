"""What a visitor does and sees, in a few verbs."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]
WORK_MS = 60_000


def choose(page: Page, path: Path) -> None:
    """Choose a photo and wait until the page has taken or rejected it."""
    page.set_input_files("#ic-photo input[type=file]", path)
    expect(page.locator("#ic-photo .ic-photo")).not_to_have_attribute("aria-busy", "true")


def finish(page: Page) -> None:
    """Wait for the work to end with a result."""
    expect(page.locator(".ic-action:visible .ic-step")).to_have_attribute(
        "data-state", "done", timeout=WORK_MS
    )


def describe(page: Page, path: Path) -> None:
    """Choose a photo and have it described."""
    choose(page, path)
    page.get_by_role("button", name="Describe aloud").click()
    finish(page)


def description(page: Page) -> str:
    """The text in the description's box."""
    return page.get_by_role("textbox", name="Description", exact=True).input_value()


def sound_address(page: Page) -> str:
    """Where the player gets its sound."""
    return page.locator("#ic-player audio").get_attribute("src") or ""


def sound(page: Page) -> tuple[np.ndarray, int]:
    """The player's sound, fetched as the browser does, and decoded."""
    return fetched_sound(page, sound_address(page))


def fetched_sound(page: Page, address: str) -> tuple[np.ndarray, int]:
    """A sound file behind an address, decoded."""
    response = page.request.get(address)
    assert response.ok
    return soundfile.read(io.BytesIO(response.body()))


def heard(samples: np.ndarray) -> bool:
    """Whether it is more than silence."""
    return float(np.sqrt(np.mean(np.square(samples)))) > 0.01


AT_REST = """async () => {
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  const moving = () => document.getAnimations().some((one) => one.playState === "running");
  for (let still = 0; still < 3; still = moving() ? 0 : still + 1) await frame();
}"""


def serious_findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page, once its colours have stopped changing."""
    page.evaluate(AT_REST)
    return [
        f"{finding['id']}: {node['target']} {node['html'][:120]}"
        for finding in Axe().run(page).response["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
