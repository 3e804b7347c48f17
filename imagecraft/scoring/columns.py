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


@dataclass(frozen=True)
class Chosen:
    """Columns that a user names, in place of guesses.

    Attributes:
        id: The column (or JSON field) of ids; None to guess.
        predictions: The column of predictions; None to guess.
        references: The columns of references; empty to guess.
    """

    id: str | None = None
    predictions: str | None = None
    references: tuple[str, ...] = ()

    def texts(self, role: Role) -> tuple[str, ...]:
        """The chosen columns of captions, empty if they are to be guessed."""
        if role == "references":
            return self.references
        return (self.predictions,) if self.predictions else ()


def chosen(
    id_column: str | None = None,
    prediction_column: str | None = None,
    reference_columns: str | Sequence[str] | None = None,
) -> Chosen:
    """The columns a user named; references in one text are apart by commas."""
    if isinstance(reference_columns, str):
        reference_columns = [name for part in reference_columns.split(",") if (name := part.strip())]
    return Chosen(id_column or None, prediction_column or None, tuple(reference_columns or ()))


def guess(names: Sequence[str], role: Role) -> Columns | None:
    """The columns of a file with these names; None if none looks like captions."""
    plain = _plain(names)
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


def found_in(names: Sequence[str], role: Role, path: object, wanted: Chosen) -> Columns:
    """The columns a user chose, and `guess` for what is left open.

    One name for ids serves two files: where it is not there, the column of ids is guessed; whoever reads both
    files refuses a name that neither has.

    Raises:
        InvalidInput: if a chosen column is not there, or none looks like captions; it names those there are.
    """
    there = ", ".join(f"'{name}'" for name in list(names)[:12]) or "none"
    id_column = wanted.id if wanted.id in names else _first(_plain(names), _IDS, but=wanted.id)
    texts = wanted.texts(role)
    lacking = [name for name in texts if name not in names]
    if wanted.id and id_column is None:
        lacking.insert(0, wanted.id)
    if lacking:
        raise InvalidInput(f"'{path}' has no column '{lacking[0]}'; it has {there}.", "Give one of these.")
    if texts:
        return Columns(id_column if id_column not in texts else None, texts)
    found = guess([name for name in names if name != wanted.id], role)
    if found is None:
        usual = "'prediction'" if role == "predictions" else "'reference' (or reference_1, reference_2, …)"
        raise InvalidInput(
            f"No column of '{path}' looks like {role}; it has {there}.",
            f"Name the column of captions, or call it {usual}.",
        )
    return Columns(id_column, found.texts) if wanted.id else found


def _plain(names: Sequence[str]) -> dict[str, str]:
    return {name: re.sub(r"[\s\-]+", "_", name.strip().lower()) for name in names}


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
