"""The page's own controls: plain markup and a little script where Gradio's controls leave someone out.

Native file inputs, selects, ranges and audio work with every screen reader, on every phone, and with files
that Gradio's image control cannot show (HEIC). Templates are fixed texts; values reach the page through the
scripts as text, never as markup (a Gradio template would run `${…}` in a value as code).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import gradio as gr

from imagecraft.catalog import default_card
from imagecraft.pipelines.models import ranges
from imagecraft.ui import strings
from imagecraft.ui.assets import template


def sound_player(
    elem_id: str,
    *,
    run: str,
    result: str,
    play: str = strings.PLAY_DESCRIPTION,
    playing: str = strings.PLAYING_DESCRIPTION,
    asked: bool = False,
) -> gr.HTML:
    """A player with a large button and the sound's shape as its slider.

    Args:
        elem_id: Its id.
        run: Name of the run (`imagecraft.ui.running`) that makes its sounds.
        result: Id of what a phone scrolls to when a sound has come.
        play: Name of its button.
        playing: What is said when it begins to play by itself.
        asked: Whether its sounds are made only for who asks to hear them: then they play at once.

    Its value is None or {"made": number, "file": FileData, "duration": seconds, "peaks": [0..1, ...],
    "name": str}. While a sound is being made it may be {"made", "parts": [{"file", "duration"}, ...],
    "duration", "peaks"}: what can be heard so far. The whole sound has the same number.
    """
    settings = {"id": elem_id, "run": run, "result": result, "play": play, "playing": playing, "asked": asked}
    return scripted(
        elem_id,
        template("player.html", strings.PLAYER_WORDS | {"id": elem_id, "play": play}),
        f"imagecraft.player(element, props, watch, {script_value(settings)})",
    )


def subject(elem_id: str, *, field: str, words: Mapping[str, str]) -> gr.HTML:
    """A line that says what in a field a result is of, also when another file is chosen since.

    Args:
        elem_id: Its id.
        field: Id of the photo's or sound's field.
        words: Each with {name}: "chosen" for a result of what is in the field now, "other" of another file,
            "gone" of one that was removed.

    Its value is None or {"name": str, "path": the photo's or sound's file}.
    """
    settings = {"field": field, "words": dict(words)}
    return scripted(
        elem_id,
        '<p class="ic-subject"></p>',
        f"imagecraft.subject(element, props, watch, {script_value(settings)})",
    )


def menu(elem_id: str, label: str, *, tells: bool = False) -> gr.HTML:
    """A native select. Event, where `tells`: "changed", by the visitor.

    Its value is {"chosen": id, "groups": [{"label", "options": [{"id", "label", "disabled"}]}]}. An option
    may have a "kind", which its columns are marked with while it is chosen (data-kind), and "sliders": id of
    a slider -> [lowest, highest, usual value], which it is set to then.
    """
    return scripted(
        elem_id,
        f'<label class="ic-label" for="{elem_id}-select">{escape(label)}</label>'
        f'<select id="{elem_id}-select" class="ic-select"></select>',
        "imagecraft.menu(element, props, watch);"
        + ('element.addEventListener("change", () => trigger("changed"))' if tells else ""),
    )


def choice(
    elem_id: str, label: str, options: Sequence[tuple[str, str]], value: str, hint: str = ""
) -> gr.HTML:
    """One of a few, all in sight: native radio buttons in a named group. Its value is the chosen one's."""
    described = f' aria-describedby="{elem_id}-hint"' if hint else ""
    said = f'<p id="{elem_id}-hint" class="ic-quiet">{escape(hint)}</p>' if hint else ""
    entries = "".join(
        f'<label class="ic-radio"><input type="radio" name="{elem_id}" value="{escape(name)}"'
        f"{' checked' if name == value else ''}><span>{escape(words)}</span></label>"
        for words, name in options
    )
    return scripted(
        elem_id,
        f'<fieldset class="ic-choice"{described}><legend class="ic-label">{escape(label)}</legend>'
        f"<div>{entries}</div>{said}</fieldset>",
        "imagecraft.choice(element, props, watch)",
        value,
    )


