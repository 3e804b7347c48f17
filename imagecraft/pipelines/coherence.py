"""Coherence: look at a picture, listen to a sound, say how well they fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from imagecraft import captioning
from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.images import ImageSource, Picture, open_image
from imagecraft.media.sounds import MAX_HEARD_SECONDS, SoundSource, open_sound
from imagecraft.pipelines.image_to_soundscape import Plan, planned
from imagecraft.scoring import coherence
from imagecraft.scoring.coherence import METRICS, Compared, Expected, Heard, meanings
from imagecraft.scoring.packages import Lacking
from imagecraft.scoring.report import ScoreReport
from imagecraft.tagging import Tags, tag

__all__ = ["METRICS", "Compared", "against", "expected_of", "meanings", "score_coherence"]

Progress = Callable[[str], None]


def score_coherence(
    image: ImageSource,
    sound: SoundSource,
    *,
    metrics: Iterable[str] | str | None = None,
    model: str | None = None,
    progress: Progress | None = None,
) -> ScoreReport:
    """How well a sound fits a picture, or a picture a sound.

    Args:
        image: A path, the bytes of a file, a PIL image, an array or a Picture.
        sound: A path, the bytes of a file, or an `Audio`; its first ten minutes count.
        metrics: "coherence" (by classes, offline), "clap_similarity", "clip_similarity"; None for all that
            can run here.
        model: Id of the tagger; None for the default.
        progress: Told what is being done.

    Returns:
        The report: "coherence", "coherence_family", "seen_heard" and "heard_expected" from 0 to 1,
        similarities from -1 to 1.
        The notices say of each expected sound whether it is heard.

    Raises:
        InvalidInput: if picture or sound cannot be read, or a metric is unknown.
        ModelUnavailable: if what looks at the picture cannot be had. Without a tagger, "coherence" is in
            `not_computed` with the reason.
    """
    wanted = _chosen(metrics)
    tell = progress or (lambda _: None)
    names = (_name(image), _name(sound))
    picture = open_image(image, max_side=captioning.LOOKED_AT_SIDE)
    audio = open_sound(sound)
    tell("looking")
    plan, caption = planned(picture)
    tell("listening")
    heard, listener, reason = _heard(audio, model)
    return coherence.report(
        names,
        classes=coherence.compared(expected_of(plan), heard) if heard is not None else None,
        listener=listener,
        reason=reason,
        picture=picture,
        caption=caption.text if caption else "",
        audio=audio,
        heard=heard or (),
        metrics=wanted,
        progress=tell,
    )


def against(plan: Plan, tags: Tags) -> Compared:
    """What a tagger hears against what a plan asks for. Raises InvalidInput if the plan asks for nothing."""
    return coherence.compared(expected_of(plan), _classes(tags))


def expected_of(plan: Plan) -> list[Expected]:
    """The sounds of a plan that are on; as much louder as one is, as much more it matters."""
    known = vocabulary("sounds")
    return [
        Expected(
            layer.sound,
            known[layer.sound]["says"],
            layer.why,
            tuple(known[layer.sound]["audioset"]),
            10 ** (layer.gain_db / 20),
        )
        for layer in plan.layers
        if layer.on
    ]


def _heard(audio: Any, model: str | None) -> tuple[list[Heard] | None, str, str]:
    """What is heard and who hears it; or None and why nobody can listen."""
    try:
        tags = tag(audio, model=model, seconds=MAX_HEARD_SECONDS)
    except ModelUnavailable as error:
        return None, "", Lacking(f"{error.message} {error.hint}".strip())
    return _classes(tags), tags.model, ""


def _classes(tags: Tags) -> list[Heard]:
    return [Heard(one.label, one.score) for one in tags.top(coherence.TOP)]


def _chosen(metrics: Iterable[str] | str | None) -> tuple[str, ...]:
    if metrics is None:
        return METRICS
    names = metrics.split(",") if isinstance(metrics, str) else list(metrics)
    wanted = tuple(name.strip() for name in names if name.strip())
    unknown = [name for name in wanted if name not in METRICS]
    if unknown or not wanted:
        raise InvalidInput(
            f"There is no measure '{unknown[0]}'." if unknown else "No measure was chosen.",
            f"Choose from: {', '.join(METRICS)}.",
        )
    return wanted


def _name(source: object) -> str:
    if isinstance(source, str | Path):
        return str(source)
    return "picture" if isinstance(source, Picture) else "input"
