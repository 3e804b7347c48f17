"""The hub's models on a GPU: ours beside the seeds' own settings, and beside what the card can do at most.

    python -m benchmarks.gpu [--only captions|diffusion] [--json FILE]

Runs wherever CUDA is. The networks are of the full published configurations with random weights: no hub is
asked, and the arithmetic is that of the real ones. The card's limits are measured in the same run: the best
speed of a large bfloat16 matrix product, and of copying memory. Captions are counted from pixels that lie on
the device; a picture from its prompt's embeddings to pixels.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PRODUCT_SIDE = 8192
COPY_BYTES = 1 << 30
ROUNDS = 10
NO_CUDA = "There is no CUDA device here, so nothing was measured. On a CPU run benchmarks.captioners instead."


def limits() -> dict[str, Any]:
    """What the card does at most: arithmetic in TFLOP/s (bfloat16), memory in GB/s, and its own name."""
    import torch

    square = torch.randn(PRODUCT_SIDE, PRODUCT_SIDE, device="cuda", dtype=torch.bfloat16)
    source = torch.empty(COPY_BYTES, device="cuda", dtype=torch.uint8)
    target = torch.empty_like(source)
    product = best_seconds(lambda: square @ square)
    copy = best_seconds(lambda: target.copy_(source))
    return {
        "gpu": torch.cuda.get_device_name(),
        "tflop_per_second": round(2 * PRODUCT_SIDE**3 / product / 1e12, 1),
        "gb_per_second": round(2 * COPY_BYTES / copy / 1e9, 1),
    }


def best_seconds(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The shortest time of some work on the GPU, by the GPU's own clock."""
    import torch

    work()
    times = []
    for _ in range(rounds):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        work()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) / 1000)
    return min(times)


def caption_table(rows: list[dict[str, Any]], most_tflop: float) -> str:
    """Captions a second in Markdown, the gain over the usual way, and the share of the card's arithmetic."""
    lines = [
        "| model | run as | batch | captions/s | against the usual way | of the card's arithmetic | memory |",
        "|---|---|---|---|---|---|---|",
    ]
    usual = {row["model"]: row["captions_per_second"] for row in rows if row["way"] != "ours"}
    for row in rows:
        gain = row["captions_per_second"] / usual[row["model"]]
        share = row["tflop_per_second"] / most_tflop
        lines.append(
            f"| {row['model']} | {row['way']} | {row['batch']} | {row['captions_per_second']:.1f} "
            f"| {gain:.1f} x | {share:.1%} | {row['peak_gb']:.1f} GB |"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("captions", "diffusion"))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here too")
    options = parser.parse_args()
    import torch

    if not torch.cuda.is_available():
        print(NO_CUDA, file=sys.stderr)
        return 2
    from benchmarks import captioners, diffusion_rates

    found: dict[str, Any] = {"limits": limits()}
    print("{gpu}: {tflop_per_second} TFLOP/s in bfloat16, {gb_per_second} GB/s".format(**found["limits"]))
    if options.only != "diffusion":
        found["captions"] = captioners.rates("cuda")
        print(caption_table(found["captions"], found["limits"]["tflop_per_second"]))
    if options.only != "captions":
        rates = diffusion_rates.rates("cuda")
        found["diffusion"] = [rate.to_dict() for rate in rates]
        print(diffusion_rates.table(rates))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
