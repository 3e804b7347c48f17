"""Tables as CSV files that a spreadsheet only shows, whatever is in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_table(rows: Sequence[Sequence[Any]]) -> str:
    """Rows of cells as CSV. Texts that others wrote must have passed `safe_cell`."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
