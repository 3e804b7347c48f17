"""`/audio_to_image`, through Gradio's own client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from imagecraft.media.audio import Audio, write_audio

SMALL = {"width": 384, "height": 256}


@pytest.fixture(scope="module")
def client(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(app_url, download_files=tmp_path_factory.mktemp("answers"), verbose=False)


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    samples = np.random.default_rng(0).normal(0, 0.1, (1, 16_000)).astype(np.float32)
    return write_audio(Audio(samples, 16_000), tmp_path / "noise.wav")


def drawn(client: Client, **options: Any) -> tuple[Image.Image, str, dict[str, Any]]:
    """Picture, prompt and details."""
    path, prompt, details = client.predict(api_name="/audio_to_image", **(SMALL | options))
    return Image.open(path), prompt, details


def test_a_sound_is_drawn_with_nothing_but_the_sound(client: Client, noise: Path) -> None:
    image, prompt, details = drawn(client, audio=handle_file(noise))

    assert image.size == (384, 256)
    assert image.format == "PNG"
    assert details["file"] == "noise.wav"
    assert details["prompt"] == prompt == image.info["prompt"]
    assert image.info["seed"] == str(details["seed"])
    assert {"model", "size", "top", "alt"} <= details.keys()


def test_words_are_drawn_and_a_seed_draws_them_again(client: Client) -> None:
    options = {"prompt": "a cat on a boat", "seed": 5}
    (first, prompt, details), (again, *_), (other, *_) = (
        drawn(client, **options),
        drawn(client, **options),
        drawn(client, **(options | {"seed": 6})),
    )

    assert prompt == "a cat on a boat"
    assert "cat" in details["alt"]
    assert np.array_equal(np.asarray(first), np.asarray(again))
    assert not np.array_equal(np.asarray(first), np.asarray(other))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "nothing to paint"),
        ({"prompt": "a cat", "style": "crayon"}, "no style 'crayon'"),
        ({"prompt": "a cat", "model": "nobody"}, "no paint model 'nobody'"),
        ({"prompt": "a cat", "width": 64}, "cannot have the size"),
        ({"prompt": "a cat", "seed": -1}, "no seed"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(
    client: Client, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(AppError) as refused:
        drawn(client, **options)

    assert words in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_what_is_no_sound_is_refused_by_its_name(client: Client, tmp_path: Path) -> None:
    bad = tmp_path / "letter.mp3"
    bad.write_text("Dear Sir or Madam")
    with pytest.raises(AppError) as refused:
        drawn(client, audio=handle_file(bad))

    assert "'letter.mp3' is not a sound" in str(refused.value)
