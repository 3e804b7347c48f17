"""Which files of a repository a model needs: safetensors and plain text, never a pickle or code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from itertools import groupby
from typing import Any

from imagecraft.catalog import ModelCard
from imagecraft.errors import ModelUnavailable

INDEX = "model_index.json"
TEXTS = (".json", ".txt", ".model", ".jinja", ".spm", ".tiktoken")
SAFETENSORS = ".safetensors"


class NoSafetensors(ModelUnavailable):
    """A repository's weights are there in other formats only."""


_VARIANT = re.compile(
    r"\.safetensors\.index\.(?P<index>\w+)\.json$ | \.(?P<file>\w+)(-\d+-of-\d+)?\.safetensors$", re.VERBOSE
)
_SHARD = re.compile(r"-\d+-of-\d+\.")


def needed(card: ModelCard, names: Iterable[str], index: dict[str, Any] | None = None) -> list[str]:
    """The files to fetch, in alphabetical order.

    Args:
        card: The model; its `files` are patterns that say it all, its setting `variant` which of several
            builds of the weights is taken where there is one ("fp16").
        names: All files of its repository.
        index: The content of its `model_index.json`, for a pipeline of several networks in a folder each.

    Raises:
        NoSafetensors: if its weights are not there as safetensors.
    """
    listed = sorted(names)
    if card.files:
        return [name for name in listed if any(fnmatch(name, pattern) for pattern in card.files)]
    folders = {""} if index is None else parts(index)
    found: list[str] = [INDEX] if index is not None else []
    for folder, group in groupby(listed, key=lambda name: name.rpartition("/")[0]):
        if folder in folders:
            found += _of_folder(list(group), card.settings.get("variant", ""))
    if not any(name.endswith(SAFETENSORS) for name in found):
        raise NoSafetensors(
            f"The weights of '{card.id}' are not published as safetensors, the only kind that is read.",
            f"Bring a converted copy: {card.id}@FOLDER, or choose another model.",
        )
    return sorted(found)


def parts(index: dict[str, Any]) -> set[str]:
    """The folders of a pipeline's parts, as its `model_index.json` lists them."""
    return {name for name, part in index.items() if isinstance(part, list) and part and part[0]}


def _of_folder(names: list[str], variant: str) -> Iterator[str]:
    """One build of a folder's weights, and its texts."""
    weights = [name for name in names if SAFETENSORS in name]
    yield from (name for name in names if name.endswith(TEXTS) and name not in weights)
    builds: dict[str, list[str]] = {}
    for name in weights:
        builds.setdefault(_variant(name), []).append(name)
    chosen = builds.get(variant) or builds.get("") or next(iter(builds.values()), [])
    indices = [name for name in chosen if name.endswith(".json")]
    for name in chosen:
        if not indices or name in indices or _SHARD.search(name):
            yield name


def _variant(name: str) -> str:
    """ "fp16" of a file "unet.fp16.safetensors"; empty for the plain build."""
    found = _VARIANT.search(name)
    return (found["index"] or found["file"] or "") if found else ""
