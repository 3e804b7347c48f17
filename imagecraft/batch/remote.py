"""Inputs in object stores: listed and opened through fsspec."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from typing import Any

from imagecraft.batch.items import Item, Remote
from imagecraft.errors import InvalidInput, ModelUnavailable

STORES = {
    "s3": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "hf": "huggingface_hub",
    "az": "adlfs",
    "abfs": "adlfs",
}
"""What an address may begin with, and the package that opens it. Nothing else is opened: an address of the
web or of the local network would let whoever writes a list read what this machine can."""

_ADDRESS = re.compile(r"(?P<store>[a-z][a-z0-9+.-]*)://", re.IGNORECASE)


def store_of(name: str) -> str | None:
    """What an address begins with; None for the name of a file."""
    found = _ADDRESS.match(name)
    return found["store"].lower() if found else None


def check(name: str) -> None:
    """Refuse an address that cannot be opened.

    Raises:
        InvalidInput: if it is not in a store.
        ModelUnavailable: if the store's package is missing.
    """
    store = store_of(name)
    if store not in STORES:
        raise InvalidInput(
            f"'{name}' is a web address, not a file.",
            f"Download it first, or give an address that begins with one of: {', '.join(STORES)}.",
        )
    for package in ("fsspec", STORES[store]):
        if importlib.util.find_spec(package) is None:
            raise ModelUnavailable(f"{store}:// needs the package {package}.", f"pip install {package}")


def remote(name: str, wanted: Callable[[str], bool], recursive: bool) -> Iterator[Item]:
    """The files at an address: one, those a pattern matches, or those below a folder.

    Args:
        name: "s3://bucket/photos/", "gs://bucket/a.jpg" or "hf://datasets/owner/name/**/*.png".
        wanted: Tells from a file's name whether it is an input.
        recursive: Whether folders are searched with all that is below them.

    Raises:
        InvalidInput: if the store cannot be asked.
    """
    import fsspec

    try:
        store, path = fsspec.core.url_to_fs(name)
        found, root = _listed(store, path, recursive)
    except Exception as error:  # every store has its own
        reason = f"{type(error).__name__}: {error}".strip()[:200]
        raise InvalidInput(
            f"'{name}' cannot be listed ({reason}).", "Check address and permissions."
        ) from error
    for one in found:
        if root is None or wanted(one):
            address = store.unstrip_protocol(one)
            below = one.removeprefix(root or "").lstrip("/")
            yield Item(address, Remote(address), below if root else one.rpartition("/")[2])


def _listed(store: Any, path: str, recursive: bool) -> tuple[list[str], str | None]:
    """Files in the order of their names, and the folder they are below; None for a single file."""
    if any(mark in path for mark in "*?["):
        return sorted(store.glob(path)), path.partition("*")[0].rpartition("/")[0]
    if store.isfile(path):
        return [path], None
    return sorted(store.find(path, maxdepth=None if recursive else 1)), path
