"""A generator's training: its data, scores and what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.errors import InvalidInput
from imagecraft.media.sounds import open_sound
from imagecraft.runtime import pretrained
from imagecraft.soundscape.mel import levels_of, to_magnitudes
from imagecraft.training.classifier.job import processor
from imagecraft.training.frame.bases import CHANCE, base
from imagecraft.training.frame.job import Batch, CardFacts, Job, Lessons
from imagecraft.training.frame.networks import mend_statistics
from imagecraft.training.frame.numbers import Numbers
from imagecraft.training.frame.parts import in_parts
from imagecraft.training.frame.runs import Run
from imagecraft.training.generator.settings import GeneratorSettings
from imagecraft.training.sets.augment import draw, varied
from imagecraft.training.sets.base import Item, PictureSet
from imagecraft.training.sets.opening import open_set
from imagecraft.training.sets.pictures import Pictures


class SoundLessons(Lessons):
    """Pictures and the levels of their sounds, which are read once."""

    def __init__(self, items: Sequence[Item], settings: GeneratorSettings, *, learning: bool) -> None:
        self._items = items
        self._settings = settings
        self._strength = settings.augment if learning else "none"
        self._pictures = Pictures(2 * settings.side)
        self.levels = [levels_of(open_sound(item.sound)) for item in items if item.sound is not None]

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: int) -> Batch:
        picture = self._pictures.open(self._items[place].image)
        picture, _ = varied(picture, draw(self._settings.seed, self.epoch, place), self._strength)
        return {"picture": picture, "levels": self.levels[place]}


class GeneratorJob(Job):
    """A generator's training.

    Raises:
        InvalidInput: if the data or the base model cannot be used.
        ModelUnavailable: if the base model is not there.
    """

    higher_is_better = False
    training: SoundLessons
    validation: SoundLessons

    def __init__(self, settings: GeneratorSettings, _numbers: Numbers) -> None:
        self.settings: GeneratorSettings = settings
        found = _usable(open_set(settings.data, "triplets"))
        self._set = found = in_parts(found, settings)
        self._base = None if settings.base == CHANCE else base(settings.base)
        self.model = self._network()
        self._processor = processor(settings.side)
        self.divide(found, lambda part: SoundLessons(found.part(part), settings, learning=part == "train"))
        self.best_score = settings.best

    def collate(self, items: Sequence[Batch]) -> Batch:
        import torch

        pixels = self._processor(images=[item["picture"] for item in items], return_tensors="pt")
        levels = np.stack([item["levels"] for item in items])
        return {"pixel_values": pixels["pixel_values"], "labels": torch.from_numpy(levels)}

    def score(self, model: Any, lessons: SoundLessons) -> dict[str, float]:
        made = [logits.float().cpu().numpy() for _, logits in self.answers(model, lessons)]
        return scores_of(np.stack(lessons.levels), np.concatenate(made))

    def save(self, model: Any, run: Run) -> None:
        model.save_pretrained(run.model)
        self._processor.save_pretrained(run.model)

    def command(self, model: Path) -> str:
        return f"imagecraft image-to-soundscape photo.jpg -o sound.wav --model generator@{model}"

    def notes(self) -> Mapping[str, str]:
        mean = np.mean(self.training.levels, axis=0)
        dull = scores_of(np.stack(self.validation.levels), np.stack([mean] * len(self.validation)))
        return {
            "base": self._base.name if self._base else "random weights",
            "to be beaten": f"the mean of all sounds has a spectral convergence of "
            f"{dull['spectral_convergence']:.3f}",
        }

    def facts(self) -> CardFacts:
        return CardFacts(
            title="An experimental generator of sound from pictures",
            use=f"```sh\n{self.command(Path('FOLDER'))}\n```",
            pipeline_tag="image-to-audio",
            base=self._base.name if self._base else "",
            data=[
                f"{len(self.training)} pictures with sounds learnt from, {len(self.validation)} to score on.",
                *(f"{remark}." for remark in self._set.remarks),
            ],
            limits=[
                "It makes one second at 16 kHz, which sounds like a blur of what it has learnt.",
                "Errors and SNR are of levels on a logarithmic scale, spectral convergence of magnitudes.",
            ],
        )

    def _network(self) -> Any:
        from transformers import MobileNetV2Config, MobileNetV2Model

        from imagecraft.soundscape.picture_network import PictureToSound, PictureToSoundConfig

        settings = self.settings
        if self._base is not None:
            backbone = pretrained.opened(MobileNetV2Model, self._base.folder)
            shape = backbone.config
        else:
            shape = MobileNetV2Config(depth_multiplier=settings.width, finegrained_output=settings.width >= 1)
        config = PictureToSoundConfig(
            backbone=shape.to_dict(), channels=settings.channels, spectral_weight=settings.spectral_weight
        )
        model = PictureToSound(config)
        if self._base is not None:
            model.backbone.load_state_dict(backbone.state_dict())
        mend_statistics(model)
        return model


def scores_of(right: np.ndarray, made: np.ndarray) -> dict[str, float]:
    """How near levels come to those they should be, over all sounds.

    Args:
        right, made: Levels of shape (sounds, BANDS, FRAMES).
    """
    wrong = made - right
    power, noise = float((right**2).sum()), float((wrong**2).sum())
    magnitudes = to_magnitudes(right)
    apart = np.linalg.norm(to_magnitudes(np.minimum(made, 1.5)) - magnitudes, axis=(1, 2))
    return {
        "mse": float((wrong**2).mean()),
        "mae": float(np.abs(wrong).mean()),
        "snr_db": float(10 * np.log10(max(power, 1e-12) / max(noise, 1e-12))),
        "spectral_convergence": float((apart / np.linalg.norm(magnitudes, axis=(1, 2))).mean()),
    }


def _usable(found: PictureSet) -> PictureSet:
    kept = [
        item
        for item in found.items
        if item.image.is_file() and item.sound is not None and item.sound.is_file()
    ]
    if len(kept) < 3:
        raise InvalidInput(
            f"Only {len(kept)} of {len(found.items)} pictures have a file and a sound.",
            f"See what is wrong with: imagecraft train check {found.source}",
        )
    return found.having(kept)
