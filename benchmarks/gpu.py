"""The hub's models on a GPU: ours beside the seeds' own settings, and beside what the card can do at most.

    python -m benchmarks.gpu [--only captions|diffusion] [--json FILE]
    python -m benchmarks.gpu --small          # tiny networks, to try the program; on a CPU too

Runs wherever CUDA is. The networks are of the full published configurations with random weights: no hub is
asked, and the arithmetic is that of the real ones. The card's limits are measured in the same run: the best
speed of a large bfloat16 matrix product, and of copying memory. Captions are counted from pixels that lie on
the device; a picture from its prompt's embeddings to pixels. What cannot be measured (memory that is too
small, a compiler that is missing) is said on stderr, and the rest is measured.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.device_rates import Limits, limits

NO_CUDA = (
    "There is no CUDA device here, so nothing was measured. --small tries the program on a CPU; "
    "benchmarks.captioners measures CPUs."
)


def caption_table(rows: list[dict[str, Any]], most: Limits) -> str:
    """Captions a second in Markdown, the gain over the usual way, and the share of what the card can do.

    The floor is the longer of two times: of the arithmetic, and of reading the weights, those that write once
    for each token.
    """
    lines = [
        "| model | run as | batch | captions/s | beside the usual | of the floor | of arithmetic | memory |",
        "|---|---|---|---|---|---|---|---|",
    ]
    usual = {row["model"]: row["captions_per_second"] for row in rows if row["way"] != "ours"}
    for row in rows:
        pace, batch = row["captions_per_second"], row["batch"]
        gain = f"{pace / usual[row['model']]:.1f} x" if row["model"] in usual else "-"
        floor = most.least_seconds(row["gflop"] * 1e9 * batch, row["read_gb"] * 1e9) / batch
        share = pace * row["gflop"] * 1e9 / most.flop_per_second
        lines.append(
            f"| {row['model']} | {row['way']} | {batch} | {pace:.1f} | {gain} | {pace * floor:.1%} "
            f"| {share:.1%} | {row['peak_gb']:.1f} GB |"
        )
    return "\n".join(lines)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("captions", "diffusion"))
    parser.add_argument("--small", action="store_true", help="tiny networks, to try the program")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here too")
    options = parser.parse_args(words)
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu" and not options.small:
        print(NO_CUDA, file=sys.stderr)
        return 2
    from benchmarks import diffusion_rates, gpu_captions

    most = limits(device, small=options.small)
    found: dict[str, Any] = {"limits": asdict(most), "small": options.small}
    print(f"{most.told()}\n")
    if options.only != "diffusion":
        found["captions"] = gpu_captions.rates(device, small=options.small)
        print(f"{caption_table(found['captions'], most)}\n")
    if options.only != "captions":
        rates = diffusion_rates.rates(device, small=options.small)
        found["diffusion"] = [rate.to_dict() for rate in rates]
        print(diffusion_rates.table(rates))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
