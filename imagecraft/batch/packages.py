"""Optional packages of the batch command."""

from __future__ import annotations

from typing import Any

from imagecraft.errors import ModelUnavailable


def parquet() -> Any:
    """The module pyarrow.parquet.

    Raises:
        ModelUnavailable: if pyarrow is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ModelUnavailable(
            "Parquet files need a package that is not installed.",
            "Run 'pip install pyarrow', or use .jsonl or .csv.",
        ) from error
    return pyarrow.parquet
