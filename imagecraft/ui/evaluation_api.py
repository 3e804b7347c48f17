"""`/evaluate` of the HTTP API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from imagecraft.errors import InvalidInput
from imagecraft.pipelines.evaluation import Comparison, ScoreReport, compare, rows_of, score
from imagecraft.ui import evaluation_words as words
from imagecraft.ui import turns
from imagecraft.ui.errors import api_error


def endpoint() -> None:
    """Offer `/evaluate`. Its controls are never seen on the page."""
    hidden: dict[str, Any] = {"visible": False}
    gr.on(
        [],
        evaluate,
        inputs=[
            gr.File(label="predictions", type="filepath", **hidden),
            gr.File(label="references", type="filepath", **hidden),
            gr.Textbox("", label="metrics", **hidden),
            gr.File(label="second", type="filepath", **hidden),
            gr.Number(0, label="confidence", **hidden),
        ],
        outputs=[gr.JSON(label="scores", **hidden), gr.JSON(label="details", **hidden)],
        api_name="evaluate",
        api_description=evaluate.__doc__,
        concurrency_limit=None,
        show_progress="hidden",
    )


def evaluate(
    predictions: str | None,
    references: str | None,
    metrics: str = "",
    second: str | None = None,
    confidence: float = 0,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Score captions against what people wrote.

    predictions, references and second are files as the command line takes them; without metrics (names with
    commas between) the defaults are computed; confidence 0 gives no intervals. Gives the table of scores
    ({"headers", "data"}) and the command line's JSON object.
    """
    try:
        if not predictions or not references:
            raise InvalidInput(
                words.NO_FILE.format(what="predictions" if not predictions else "references"), "Give a file."
            )
        work = _scored(predictions, references, metrics, second, confidence)
        return turns.last(turns.whole.keep(work))
    except Exception as error:
        raise api_error(error) from None


def _scored(
    predictions: str, references: str, metrics: str, second: str | None, confidence: float
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    options: dict[str, Any] = {"metrics": metrics or None}
    if confidence:
        options["confidence"] = confidence
    result: ScoreReport | Comparison
    if second:
        result = compare(Path(predictions), Path(second), Path(references), **options)
    else:
        result = score(Path(predictions), Path(references), **options)
    head, rows = rows_of(result)
    yield {"headers": head, "data": rows}, result.to_dict()
