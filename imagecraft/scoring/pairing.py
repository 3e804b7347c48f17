"""Predictions and references brought together, and everything odd about them said and counted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from imagecraft.errors import InvalidInput
from imagecraft.scoring.base import Corpus

Missing = Literal["skip", "empty"]
LONGEST_CHARACTERS = 10_000
SHOWN = 5
AGAINST_ITSELF = "Predictions and references are the same captions: each is compared with itself."
_NO_TEXT = frozenset(("nan", "null", "none", "n/a", "na", "nil", "undefined"))

Captions = Mapping[Any, Any] | Sequence[Any] | str


@dataclass(frozen=True)
class Paired:
    """What can be scored, and what cannot.

    Attributes:
        corpus: The items to be scored.
        notices: What a reader of the scores should know, one sentence each.
        skipped: Ids that were left out, by reason.
        inputs: Name and SHA-256 of the files it came from, by role.
    """

    corpus: Corpus
    notices: tuple[str, ...]
    skipped: Mapping[str, tuple[str, ...]]
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass
class Findings:
    """What is left out, and why.

    Attributes:
        skipped: Ids by reason; no more than `most` of each.
        times: How many there are for each reason.
        most: Ids that are kept for each reason; None for all.
    """

    skipped: dict[str, list[str]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    most: int | None = None

    def skip(self, reason: str, name: str) -> None:
        """Note that an id is left out."""
        self.times[reason] += 1
        names = self.skipped.setdefault(reason, [])
        if self.most is None or len(names) < self.most:
            names.append(name)

    def notices(self) -> list[str]:
        """A sentence for each reason."""
        return [
            f"{counted(self.times[reason], 'item')}: {reason} ({listed(names, self.times[reason])})."
            for reason, names in self.skipped.items()
        ]


def pair(
    predictions: Captions,
    references: Captions,
    *,
    missing: Missing = "skip",
    pictures: Mapping[str, Any] | Sequence[Any] | None = None,
) -> Paired:
    """Bring predictions and references together by id, or by their order in two lists.

    Args:
        predictions: {id: caption}, a list of captions, or one caption.
        references: {id: caption or captions}, a list of them, or one caption.
        missing: What becomes of an id without a prediction: "skip" leaves it out, as coco-caption does;
            "empty" scores it as an empty caption.
        pictures: {id: picture} or a list, in the same way.

    Raises:
        InvalidInput: if nothing can be paired, or two lists differ in length.
    """
    if missing not in ("skip", "empty"):
        raise InvalidInput(f"There is no way '{missing}' to treat what is missing.", "Choose skip or empty.")
    theirs, ours = _by_id(references, "references"), _by_id(predictions, "predictions")
    if (
        not isinstance(predictions, Mapping)
        and not isinstance(references, Mapping)
        and len(ours) != len(theirs)
    ):
        raise InvalidInput(
            f"There are {len(ours)} predictions and references for {len(theirs)}.",
            "Give lists of one length, or name the items: {id: text}.",
        )
    shown = _by_id(pictures, "pictures") if pictures is not None else None
    findings = Findings()
    rows = [scorable(name, ours, theirs, missing, findings) for name in [*theirs, *(set_minus(ours, theirs))]]
    kept = [row for row in rows if row is not None]
    if not kept:
        raise InvalidInput(_nothing(ours, theirs, findings), "Check that ids are the same in both.")
    corpus = Corpus(
        tuple(name for name, _, _ in kept),
        tuple(caption for _, caption, _ in kept),
        tuple(texts for _, _, texts in kept),
        tuple(shown.get(name) for name, _, _ in kept) if shown is not None else None,
    )
    return Paired(
        corpus,
        (*findings.notices(), *_corpus_notices(corpus)),
        {reason: tuple(names) for reason, names in findings.skipped.items()},
    )


def set_minus(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[str]:
    """Keys of `left` that `right` has not, in order."""
    return [name for name in left if name not in right]


def _by_id(given: Any, what: str) -> dict[str, Any]:
    if isinstance(given, str):
        return {"1": given}
    if isinstance(given, Mapping):
        return {str(name): value for name, value in given.items()}
    if isinstance(given, Sequence) and not isinstance(given, bytes):
        return {str(place): value for place, value in enumerate(given, start=1)}
    raise InvalidInput(
        f"The {what} are of the kind {type(given).__name__}.", "Give a list of texts, or {id: text}."
    )


def scorable(
    name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any], missing: Missing, findings: Findings
) -> tuple[str, str, tuple[str, ...]] | None:
    """Id, prediction and references of an item that can be scored; None, and found, if it cannot."""
    if name not in theirs:
        findings.skip("a prediction without references", name)
        return None
    texts = _texts(theirs[name])
    kept = tuple(text.strip() for text in texts if text is not None and text.strip())
    if len(kept) < len(texts):
        findings.skip("empty references left out (the item's others are used)", name) if kept else None
    if not kept:
        findings.skip("no reference with a word in it", name)
        return None
    caption = _caption(ours.get(name)) if name in ours else None
    if caption is None:
        reason = "no prediction" if name not in ours else "a prediction that is not a text"
        findings.skip(reason if missing == "skip" else f"{reason}, scored as an empty caption", name)
        if missing == "skip":
            return None
        caption = ""
    if max(map(len, (caption, *kept))) > LONGEST_CHARACTERS:
        findings.skip(f"a text of more than {LONGEST_CHARACTERS} characters", name)
        return None
    return name, caption, kept


def _texts(value: Any) -> list[str | None]:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_caption(one) for one in value]
    return [_caption(value)]


def _caption(value: Any) -> str | None:
    """A text; None for what is none (null, NaN, a list)."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Sequence) and not isinstance(value, bytes) and len(value) == 1:
        return _caption(value[0])
    if isinstance(value, int | float) and value is not True and value is not False and math.isfinite(value):
        return str(value)
    return None


