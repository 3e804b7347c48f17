"""A run's numbers as curves, and tables of mistakes, in PNG files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.media.files import replacing

INCHES, DOTS_PER_INCH = (7.0, 4.0), 110
LOSSES = {"loss": "training", "validation_loss": "validation"}
NOT_SCORES = frozenset(["step", "epoch", "loss", "validation_loss", "learning_rate", "grad_norm"])
MOST_NAMED_CLASSES = 40
MOST_COUNTED_CLASSES = 20

Curves = Mapping[str, tuple[Sequence[float], Sequence[float]]]


def draw_curves(rows: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """Draw loss.png, scores.png and learning_rate.png out of a log, as far as it has such numbers.

    Returns:
        The files.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    scores = {name: _curve(rows, name) for name in names if name not in NOT_SCORES and _has_share(rows, name)}
    drawn = {
        "loss": ({label: _curve(rows, name) for name, label in LOSSES.items()}, "loss"),
        "scores": (scores, "score"),
        "learning_rate": ({"learning rate": _curve(rows, "learning_rate")}, "learning rate"),
    }
    files = []
    for name, (curves, title) in drawn.items():
        there = {label: curve for label, curve in curves.items() if curve[0]}
        if there:
            files.append(folder / f"{name}.png")
            _draw(there, title, files[-1])
    return files


def draw_confusion(table: np.ndarray, classes: Sequence[str], path: Path) -> None:
    """Draw how often each class (row) was taken for each (column).

    Args:
        table: Counts, of shape (classes, classes).
    """
    side = min(20.0, max(4.0, 0.45 * len(classes) + 2))
    figure, axes = _figure((side, side))
    shares = table / np.maximum(1, table.sum(axis=1, keepdims=True))
    axes.imshow(shares, cmap="viridis", vmin=0, vmax=1)
    axes.set_xlabel("taken for")
    axes.set_ylabel("is")
    if len(classes) <= MOST_NAMED_CLASSES:
        axes.set_xticks(range(len(classes)), classes, rotation=90)
        axes.set_yticks(range(len(classes)), classes)
    if len(classes) <= MOST_COUNTED_CLASSES:
        for row, column in np.ndindex(*table.shape):
            shade = "black" if shares[row, column] > 0.6 else "white"
            axes.text(column, row, f"{int(table[row, column])}", ha="center", va="center", color=shade)
    _save(figure, path)


def _has_share(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Whether a score is drawn: all but times and counts, which would press the others flat."""
    return not name.endswith(("_seconds", "_per_second")) and any(row.get(name) is not None for row in rows)


def _curve(rows: Sequence[Mapping[str, Any]], name: str) -> tuple[list[float], list[float]]:
    there = [(row["step"], row[name]) for row in rows if row.get(name) is not None]
    return [step for step, _ in there], [value for _, value in there]


def _draw(curves: Curves, title: str, path: Path) -> None:
    figure, axes = _figure(INCHES)
    for label, (steps, values) in curves.items():
        axes.plot(steps, values, label=label, marker="." if len(steps) < 60 else "")
    axes.set_xlabel("step")
    axes.set_ylabel(title)
    axes.grid(alpha=0.3)
    if len(curves) > 1:
        axes.legend(fontsize="small")
    _save(figure, path)


def _figure(inches: tuple[float, float]) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=inches, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _save(figure: Any, path: Path) -> None:
    with replacing(path) as target:
        figure.savefig(target, dpi=DOTS_PER_INCH, format="png")
