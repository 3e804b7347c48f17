"""The bar under each tab's input: its main button, where the work stands, and Stop; and how work is wired."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from imagecraft.ui import strings, widgets

PRIVATE: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Of events that only the page's own controls start."""
WORKING: dict[str, Any] = PRIVATE | {"concurrency_limit": None}
"""Of long work: `turns` lets a few go on at the same time, so Gradio need not."""


@dataclass(frozen=True)
class RunBar:
    """The bar's controls.

    Attributes:
        name: Of the run, for the scripts (`imagecraft.runs[name]`).
        start: The main button.
        status: Where the work stands; its values are made by `imagecraft.ui.work`.
        stop: The button that stops it.
    """

    name: str
    start: gr.Button
    status: gr.HTML
    stop: gr.Button

    def ends(self, *runs: Any) -> None:
        """Let Stop end these runs (what events return), and let the page know when they have ended."""
        for run in runs:
            run.then(None, js=f"() => imagecraft.runs[{json.dumps(self.name)}].settled()", **PRIVATE)
        self.stop.click(None, cancels=list(runs), **PRIVATE)


def run_bar(
    name: str,
    label: str,
    *,
    problem: str,
    others: Mapping[str, str] | None = None,
    enters: Mapping[str, str] | None = None,
    player: str = "",
    result: str = "",
) -> RunBar:
    """Lay the bar out. Its buttons' ids are `ic-{name}` and `ic-{name}-stop`.

    Args:
        name: Of the run; one word.
        label: Of the main button: a verb.
        problem: Id of the notice beside which a lost connection is told.
        others: Ids of other buttons that start work of this tab -> ids of the notices for their problems.
        enters: Ids of text fields -> ids of the buttons that Ctrl+Enter in them presses.
        player: Id of the player that tells the result, if one does.
        result: Id of what a phone scrolls to when a result has come and no player tells it.
    """
    settings = {
        "name": name,
        "starters": {f"ic-{name}": problem} | dict(others or {}),
        "enters": dict(enters or {}),
        "player": player,
        "result": result,
    }
    with gr.Column(elem_classes="ic-action"):
        start = gr.Button(label, variant="primary", elem_id=f"ic-{name}", elem_classes="ic-start")
        with gr.Row(elem_classes="ic-progress-row"):
            status = widgets.work_status(f"ic-{name}-status", settings)
            stop = gr.Button(strings.STOP, elem_id=f"ic-{name}-stop", elem_classes="ic-stop", size="md")
    return RunBar(name, start, status, stop)


def told(
    controls: Mapping[str, Any], work: Callable[..., Iterator[dict[str, Any]]]
) -> Callable[..., Iterator[dict[Any, Any]]]:
    """Work that tells its steps as {name of a control: its new value}, as Gradio calls it.

    Closing the steps stops the work. Work without a step changes nothing: Gradio would empty its controls.
    """

    def steps(*values: Any) -> Iterator[dict[Any, Any]]:
        changed = False
        for update in work(*values):
            changed = True
            yield {controls[name]: value for name, value in update.items()}
        if not changed:
            yield gr.skip()

    return steps


def told_once(
    controls: Mapping[str, Any], work: Callable[..., dict[str, Any]]
) -> Callable[..., dict[Any, Any]]:
    """As `told`, for work of one step."""

    def step(*values: Any) -> dict[Any, Any]:
        return {controls[name]: value for name, value in work(*values).items()} or gr.skip()

    return step
