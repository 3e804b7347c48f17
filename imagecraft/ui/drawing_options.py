"""The options of the tab "Audio → Image": their menus, and what a browser sent of them, checked."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from imagecraft import catalog
from imagecraft.errors import InvalidInput
from imagecraft.pipelines.audio_to_image import DEFAULT_STYLE, SEED_LIMIT, Range, ranges, styles
from imagecraft.pipelines.models import best, size_words
from imagecraft.ui import audio_to_image_words as words
from imagecraft.ui.drawn import Remembered

LONGEST_PROMPT = 2_000
STEPS_SLIDER, GUIDANCE_SLIDER = "ic-steps", "ic-guidance"
BY_RULE, IN_STEPS = "rule", "steps"


@dataclass(frozen=True)
class Options:
    """How it is to be drawn.

    Attributes:
        style: Name of a preset.
        size: Width and height in pixels.
        pictures: How many.
        painter: Id of a painter.
        steps: For painters that work in steps, else None.
        guidance: How closely such painters follow the description, else None.
        seed: Of the first picture; the others have those that follow.
    """

    style: str
    size: tuple[int, int]
    pictures: int
    painter: str
    steps: int | None
    guidance: float | None
    seed: int

    @property
    def slow(self) -> bool:
        """Whether a picture is one long piece of work."""
        return self.steps is not None


def menus() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The menus' values: styles, sizes, painters."""
    return (
        _menu(words.STYLE, [_option(name, says) for name, says in styles().items()], DEFAULT_STYLE),
        _menu(words.SIZE, [_option(name, says) for name, says in words.SIZES], words.SIZES[0][0]),
        _menu(words.PAINTER, [_painter(card) for card in catalog.cards("paint")], best("paint").id),
    )


def read(style: Any, size: Any, pictures: Any, painter: Any, steps: Any, guidance: Any, seed: Any) -> Options:
    """The options in what a browser sent.

    Raises:
        InvalidInput: if one is not possible.
    """
    known_sizes = dict(words.SIZES)
    wanted_size = _chosen(size) or words.SIZES[0][0]
    if wanted_size not in known_sizes:
        raise InvalidInput(words.WRONG_SIZE, words.WRONG_SIZE_HINT)
    width, height = map(int, wanted_size.split("x"))
    card = _card(_chosen(painter))
    able = ranges(card)
    return Options(
        style=_chosen(style) or DEFAULT_STYLE,
        size=(width, height),
        pictures=int(pictures if str(pictures) in dict(words.PICTURES_CHOICES) else words.USUAL_PICTURES),
        painter=card.id,
        steps=round(_within(steps, able.steps)) if able.in_steps else None,
        guidance=_within(guidance, able.guidance) if able.in_steps else None,
        seed=_seed(seed),
    )


def own_words(text: Any, remembered: Any, path: str) -> str:
    """The description that the visitor wrote for the sound at a path; empty where it is the proposed one.

    Raises:
        InvalidInput: if it is too long.
    """
    own = str(text or "").strip()
    if len(own) > LONGEST_PROMPT:
        raise InvalidInput(words.TOO_LONG_PROMPT.format(limit=LONGEST_PROMPT), words.TOO_LONG_PROMPT_HINT)
    known = remembered if isinstance(remembered, Remembered) else Remembered()
    of_another = known.path not in ("", path)
    return "" if of_another or own == known.proposed else own


def in_steps(painter: str) -> bool:
    """Whether a painter, or the default one, works in steps.

    Raises:
        InvalidInput: if there is no such painter; the error lists those there are.
    """
    return ranges(_card(painter)).in_steps


def _card(painter: str) -> catalog.ModelCard:
    return catalog.card(painter, "paint") if painter else best("paint")


def _within(value: Any, possible: Range) -> float:
    """What a slider sent, or the usual where that is not possible: it may be of the painter before."""
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if is_number and value in possible else possible.usual


def _seed(value: Any) -> int:
    if value is None:
        return secrets.randbelow(SEED_LIMIT)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < SEED_LIMIT:
        raise InvalidInput(words.WRONG_SEED, words.WRONG_SEED_HINT.format(most=SEED_LIMIT - 1))
    return value


def _painter(card: catalog.ModelCard) -> dict[str, Any]:
    """A painter of the menu, and what its sliders can be set to."""
    able = ranges(card)
    sliders = {STEPS_SLIDER: able.steps, GUIDANCE_SLIDER: able.guidance}
    says = words.PAINTER_OPTION.format(name=card.id, size=_size(card), license=card.license)
    return _option(card.id, says) | {
        "kind": IN_STEPS if able.in_steps else BY_RULE,
        "sliders": {
            name: [possible.least, possible.most, possible.usual] for name, possible in sliders.items()
        },
    }


def _size(card: catalog.ModelCard) -> str:
    return size_words(card.size_bytes) if card.size_bytes else words.OFFLINE


def _chosen(value: Any) -> str:
    match value:
        case {"chosen": str(name)}:
            return name
        case _:
            return ""


def _option(name: str, says: str) -> dict[str, Any]:
    return {"id": name, "label": says, "disabled": False, "kind": ""}


def _menu(label: str, options: Sequence[dict[str, Any]], chosen: str) -> dict[str, Any]:
    return {"chosen": chosen, "groups": [{"label": label, "options": list(options)}]}