def slider(
    elem_id: str,
    label: str,
    low: float,
    high: float,
    value: float,
    *,
    step: float = 0.1,
    unit: str = "×",
    decimals: int = 1,
) -> gr.HTML:
    """A native range that says its value with its unit ("1.5×", "10 s"). Its value is the number."""
    return scripted(
        elem_id,
        f'<div class="ic-slider"><label class="ic-label" for="{elem_id}-range">{escape(label)}</label>'
        f'<output for="{elem_id}-range"></output><input id="{elem_id}-range" type="range" '
        f'min="{low}" max="{high}" step="{step}" value="{value}"></div>',
        f"imagecraft.slider(element, props, watch, {script_value(unit)}, {decimals})",
        value,
    )


def steps_slider(elem_id: str, label: str, task: str) -> gr.HTML:
    """A slider for the steps of a task's models; their menu sets it to what each can do."""
    possible = ranges(default_card(task)).steps
    ends = (possible.least, possible.most, possible.usual)
    return slider(elem_id, label, *ends, step=1, unit="", decimals=0)


def guidance_slider(elem_id: str, label: str, task: str) -> gr.HTML:
    """The same for how closely they follow the words."""
    possible = ranges(default_card(task)).guidance
    ends = (possible.least, possible.most, possible.usual)
    return slider(elem_id, label, *ends, step=0.5, unit="")


def number(elem_id: str, label: str, hint: str, placeholder: str, *, low: int) -> gr.HTML:
    """A whole number from `low` up, or nothing. Event: "changed".

    Its value is None for nothing, else what was entered, which may be no such number.
    """
    return scripted(
        elem_id,
        f'<label class="ic-label" for="{elem_id}-field">{escape(label)}</label>'
        f'<input id="{elem_id}-field" class="ic-field" type="number" inputmode="numeric" min="{low}" '
        f'step="1" placeholder="{escape(placeholder)}" aria-describedby="{elem_id}-hint {elem_id}-problem">'
        f'<p id="{elem_id}-hint" class="ic-quiet">{escape(hint)}</p>',
        'imagecraft.number(element, props, trigger, ["changed"])',
    )


def notice(elem_id: str) -> gr.HTML:
    """A problem, beside what caused it.

    Its value is {"message": str, "hint": str}, empty for none; and "operators", what whoever runs the page
    can do, where there is something.
    """
    return scripted(
        elem_id,
        '<div class="ic-notice" hidden><div role="alert"><strong></strong> <span></span></div>'
        f"{operators()}</div>",
        f'imagecraft.notice("{elem_id}", element, props, watch)',
        {"message": "", "hint": ""},
    )


def operators(text: str = "") -> str:
    """What only whoever runs the page can do, folded, as markup."""
    return (
        f'<details class="ic-operators"><summary>{escape(strings.OPERATORS)}</summary>'
        f"<p>{escape(text)}</p></details>"
    )


def work_status(elem_id: str, settings: Mapping[str, Any]) -> gr.HTML:
    """Where the work stands; see `imagecraft.ui.running`, whose bar it is part of, for the settings.

    Its value is {"state": "idle" | "busy" | "done" | "failed", "words": str, "fraction": 0..1 or None,
    "say": str}, and "player" where another player than the run's own tells the result.
    """
    return scripted(
        elem_id,
        '<p class="ic-step"></p><progress class="ic-progress" max="1" hidden></progress>',
        f"imagecraft.run(element, props, watch, {script_value(settings)})",
    )


