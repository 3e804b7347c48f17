"""Images described in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.captioning.base import Caption, Captioner, Evidence, Length
from imagecraft.catalog import ModelCard
from imagecraft.errors import ImageCraftError, InvalidInput
from imagecraft.media.images import ImageSource, Picture, open_image
from imagecraft.runtime.selection import chosen as chosen_model

__all__ = ["Caption", "Captioner", "Evidence", "Length", "caption", "captions", "languages"]

LOOKED_AT_SIDE = 1024  # pixels; captioners see no more, and a large JPEG decodes faster at this size
FEWEST_MAX_CHARS = 20
LENGTHS = ("short", "detailed")  # of every model
ANY_LANGUAGE = "*"


def caption(
    image: ImageSource,
    *,
    model: str | None = None,
    length: Length = "short",
    language: str = "en",
    max_chars: int | None = None,
    hedge: bool = False,
) -> Caption:
    """Describe a picture in words.

    Args:
        image: A path, the bytes of a file, a PIL image, an array (height, width[, channels]) or a Picture.
        model: Id of a captioning model, or ID@FOLDER for one whose files are in a folder; the default of this
            machine when None.
        length: "short" for one sentence, "detailed" for two or three; some models know "dense", a paragraph.
        language: BCP-47 tag of the caption's language.
        max_chars: Longest text, in characters, at least 20; it ends at a clause. None for no limit.
        hedge: Say "probably" before the least sure statement of a sentence, where that is not very sure.

    Returns:
        The caption, with what it rests on; boxes are in pixels of the upright picture.

    Raises:
        InvalidInput: The picture cannot be read, or an option is not one of those there are.
        ModelUnavailable: The model's files cannot be had.
        ResourceExhausted: There is not enough memory, or no GPU is to be had.
    """
    made = next(
        captions([image], model=model, length=length, language=language, max_chars=max_chars, hedge=hedge)
    )
    if isinstance(made, ImageCraftError):
        raise made
    return made


def captions(
    images: Iterable[ImageSource],
    *,
    model: str | None = None,
    length: Length = "short",
    language: str = "en",
    max_chars: int | None = None,
    hedge: bool = False,
) -> Iterator[Caption | ImageCraftError]:
    """Describe pictures, several together where that takes the model less time for each.

    Args are those of `caption`, for all pictures. They are checked before the first picture is opened.

    Returns:
        For each picture in turn its caption, or why it could not be read. No more pictures are opened ahead
        than the model looks at together.

    Raises:
        InvalidInput: An option is not one of those there are.
        ModelUnavailable, ResourceExhausted: As `caption`, while captions are asked for.
    """
    captioner = _captioner(chosen_model(model, "caption"))
    _check_length(length, captioner.card)
    _check_language(language, captioner.card)
    _check_max_chars(max_chars)
    options = {"length": length, "language": language, "max_chars": max_chars, "hedge": bool(hedge)}
    return _described(captioner, iter(images), options)


def languages(model: str | None = None) -> dict[str, str]:
    """The languages a captioning model writes: BCP-47 tag -> its English name, English first.

    Raises:
        InvalidInput: There is no such model.
    """
    names: dict[str, str] = vocabulary("captions")["languages"]
    card = chosen_model(model, "caption")
    tags = names if ANY_LANGUAGE in card.languages else card.languages
    return {tag: names[tag] for tag in sorted(tags, key=lambda tag: (tag != "en", names[tag]))}


def _described(
    captioner: Captioner, images: Iterator[ImageSource], options: dict[str, Any]
) -> Iterator[Caption | ImageCraftError]:
    while sources := list(islice(images, captioner.together)):
        opened = [_opened(source) for source in sources]
        pictures = [picture for picture in opened if isinstance(picture, Picture)]
        made = iter(
            captioner.captions(
                [picture.image for picture in pictures],
                sizes=[picture.size for picture in pictures],
                **options,
            )
        )
        for picture in opened:
            if isinstance(picture, ImageCraftError):
                yield picture
            else:
                described = next(made)
                yield replace(described, notices=picture.notices + described.notices)


def _opened(source: ImageSource) -> Picture | ImageCraftError:
    try:
        return open_image(source, max_side=LOOKED_AT_SIDE)
    except ImageCraftError as error:
        return error


def _check_length(length: object, card: ModelCard) -> None:
    known = card.settings.get("lengths", LENGTHS)
    if length not in known:
        raise InvalidInput(f"There is no length '{length}'.", f"Choose one of: {', '.join(known)}.")


def _check_language(language: object, card: ModelCard) -> None:
    known = languages(card.id)
    if str(language).partition("-")[0].lower() not in known:
        raise InvalidInput(f"{card.id} cannot write '{language}'.", f"Choose one of: {', '.join(known)}.")


def _check_max_chars(max_chars: object) -> None:
    if max_chars is None:
        return
    if not isinstance(max_chars, int):
        raise InvalidInput(f"The longest length is not a whole number: {max_chars!r}.", "Give one, or None.")
    if max_chars < FEWEST_MAX_CHARS:
        raise InvalidInput(
            f"A caption cannot be as short as {max_chars} characters.", f"Allow at least {FEWEST_MAX_CHARS}."
        )


@cache
def _captioner(card: ModelCard) -> Captioner:
    if card.family:
        from imagecraft.captioning.neural import NeuralCaptioner

        return NeuralCaptioner(card)
    from imagecraft.captioning.grounded import Grounded

    return Grounded(card)
