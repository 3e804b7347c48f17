"""Painters of the hub on the page: chosen, followed step by step, stopped, replaced where they are not here.

The painter is a random-weight model of the real class: what it paints means nothing.
"""

from __future__ import annotations

import importlib.util
import re
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from steps import WORK_MS, serious_findings

import imagecraft
from imagecraft import catalog
from imagecraft.painting.previews import Previews
from imagecraft.ui import audio_to_image_words as words

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not all(map(importlib.util.find_spec, ("diffusers", "transformers", "accelerate"))),
        reason="the optional extra [neural] is not installed",
    ),
]

PAINTER = "playground-v2.5"
CARD = catalog.card(PAINTER)
FOLDER = f"models--{CARD.repo.replace('/', '--')}/snapshots/{CARD.revision}"
HELD_AT = 12


@pytest.fixture
def hub(tiny_model: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A hub's cache that holds one painter."""
    cache = tmp_path / "hub"
    (cache / FOLDER).parent.mkdir(parents=True)
    (cache / FOLDER).symlink_to(tiny_model("playground"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    yield cache
    imagecraft.unload()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The painter waits at its 13th step until this event is set."""
    go_on = threading.Event()
    after, steps = Previews.after, count()

    def waits(self: Previews, latents: Any, *, wanted: bool) -> Any:
        if next(steps) == HELD_AT:
            go_on.wait(WORK_MS / 1000)
        return after(self, latents, wanted=wanted)

    monkeypatch.setattr(Previews, "after", waits)
    yield go_on
    go_on.set()


def wish(page: Page, painter: str = PAINTER) -> None:
    """Open the tab, ask for one picture in words, by a painter in few steps."""
    page.get_by_role("tab", name="Audio → Image").first.click()
    page.wait_for_selector("#ic-painter option", state="attached")
    page.locator("#ic-pictures").get_by_label("1", exact=True).check()
    page.locator("#ic-drawing-more .ic-disclosure").click()
    page.get_by_label("Painter").select_option(painter)
    page.locator("#ic-drawing-prompt textarea").fill("A dog by the sea")


def draw(page: Page) -> None:
    page.get_by_role("button", name=words.DRAW_AGAIN).click()


def test_a_painter_is_followed_step_by_step(hub: Path, held: threading.Event, own_page: Page) -> None:
    wish(own_page)
    own_page.locator("#ic-steps-range").fill("20")
    draw(own_page)
    picture = own_page.locator("#ic-drawing img")
    expect(picture).to_have_attribute("alt", words.SKETCH_ALT, timeout=WORK_MS)
    expect(own_page.locator("#ic-draw-status")).to_contain_text(re.compile(words.PAINTING))
    held.set()
    expect(own_page.locator("#ic-draw-status .ic-step")).to_have_attribute(
        "data-state", "done", timeout=WORK_MS
    )
    expect(picture).to_have_attribute("alt", re.compile("A dog by the sea"))
    expect(own_page.locator("#ic-drawing-made-by")).to_contain_text(PAINTER)
    assert serious_findings(own_page) == []


def test_it_can_be_stopped_between_two_steps(hub: Path, held: threading.Event, own_page: Page) -> None:
    wish(own_page)
    draw(own_page)
    expect(own_page.locator("#ic-drawing img")).to_have_attribute("alt", words.SKETCH_ALT, timeout=WORK_MS)
    own_page.locator("#ic-draw-stop").click()
    held.set()
    expect(own_page.locator("#ic-draw")).to_be_enabled(timeout=WORK_MS)
    expect(own_page.locator("#ic-draw-status .ic-step")).not_to_have_attribute("data-state", "busy")
    draw(own_page)
    expect(own_page.locator("#ic-drawing img")).to_have_attribute(
        "alt", re.compile("A dog by the sea"), timeout=WORK_MS
    )


def test_the_sliders_follow_the_painter(hub: Path, own_page: Page) -> None:
    wish(own_page)
    steps, guidance = own_page.locator("#ic-steps-range"), own_page.locator("#ic-guidance-range")
    assert [steps.get_attribute(name) for name in ("min", "max")] == ["20", "100"]
    assert (steps.input_value(), guidance.input_value()) == ("50", "3")
    own_page.get_by_label("Painter").select_option("sdxl-turbo")
    assert [steps.get_attribute(name) for name in ("min", "max")] == ["1", "8"]
    assert steps.input_value() == "2"
    expect(guidance).to_be_hidden()
    own_page.get_by_label("Painter").select_option("poster")
    expect(steps).to_be_hidden()


def test_where_a_painter_is_not_here_the_poster_is_drawn_and_that_is_said(
    hub: Path, own_page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    wish(own_page, "z-image-turbo")
    draw(own_page)
    expect(own_page.locator("#ic-draw-status .ic-step")).to_have_attribute(
        "data-state", "done", timeout=WORK_MS
    )
    made_by = own_page.locator("#ic-drawing-made-by")
    expect(made_by).to_contain_text("z-image-turbo")
    expect(made_by).to_contain_text("poster did it instead")
    expect(made_by).not_to_contain_text("imagecraft models download")
    assert "imagecraft models download z-image-turbo" in caplog.text
