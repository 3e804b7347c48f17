"""How fast captions are scored, in how much memory, and whether the numbers are the field's.

    python -m benchmarks.scoring [--data DATA] [--items N]

N captions (5,000) with five references each, BLEU-1..4, ROUGE-L and CIDEr-D, on one core: ours beside
pycocoevalcap (pip install pycocoevalcap; its tokenizer is a Java program), each in a process of its own.
References are five people's captions of COCO images; the captions to score are made from them: two in three
are one of the five without its last word, every third is another image's.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.photos import DEFAULT_DATA
from imagecraft.training.data import caption_texts

REFERENCES = 5
SCORES = ("bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "cider_d")
LIMIT_SECONDS = 20.0
LARGEST_DIFFERENCE = 0.001

Captions = dict[str, str]
References = dict[str, list[str]]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--way", choices=tuple(WAYS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(_measured(options.way, *_set(options.data, options.items))))
        return 0

    found = {way: _in_own_process(way, options) for way in WAYS if _can_run(way)}
    print(f"{options.items} captions with {REFERENCES} references each, one core\n")
    print(f"{'':16}" + "".join(f"{name:>10}" for name in (*SCORES, "seconds", "MB", "Java MB")))
    for way, row in found.items():
        scores = "".join(f"{row['scores'][name]:10.6f}" for name in SCORES)
        print(
            f"{way:16}{scores}{row['seconds']:10.2f}{row['megabytes']:10.0f}{row['children_megabytes']:10.0f}"
        )
    ours = found["imagecraft"]
    good = ours["seconds"] < LIMIT_SECONDS
    for way, row in found.items():
        if way != "imagecraft":
            gaps = {name: ours["scores"][name] - row["scores"][name] for name in SCORES}
            print(f"{'difference':16}" + "".join(f"{gaps[name]:10.6f}" for name in SCORES))
            good &= all(abs(gap) < LARGEST_DIFFERENCE for gap in gaps.values())
    return 0 if good else 1


def _imagecraft(captions: Captions, references: References) -> dict[str, float]:
    from imagecraft.scoring.captions import score

    return score(captions, references, metrics=SCORES).metrics


def _pycocoevalcap(captions: Captions, references: References) -> dict[str, float]:
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    with contextlib.redirect_stdout(io.StringIO()):
        split = PTBTokenizer().tokenize
        ours = split({name: [{"caption": text}] for name, text in captions.items()})
        theirs = split({name: [{"caption": text} for text in texts] for name, texts in references.items()})
        bleu, _ = Bleu(4).compute_score(theirs, ours)
        rouge, _ = Rouge().compute_score(theirs, ours)
        cider, _ = Cider().compute_score(theirs, ours)
    return dict(zip(SCORES, map(float, (*bleu, rouge, cider)), strict=True))


WAYS: dict[str, Callable[[Captions, References], dict[str, float]]] = {
    "imagecraft": _imagecraft,
    "pycocoevalcap": _pycocoevalcap,
}


def _set(data: Path, items: int) -> tuple[Captions, References]:
    images = [texts[:REFERENCES] for texts in caption_texts(data) if len(texts) >= REFERENCES][:items]
    captions, references = {}, {}
    for place, texts in enumerate(images):
        other = images[(place + 1) % len(images)][0]
        own = " ".join(texts[place % REFERENCES].split()[:-1])
        captions[str(place)] = other if place % 3 == 2 else own
        references[str(place)] = list(texts)
    return captions, references


def _measured(way: str, captions: Captions, references: References) -> dict[str, Any]:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    before = _megabytes(resource.RUSAGE_SELF)
    started = time.perf_counter()
    scores = WAYS[way](captions, references)
    return {
        "scores": scores,
        "seconds": time.perf_counter() - started,
        "megabytes": _megabytes(resource.RUSAGE_SELF) - before,
        "children_megabytes": _megabytes(resource.RUSAGE_CHILDREN),
    }


def _megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1000


def _in_own_process(way: str, options: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scoring", "--way", way]
    command += ["--data", str(options.data), "--items", str(options.items)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def _can_run(way: str) -> bool:
    if way != "pycocoevalcap":
        return True
    if importlib.util.find_spec("pycocoevalcap") and shutil.which("java"):
        return True
    print("pycocoevalcap is left out: it needs pip install pycocoevalcap, and Java.", file=sys.stderr)
    return False


if __name__ == "__main__":
    sys.exit(main())
