"""How many captions a second captioners write on a device, with random weights of published configurations.

The usual way (float32, one picture at a time) beside ours at batch 1, 8 and 64. Preparing the pictures is not
counted: both ways get pixels that lie on the device.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.captioner_networks import MAKERS, made
from benchmarks.captioner_ways import TOKENS, flops, generate, network_of, pictures
from benchmarks.captioners import kept_folder
from benchmarks.device_rates import finished, going_on
from imagecraft.runtime.device import hardware
from imagecraft.runtime.neural import Place

BATCHES, SMALL_BATCHES = (1, 8, 64), (1, 2)
ROUNDS, SMALL_ROUNDS = 5, 1
USUAL = "float32, batch 1"


def rates(device: str, folder: Path | None = None, *, small: bool = False) -> list[dict[str, Any]]:
    """Measure each captioner; what a device cannot do is said on stderr and left out.

    Args:
        device: torch's name of it.
        folder: Keeps the networks for another run.
        small: Tiny networks, to try the program.

    Returns:
        One row for each: model, way, batch, captions_per_second, peak_gb; gflop of one picture; read_gb, the
        weights that a batch reads, those that write once for each token.
    """
    rows: list[dict[str, Any]] = []
    rounds = SMALL_ROUNDS if small else ROUNDS
    usual_dtype = hardware().dtype if device == hardware().device else "bfloat16"
    with kept_folder(folder) as homes:
        for model in MAKERS:
            home = made(model, homes, small=small)
            work = flops(model, home)
            for way, place, batches in (
                (USUAL, Place(device, "float32"), (1,)),
                ("ours", Place(device, usual_dtype), SMALL_BATCHES if small else BATCHES),
            ):
                with going_on(f"{model}, {way}"):
                    network, asked = network_of(model, home, place, usual_way=way == USUAL)
                    for batch in batches:
                        inputs = asked(pictures(1) * batch)
                        seconds, peak = _measured(lambda n=network, i=inputs: generate(n, i), device, rounds)
                        rows.append(
                            {
                                "model": model,
                                "way": way,
                                "batch": batch,
                                "captions_per_second": round(batch / seconds, 2),
                                "peak_gb": round(peak / 1e9, 2),
                                "gflop": round(work / 1e9, 3),
                                "read_gb": round(_bytes_read(network) / 1e9, 4),
                            }
                        )
    return rows


def _bytes_read(network: Any) -> int:
    """Bytes of weights that writing `TOKENS` tokens reads: those that write once for each, the rest once."""
    writers = [part for name, part in network.named_modules() if name.endswith(("text_decoder", "decoder"))]
    writing = sum(weight.nbytes for weight in writers[0].parameters())
    return sum(weight.nbytes for weight in network.parameters()) + (TOKENS - 1) * writing


def _measured(work: Callable[[], object], device: str, rounds: int) -> tuple[float, int]:
    """The median of seconds, and the most bytes of the device in use; 0 on a CPU."""
    import torch

    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    took = []
    for _ in range(rounds + 1):
        finished(device)
        started = time.perf_counter()
        work()
        finished(device)
        took.append(time.perf_counter() - started)
    peak = torch.cuda.max_memory_allocated() if device == "cuda" else 0
    return statistics.median(took[1:]), peak
