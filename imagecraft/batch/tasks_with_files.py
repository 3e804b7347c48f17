"""Tasks that write files beside the table: speech, regions, soundscapes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from imagecraft.batch.rows import Column
from imagecraft.batch.sources import InputKind
from imagecraft.batch.tasks import CaptionTask, Files, Made, Need, each
from imagecraft.captioning.base import Caption
from imagecraft.errors import ImageCraftError
from imagecraft.media.audio import write_audio
from imagecraft.media.files import replacing
from imagecraft.media.images import Picture, open_image


@dataclass(frozen=True)
class SpeakTask:
    """Pictures described aloud: the caption, and a sound file of it.

    Attributes:
        describing: How they are described.
        voice: Id of a voice; None for the one that fits the language.
        speed: .5 to 2.
        model: Id of a speech model.
        format: "wav", "flac", "mp3" or "ogg".
    """

    describing: CaptionTask
    voice: str | None = None
    speed: float = 1.0
    model: str | None = None
    format: str = "wav"

    name = "speak"
    kind: InputKind = "picture"
    columns = (Column("caption"), Column("audio"), Column("voice"), Column("duration", "real"))

    @property
    def needs(self) -> tuple[Need, ...]:
        return (*self.describing.needs, ("speech", self.model))

    @property
    def together(self) -> int:
        return self.describing.together

    def options(self) -> dict[str, Any]:
        from imagecraft.speech import find_voice

        voice = find_voice(self.voice, model=self.model, language=self.describing.language)
        spoken = {"voice": voice.id, "speech_model": voice.model, "speed": self.speed, "format": self.format}
        return self.describing.options() | spoken

    def open(self, data: Any) -> Picture:
        return self.describing.open(data)

    def make(self, opened: Sequence[Picture], files: Sequence[Files]) -> list[Made | ImageCraftError]:
        described = self.describing.captions(opened)
        return [
            made if isinstance(made, ImageCraftError) else each(self._spoken, (made, where))
            for made, where in zip(described, files, strict=True)
        ]

    def endings(self) -> tuple[str, ...]:
        return (f".{self.format}",)

    def _spoken(self, given: tuple[Caption, Files]) -> Made:
        from imagecraft import speech

        caption, files = given
        started = time.perf_counter()
        voice = speech.find_voice(self.voice, model=self.model, language=self.describing.language)
        audio = speech.speak(
            caption.text,
            model=self.model,
            voice=voice.id,
            speed=self.speed,
            language=self.describing.language,
        )
        seconds = caption.seconds + time.perf_counter() - started
        path = write_audio(audio, files(self.endings()[0]))
        result = {
            "caption": caption.text,
            "audio": str(path),
            "voice": voice.id,
            "duration": round(audio.duration, 3),
        }
        return Made(result, seconds, caption.notices)


@dataclass(frozen=True)
class SegmentTask:
    """Pictures divided: the regions drawn over the picture, a mask of classes, and how much each takes."""

    model: str | None = None
    opacity: float = 0.5

    name = "segment"
    kind: InputKind = "picture"
    columns = (Column("classes", "classes"), Column("summary"), Column("overlay"), Column("mask"))
    together = 1

    @property
    def needs(self) -> tuple[Need, ...]:
        return (("segment", self.model),)

    def options(self) -> dict[str, Any]:
        return {"opacity": self.opacity}

    def open(self, data: Any) -> Picture:
        return open_image(data)

    def make(self, opened: Sequence[Picture], files: Sequence[Files]) -> list[Made | ImageCraftError]:
        return [each(self._divided, given) for given in zip(opened, files, strict=True)]

    def endings(self) -> tuple[str, ...]:
        return (".overlay.png", ".mask.png")

    def _divided(self, given: tuple[Picture, Files]) -> Made:
        from imagecraft.pipelines import segmentation

        picture, files = given
        made = segmentation.segment(picture, model=self.model)
        overlay, mask = (files(ending) for ending in self.endings())
        for path, image in (
            (overlay, segmentation.overlay(made, opacity=self.opacity)),
            (mask, segmentation.label_map(made)),
        ):
            with replacing(path) as temporary:
                temporary.write_bytes(segmentation.png(image))
        result = {
            "classes": [_class(row.to_dict()) for row in segmentation.class_rows(made)],
            "summary": segmentation.summary(made),
            "overlay": str(overlay),
            "mask": str(mask),
        }
        return Made(result, made.seconds, (*picture.notices, *made.notices))


@dataclass(frozen=True)
class SoundscapeTask:
    """Pictures as soundscapes; options as of `imagecraft.soundscape`."""

    model: str | None = None
    seconds: float = 10.0
    seed: int = 0
    mood: str = "natural"
    format: str = "wav"

    name = "soundscape"
    kind: InputKind = "picture"
    columns = (Column("prompt"), Column("sounds", "texts"), Column("audio"), Column("duration", "real"))
    together = 1

    @property
    def needs(self) -> tuple[Need, ...]:
        return (("soundscape", self.model), ("caption", None))

    def options(self) -> dict[str, Any]:
        return {"length": self.seconds, "seed": self.seed, "mood": self.mood, "format": self.format}

    def open(self, data: Any) -> Picture:
        from imagecraft.captioning import LOOKED_AT_SIDE

        return open_image(data, max_side=LOOKED_AT_SIDE)

    def make(self, opened: Sequence[Picture], files: Sequence[Files]) -> list[Made | ImageCraftError]:
        return [each(self._sounding, given) for given in zip(opened, files, strict=True)]

    def endings(self) -> tuple[str, ...]:
        return (f".{self.format}",)

    def _sounding(self, given: tuple[Picture, Files]) -> Made:
        from imagecraft.pipelines.image_to_soundscape import Options, write_soundscape

        picture, files = given
        path = files(self.endings()[0])
        options = Options(self.seconds, self.model, self.seed, mood=self.mood)
        details, plan = write_soundscape(path, picture, options=options)
        result = {
            "prompt": details["prompt"],
            "sounds": [layer.sound for layer in plan.heard],
            "audio": str(path),
            "duration": details["duration"],
        }
        return Made(result, details["seconds"], tuple(details["notices"]))


def _class(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("label", "share", "pixels", "regions")}
