"""A result in words and markup: who made it, how sure, what it rests on."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.media.audio import Audio, encode_audio
from imagecraft.pipelines.image_to_speech import Caption, Evidence, Speech
from imagecraft.ui import strings
from imagecraft.ui.evidence import place
from imagecraft.ui.files import served

BARS = 160
LONGEST_LIMIT = 100_000
SOURCES = {
    "detector": "object detector",
    "classifier": "classifier",
    "segmenter": "region finder",
    "pixels": "pixels",
}


def sound_value(audio: Audio, name: str) -> dict[str, Any]:
    """A sound as the player takes it.

    Two are never equal, so that the page also notices the same sound made again.
    """
    return {
        "made": time.time_ns(),
        "file": served(encode_audio(audio, "wav"), f"{name}.wav"),
        "duration": round(audio.duration, 3),
        "peaks": peaks(audio),
        "name": f"{name}.wav",
    }


def peaks(audio: Audio) -> list[float]:
    """The sound's outline in `BARS` steps, 0 to 1, the loudest step being 1."""
    loudness = np.abs(audio.samples).max(axis=0)
    steps = [float(part.max()) if part.size else 0.0 for part in np.array_split(loudness, BARS)]
    top = max(steps) or 1.0
    return [round(step / top, 3) for step in steps]


def file_stem(photo: str | None) -> str:
    """What a sound is called when saved: like its photo, in letters every file system takes."""
    stem = re.sub(r"[^\w\- ]+", "", Path(photo or "").stem).strip()[:60]
    return stem or "description"


def announcement(text: str, spoken: Speech) -> str:
    """What a screen reader says when the result is there."""
    seconds = max(1, round(spoken.audio.duration))
    unit = "second" if seconds == 1 else "seconds"
    return f"Caption: {text} Speech ready, {seconds} {unit}."


def made_by(caption: Caption | None, spoken: Speech) -> str:
    """The line under the result: who made it, how long it took, how sure it is, what to know of it."""
    speaker = spoken.voice.summary.split(",")[0]
    parts = []
    if caption:
        parts.append(f"Described by {caption.model} in {_seconds(caption.seconds)}")
    parts.append(f"{'spoken' if caption else 'Spoken'} by {speaker} in {_seconds(spoken.seconds)}")
    lines = [", ".join(parts) + "."]
    if caption and caption.evidence:
        lines.append(f"Surest of: {_surest(caption.evidence)}.")
    lines += list(caption.notices) if caption else []
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _surest(evidence: Sequence[Evidence]) -> str:
    """The three things that were seen most clearly, each named once."""
    best: dict[str, float] = {}
    for item in evidence:
        best[item.label] = max(item.score, best.get(item.label, 0.0))
    surest = sorted(best.items(), key=lambda entry: -entry[1])[:3]
    return ", ".join(f"{label} ({_percent(score)})" for label, score in surest)


def evidence_table(evidence: Sequence[dict[str, Any]], size: tuple[int, int]) -> str:
    """What the description rests on, as a table."""
    if not evidence:
        return f'<p class="ic-quiet">{html.escape(strings.EVIDENCE_EMPTY)}</p>'
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in strings.EVIDENCE_COLUMNS)
    rows = "".join(_row(item, size) for item in evidence)
    return (
        f'<table class="ic-table"><caption>{html.escape(strings.EVIDENCE_CAPTION)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(item: dict[str, Any], size: tuple[int, int]) -> str:
    cells = [_percent(item["score"]), place(item["box"], size), SOURCES.get(item["source"], item["source"])]
    return (
        f'<tr><th scope="row">{html.escape(item["label"])}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def json_view(text: str) -> str:
    """JSON to read, in a box that can be scrolled with the keyboard."""
    label = html.escape(strings.JSON_LABEL)
    return f'<pre class="ic-json" tabindex="0" role="region" aria-label="{label}">{html.escape(text)}</pre>'


def _percent(score: float) -> str:
    return f"{round(score * 100)} %"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
