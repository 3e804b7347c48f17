"""How fast painters and makers of sound are, with random weights of the full published configurations.

Each is run as the first ImageCraft ran it (half precision, eager, as diffusers loads it), and as this one
does, beside the least time that the same sums can take on this device. Any CUDA device will do:

    python -m benchmarks.diffusion_rates            # a table
    python -m benchmarks.diffusion_rates --small    # tiny configurations, to try the program on a CPU

References:
    The configurations are those of playgroundai/playground-v2.5-1024px-aesthetic, stabilityai/sdxl-turbo and
    stabilityai/stable-audio-open-1.0 on the hub. PyTorch's flop counter counts what a step computes.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from imagecraft.runtime import tuning

COMPILE = "IMAGECRAFT_COMPILE"
MATRIX_SIDE, COPIED_BYTES = 8192, 1 << 30
"""Of what the device's own rates are measured with."""
SMALL_SIDE, SMALL_BYTES = 256, 1 << 20

SDXL = {
    "block_out_channels": (320, 640, 1280),
    "layers_per_block": 2,
    "sample_size": 128,
    "in_channels": 4,
    "out_channels": 4,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "attention_head_dim": (5, 10, 20),
    "transformer_layers_per_block": (1, 2, 10),
    "cross_attention_dim": 2048,
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
SMALL_SDXL = SDXL | {
    "block_out_channels": (32, 64, 64),
    "attention_head_dim": (1, 2, 2),
    "transformer_layers_per_block": (1, 1, 1),
    "sample_size": 16,
}
DECODER = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "latent_channels": 4,
    "sample_size": 1024,
    "scaling_factor": 0.13025,
}
SMALL_DECODER = DECODER | {"block_out_channels": (32, 32, 32, 32), "layers_per_block": 1}
SMALL_DIT = {"num_layers": 2, "sample_size": 32}
SMALL_OOBLECK = {"encoder_hidden_size": 8, "decoder_channels": 8}


@dataclass(frozen=True)
class Subject:
    """What is measured.

    Attributes:
        name: Id of the card.
        make: Makes its pipeline with random weights on a device in a number format.
        network: Name of the pipeline's part that each step runs.
        options: Of a call, steps left out.
        steps: Of a call.
        seconds: Of sound that a call makes; 0 for pictures.
    """

    name: str
    make: Callable[[], Any]
    network: str
    options: Callable[[], dict[str, Any]]
    steps: int
    seconds: float = 0.0


@dataclass(frozen=True)
class Rate:
    """One measurement.

    Attributes:
        name: Id of the card.
        setting: How it was run.
        steps_per_second: Of the steps alone.
        seconds: Of a whole call: all steps, and decoding.
        peak_bytes: Most memory of the device that was in use; 0 on a CPU.
        floor_steps_per_second: What no program can pass here, by the device's own matrix products and copies.
        sound_seconds: Of sound that the call made; 0 for pictures.
    """

    name: str
    setting: str
    steps_per_second: float
    seconds: float
    peak_bytes: int
    floor_steps_per_second: float
    sound_seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        return self.__dict__ | {
            "of_floor": round(self.steps_per_second / self.floor_steps_per_second, 4),
            "sound_seconds_per_second": round(self.sound_seconds / self.seconds, 3),
        }


