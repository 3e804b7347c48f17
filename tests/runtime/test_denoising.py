"""Pipelines where a GPU's memory is short: whole, one network at a time, layer by layer, then an error.

The pipelines, and the hooks that move their networks, are the real ones; the GPU is played by the CPU, whose
memory is said to be as large as a test wants.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.painting.diffusion import Diffusion, Painted
from imagecraft.runtime import denoising, neural
from imagecraft.runtime.neural import Place
from imagecraft.soundscape.diffusion import AudioLdm2, Piece, StableAudio

pytestmark = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("diffusers", "transformers", "accelerate", "torchsde"))),
    reason="the optional extra [neural] is not installed",
)

GPU = Place("cuda", "float32")
WORK = denoising.WORKING_BYTES


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets the CPU stand in for a GPU with so many bytes free."""
    import accelerate
    import torch
    from diffusers import DiffusionPipeline
    from diffusers.pipelines import pipeline_utils

    move, offload = DiffusionPipeline.to, accelerate.cpu_offload

    def to(self: Any, *places: Any, **options: Any) -> Any:
        return move(self, *("cpu" if place == "cuda" else place for place in places), **options)

    monkeypatch.setattr(DiffusionPipeline, "to", to)

    def layer_by_layer(network: Any, _device: Any, **options: Any) -> Any:
        return offload(network, torch.device("cpu"), **options)

    monkeypatch.setattr(accelerate, "cpu_offload", layer_by_layer)
    monkeypatch.setattr(pipeline_utils, "get_device", lambda: "cpu:0")  # "cpu" is refused, being no GPU

    def with_free(free: int) -> None:
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (free, free))

    return with_free


def card(model: str) -> ModelCard:
    found = catalog.card(model)
    settings = {name: value for name, value in found.settings.items() if name != "dtype_on_gpu"}
    return replace(found, settings=settings)


def painted(network: Diffusion) -> np.ndarray:
    *_, made = network.paint("a dog", "", size=(64, 64), steps=2, guidance=1.0, seed=1)
    assert isinstance(made, Painted)
    return np.asarray(made.image, np.int16)


@pytest.mark.parametrize(
    ("room", "residence"), [(sum, "whole"), (max, "one at a time"), (min, "layer by layer")]
)
def test_a_painter_is_there_as_far_as_memory_has_room_and_paints_the_same(
    gpu: Callable[[int], None],
    tiny_model: Callable[[str], Path],
    room: Callable[[list[int]], int],
    residence: str,
) -> None:
    folder = tiny_model("sdxl_turbo")
    plain = Diffusion(card("sdxl-turbo"), folder, Place("cpu", "float32"))
    usual = painted(plain)
    gpu(WORK + room([denoising._size(part) for part in plain._denoiser._networks()]))
    network = Diffusion(card("sdxl-turbo"), folder, GPU)
    assert network._denoiser.residence == residence
    for _ in range(2):
        assert np.abs(painted(network) - usual).max() <= 1


def test_where_memory_ends_in_the_midst_the_next_way_is_tried(
    gpu: Callable[[int], None], tiny_model: Callable[[str], Path]
) -> None:
    import torch

    folder = tiny_model("sdxl_turbo")
    usual = painted(Diffusion(card("sdxl-turbo"), folder, Place("cpu", "float32")))
    gpu(WORK + (1 << 40))
    network = Diffusion(card("sdxl-turbo"), folder, GPU)
    denoiser, ends = network._denoiser, [2, 1]
    decode = denoiser.pipeline.vae.decode

    def decoded(*args: Any, **options: Any) -> Any:
        if ends and ends.pop():
            raise torch.OutOfMemoryError("CUDA out of memory")
        return decode(*args, **options)

    denoiser.pipeline.vae.decode = decoded
    assert np.abs(painted(network) - usual).max() <= 1
    assert denoiser.residence == "layer by layer"
    assert denoiser.pipeline.vae.use_tiling
    ends.append(1)
    with pytest.raises(torch.OutOfMemoryError):
        painted(network)


def sounded(network: StableAudio | AudioLdm2) -> np.ndarray:
    *_, made = network.sound("waves", "", seconds=1.0, steps=3, guidance=4.0, seed=1)
    assert isinstance(made, Piece)
    return made.samples


@pytest.mark.parametrize(
    ("model", "tiny"),
    [
        ("playground-v2.5", "playground"),
        ("sd-turbo", "sd_turbo"),
        ("z-image-turbo", "z_image"),
        ("flux2-klein", "flux2"),
        ("sana-sprint", "sana"),
        ("stable-audio-open", "stable_audio"),
        ("audioldm2", "audioldm2"),
    ],
)
def test_every_pipeline_works_where_its_networks_and_layers_take_turns(
    gpu: Callable[[int], None], tiny_model: Callable[[str], Path], model: str, tiny: str
) -> None:
    family: Any = neural.family_of(card(model))
    made = painted if family is Diffusion else sounded
    small = replace(card(model), settings={**card(model).settings, "size": 64, "sides": (64, 64)})
    usual = made(family(small, tiny_model(tiny), Place("cpu", "float32")))
    gpu(WORK)
    network = family(small, tiny_model(tiny), GPU)
    denoiser = network._denoiser
    assert denoiser.residence == "layer by layer"
    assert np.allclose(made(network), usual, atol=1e-3 if usual.dtype == np.float32 else 1)
    if model == "audioldm2":
        return  # its pipeline asks for CUDA by name to let networks take turns
    denoiser.residence = "one at a time"
    denoiser._settle()
    assert np.allclose(made(network), usual, atol=1e-3 if usual.dtype == np.float32 else 1)


def test_a_turbo_paints_its_own_size_unless_one_is_asked_for_that_it_can(
    tiny_model: Callable[[str], Path],
) -> None:
    denoiser = Diffusion(card("sdxl-turbo"), tiny_model("sdxl_turbo"), Place("cpu", "float32"))._denoiser
    own = round(denoiser.native_side)
    larger = own + own // 4
    assert denoiser.own_size((1024, 1024)) == (own, own)
    assert denoiser.own_size((2048, 2048)) == (own, own)
    assert denoiser.own_size((larger, larger)) == (larger, larger)


def test_a_painter_of_large_pictures_paints_as_large_as_it_can(tiny_model: Callable[[str], Path]) -> None:
    denoiser = Diffusion(card("z-image-turbo"), tiny_model("z_image"), Place("cpu", "float32"))._denoiser
    assert denoiser.own_size((1024, 1024)) == (1024, 1024)
    assert denoiser.own_size((2048, 2048)) == (1536, 1536)
