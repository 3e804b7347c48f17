"""A voice of the visitor's own: a sample in, its speaker's consent, and what of it is remembered.

The sample's file is deleted as soon as it has been read; only the sound stays, in the memory of the session.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.media.images import MAX_BYTES
from imagecraft.pipelines.image_to_speech import CONSENT, SAMPLE_SECONDS, read_sample, sample_needs
from imagecraft.ui import intake, results, widgets
from imagecraft.ui import own_voice_words as words
from imagecraft.ui.errors import NO_PROBLEM, problem
from imagecraft.ui.files import uploaded_path
from imagecraft.ui.running import PRIVATE, told_once

LONGEST_NAME = 200
KEPT_SECONDS = 3_600
AGREED = "agreed"
MADE_BITS = 48
"""Of a number that a browser sends back as it was: it keeps 53."""


@dataclass(frozen=True)
class Sample:
    """A voice sample that can be used.

    Attributes:
        made: A number of its own, which the page's field has too.
        audio: Its sound.
    """

    made: int
    audio: Audio


@dataclass(frozen=True)
class Widgets:
    """The part's controls; `inputs` are what `chosen_sample` takes."""

    sample: Any
    sample_problem: Any
    consent: Any
    held: Any

    @property
    def inputs(self) -> list[Any]:
        """The controls whose values say which voice was given."""
        return [self.sample, self.consent, self.held]


def section() -> Widgets:
    """Lay the part out, folded, and wire it."""
    least, most = SAMPLE_SECONDS
    with widgets.disclosure("ic-own-voice", words.HEADING):
        lacking = widgets.markup(missing(), elem_id="ic-own-voice-missing")
        with gr.Column(elem_classes="ic-own-voice"):
            about = words.ABOUT.format(least=least, most=most)
            widgets.markup(f'<p class="ic-quiet">{escape(about)}</p>')
            sample = intake.sound_input(
                "ic-sample", max_bytes=MAX_BYTES, longest=most, name=words.SAMPLE, aside=True
            )
            sample_problem = widgets.notice("ic-sample-problem")
            entry = {"id": AGREED, "label": CONSENT, "about": words.CONSENT_NOTE}
            consent = widgets.checks("ic-consent", words.CONSENT, [entry])
            widgets.markup(f'<p class="ic-quiet">{escape(words.KEPT)}</p>')
    held = gr.State(None, time_to_live=KEPT_SECONDS)
    page = Widgets(sample, sample_problem, consent, held)
    gr.on(None, missing, None, lacking, queue=False, **PRIVATE)
    changed = {"sample": sample, "sample_problem": sample_problem, "held": held}
    sample.picked(told_once(changed, taken), sample, list(changed.values()), queue=False, **PRIVATE)
    return page


def taken(value: Any) -> dict[str, Any]:
    """Take a sample in and delete its file, or reject it with the reason; without one forget the last."""
    if not value:
        return {"sample": None, "sample_problem": NO_PROBLEM, "held": None}
    try:
        path = uploaded_path(value, words.PROBLEMS)
        try:
            audio = read_sample(path)
        finally:
            with suppress(OSError):
                path.unlink()
                path.parent.rmdir()
    except Exception as error:
        return {"sample": {"rejected": True}, "sample_problem": problem(error), "held": None}
    made = secrets.randbits(MADE_BITS)
    shown = {
        "name": str(value.get("name") or path.name)[:LONGEST_NAME],
        "taken": True,
        "preview": {"made": made, "duration": round(audio.duration, 3), "peaks": results.peaks(audio)},
        "notices": [words.LENGTH.format(seconds=audio.duration)],
    }
    return {"sample": shown, "sample_problem": NO_PROBLEM, "held": Sample(made, audio)}


def chosen_sample(sample: Any = None, consent: Any = None, held: Any = None) -> Audio | None:
    """The sample to speak with; None where the visitor gave none.

    Args:
        sample: The field, as a browser sent it.
        consent: The ids of the boxes that are ticked, likewise.
        held: What is remembered of the sample.

    Raises:
        InvalidInput: without the speaker's consent, or if the sample is not remembered yet, or no longer.
    """
    match sample:
        case {"preview": {"made": int(made)}}:
            pass
        case {"file": _}:
            raise InvalidInput(words.STILL_READ, words.STILL_READ_HINT)
        case _:
            return None
    if not isinstance(consent, list) or AGREED not in consent:
        raise InvalidInput(words.NO_CONSENT, words.NO_CONSENT_HINT)
    if not isinstance(held, Sample) or held.made != made:
        raise InvalidInput(words.PROBLEMS["gone"], words.PROBLEMS["gone_hint"])
    return held.audio


def missing() -> str:
    """What is missing for a voice from a sample, as markup; the style sheet hides the controls then."""
    needs = sample_needs()
    if not needs:
        return ""
    return f'<p class="ic-quiet" data-missing>{escape(words.MISSING)}</p>{widgets.operators(needs)}'
