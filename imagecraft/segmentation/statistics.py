"""How much of the picture each kind of thing takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from imagecraft.media.tables import csv_table, safe_cell
from imagecraft.segmentation.base import Segmentation
from imagecraft.segmentation.classes import BACKGROUND

COLUMNS = ("class", "index", "regions", "pixels", "share", "largest_share", "largest_place", "mean_score")


@dataclass(frozen=True)
class ClassRow:
    """A kind of thing in the picture, or the background.

    Attributes:
        index: Its value in the label map.
        label: Its name.
        regions: How many regions it has; 0 for the background.
        pixels: How many pixels all of them have.
        share: Of the picture, 0 to 1; the shares of all rows add up to 1.
        largest_share: The largest region's share of the picture.
        largest_place: Where that one is, in words.
        mean_score: Mean score of the regions, 0 to 1, each weighed by its size.
        boxed: Whether any outline was found from a box and by colour only.
        colour: What it is drawn in, "#rrggbb"; empty for the background.
    """

    index: int
    label: str
    regions: int
    pixels: int
    share: float
    largest_share: float = 0.0
    largest_place: str = ""
    mean_score: float = 0.0
    boxed: bool = False
    colour: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON-ready values."""
        row: dict[str, Any] = {
            "index": self.index,
            "label": self.label,
            "pixels": self.pixels,
            "share": self.share,
            "regions": self.regions,
        }
        if self.regions:
            row["largest"] = {"share": self.largest_share, "place": self.largest_place}
            row["score"] = round(self.mean_score, 4)
        return row


def class_rows(segmentation: Segmentation) -> list[ClassRow]:
    """The background, then every class that is in the picture, the largest first."""
    whole = segmentation.mask.size
    rows = []
    for index in dict.fromkeys(region.index for region in segmentation.regions):
        regions = [region for region in segmentation.regions if region.index == index]
        pixels = sum(region.pixels for region in regions)
        largest = max(regions, key=lambda region: region.pixels)
        rows.append(
            ClassRow(
                index=index,
                label=regions[0].label,
                regions=len(regions),
                pixels=pixels,
                share=pixels / whole,
                largest_share=largest.share,
                largest_place=largest.place,
                mean_score=sum(region.score * region.pixels for region in regions) / pixels,
                boxed=any(region.source == "box" for region in regions),
                colour=segmentation.kind_of(index).colour,
            )
        )
    rows.sort(key=lambda row: -row.pixels)
    rest = whole - sum(row.pixels for row in rows)
    return [ClassRow(0, BACKGROUND, 0, rest, rest / whole), *rows]


def to_csv(rows: Sequence[ClassRow]) -> str:
    """The rows as a CSV table, which no spreadsheet takes for formulas."""
    body = [
        [
            safe_cell(row.label),
            row.index,
            row.regions,
            row.pixels,
            round(row.share, 6),
            round(row.largest_share, 6),
            safe_cell(row.largest_place),
            round(row.mean_score, 4),
        ]
        for row in rows
    ]
    return csv_table([COLUMNS, *body])


def to_json(segmentation: Segmentation, *, file: str = "") -> str:
    """Everything that is known of a segmentation, as the command line gives it."""
    named = {"file": file} if file else {}
    return json.dumps(named | segmentation.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