class _Held:
    """A pipeline as the runtime holds it."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline


SETTINGS: tuple[tuple[str, Callable[[_Held, str], None]], ...] = (
    ("seed: eager", lambda _held, _device: None),
    ("here", lambda held, device: tuning.tune(held, device)),
    ("here, compiled", lambda held, device: _compiled(held, device)),
)
"""How each is run, one after the other: what was arranged before stays."""


def rates(device: str = "cuda", *, small: bool = False) -> list[Rate]:
    """Measure Playground v2.5, SDXL-Turbo and Stable Audio: as the seeds, as here, and as here compiled.

    Args:
        device: torch's name of it.
        small: Tiny configurations and few steps, to try the program.
    """
    import torch

    dtype = torch.float32 if device == "cpu" else torch.float16
    found = []
    for subject in _subjects(small):
        with _defaults(device, dtype):
            pipeline = subject.make()
            options = subject.options()
        pipeline.set_progress_bar_config(disable=True)
        floor = _floor(pipeline, subject, options, device, small)
        for setting, arrange in SETTINGS[: 2 if device == "cpu" else 3]:
            arrange(_Held(pipeline), device)
            found.append(_measured(pipeline, subject, setting, options, device, floor))
        del pipeline
        if device == "cuda":
            torch.cuda.empty_cache()
    return found


def _subjects(small: bool) -> list[Subject]:
    unet, decoder = (SMALL_SDXL, SMALL_DECODER) if small else (SDXL, DECODER)
    side = 64 if small else 1024
    sound = 1.0 if small else 47.0
    return [
        Subject(
            "playground-v2.5",
            lambda: _painter(unet, decoder, edm=True),
            "unet",
            lambda: _words(side, guidance=3.0),
            4 if small else 50,
        ),
        Subject(
            "sdxl-turbo",
            lambda: _painter(unet, decoder, edm=False),
            "unet",
            lambda: _words(side // 2, guidance=0.0),
            2 if small else 4,
        ),
        Subject(
            "stable-audio-open",
            lambda: _sounder(small),
            "transformer",
            lambda: _sound_words(small),
            4 if small else 100,
            sound,
        ),
    ]


def _painter(unet: dict[str, Any], decoder: dict[str, Any], *, edm: bool) -> Any:
    from diffusers import (
        AutoencoderKL,
        EDMDPMSolverMultistepScheduler,
        EulerAncestralDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )

    turbo = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    return StableDiffusionXLPipeline(
        vae=AutoencoderKL(**decoder).eval(),
        text_encoder=None,
        text_encoder_2=None,
        tokenizer=None,
        tokenizer_2=None,
        unet=UNet2DConditionModel(**unet).eval(),
        scheduler=EDMDPMSolverMultistepScheduler()
        if edm
        else EulerAncestralDiscreteScheduler(**turbo, timestep_spacing="trailing"),
    )


def _words(side: int, *, guidance: float) -> dict[str, Any]:
    """What the readers of a description would have given."""
    import torch

    words = {"prompt_embeds": torch.randn(1, 77, 2048), "pooled_prompt_embeds": torch.randn(1, 1280)}
    unwanted = {f"negative_{name}": torch.zeros_like(value) for name, value in words.items()}
    size = {"width": side, "height": side, "guidance_scale": guidance, "output_type": "pt"}
    return words | (unwanted if guidance > 1 else {}) | size


def _sounder(small: bool) -> Any:
    from diffusers import (
        AutoencoderOobleck,
        CosineDPMSolverMultistepScheduler,
        StableAudioDiTModel,
        StableAudioPipeline,
        StableAudioProjectionModel,
    )

    return StableAudioPipeline(
        vae=AutoencoderOobleck(**(SMALL_OOBLECK if small else {})).eval(),
        text_encoder=None,
        projection_model=StableAudioProjectionModel(768, 768, 0, 512).eval(),
        tokenizer=None,
        transformer=StableAudioDiTModel(**(SMALL_DIT if small else {})).eval(),
        scheduler=CosineDPMSolverMultistepScheduler(
            sigma_min=0.3,
            sigma_max=500,
            solver_order=2,
            prediction_type="v_prediction",
            sigma_data=1.0,
            sigma_schedule="exponential",
        ),
    )


def _sound_words(small: bool) -> dict[str, Any]:
    import torch

    words = torch.randn(1, 128, 768)
    length = 1.0 if small else 47.0
    return {
        "prompt_embeds": words,
        "negative_prompt_embeds": torch.zeros_like(words),
        "attention_mask": torch.ones(1, 128, dtype=torch.long),
        "negative_attention_mask": torch.ones(1, 128, dtype=torch.long),
        "audio_end_in_s": length,
        "guidance_scale": 7.0,
    }


def _measured(
    pipeline: Any, subject: Subject, setting: str, options: dict[str, Any], device: str, floor: float
) -> Rate:
    import torch

    _called(pipeline, subject, options, device, steps=2)  # warm, or compile
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    times, seconds = _called(pipeline, subject, options, device, steps=subject.steps)
    peak = torch.cuda.max_memory_allocated() if device == "cuda" else 0
    pace = (len(times) - 1) / (times[-1] - times[0])
    return Rate(subject.name, setting, pace, seconds, peak, floor, subject.seconds)


def _called(
    pipeline: Any, subject: Subject, options: dict[str, Any], device: str, *, steps: int
) -> tuple[list[float], float]:
    """When each step ended, and how long the call took, in seconds."""
    import torch

    times: list[float] = []

    def note(*told: Any) -> Any:
        _finished(device)
        times.append(time.perf_counter())
        return told[-1]

    named = "callback" if subject.seconds else "callback_on_step_end"
    started = time.perf_counter()
    with torch.inference_mode():
        pipeline(**options, num_inference_steps=steps, **{named: note})
    _finished(device)
    return times, time.perf_counter() - started


def _floor(pipeline: Any, subject: Subject, options: dict[str, Any], device: str, small: bool) -> float:
    """Steps a second that no program can pass: by what a step computes, and by the weights it must read."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    network = getattr(pipeline, subject.network)
    counted: list[int] = []
    forward = network.forward

    def counting(*args: Any, **kwargs: Any) -> Any:
        with FlopCounterMode(display=False) as counter:
            made = forward(*args, **kwargs)
        counted.append(counter.get_total_flops())
        return made

    network.forward = counting
    with torch.inference_mode():
        pipeline(**options, num_inference_steps=2)
    network.forward = forward
    weights = sum(weight.nbytes for weight in network.parameters())
    products, copying = _device_rates(device, network.dtype, small)
    return 1 / max(counted[-1] / products, weights / copying)


