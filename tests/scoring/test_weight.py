"""Scoring loads what it needs when it needs it, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "bert_score", "nltk", "sacrebleu", "rouge_score", "matplotlib", "pandas")


@pytest.mark.parametrize(
    "code",
    [
        "import imagecraft; imagecraft.score",
        "from imagecraft.scoring.metrics import metrics; [one.unavailable() for one in metrics().values()]",
        "import imagecraft; imagecraft.score(['a', 'b'], ['a', 'c'], metrics='bleu,rouge_l,cider_d')",
        "import imagecraft; imagecraft.score_audio([0.1, 0.2], [0.1, 0.1])",
    ],
)
def test_no_heavy_package_is_imported_for_the_light_metrics(code: str) -> None:
    check = f"{code}\nimport sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
