"""A finished model, sent to a hub repository because its owner asked for it."""

from __future__ import annotations

import re
from pathlib import Path

from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.runtime.downloads import offline_reason
from imagecraft.training.frame.bases import one_line

_NAME = re.compile(r"[\w.-]+/[\w.-]+")


def check_push(repo: str) -> None:
    """Raise where sending could not work, before hours of training.

    Raises:
        InvalidInput: if the repository has no proper name.
        ModelUnavailable: if the network is switched off, or nobody is logged in.
    """
    if not _NAME.fullmatch(repo):
        raise InvalidInput(f"'{repo}' is no name of a repository.", "Give OWNER/NAME.")
    if reason := offline_reason():
        raise ModelUnavailable(f"The model cannot be sent ({reason}).", "Leave out --push, or switch it off.")
    from huggingface_hub import get_token

    if get_token() is None:
        raise ModelUnavailable(
            "Nobody is logged in to the hub on this machine.", "Run `hf auth login`, or set HF_TOKEN."
        )


def push(model: Path, repo: str) -> str:
    """Send a model's folder, its card included, to a private repository unless there is one already.

    Returns:
        The repository's address.

    Raises:
        ModelUnavailable: if the hub does not take it; the model stays where it is.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    hub = HfApi()
    try:
        address = hub.create_repo(repo, exist_ok=True, private=True)
        hub.upload_folder(
            repo_id=repo, folder_path=model, commit_message="Add a model fine-tuned with ImageCraft"
        )
    except (OSError, HfHubHTTPError, ValueError) as error:
        raise ModelUnavailable(
            f"The hub did not take the model: {one_line(error)}",
            f"It is in {model}; send it later with: hf upload {repo} {model}",
        ) from error
    return str(address)