def _device_rates(device: str, dtype: Any, small: bool) -> tuple[float, float]:
    """The device's own rates, measured: operations a second of a matrix product, bytes a second read."""
    import torch

    side, size = (SMALL_SIDE, SMALL_BYTES) if small else (MATRIX_SIDE, COPIED_BYTES)
    matrix = torch.randn(side, side, device=device, dtype=dtype)
    block = torch.zeros(size, device=device, dtype=torch.uint8)
    product = _best(lambda: matrix @ matrix, device)
    copy = _best(block.clone, device)
    return 2 * side**3 / product, 2 * size / copy


def _best(work: Callable[[], Any], device: str, times: int = 10) -> float:
    """Seconds of the fastest of several runs."""
    took = []
    for _ in range(times):
        _finished(device)
        started = time.perf_counter()
        work()
        _finished(device)
        took.append(time.perf_counter() - started)
    return min(took)


def _compiled(held: _Held, device: str) -> None:
    before = os.environ.get(COMPILE)
    os.environ[COMPILE] = "1"
    try:
        tuning.tune(held, device)
    finally:
        if before is None:
            del os.environ[COMPILE]
        else:
            os.environ[COMPILE] = before


def _finished(device: str) -> None:
    if device == "cuda":
        import torch

        torch.cuda.synchronize()


@contextmanager
def _defaults(device: str, dtype: Any) -> Iterator[None]:
    """Let torch make everything on a device in a number format."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device(device):
            yield
    finally:
        torch.set_default_dtype(before)


def table(found: list[Rate]) -> str:
    """The measurements as a table in Markdown."""
    lines = [
        "| model | run as | steps/s | of the floor | seconds a result | sound a second | memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for rate in found:
        told = rate.to_dict()
        sound = f"{told['sound_seconds_per_second']:.1f} s" if rate.sound_seconds else "-"
        lines.append(
            f"| {rate.name} | {rate.setting} | {rate.steps_per_second:.2f} | {told['of_floor']:.0%} "
            f"| {rate.seconds:.2f} | {sound} | {rate.peak_bytes / 1e9:.1f} GB |"
        )
    return "\n".join(lines)


def main() -> None:
    import torch

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--small", action="store_true", help="tiny configurations")
    small = parser.parse_args().small
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu" and not small:
        parser.error("there is no CUDA device; --small tries the program on a CPU")
    print(table(rates(device, small=small)))


if __name__ == "__main__":
    main()
