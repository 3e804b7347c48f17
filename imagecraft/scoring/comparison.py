"""Two systems on the same pictures: whose captions score higher, and whether by more than chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.scoring.captions import paired, score
from imagecraft.scoring.columns import chosen as chosen_columns
from imagecraft.scoring.pairing import Captions, counted
from imagecraft.scoring.report import ScoreReport
from imagecraft.scoring.uncertainty import (
    CONFIDENCE,
    DRAWS,
    SEED,
    Difference,
    TestMethod,
    differences,
)

__all__ = ["Comparison", "compare"]

FIRST, SECOND = "first", "second"
_COLUMNS = ("id_column", "prediction_column", "reference_columns")


@dataclass(frozen=True)
class Comparison:
    """Two systems on the same items.

    Attributes:
        first: The first system's report.
        second: The second's, of the same items in the same order.
        differences: Second minus first by score; scores without a test are missing here.
        names: What the two systems are called.
    """

    first: ScoreReport
    second: ScoreReport
    differences: Mapping[str, Difference]
    names: tuple[str, str] = (FIRST, SECOND)

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader should know: first of both, then of one of them, with its name."""
        theirs = set(self.second.notices)
        both = [words for words in self.first.notices if words in theirs]
        own = [
            words if words.startswith(name) else f"{name}: {words}"
            for name, report in zip(self.names, (self.first, self.second), strict=True)
            for words in report.notices
            if words not in both
        ]
        return tuple(dict.fromkeys((*both, *own)))

    @property
    def not_computed(self) -> dict[str, str]:
        """Metrics that say nothing of one of them, with the reason, and whose it is if not both's."""
        ours, theirs = dict(self.first.not_computed), dict(self.second.not_computed)
        found = {}
        for name in (*ours, *theirs):
            reasons = dict.fromkeys(
                f"{system}: {reasons[name]}"
                for system, reasons in zip(self.names, (ours, theirs), strict=True)
                if name in reasons
            )
            found[name] = ours[name] if ours.get(name) == theirs.get(name) else " ".join(reasons)
        return found

    @property
    def shared(self) -> list[str]:
        """Scores that both have, in order."""
        return [one.name for one in self.first if one.name in self.second.metrics]

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON-ready values."""
        return {
            "systems": dict(zip((FIRST, SECOND), self.names, strict=True)),
            "first": self.first.to_dict(),
            "second": self.second.to_dict(),
            "differences": {name: one.to_dict() for name, one in self.differences.items()},
        }


def compare(
    first: Captions | Path,
    second: Captions | Path,
    references: Captions | Path,
    *,
    names: tuple[str, str] | None = None,
    method: TestMethod = "randomisation",
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = SEED,
    **options: Any,
) -> Comparison:
    """Score two systems on the items that both have, and test whether they differ.

    Args:
        first: Captions of the first system, as in `score`.
        second: Captions of the second.
        references: As in `score`.
        names: What the two systems are called; None for the names of their files.
        method: "randomisation" or "bootstrap", see `imagecraft.scoring.uncertainty`.
        confidence: Of all intervals.
        draws: Random draws.
        seed: Of the random numbers.
        options: More options of `score`.

    Raises:
        InvalidInput, ModelUnavailable: as `score`.
    """
    missing, pictures = options.get("missing", "skip"), options.get("pictures")
    columns = chosen_columns(*(options.pop(name, None) for name in _COLUMNS))
    encoding = options.pop("encoding", None)
    ours, theirs = (
        paired(system, references, missing, pictures, columns, encoding) for system in (first, second)
    )
    common = set(ours.corpus.ids) & set(theirs.corpus.ids)
    if not common:
        raise InvalidInput("The two systems have no item in common.", "Check that ids are the same in both.")
    left_out = len(set(ours.corpus.ids) ^ set(theirs.corpus.ids))
    words = (f"{counted(left_out, 'item')} that only one system has: left out.",) if left_out else ()
    reports = []
    for one in (ours, theirs):
        corpus = one.corpus
        kept = [place for place, name in enumerate(corpus.ids) if name in common]
        report = score(
            {corpus.ids[place]: corpus.predictions[place] for place in kept},
            {corpus.ids[place]: corpus.references[place] for place in kept},
            confidence=confidence,
            draws=draws,
            seed=seed,
            **options,
        )
        own = [notice for notice in report.notices if notice not in one.notices]
        settings = ({"inputs": one.inputs} if one.inputs else {}) | dict(report.settings)
        reports.append(
            replace(report, notices=(*one.notices, *words, *own), skipped=one.skipped, settings=settings)
        )
    found = differences(*reports, method=method, confidence=confidence, draws=draws, seed=seed)
    return Comparison(reports[0], reports[1], found, names or _names(first, second))


def _names(first: Captions | Path, second: Captions | Path) -> tuple[str, str]:
    if isinstance(first, Path) and isinstance(second, Path) and first.stem != second.stem:
        return first.stem, second.stem
    return FIRST, SECOND
