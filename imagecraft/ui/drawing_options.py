"""The options of the tab "Audio → Image": their menus, and what a browser sent of them, checked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from imagecraft import catalog
from imagecraft.errors import InvalidInput
from imagecraft.pipelines.audio_to_image import DEFAULT_STYLE, SEED_LIMIT, styles
from imagecraft.pipelines.models import best, is_space, ranges
from imagecraft.ui import audio_to_image_words as words
from imagecraft.ui.drawn import Remembered
from imagecraft.ui.model_menus import chosen_model
from imagecraft.ui.stepping import asked_of, stepping_menu

LONGEST_PROMPT = 2_000
STEPS_SLIDER, GUIDANCE_SLIDER = "ic-steps", "ic-guidance"


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
        stepping_menu("paint", words.PAINTER, steps=STEPS_SLIDER, guidance=GUIDANCE_SLIDER),
    )


def usual_pictures() -> tuple[str, str]:
    """How many pictures are drawn for who does not choose, and why not several where it is one.

    Each picture asks for a GPU of its own, which on ZeroGPU a visitor's daily quota pays.
    """
    if is_space() and not best("paint").offline:
        return words.USUAL_PICTURES_LENT, words.PICTURES_LENT
    return words.USUAL_PICTURES, ""


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
    card = _card(chosen_model(painter) or "")
    wanted_steps, wanted_guidance = asked_of(card, steps, guidance)
    return Options(
        style=_chosen(style) or DEFAULT_STYLE,
        size=(width, height),
        pictures=int(pictures if str(pictures) in dict(words.PICTURES_CHOICES) else usual_pictures()[0]),
        painter=card.id,
        steps=wanted_steps,
        guidance=wanted_guidance,
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


def _seed(value: Any) -> int:
    if value is None:
        return secrets.randbelow(SEED_LIMIT)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < SEED_LIMIT:
        raise InvalidInput(words.WRONG_SEED, words.WRONG_SEED_HINT.format(most=SEED_LIMIT - 1))
    return value


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
