"""The metrics there are: every `Metric` class in a module of this folder."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from functools import cache

from imagecraft.errors import InvalidInput
from imagecraft.scoring.base import Metric

ALL = "all"


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by name, in the order of lists."""
    found = []
    for entry in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{entry.name}")
        found += [
            kind()
            for kind in vars(module).values()
            if inspect.isclass(kind)
            and issubclass(kind, Metric)
            and kind.__module__ == module.__name__
            and not inspect.isabstract(kind)
            and not kind.__name__.startswith("_")
        ]
    return {metric.name: metric for metric in sorted(found, key=lambda metric: (metric.order, metric.name))}


def chosen(names: Iterable[str] | None) -> dict[str, frozenset[str]]:
    """The metrics asked for, each with the outputs that are wanted of it.

    Args:
        names: Names of metrics or of their outputs; "all" for whatever can run here; None for the defaults.

    Raises:
        InvalidInput: if a name is none of these; the error lists those there are.
    """
    known = metrics()
    if isinstance(names, str):
        names = names.split(",")
    wanted = list(dict.fromkeys(name.strip() for name in names)) if names is not None else []
    if names is None:
        return {name: frozenset(metric.outputs) for name, metric in known.items() if metric.default}
    picked: dict[str, set[str]] = {}
    for name in wanted:
        for metric in known.values():
            if name == metric.name or (name == ALL and metric.unavailable() is None):
                picked.setdefault(metric.name, set()).update(metric.outputs)
            elif name in metric.outputs:
                picked.setdefault(metric.name, set()).add(name)
        if name != ALL and not any(
            name == metric.name or name in metric.outputs for metric in known.values()
        ):
            raise InvalidInput(f"There is no metric '{name}'.", f"Choose from: {', '.join([*known, ALL])}.")
    if not picked:
        raise InvalidInput("No metric was chosen.", f"Choose from: {', '.join([*known, ALL])}.")
    return {name: frozenset(picked[name]) for name in known if name in picked}
