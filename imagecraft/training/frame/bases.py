"""The model that a run starts from: a folder, a card of the catalogue, or a hub repository."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagecraft import catalog
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.files import quoted
from imagecraft.runtime import hub
from imagecraft.runtime.downloads import offline_reason

_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w.-]+")
CHANCE = "none"
"""What a user names instead of a base model to begin with random weights."""
LONGEST_REASON = 200  # letters
_NEEDED = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]


@dataclass(frozen=True)
class Base:
    """A model on this machine that a run starts from.

    Attributes:
        name: As a model card calls it: a hub repository, or a folder's last part.
        folder: Its files.
        model_type: Its architecture, in transformers' words.
        license: Of its weights; empty where nothing says.
    """

    name: str
    folder: Path
    model_type: str
    license: str = ""


def base(name: str) -> Base:
    """Find a base model, fetching it from the hub where the network allows.

    Args:
        name: A folder, a card's id (`ID` or `ID@FOLDER`), or "owner/name".

    Raises:
        InvalidInput: if it is none of these, or no transformers model is in it.
        ModelUnavailable: if the hub does not give it.
    """
    if not name.strip():
        raise InvalidInput(
            "No model to start from was given.",
            "Give --base: a folder, an id of `imagecraft models`, or a hub repository.",
        )
    if Path(name).expanduser().is_dir():
        return _of(Path(name).expanduser(), Path(name).expanduser().resolve().name)
    card = next((card for card in catalog.cards() if card.id == name.partition("@")[0]), None)
    if card is not None:
        chosen = catalog.chosen_card(name, card.task)
        if not chosen.repo:
            raise InvalidInput(
                f"'{card.id}' cannot be fine-tuned here.", "Start from a hub model or a folder."
            )
        return _of(hub.folder_of(chosen), chosen.repo, chosen.license)
    if not _REPOSITORY.fullmatch(name):
        raise InvalidInput(
            f"There is no folder and no model {quoted(name)}.",
            "Give a folder, an id of `imagecraft models`, or a hub repository (owner/name).",
        )
    return _of(hub.cached_folder(name) or _fetched(name), name)


def _fetched(repo: str) -> Path:
    if reason := offline_reason():
        raise ModelUnavailable(f"{repo} is not on this machine ({reason}).", "Give --base a folder.")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        return Path(snapshot_download(repo, allow_patterns=_NEEDED))
    except (OSError, HfHubHTTPError, ValueError) as error:
        raise ModelUnavailable(
            f"The hub does not give {repo}: {one_line(error)}",
            "Try again later, or copy its folder here and name it with --base.",
        ) from error


def _of(folder: Path, name: str, license: str = "") -> Base:
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
        return Base(name, folder, str(config["model_type"]), license)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"There is no transformers model in {quoted(str(folder))}.",
            "It must hold config.json and safetensors files, as save_pretrained writes them.",
        ) from error


def one_line(error: BaseException) -> str:
    """What a library says of an error, short enough for a sentence."""
    return " ".join(str(error).split())[:LONGEST_REASON]