def counted(number: int, what: str) -> str:
    """So many of something, in words: "1 row", "2 rows"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def listed(names: Sequence[str], times: int | None = None) -> str:
    """The first few of some ids; `times` says how many there are where `names` are not all."""
    shown = ", ".join(names[:SHOWN])
    many = len(names) if times is None else times
    return shown if many <= SHOWN else f"{shown}, and {many - SHOWN} more"


def _corpus_notices(corpus: Corpus) -> list[str]:
    notices = []
    empty = [name for name, words in zip(corpus.ids, corpus.words, strict=True) if not words]
    if empty:
        notices.append(
            f"{counted(len(empty), 'empty caption')}: scored as written, which is 0 ({listed(empty)})."
        )
    standing = [
        name for name, text in zip(corpus.ids, corpus.predictions, strict=True) if _stands_for_nothing(text)
    ]
    if standing:
        notices.append(
            f"{counted(len(standing), 'caption')} with only 'nan', 'null', 'none' or 'N/A', as programs "
            f"write for a missing one: scored as written ({listed(standing)})."
        )
    missing = [
        name
        for name, texts in zip(corpus.ids, corpus.references, strict=True)
        if any(map(_stands_for_nothing, texts))
    ]
    if missing:
        notices.append(
            f"{counted(len(missing), 'item')} with a reference that is only 'nan', 'null', 'none' or 'N/A': "
            f"used as written ({listed(missing)})."
        )
    twice = [
        name
        for name, texts in zip(corpus.ids, corpus.references, strict=True)
        if len(set(texts)) < len(texts)
    ]
    if twice:
        notices.append(
            f"{counted(len(twice), 'item')} with the same reference more than once: each counts as one of "
            f"its references ({listed(twice)})."
        )
    counts = sorted({len(texts) for texts in corpus.references})
    if len(counts) > 1:
        notices.append(
            f"Items have between {counts[0]} and {counts[-1]} references; scores rise with their number."
        )
    return notices


def _stands_for_nothing(text: str) -> bool:
    return text.lower().strip("<>#") in _NO_TEXT


def _nothing(ours: Mapping[str, Any], theirs: Mapping[str, Any], findings: Findings) -> str:
    if not ours or not theirs:
        return f"There are no {'predictions' if not ours else 'references'}."
    if not set(ours) & set(theirs):
        here, there = listed(list(ours)), listed(list(theirs))
        return f"No id is in both: predictions have {here}; references have {there}."
    reasons = "; ".join(f"{len(names)} × {reason}" for reason, names in findings.skipped.items())
    return f"No item is left to be scored: {reasons}."
