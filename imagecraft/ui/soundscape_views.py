"""A soundscape's result in words, tables and a picture."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

from imagecraft import catalog
from imagecraft.media.audio import Audio
from imagecraft.pipelines.image_to_soundscape import Plan, Soundscape, describe, sound_picture, sounds
from imagecraft.pipelines.listening import Heard
from imagecraft.ui import results, widgets
from imagecraft.ui import soundscape_words as words
from imagecraft.ui.files import served

SYNTHESIS = "synthesis"


def heard(plan: Plan) -> str:
    """What will be heard, a sentence for each layer that is on, and why; those of one reason together."""
    by_reason: dict[str, list[str]] = {}
    for sentence, layer in zip(describe(plan), plan.heard, strict=True):
        by_reason.setdefault(layer.why, []).append(sentence)
    entries = "".join(
        f'<li>{escape(" ".join(sentences))} <span class="ic-why">{escape(why)}</span></li>'
        for why, sentences in by_reason.items()
    )
    notices = "".join(f"<p>{escape(notice)}</p>" for notice in plan.notices)
    return f'<h4 class="ic-heading">{words.HEARD_HEADING}</h4>{notices}<ul class="ic-heard">{entries}</ul>'


def listener(found: Heard) -> str:
    """What the listener names, and which of the sounds that were asked for it hears."""
    names = ", ".join(f"{tag.label} ({results.percent(tag.score)})" for tag in found.tags[:5])
    share = results.percent(found.compared.seen_heard)
    rows = dict.fromkeys(
        f'<tr><th scope="row">{escape(fit.expected.says)}</th><td>'
        + escape(
            words.HEARD_AS.format(label=fit.heard.label, score=results.percent(fit.heard.score))
            if fit.heard
            else words.NOT_HEARD
        )
        + "</td></tr>"
        for fit in found.compared.fits
    )
    return (
        f'<h4 class="ic-heading">{words.LISTENER_HEADING}</h4>'
        f"<p>{escape(words.LISTENER_NAMES.format(names=names))}</p>"
        f"<p>{escape(words.LISTENER_SHARE.format(share=share))}</p>"
        f'<table class="ic-table"><caption class="ic-sr">{words.LISTENER_TABLE}</caption>'
        f'<thead><tr><th scope="col">{words.ASKED}</th><th scope="col">{words.FOUND}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def no_listener(reason: str, hint: str) -> str:
    """Why nobody listened, in a sentence, and what whoever runs the page can do."""
    heading = f'<h4 class="ic-heading">{words.LISTENER_HEADING}</h4>'
    return f"{heading}<p>{escape(reason)}</p>{widgets.operators(hint)}"


def layers(plan: Plan, made: int) -> dict[str, Any]:
    """The plan as the table of layers takes it, with the words for each sound."""
    says = {sound.name: sound.says for sound in sounds()[0]}
    value = plan.to_dict()
    names = numbered([says[layer["sound"]] for layer in value["layers"]])
    value["layers"] = [layer | {"says": name} for layer, name in zip(value["layers"], names, strict=True)]
    return {"made": made, "plan": value}


def numbered(names: Sequence[str]) -> list[str]:
    """Names, told apart where several are the same: "cutlery, 1 of 2"."""
    totals, seen = Counter(names), Counter[str]()
    told = []
    for name in names:
        seen[name] += 1
        several = words.SAME_LAYER.format(name=name, number=seen[name], total=totals[name])
        told.append(several if totals[name] > 1 else name)
    return told


def spectrogram(audio: Audio) -> dict[str, Any]:
    """A picture of the sound as the page's picture takes it."""
    file = io.BytesIO()
    sound_picture(audio).save(file, "PNG")
    alt = words.SPECTROGRAM_ALT.format(duration=results.duration(audio.duration))
    return {"file": served(file.getvalue(), "spectrogram.png"), "alt": alt}


def made_by(made: Soundscape) -> str:
    """Who made it, in what time, out of what, and what to know of it."""
    line = words.MADE_BY.format(
        seconds=f"{made.seconds:.2f} s",
        duration=results.duration(made.audio.duration),
        seed=made.seed,
    )
    lines = [line, *_recorded(made)]
    lines += [notice for notice in made.notices if notice not in made.plan.notices]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def announcement(made: Soundscape) -> str:
    """What a screen reader says when the result is there."""
    says = {sound.name: sound.says for sound in sounds()[0]}
    named: Sequence[str] = list(dict.fromkeys(says[layer.sound] for layer in made.plan.heard))
    return words.SAID.format(duration=results.duration(made.audio.duration), sounds=", ".join(named))


def _recorded(made: Soundscape) -> list[str]:
    """The recordings it is made of, a line for each collection; or the model that made all of it."""
    card = catalog.card(made.model)
    if not card.offline:
        return [words.MADE_BY_MODEL.format(model=card.id, license=card.license)]
    by_source: dict[tuple[str, str], list[str]] = {}
    for origin in made.origins:
        if origin.source != SYNTHESIS:
            by_source.setdefault((origin.source, origin.license), []).append(origin.sound.replace("_", " "))
    return [
        words.RECORDED.format(
            sounds=", ".join(dict.fromkeys(named)),
            source=source,
            license=words.LICENSED.format(license=license) if license else "",
        )
        for (source, license), named in by_source.items()
    ] or [words.SYNTHESISED]
