"""How fast painters and makers of sound are, with random weights of the full published configurations.

Each is run as the first ImageCraft ran it (half precision, eager, as diffusers loads it), and as this one
does, beside the least time that the same sums can take on this device. PyTorch's flop counter counts what a
step computes. `python -m benchmarks.gpu` prints the table.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.device_rates import finished, going_on, limits
from benchmarks.diffusion_networks import Subject, defaults, subjects
from imagecraft.runtime import tuning

COMPILE = "IMAGECRAFT_COMPILE"


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
    for subject in subjects(small=small):
        with defaults(device, dtype):
            pipeline = subject.make()
            options = subject.options()
        pipeline.set_progress_bar_config(disable=True)
        floor = _floor(pipeline, subject, options, device, small)
        for setting, arrange in SETTINGS[: 2 if device == "cpu" else 3]:
            arrange(_Held(pipeline), device)
            with going_on(f"{subject.name}, {setting}"):
                found.append(_measured(pipeline, subject, setting, options, device, floor))
        del pipeline
        if device == "cuda":
            torch.cuda.empty_cache()
    return found


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
        finished(device)
        times.append(time.perf_counter())
        return told[-1]

    named = "callback" if subject.seconds else "callback_on_step_end"
    started = time.perf_counter()
    with torch.inference_mode():
        pipeline(**options, num_inference_steps=steps, **{named: note})
    finished(device)
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
    most = limits(device, str(network.dtype).removeprefix("torch."), small=small)
    return 1 / most.least_seconds(counted[-1], weights)


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
