"""What fine-tuning takes at real size: memory and time of a step, foretold and measured.

    python -m benchmarks.training [--steps 3] [--batch 1 --batch 8] [--method lora --method full]
    python -m benchmarks.training --small        # a tiny network, to try the program

The network is of BLIP-base's full published configuration with random weights (227 million): no hub is asked,
and the arithmetic is that of the real one. Pictures of 640 by 480 pixels have captions of a dozen words. A
step is what `imagecraft train captioner` does in one: pictures opened and scaled, forward, backward, AdamW.
The first is not counted. Memory is the GPU's at its most; on a CPU the program's at its most, all it has
loaded included, for one row after the other: the largest should come last. Besides wall time a step's
processor time is given, for machines that do something else as well.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.captioner_networks import blip_base

PICTURES, SIZE = 24, (640, 480)
WORDS_OF_A_CAPTION = 12
HEAD = (
    "| run as | batch | weights | learn | memory, foretold | measured | a step | processor | pictures/s |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def captioned(folder: Path) -> Path:
    """Pictures of noise with captions."""
    import numpy as np
    from PIL import Image

    chance = np.random.default_rng(0)
    rows = []
    for number in range(PICTURES):
        pixels = chance.integers(0, 255, (SIZE[1] // 8, SIZE[0] // 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize(SIZE).save(folder / f"{number}.jpg")
        words = " ".join(f"w{word}" for word in chance.integers(1000, 20_000, WORDS_OF_A_CAPTION))
        rows.append({"image": f"{number}.jpg", "caption": words})
    (folder / "captions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder / "captions.jsonl"


def measured(settings: Any, steps: int) -> dict[str, Any]:
    """A row of the table."""
    import torch

    from imagecraft.training.captioner.job import CaptionerJob
    from imagecraft.training.frame.estimate import estimate, save_memory
    from imagecraft.training.frame.numbers import Numbers

    numbers = Numbers.chosen(settings.precision)
    job = CaptionerJob(settings, numbers)
    save_memory(job)
    foretold = estimate(job, numbers, steps)
    if numbers.device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    learning = [weight for weight in job.model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=settings.rate)
    job.model.train()
    walls, processors = [], []
    for step in range(steps + 1):
        wall, processor = time.perf_counter(), time.process_time()
        places = [(step * settings.batch + place) % len(job.training) for place in range(settings.batch)]
        batch = job.collate([job.training[place] for place in places])
        with numbers.autocast():
            loss = job.model(**{name: value.to(numbers.device) for name, value in batch.items()}).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if numbers.device == "cuda":
            torch.cuda.synchronize()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return {
        "device": torch.cuda.get_device_name() if numbers.device == "cuda" else numbers.device,
        "precision": numbers.precision,
        "method": settings.method,
        "saving": settings.gradient_checkpointing,
        "batch": settings.batch,
        "weights": foretold.parameters,
        "learning": foretold.trained,
        "foretold_bytes": foretold.memory_bytes,
        "measured_bytes": _most_bytes(numbers.device),
        "step_seconds": statistics.median(walls[1:]),
        "processor_seconds": statistics.median(processors[1:]),
    }


def row_of(row: dict[str, Any]) -> str:
    """A row in Markdown."""
    saving = ", checkpointing" if row["saving"] else ""
    weights, learning = row["weights"] / 1e6, row["learning"] / 1e6
    return (
        f"| {row['device']}, {row['method']}, {row['precision']}{saving} | {row['batch']} "
        f"| {weights:.0f} M | {learning:.1f} M | {row['foretold_bytes'] / 1e9:.1f} GB "
        f"| {row['measured_bytes'] / 1e9:.1f} GB | {row['step_seconds']:.2f} s "
        f"| {row['processor_seconds']:.2f} s | {row['batch'] / row['step_seconds']:.2f} |"
    )


def _most_bytes(device: str) -> int:
    if device == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated())
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=3)
    several: dict[str, Any] = {"action": "append", "help": "may be given several times"}
    parser.add_argument("--batch", type=int, **several)
    parser.add_argument("--method", choices=("lora", "full"), **several)
    parser.add_argument("--precision", choices=("auto", "bf16", "fp16", "fp32"), default="auto")
    parser.add_argument("--gradient-checkpointing", action="store_true")
    parser.add_argument("--small", action="store_true", help="a tiny network, to try the program")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here too")
    options = parser.parse_args(words)
    from imagecraft.runtime.quiet import quietly
    from imagecraft.training.captioner.settings import CaptionerSettings

    rows = []
    with TemporaryDirectory(prefix="imagecraft-") as name, quietly():
        base, data = Path(name) / "base", Path(name) / "data"
        base.mkdir()
        data.mkdir()
        blip_base(base, small=options.small)
        table = captioned(data)
        print(HEAD, flush=True)
        for method in options.method or ["lora", "full"]:
            for batch in options.batch or [1]:
                settings = CaptionerSettings(
                    data=str(table),
                    base=str(base),
                    method=method,
                    batch=batch,
                    precision=options.precision,
                    gradient_checkpointing=options.gradient_checkpointing,
                )
                rows.append(measured(settings, options.steps))
                print(row_of(rows[-1]), flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
