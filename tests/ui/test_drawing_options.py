"""What a browser may send to the tab "Audio → Image", and what becomes of it."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from imagecraft import catalog
from imagecraft.errors import InvalidInput
from imagecraft.ui import audio_to_image, drawing_options, examples
from imagecraft.ui.drawing_options import LONGEST_PROMPT, menus, own_words, read
from imagecraft.ui.drawn import Remembered

SENT: dict[str, Any] = {
    "style": {"chosen": "watercolour"},
    "size": {"chosen": "1344x768"},
    "pictures": "2",
    "painter": {"chosen": "poster"},
    "steps": 50,
    "guidance": 7.5,
    "seed": 3,
}
DIFFUSION = catalog.ModelCard(
    id="diffusion",
    task="paint",
    summary="Paints in steps.",
    license="Apache-2.0",
    commercial_use=True,
    repo="somebody/diffusion",
    settings={"steps": 4, "steps_range": (1, 8), "guidance": 3.5, "guidance_range": (1.0, 9.0)},
)


def test_what_the_page_sends_is_followed() -> None:
    options = read(**SENT)

    assert (options.style, options.size, options.pictures, options.seed) == ("watercolour", (1344, 768), 2, 3)
    assert (options.steps, options.guidance, options.slow) == (None, None, False)


def test_steps_and_guidance_are_for_painters_that_work_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "CARDS", (catalog.card("poster"), DIFFUSION))
    sent = SENT | {"painter": {"chosen": "diffusion"}, "steps": 8, "guidance": 7.5}
    options = read(**sent)
    entries = {option["id"]: option for option in menus()[2]["groups"][0]["options"]}

    assert (options.steps, options.guidance, options.slow) == (8, 7.5, True)
    assert {name: entry["kind"] for name, entry in entries.items()} == {
        "poster": "rule",
        "diffusion": "steps",
    }
    assert entries["diffusion"]["sliders"] == {"ic-steps": [1, 8, 4], "ic-guidance": [1.0, 9.0, 3.5]}
    assert "Apache-2.0" in entries["diffusion"]["label"]


def test_sliders_that_another_painter_left_mean_the_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "CARDS", (catalog.card("poster"), DIFFUSION))
    options = read(**(SENT | {"painter": {"chosen": "diffusion"}, "steps": 50, "guidance": None}))

    assert (options.steps, options.guidance) == (4, 3.5)


@pytest.mark.parametrize("nothing", [None, "", [], {"chosen": 4}, 0.5])
def test_what_makes_no_sense_means_the_usual(nothing: Any) -> None:
    options = read(nothing, nothing, nothing, nothing, nothing, nothing, None)

    assert (options.size, options.pictures, options.painter) == ((1024, 1024), 4, "poster")


@pytest.mark.parametrize(("painter", "pictures"), [("diffusion", 1), ("poster", 4)])
def test_where_a_visitors_gpu_time_pays_one_picture_is_drawn_and_the_page_says_why(
    monkeypatch: pytest.MonkeyPatch, painter: str, pictures: int
) -> None:
    cards = {"poster": catalog.card("poster"), "diffusion": DIFFUSION}
    monkeypatch.setattr(catalog, "CARDS", tuple(cards.values()))
    monkeypatch.setattr(drawing_options, "is_space", lambda: True)
    monkeypatch.setattr(drawing_options, "best", lambda _: cards[painter])
    with gr.Blocks() as page:
        audio_to_image.tab()
    choice = next(block for block in page.blocks.values() if block.elem_id == "ic-pictures")

    assert read(**(SENT | {"painter": None, "pictures": None})).pictures == pictures
    assert choice.value == str(pictures)
    assert ("GPU time" in choice.html_template) == (pictures == 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"size": {"chosen": "9x9"}}, "size"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"painter": {"chosen": "<b>"}}, "paint model"),
    ],
)
def test_what_is_not_possible_is_refused_with_what_is(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as refused:
        read(**(SENT | wrong))

    assert refused.value.hint


def test_two_runs_by_chance_have_different_seeds() -> None:
    assert read(**(SENT | {"seed": None})).seed != read(**(SENT | {"seed": None})).seed


def test_words_are_kept_only_for_the_sound_they_were_written_for() -> None:
    known = Remembered(path="/dog.wav", proposed="A dog.")

    assert own_words("A wolf.", known, "/dog.wav") == "A wolf."
    assert own_words(" A dog. ", known, "/dog.wav") == ""
    assert own_words("A wolf.", known, "/cat.wav") == ""
    assert own_words("A wolf.", None, "/dog.wav") == "A wolf."
    with pytest.raises(InvalidInput):
        own_words("x" * (LONGEST_PROMPT + 1), known, "/dog.wav")


def test_sounds_to_try_are_there_and_small() -> None:
    sounds = examples.all_sounds()

    assert len(sounds) == 5
    for sound in sounds:
        assert (examples.FOLDER / sound.file).stat().st_size < 150_000
