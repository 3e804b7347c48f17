"""Which columns (or JSON fields) hold ids and captions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from imagecraft.errors import InvalidInput

Role = Literal["predictions", "references"]

_IDS = (
    *("image_id", "imageid", "img_id", "imgid", "id", "key", "uid"),
    *(
        "file",
        "file_name",
        "filename",
        "image",
        "image_name",
        "img",
        "path",
        "photo",
        "audio",
        "sound",
        "name",
    ),
)
_PREDICTIONS = (
    *(
        "prediction",
        "predictions",
        "predicted",
        "predicted_caption",
        "caption_predicted",
        "caption_pred",
        "pred",
    ),
    *(
        "hypothesis",
        "candidate",
        "generated",
        "generated_caption",
        "output",
        "caption",
        "text",
        "description",
    ),
)
_REFERENCES = (
    *("reference", "ref", "ground_truth", "groundtruth", "gt", "target", "human_caption"),
    *("caption", "comment", "sentence", "raw", "description", "text"),
)
_NUMBERED = re.compile(r"^(?P<stem>.*?)[ _\-.]?\d+$")


@dataclass(frozen=True)
class Columns:
    """What was found: the id's column, None for the row's number, and the captions' columns."""

    id: str | None
    texts: tuple[str, ...]

    def words(self) -> str:
        """For the reader of a report."""
        names = ", ".join(f"'{name}'" for name in self.texts)
        return f"captions from {names}; ids: {f'{self.id!r}' if self.id else 'the number of the row'}"


def guess(names: Sequence[str], role: Role) -> Columns | None:
    """The columns of a file with these names; None if none looks like captions."""
    plain = {name: re.sub(r"[\s\-]+", "_", name.strip().lower()) for name in names}
    id_column = _first(plain, _IDS)
    if role == "predictions":
        text = _first(plain, _PREDICTIONS, but=id_column)
        return Columns(id_column, (text,)) if text else None
    ours = _first(plain, _PREDICTIONS[:-3])
    for stem in _REFERENCES:
        found = tuple(
            name for name, word in plain.items() if name not in (ours, id_column) and _stem(word) == stem
        )
        if found:
            return Columns(id_column, found)
    return None


def guessed(names: Sequence[str], role: Role, path: object) -> Columns:
    """As `guess`. Raises InvalidInput, naming the columns there are, if none looks like captions."""
    found = guess(names, role)
    if found is None:
        there = ", ".join(f"'{name}'" for name in list(names)[:12])
        wanted = "'prediction'" if role == "predictions" else "'reference' (or reference_1, reference_2, …)"
        raise InvalidInput(
            f"No column of '{path}' looks like {role}; it has {there or 'none'}.",
            f"Call the column of captions {wanted}.",
        )
    return found


def _first(plain: dict[str, str], wanted: Sequence[str], but: str | None = None) -> str | None:
    for word in wanted:
        for name, found in plain.items():
            if found == word and name != but:
                return name
    return None


def _stem(word: str) -> str:
    match = _NUMBERED.match(word)
    stem = match["stem"] if match else word
    return stem if stem in _REFERENCES else stem.removesuffix("s")