def picture(
    elem_id: str, *, title: str = "", toggle: Mapping[str, str] | None = None, empty: str = ""
) -> gr.HTML:
    """A picture with its alt text, or only the text. Its value is {"file": FileData or None, "alt": str}.

    Args:
        elem_id: Its id.
        title: A line over it.
        toggle: The button that shows and hides it: {"button": id, "show": its words, "hide": its words}.
        empty: What stands in its place before there is one.
    """
    over = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    return scripted(
        elem_id,
        f'<figure class="ic-drawn" hidden>{over}<img class="ic-picture" alt=""></figure>'
        f'<p class="ic-quiet" role="status"{"" if empty else " hidden"}>{escape(empty)}</p>',
        f"imagecraft.picture(element, props, watch, {script_value(toggle)})",
        {"file": None, "alt": empty},
    )


def checks(elem_id: str, label: str, entries: Sequence[Mapping[str, Any]]) -> gr.HTML:
    """Native checkboxes in a named group. Its value is the list of the ids that are on.

    Entries are {"id", "label", "about", "on" (optional), "disabled" (optional)}.
    """
    boxes = "".join(
        f'<label class="ic-check"><input type="checkbox" value="{escape(entry["id"])}"'
        f"{' checked' if entry.get('on') else ''}{' disabled' if entry.get('disabled') else ''}>"
        f"<span>{escape(entry['label'])}<small>{escape(entry['about'])}</small></span></label>"
        for entry in entries
    )
    return scripted(
        elem_id,
        f'<fieldset class="ic-checks"><legend class="ic-label">{escape(label)}</legend>'
        f"<div>{boxes}</div></fieldset>",
        "imagecraft.checks(element, props)",
        [entry["id"] for entry in entries if entry.get("on")],
    )


def layers(elem_id: str) -> gr.HTML:
    """The layers of a soundscape, each to switch, to set its level and place; a table of native controls.

    Its value is None or {"made": number, "plan": a plan's JSON object, each layer with what it "says"}. What
    the visitor changes stands in it; a value with another number is drawn anew.
    """
    return scripted(elem_id, '<div class="ic-layers"></div>', "imagecraft.layers(element, props, watch)")


def variants(elem_id: str, label: str) -> gr.HTML:
    """Pictures to choose one of; seen when there are several. Event: "chosen".

    Its value is None or {"entries": [{"file": FileData, "label": str, "alt": str}, ...], "chosen": index}.
    """
    return scripted(
        elem_id,
        f'<fieldset class="ic-variants" hidden><legend class="ic-label">{escape(label)}</legend>'
        "<div></div></fieldset>",
        'imagecraft.variants(element, props, watch, trigger, ["chosen"])',
    )


def downloads(elem_id: str) -> gr.HTML:
    """Links to save files. Its value is [{"label": str, "file": FileData}, ...]."""
    return scripted(
        elem_id, '<div class="ic-buttons"></div>', "imagecraft.downloads(element, props, watch)", []
    )


def disclosure(elem_id: str, label: str) -> gr.HTML:
    """A button that shows and hides what is put inside (use it as a context)."""
    return scripted(
        elem_id,
        f'<button type="button" class="ic-disclosure" aria-expanded="false">{escape(label)}</button>'
        "@children",
        "imagecraft.disclosure(element)",
    )


def markup(value: str, *, elem_id: str | None = None, script: str | None = None) -> gr.HTML:
    """Markup that the server made; all that is not fixed text in it must be escaped."""
    return gr.HTML(value, js_on_load=script, apply_default_css=False, elem_id=elem_id)


def heading(text: str, level: int) -> gr.HTML:
    """A heading for those who go from heading to heading; the layout says the same to the others."""
    return markup(f'<h{level} class="ic-sr">{escape(text)}</h{level}>')


def scripted(elem_id: str, html: str, script: str, value: Any = None, **props: Any) -> gr.HTML:
    """A control of fixed markup and the script that fills it in; `props` are the script's to read."""
    return gr.HTML(
        value, html_template=html, js_on_load=script, apply_default_css=False, elem_id=elem_id, **props
    )


def script_value(value: Any) -> str:
    """A value as the scripts' source, whatever is in it."""
    return json.dumps(value).replace("<", "\\u003c")
