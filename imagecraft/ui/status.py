"""The head of the page, and its panel "Models and memory"."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import gradio as gr

from imagecraft import catalog
from imagecraft.pipelines import models
from imagecraft.ui import strings, widgets, work
from imagecraft.ui.assets import mark
from imagecraft.ui.errors import problem

EVERYTHING = "*"
"""Stands for every model in what the panel's buttons ask for."""

LARGEST_ON_A_SPACE_BYTES = 2_000_000_000


def head() -> None:
    """Name, sentence, status chip, and the panel that the chip opens."""
    widgets.markup(_title(), elem_id="ic-head")
    with gr.Column(elem_id="ic-models", elem_classes="ic-panel"):
        panel = widgets.markup(
            "",
            script='imagecraft.choices(element, trigger, ["wanted", "freed"]);'
            'imagecraft.models(element, () => trigger("shown"))',
            elem_id="ic-model-list",
        )
        panel_problem = widgets.notice("ic-models-problem")
    private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

    def fetch(event: gr.EventData) -> Iterator[dict[Any, Any]]:
        yield from _fetch(str(event.id), panel, panel_problem)

    def unload(event: gr.EventData) -> dict[Any, Any]:
        return _unload(str(event.id), panel, panel_problem)

    panel.shown(panel_markup, None, panel, queue=False, **private)
    panel.wanted(fetch, None, [panel, panel_problem], **private)
    panel.freed(unload, None, [panel, panel_problem], **private)


def _title() -> str:
    chip = html.escape(models.hardware_words())
    return (
        f'<div class="ic-title"><div class="ic-mark">{mark()}</div>'
        f'<div><h1>{strings.NAME}</h1><p class="ic-tagline">{html.escape(strings.TAGLINE)}</p></div></div>'
        f'<button type="button" id="ic-chip" class="ic-chip" aria-expanded="false" aria-controls="ic-models">'
        f'<span class="ic-dot" aria-hidden="true"></span><span>{chip}</span>'
        f'<span class="ic-sr">, {strings.MODELS_HEADING}</span></button>'
    )


def panel_markup(word: str = "", running: str = "", fraction: float | None = None) -> str:
    """Every task's models: which is in use, licence, size, whether it is on disk and in memory.

    Args:
        word: What was just done, said to those who listen.
        running: Id of the model that is being downloaded.
        fraction: How far that is, 0 to 1.
    """
    states = [state for state in models.states() if state.card.in_menus]
    tasks = dict.fromkeys(state.card.task for state in states)
    sections = "".join(
        _section(task, [s for s in states if s.card.task == task], running, fraction) for task in tasks
    )
    return (
        f'<h2 class="ic-heading">{strings.MODELS_HEADING}</h2>{_memory(states)}{sections}'
        f'<p class="ic-quiet" data-said>{html.escape(word)}</p>'
    )


def _memory(states: list[models.ModelState]) -> str:
    """How much memory the program takes, and a button that gives that of all models back."""
    words = html.escape(strings.MEMORY.format(memory=models.memory_words()))
    loaded = any(state.loaded for state in states)
    button = _action("freed", strings.MODEL_UNLOAD_ALL, EVERYTHING) if loaded else ""
    return f'<div class="ic-memory"><p class="ic-quiet">{words}</p>{button}</div>'


def _section(task: str, states: list[models.ModelState], running: str, fraction: float | None) -> str:
    """The model of a task that is in use, and the others folded."""
    default = models.best(task).id
    rows = {
        state.card.id: _row(state, state.card.id == default, state.card.id == running, fraction)
        for state in states
    }
    used = rows.pop(default, "")
    others = ""
    if rows:
        count = strings.MODEL_OTHERS.format(count=len(rows)) if len(rows) > 1 else strings.MODEL_OTHER
        others = (
            f'<details data-task="{task}"{" open" if running in rows else ""}><summary>{count}'
            f'<span class="ic-sr"> {_for(task)}</span></summary><ul>{"".join(rows.values())}</ul></details>'
        )
    return f"<section><h3>{html.escape(strings.TASKS[task])}</h3><ul>{used}</ul>{others}</section>"


