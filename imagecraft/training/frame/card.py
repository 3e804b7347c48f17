"""The model card: what a model learnt from, how, and what it scores, in Markdown as the hub wants it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import imagecraft
from imagecraft.media.files import replacing
from imagecraft.training.frame.job import Job
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.settings import Settings

UNLICENSED = "Not stated. It follows from the licences of the base model and of the data."
NOT_SHOWN = frozenset(["task", "data", "out", "base", "push", "log_to", "license", "workers", "keep"])


def write_card(
    job: Job, run: Run, scores: Mapping[str, float], tested: Mapping[str, float], steps: int, seconds: float
) -> None:
    """Write `run.model`/README.md.

    Args:
        job: What was trained.
        run: Its folder.
        scores: Of the model that was kept, on the validation data.
        tested: On the test data; empty without any.
        steps: How many were made.
        seconds: How long they took.
    """
    facts = job.facts()
    parts = [
        _front_matter(job.settings, facts.pipeline_tag, facts.base, facts.metrics),
        f"# {facts.title}",
        f"Fine-tuned with ImageCraft {imagecraft.__version__} from {facts.base or 'random weights'}: "
        f"{steps} steps, {seconds:.0f} s.",
        "## Use",
        facts.use,
        "## Data",
        _list([*facts.data, *([f"{len(job.testing)} to test the kept model on."] if job.testing else [])]),
        "## Scores",
        _said_of(scores, tested),
        _table(_score_rows(scores, tested)),
        *(("On pictures of the validation data:", _table(facts.examples)) if len(facts.examples) > 1 else ()),
        "## Settings",
        _table([("setting", "value"), *_shown(job.settings)]),
        "## Limits",
        _list(facts.limits),
        "## Licence",
        job.settings.license or UNLICENSED,
    ]
    with replacing(run.model / "README.md") as target:
        target.write_text("\n\n".join(filter(None, parts)) + "\n", "utf-8", "replace")


def _said_of(scores: Mapping[str, float], tested: Mapping[str, float]) -> str:
    if not scores:
        return "None: the run ended before its first scores."
    if not tested:
        return (
            "On the validation data, which the model did not learn from, but which chose the checkpoint that "
            "was kept:"
        )
    return (
        "The validation data chose the checkpoint that was kept; the test data were looked at once, when all "
        "was done. The model learnt from neither:"
    )


def _score_rows(scores: Mapping[str, float], tested: Mapping[str, float]) -> list[tuple[str, ...]]:
    if not tested:
        return [("score", "validation"), *((name, f"{value:.4g}") for name, value in scores.items())]
    rows = [
        (name, *(f"{part[name]:.4g}" if name in part else "-" for part in (scores, tested)))
        for name in dict.fromkeys([*scores, *tested])
    ]
    return [("score", "validation", "test"), *rows]


def _front_matter(settings: Settings, tag: str, base: str, metrics: Sequence[str]) -> str:
    rows = ["---", "library_name: transformers", f"pipeline_tag: {tag}", "tags: [imagecraft]"]
    if settings.license:
        rows.append(f"license: {json.dumps(settings.license.lower())}")
    if base.count("/") == 1 and not base.startswith((".", "/")):
        rows.append(f"base_model: {json.dumps(base)}")
    if metrics:
        rows.append(f"metrics: {json.dumps(list(metrics))}")
    return "\n".join([*rows, "---"])


def _shown(settings: Settings) -> list[tuple[str, str]]:
    return [
        (name.replace("_", " "), str(value))
        for name, value in settings.to_dict().items()
        if name not in NOT_SHOWN and value != ""
    ]


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {_plain(sentence)}" for sentence in sentences)


def _table(rows: Sequence[Sequence[str]]) -> str:
    if len(rows) < 2:
        return ""
    head, *body = [[_plain(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """One line without markup of its own."""
    return " ".join(text.split()).replace("<", "&lt;")
