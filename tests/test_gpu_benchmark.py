"""The benchmark for GPUs runs to its end with tiny networks on a CPU: a GPU gets its numbers at once."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("diffusers", "transformers", "accelerate", "torchsde"))),
    reason="the optional extra [neural] is not installed",
)

SDXL, STABLE_AUDIO = 2_567_463_684, 1_057_000_000
PUBLISHED = {"playground-v2.5": SDXL, "sdxl-turbo": SDXL, "stable-audio-open": STABLE_AUDIO}
"""Numbers in the network that each step runs; of Stable Audio in millions, as its authors tell them."""


def test_tiny_networks_are_measured_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    from benchmarks import gpu

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    file = tmp_path / "numbers.json"
    assert gpu.main(["--small", "--json", str(file)]) == 0
    printed = capsys.readouterr()
    assert "not measured" not in printed.err
    found = json.loads(file.read_text("utf-8"))
    assert found["limits"]["flop_per_second"] > 0
    assert {row["model"] for row in found["captions"]} == {"blip-base", "florence-2-base"}
    assert {row["name"] for row in found["diffusion"]} == set(PUBLISHED)
    for row in found["captions"]:
        assert row["captions_per_second"] > 0
        assert f"| {row['model']} | {row['way']} | {row['batch']} |" in printed.out
    for row in found["diffusion"]:
        assert row["steps_per_second"] > 0
        assert f"| {row['name']} | {row['setting']} |" in printed.out


def test_without_a_gpu_the_full_size_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    from benchmarks import gpu

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu.main([]) == 2
    assert "--small" in capsys.readouterr().err


def test_what_cannot_be_measured_does_not_end_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.device_rates import going_on

    with going_on("blip-base, batch 64"):
        raise MemoryError("CUDA out of memory.\nTried to allocate")
    assert capsys.readouterr().err == (
        "blip-base, batch 64: not measured (MemoryError: CUDA out of memory.)\n"
    )


def test_the_full_networks_are_those_that_were_published() -> None:
    """Made without memory: on a device that only knows shapes, in the number format of a GPU."""
    import torch

    from benchmarks.diffusion_networks import defaults, subjects

    for subject in subjects(small=False):
        with defaults("meta", torch.float16):
            pipeline = subject.make()
            subject.options()
        network = getattr(pipeline, subject.network)
        numbers = sum(weights.numel() for weights in network.parameters())
        assert numbers == pytest.approx(PUBLISHED[subject.name], rel=1e-4)
        assert {weights.dtype for weights in network.parameters()} == {torch.float16}
