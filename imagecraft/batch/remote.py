"""Inputs in object stores: listed and opened through fsspec."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.batch.items import Item, Refused, Remote
from imagecraft.errors import ImageCraftError, InvalidInput, ModelUnavailable

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

_PATTERN_MARKS = "*?["
_ADDRESS = re.compile(r"(?P<store>[a-z][a-z0-9+.-]*)://", re.IGNORECASE)


def store_of(name: str) -> str | None:
    """What an address begins with; None for the name of a file."""
    found = _ADDRESS.match(name)
    return found["store"].lower() if found else None


def check(name: str) -> None:
    """Refuse an address that cannot be opened.

    Raises:
        InvalidInput: if it is not in a store, or an archive, table or list, which are not opened there.
        ModelUnavailable: if the store's package is missing.
    """
    store = store_of(name)
    if store not in STORES:
        raise InvalidInput(
            f"'{name}' is a web address, not a file.",
            f"Download it first, or give an address that begins with one of: {', '.join(STORES)}.",
        )
    endings = vocabulary("batch")["suffixes"]
    if name.lower().endswith(tuple(endings["archive"] + endings["table"] + endings["list"])):
        raise InvalidInput(
            f"'{name}' is an archive, a table or a list: those are only opened on disk.",
            "Copy it here first. Lists and tables may hold addresses.",
        )
    package = _missing(store)
    if package is not None:
        raise ModelUnavailable(f"{store}:// needs the package {package}.", f"pip install {package}")


@lru_cache
def _missing(store: str) -> str | None:
    """The first package that a store needs and that is not installed."""
    packages = ("fsspec", STORES[store])
    return next((package for package in packages if importlib.util.find_spec(package) is None), None)


def is_plain(name: str) -> bool:
    """Whether an address is that of one file, if it is not a folder's: no pattern, no "/" at its end."""
    return not name.endswith("/") and not any(mark in name for mark in _PATTERN_MARKS)


def at(address: str) -> Item:
    """The input at a plain address. The store is not asked: that it is not there is told on reading."""
    below = address.rpartition("/")[2]
    try:
        check(address)
    except ImageCraftError as error:
        return Item(address, Refused(error.message, error.hint), below)
    return Item(address, Remote(address), below)


def remote(name: str, wanted: Callable[[str], bool], recursive: bool) -> Iterator[Item]:
    """The files at an address: one, those a pattern matches, or those below a folder. None is an input that
    cannot be read.

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
    if not found:
        refused = Refused("There is nothing at this address.", "Check it.")
        yield Item(name, refused, name.rstrip("/").rpartition("/")[2])
    for one in found:
        if root is None or wanted(one):
            address = store.unstrip_protocol(one)
            below = one.removeprefix(root or "").lstrip("/")
            yield Item(address, at(address).location, below if root else one.rpartition("/")[2])


def _listed(store: Any, path: str, recursive: bool) -> tuple[list[str], str | None]:
    """Files in the order of their names, and the folder they are below; None for a single file."""
    if any(mark in path for mark in _PATTERN_MARKS):
        return sorted(store.glob(path)), path.partition("*")[0].rpartition("/")[0]
    if store.isfile(path):
        return [path], None
    return sorted(store.find(path, maxdepth=None if recursive else 1)), path