def _for(task: str) -> str:
    return html.escape(strings.MODEL_OTHERS_FOR.format(task=strings.TASKS[task].lower()))


def _row(state: models.ModelState, in_use: bool, running: bool, fraction: float | None) -> str:
    card = state.card
    facts = [card.license, _disk(state)]
    if in_use:
        facts.insert(0, strings.MODEL_IN_USE)
    if state.memory_bytes:
        facts.append(strings.MODEL_IN_MEMORY_WITH_SIZE.format(size=_size(state.memory_bytes)))
    elif state.loaded:
        facts.append(strings.MODEL_IN_MEMORY)
    if card.gated and not state.on_disk:
        facts.append(strings.MODEL_GATED)
    if not card.commercial_use:
        facts.append(strings.MODEL_NOT_COMMERCIAL)
    if card.sends_data_out:
        facts.append(strings.MODEL_SENDS_OUT)
    actions = ""
    if running:
        value = "" if fraction is None else f' value="{fraction:.3f}"'
        label = html.escape(strings.MODEL_DOWNLOADING.format(model=card.id))
        actions = f'<progress class="ic-progress" max="1"{value} aria-label="{label}"></progress>'
    elif state.installed and not state.on_disk and _may_be_fetched(card):
        actions = _action("wanted", strings.MODEL_DOWNLOAD, card.id)
    elif state.loaded:
        actions = _action("freed", strings.MODEL_UNLOAD, card.id)
    command = "" if state.installed else widgets.operators(card.install)
    return (
        f'<li data-model="{html.escape(card.id)}"><div><strong>{html.escape(card.id)}</strong> '
        f'{html.escape(card.summary)}<p class="ic-quiet">{html.escape(" · ".join(facts))}</p>{command}</div>'
        f"{actions}</li>"
    )


def _may_be_fetched(card: catalog.ModelCard) -> bool:
    """Whether a visitor may download a model: on a Space, visitors share one small disk."""
    return bool(card.repo or card.assets) and (
        not models.is_space() or card.size_bytes <= LARGEST_ON_A_SPACE_BYTES
    )


def _disk(state: models.ModelState) -> str:
    if not state.installed:
        return strings.MODEL_NOT_INSTALLED
    if not state.card.size_bytes:
        return strings.MODEL_IN_PACKAGE
    words = strings.MODEL_ON_DISK if state.on_disk else strings.MODEL_NOT_ON_DISK
    return words.format(size=_size(state.card.size_bytes))


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{max(size_bytes, 1e6) / 1e6:.0f} MB"


def _action(event: str, words: str, model: str) -> str:
    name = html.escape(model)
    spoken = f'<span class="ic-sr"> {name}</span>' if model != EVERYTHING else ""
    return (
        f'<button type="button" class="ic-button" data-event="{event}" data-id="{name}">{html.escape(words)}'
        f"{spoken}</button>"
    )


def _fetch(model: str, panel: Any, notice: Any) -> Iterator[dict[Any, Any]]:
    """Download a model, shown where it stands in the list."""
    try:
        catalog.card(model)
        yield {panel: panel_markup(running=model)}
        for have, total in work.fetching(model):
            yield {panel: panel_markup(running=model, fraction=have / total if total else None)}
        yield {panel: panel_markup(strings.MODEL_DOWNLOADED.format(model=model))}
    except Exception as error:
        yield {panel: panel_markup(), notice: problem(error)}


def _unload(model: str, panel: Any, notice: Any) -> dict[Any, Any]:
    """Give a model's memory back, or that of all."""
    try:
        models.unload(None if model == EVERYTHING else model)
    except Exception as error:
        return {notice: problem(error)}
    everything = model == EVERYTHING
    words = strings.MODELS_UNLOADED if everything else strings.MODEL_UNLOADED.format(model=model)
    return {panel: panel_markup(words)}
