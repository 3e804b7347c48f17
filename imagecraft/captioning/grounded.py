"""The offline captioner: it looks with three small models and says only what they measured."""

from __future__ import annotations

import time
from collections.abc import Container, Sequence
from dataclasses import replace

from PIL import Image

from imagecraft.captioning import describer
from imagecraft.captioning.account import Account, account, finer_name
from imagecraft.captioning.base import Caption, Evidence, Length, Word
from imagecraft.captioning.choice import chosen
from imagecraft.captioning.describer import Description, Told
from imagecraft.captioning.detail import look_clauses, place_clauses
from imagecraft.captioning.evidence import observe
from imagecraft.captioning.phrasing import hedged, short_clauses, words_of
from imagecraft.captioning.wording import SHORTEST, sentence, without_article
from imagecraft.catalog import ModelCard
from imagecraft.runtime.vision import Box


class Grounded:
    """Captions from EfficientDet-Lite0, EfficientNet-Lite0, DeepLab v3 and the pixels themselves.

    Nothing is stated that none of them measured. Holds no state: the models are shared through
    `imagecraft.runtime.loaded`, so it may be called from several threads.
    """

    together = 8

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    def captions(
        self,
        images: Sequence[Image.Image],
        *,
        length: Length = "short",
        language: str = "en",  # noqa: ARG002 - English is all it knows
        max_chars: int | None = None,
        sizes: Sequence[tuple[int, int]],
        hedge: bool = False,
    ) -> list[Caption]:
        """Describe upright RGB pictures; see `imagecraft.captioning.base.Captioner`.

        Sentences of all are written together; each is the one that its picture would get alone.
        """
        started = time.perf_counter()
        told = [account(observe(image, size)) for image, size in zip(images, sizes, strict=True)]
        learned: list[Description | None] = [None] * len(told)
        if length == "short":
            learned = describe_accounts(told, hedge=hedge)
        made = [
            self._caption(item, described, length, max_chars, hedge=hedge)
            for item, described in zip(told, learned, strict=True)
        ]
        share = (time.perf_counter() - started) / max(1, len(made))
        return [replace(caption, seconds=share) for caption in made]

    def _caption(
        self,
        told: Account,
        described: Description | None,
        length: Length,
        max_chars: int | None,
        *,
        hedge: bool,
    ) -> Caption:
        if described is not None and (max_chars is None or len(described.text) <= max_chars):
            text, words = described.text, described.words
            evidence = evidence_of(told, text, {label for word in words for label in word.labels})
            evidence += concluded(described, evidence, told.seen.size)
        else:
            text, words = composed(told, length, max_chars, hedge=hedge)
            evidence = evidence_of(told, text, {label for word in words for label in word.labels})
        return Caption(text, self.card.id, 0.0, tuple(evidence), words=words)

    def close(self) -> None:
        """Nothing to give back: the shared models are unloaded by `imagecraft.unload()`."""


def describe_account(told: Account, *, hedge: bool = False) -> Description | None:
    """The learned sentence; None where the template does better (a name, doubt, detail)."""
    return describe_accounts([told], hedge=hedge)[0]


def describe_accounts(told: Sequence[Account], *, hedge: bool = False) -> list[Description | None]:
    """The same for several pictures, written together."""
    learned: list[Description | None] = [None] * len(told)
    places = [i for i, item in enumerate(told) if item.name is None and not item.unsure and item.things]
    if places and describer.is_there():
        found = chosen(
            [Told.of(told[i].seen, told[i].weighed) for i in places],
            [compose(told[i]) for i in places],
            hedge=hedge,
        )
        for i, described in zip(places, found, strict=True):
            learned[i] = described
    return learned


def concluded(described: Description, known: list[Evidence], size: tuple[int, int]) -> list[Evidence]:
    """What a learned sentence rests on beside what is known: places and doings, of the whole picture."""
    named = {item.label for item in known}
    return [
        Evidence(label, probability, (0, 0, *size), "scene")
        for label, probability in described.concluded.items()
        if label not in named
    ]


def compose(
    told: Account, length: Length = "short", max_chars: int | None = None, *, hedge: bool = False
) -> str:
    """Put an account into words: as many of its clauses, in order of importance, as `max_chars` allows."""
    return composed(told, length, max_chars, hedge=hedge)[0]


def composed(
    told: Account, length: Length, max_chars: int | None, *, hedge: bool = False
) -> tuple[str, tuple[Word, ...]]:
    """The text, and its words that state something."""
    sentences = [short_clauses(told)]
    if length == "detailed":
        sentences = [short_clauses(told, with_look=False), place_clauses(told), look_clauses(told)]
    if hedge:
        sentences[0] = hedged(sentences[0], told)
    text, stated = "", list[Word]()
    for clauses in sentences:
        grown, start, kept = text, len(text) + bool(text), stated
        for count in range(1, len(clauses) + 1):
            words = sentence("".join(clause.words for clause in clauses[:count]))
            longer = f"{text} {words}" if text else words
            if max_chars is not None and len(longer) > max_chars:
                return grown or SHORTEST, tuple(stated)
            grown = longer
            stated = kept + words_of(grown, start, clauses[:count])
        text = grown
    return text, tuple(stated)


def evidence_of(told: Account, text: str, stated: Container[str]) -> list[Evidence]:
    """What was measured, most important first; `stated` are the labels that the caption `text` names."""
    whole = (0, 0, *told.seen.size)
    evidence = []
    if told.name is not None:
        evidence.append(
            Evidence(without_article(told.name.words), told.name.probability, whole, "classifier")
        )
    for thing in (*told.things, *told.doubtful):
        boxes = [_pixels(sighting.box, told.seen.size) for sighting in thing.sightings]
        named = thing.label in stated
        evidence += [Evidence(thing.label, thing.probability, box, "detector", named) for box in boxes]
        finer = finer_name(thing, told.seen)
        if finer is not None:
            evidence.append(Evidence(finer[0], finer[1], boxes[0], "classifier", finer[0] in text))
    if told.scene is not None:
        evidence.append(Evidence(told.scene.label, told.scene.probability, whole, "scene"))
    return evidence


def _pixels(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    return (
        round(box[0] * size[0]),
        round(box[1] * size[1]),
        round(box[2] * size[0]),
        round(box[3] * size[1]),
    )
