"""A captioner's training: its data, scores and what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.scoring.captions import score as score_captions
from imagecraft.training.captioner.families import Blip, Family, family
from imagecraft.training.captioner.lessons import CaptionLessons
from imagecraft.training.captioner.settings import CaptionerSettings
from imagecraft.training.captioner.tiny import save_tiny
from imagecraft.training.frame.bases import CHANCE, Base, base
from imagecraft.training.frame.job import Batch, CardFacts, Job
from imagecraft.training.frame.numbers import Numbers
from imagecraft.training.frame.parts import in_parts
from imagecraft.training.frame.runs import Run
from imagecraft.training.sets.base import Item, PictureSet
from imagecraft.training.sets.opening import open_set
from imagecraft.training.sets.pictures import Pictures

METRICS = "bleu,cider_d,meteor"
SHOWN = 8  # captions on the model card


class CaptionerJob(Job):
    """A captioner's training.

    Args:
        settings: What it is told.
        numbers: Device and number format.

    Raises:
        InvalidInput: if the data or the base model cannot be used.
        ModelUnavailable: if the base model is not there.
    """

    def __init__(self, settings: CaptionerSettings, numbers: Numbers) -> None:
        self.settings: CaptionerSettings = settings
        self._set = in_parts(_usable(open_set(settings.data, "captions")), settings)
        with _base(settings, self._set) as found:
            self._base = found
            self._family: Family = family(found, settings.longest)
            self.model = _model(self._family, settings, numbers)
        self._pictures = Pictures(2 * self._family.side)
        scored = self._set.part("val")
        if len(scored) < 2:
            raise InvalidInput("There is only one picture to score on.", "Raise --validation-share.")
        self.divide(
            self._set,
            lambda part: CaptionLessons(self._set.part(part), self._pictures, all_captions=part == "train"),
        )
        self._scored: Sequence[Item] = scored[: settings.scored or None]
        self._written: list[str] = []
        self.best_score = settings.best
        self.higher_is_better = settings.best != "validation_loss"

    def collate(self, items: Sequence[Batch]) -> Batch:
        return self._family.lesson([item["picture"] for item in items], [item["caption"] for item in items])

    def score(self, model: Any, lessons: CaptionLessons) -> dict[str, float]:
        model.eval()
        items = self._scored if lessons is self.validation else lessons.items
        self._written = []
        for start in range(0, len(items), self.settings.batch):
            pictures = [
                self._pictures.open(item.image) for item in items[start : start + self.settings.batch]
            ]
            self._written += self._family.write(model, pictures)
        report = score_captions(self._written, [item.captions for item in items], metrics=METRICS)
        return {name: float(value) for name, value in report.metrics.items()}

    def save(self, model: Any, run: Run) -> None:
        if self.settings.method == "lora":
            model.save_pretrained(run.folder / "adapter")
            # In fp32: bf16 would round away most of what the adapters learnt. On the CPU there is room.
            model = model.to("cpu").float().merge_and_unload()
        model.save_pretrained(run.model)
        self._family.save(run.model)

    def command(self, model: Path) -> str:
        return f"imagecraft caption photo.jpg --model {self._family.card}@{model}"

    def notes(self) -> Mapping[str, str]:
        return {"base": f"{self._base.name}, a {self._base.model_type}", "method": self.settings.method}

    def facts(self) -> CardFacts:
        name = self._base.name
        return CardFacts(
            title=f"A captioner, fine-tuned from {name}",
            use=_USE.format(command=self.command(Path("FOLDER"))),
            pipeline_tag="image-to-text",
            base=name,
            data=[
                f"Pictures with captions from {self._set.source.name}: {len(self._set.part('train'))} to "
                f"learn from ({len(self.training)} captions), {len(self._set.part('val'))} to score on.",
                *(f"{remark}." for remark in self._set.remarks),
            ],
            limits=[
                "It says what people say of such pictures; it may name things that are not there.",
                "It inherits the base model's limits and biases, and those of the captions it learnt from.",
                f"Scores are of greedy decoding on {len(self._scored)} pictures.",
            ],
            examples=[("picture", "written", "by people"), *self._examples()],
            metrics=("cider", "bleu", "meteor"),
        )

    def _examples(self) -> list[tuple[str, str, str]]:
        return [
            (item.image.name, text, item.captions[0])
            for item, text in zip(self._scored[:SHOWN], self._written, strict=False)
        ]


_USE = """```sh
{command}
```

where FOLDER is a copy of this repository; or with transformers, as any model of its class."""


def _usable(found: PictureSet) -> PictureSet:
    """Without pictures that have no caption or no file; there must be some left."""
    kept = [item for item in found.items if any(item.captions) and item.image.is_file()]
    if len(kept) < 3:
        raise InvalidInput(
            f"Only {len(kept)} of {len(found.items)} pictures have a caption and a file.",
            f"See what is wrong with: imagecraft train check {found.source}",
        )
    left = len(found.items) - len(kept)
    remarks = [f"{left} pictures without a caption or a file were left out"] if left else []
    return replace(found.having(kept), remarks=(*found.remarks, *remarks))


@contextmanager
def _base(settings: CaptionerSettings, found: PictureSet) -> Iterator[Base]:
    """The model to start from; a tiny one knows the words of the captions that are learnt from."""
    if settings.base != CHANCE:
        yield base(settings.base)
        return
    with TemporaryDirectory(prefix="imagecraft-") as folder:
        texts = [caption for item in found.part("train") for caption in item.captions]
        save_tiny(Path(folder), texts, settings.seed)
        yield Base("random weights", Path(folder), Blip.model_type)


def _model(kind: Family, settings: CaptionerSettings, numbers: Numbers) -> Any:
    """The base model, with adapters where they are wanted; frozen weights take the small number format."""
    import torch

    lora = settings.method == "lora"
    model = kind.load(numbers.dtype if lora and numbers.precision == "bf16" else torch.float32)
    if settings.gradient_checkpointing:
        model.config.use_cache = False
    if not lora:
        return model
    from peft import LoraConfig, get_peft_model

    return get_peft_model(
        model,
        LoraConfig(
            r=settings.rank,
            lora_alpha=2 * settings.rank,
            lora_dropout=settings.dropout,
            target_modules=kind.lora_targets,
        ),
    )
