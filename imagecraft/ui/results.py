"""A result in words and markup: who made it, how sure, what it rests on."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.media.audio import Audio, encode_audio
from imagecraft.pipelines.image_to_speech import Caption, Evidence, Speech
from imagecraft.ui import strings
from imagecraft.ui.files import served

BARS = 160
LONGEST_TOLD_IN_SECONDS = 90


def sound_value(audio: Audio, name: str, made: int, format: str = "wav") -> dict[str, Any]:
    """A sound as the player takes it.

    Args:
        audio: It.
        name: What it is called when saved, without an ending.
        made: A number of its own, so that the page also notices the same sound made again.
        format: Of the file: "wav", or "mp3" for what is only listened to.
    """
    return {
        "made": made,
        "file": served(encode_audio(audio, format), f"{name}.{format}"),
        "duration": round(audio.duration, 3),
        "peaks": peaks(audio),
        "name": f"{name}.{format}",
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


def announcement(caption: Caption | None, spoken: Speech | None) -> str:
    """What a screen reader says when the result is there; a text that the visitor wrote is not read back."""
    ready = strings.SPEECH_READY.format(duration=duration(spoken.audio.duration)) if spoken else ""
    if caption is None:
        return ready
    return strings.CAPTION_READY.format(text=caption.text, ready=ready).strip()


def duration(seconds: float) -> str:
    """A length in words: "1 second", "3 minutes"."""
    if seconds < LONGEST_TOLD_IN_SECONDS:
        count, unit = max(1, round(seconds)), "second"
    else:
        count, unit = round(seconds / 60), "minute"
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def made_by(caption: Caption | None, spoken: Speech | None) -> str:
    """The line under the result: who made it, how long it took, how sure it is, what to know of it."""
    parts = []
    if caption:
        words = strings.DESCRIBED_BY.get(caption.model, strings.DESCRIBED)
        parts.append(words.format(model=caption.model, seconds=_seconds(caption.seconds)))
    if spoken:
        speaker = spoken.voice.summary.split(",")[0]
        parts.append(strings.SPOKEN.format(voice=speaker, seconds=_seconds(spoken.seconds)))
    line = " · ".join(parts)
    lines = [line[:1].upper() + line[1:]]
    if caption and (things := _surest(caption.evidence)):
        lines.append(strings.SUREST.format(things=things))
    lines += list(caption.notices) if caption else []
    lines += [strings.SENT_OUT] if spoken and spoken.voice.sends_text_out else []
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _surest(evidence: Sequence[Evidence]) -> str:
    """The three things that were seen most clearly, each named once."""
    best: dict[str, float] = {}
    for item in (stated for stated in evidence if stated.stated):
        best[item.label] = max(item.score, best.get(item.label, 0.0))
    surest = sorted(best.items(), key=lambda entry: -entry[1])[:3]
    return ", ".join(f"{label} ({percent(score)})" for label, score in surest)


def json_view(text: str) -> str:
    """JSON to read, in a box that can be scrolled with the keyboard."""
    label = html.escape(strings.JSON_LABEL)
    return f'<pre class="ic-json" tabindex="0" role="region" aria-label="{label}">{html.escape(text)}</pre>'


def percent(score: float) -> str:
    """A share of 1 in words: "93 %"."""
    return f"{round(score * 100)} %"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
