"""Fetch hub models into the hub's own cache (HF_HOME), where every program on the machine finds them.

huggingface_hub knows the repositories, the tokens and where a file's bytes are. Its own downloads begin a
file anew after each stop and check sizes only: here they go on where they stopped, and every file is checked
against the digest that the hub lists.

Environment, as huggingface_hub reads it: HF_HOME, HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE. Which revision is
fetched is the card's, see `imagecraft.catalog`.

References: huggingface_hub's guide "Understand caching" (blobs named by digest, snapshots of links to them,
refs that name commits).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from imagecraft.catalog import ModelCard
from imagecraft.errors import ModelUnavailable, ResourceExhausted
from imagecraft.runtime import hub, hub_conversion, hub_files
from imagecraft.runtime.downloads import (
    Progress,
    SourceFailed,
    download,
    offline_switch,
    size_now,
    size_words,
)
from imagecraft.runtime.hub_check import has_digest
from imagecraft.runtime.locks import one_fetcher

SPARE_BYTES = 100_000_000
"""Room to be left on the disk."""

ANSWER_SECONDS = 30.0
PART = ".imagecraft.part"


class Unreachable(ModelUnavailable):
    """The hub did not give the files."""


@dataclass(frozen=True)
class _File:
    """A file of a repository.

    Attributes:
        name: Its path.
        size: Bytes.
        digest: Hexadecimal sha256 of its bytes, or git's digest of a small file.
    """

    name: str
    size: int
    digest: str


@dataclass(frozen=True)
class _Repository:
    """A repository at one commit, which its revision names; of its files those that its model needs."""

    card: ModelCard
    revision: str
    commit: str
    files: tuple[_File, ...] = ()

    @property
    def blobs(self) -> Path:
        """Where the cache keeps the bytes of its files."""
        return hub.cache_of(self.card.repo) / "blobs"

    @property
    def snapshot(self) -> Path:
        """Where the cache keeps their names."""
        return hub.cache_of(self.card.repo) / "snapshots" / self.commit

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    def missing(self) -> list[_File]:
        """Its files that are not in the cache; weights come last, for with them a copy counts as whole."""
        missing = [file for file in self.files if not (self.snapshot / file.name).exists()]
        return sorted(missing, key=lambda file: file.name.endswith(hub_files.SAFETENSORS))


def fetch(card: ModelCard, progress: Progress | None = None) -> Path:
    """Fetch what a hub model needs, unless it is here; go on where an earlier fetch stopped.

    Args:
        card: A model of the hub.
        progress: Told how far it is, over all files.

    Returns:
        The folder of its files.

    Raises:
        ModelUnavailable: its licence has to be accepted, the hub has no such repository or revision, or must
            not be asked; Unreachable if the hub cannot be reached, or the connection breaks.
        ResourceExhausted: the disk has no room for it. Nothing is fetched then.
        RuntimeError: the repository holds no whole model: a fault of the card.
    """
    if found := hub.copy_of(card):
        return found
    if switch := offline_switch():
        raise ModelUnavailable(
            f"'{card.id}' ({size_words(card.size_bytes)}) is not on this machine and may not be fetched.",
            f"{switch} is set: unset it to fetch the model, or bring its files and say {card.id}@FOLDER.",
        )
    with _errors_in_words(card):
        repository = _look_up(card, card.revision)
        missing = repository.missing()
        _require_room(repository, sum(file.size for file in missing))
        done = repository.size - sum(file.size for file in missing)
        for file in missing:
            _fetch(repository, file, done, progress)
            done += file.size
        ref = hub.cache_of(card.repo) / "refs" / (repository.revision or "main")
        ref.parent.mkdir(parents=True, exist_ok=True)
        ref.write_text(repository.commit, "utf-8")
    found = hub.cached_folder(card.repo, repository.commit, card.files)
    if found is None:
        raise RuntimeError(f"{card.repo} at {repository.commit} holds no whole model.")
    return found


def _look_up(card: ModelCard, revision: str) -> _Repository:
    """What the hub tells of a card's repository; of the conversion it offers, where its newest is no good."""
    from huggingface_hub import HfApi, constants

    api = HfApi(endpoint=constants.ENDPOINT)
    about = api.model_info(card.repo, revision=revision or None, files_metadata=True, timeout=ANSWER_SECONDS)
    files = {
        item.rfilename: _File(
            item.rfilename, item.size or 0, item.lfs.sha256 if item.lfs else str(item.blob_id)
        )
        for item in about.siblings or []
    }
    repository = _Repository(card, revision, str(about.sha))
    index = None
    if hub_files.INDEX in files:
        _fetch(repository, files[hub_files.INDEX], 0, None)
        index = hub.read_json(repository.snapshot / hub_files.INDEX)
    try:
        needed = hub_files.needed(card, files, index)
    except hub_files.NoSafetensors:
        converted = "" if revision else hub_conversion.offered(api, card.repo)
        if not converted:
            raise
        return _look_up(card, converted)
    return replace(repository, files=tuple(files[name] for name in needed))


def _fetch(repository: _Repository, file: _File, done: int, progress: Progress | None) -> None:
    """Bring one file into the cache.

    Args:
        repository: Whose it is.
        file: It.
        done: Bytes of the repository's other files that are here.
        progress: Told how far all of them are.
    """

    def told(_label: str, so_far: int, _size: int) -> None:
        if progress is not None:
            progress(repository.card.id, done + so_far, repository.size)

    repository.blobs.mkdir(parents=True, exist_ok=True)
    blob = repository.blobs / file.digest
    with one_fetcher(blob.with_suffix(".imagecraft.lock"), file.name):
        if not blob.exists():
            _fetch_blob(repository, file, blob, told)
        _name(blob, repository.snapshot / file.name)
    told(file.name, file.size, file.size)


def _fetch_blob(repository: _Repository, file: _File, blob: Path, told: Progress) -> None:
    from huggingface_hub import constants, get_hf_file_metadata, get_token, hf_hub_url

    part = blob.with_suffix(PART)
    address = hf_hub_url(
        repository.card.repo, file.name, revision=repository.commit, endpoint=constants.ENDPOINT
    )
    attempts = 2 if part.exists() else 1
    for _ in range(attempts):
        location = get_hf_file_metadata(address, timeout=ANSWER_SECONDS).location
        ours = urlsplit(location).netloc == urlsplit(constants.ENDPOINT).netloc
        token = get_token() if ours else None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if file.size:
            download(location, part, file.size, label=file.name, progress=told, headers=headers)
        else:
            part.touch()
        if has_digest(part, file.digest):
            part.replace(blob)
            return
        part.unlink()
    raise SourceFailed(f"{file.name} came damaged (its digest differs)")


def _name(blob: Path, name: Path) -> None:
    """Give a blob its name in a snapshot: a link, or the file itself on a disk without links."""
    if name.exists():
        return
    name.parent.mkdir(parents=True, exist_ok=True)
    name.unlink(missing_ok=True)
    try:
        name.symlink_to(os.path.relpath(blob, name.parent))
    except OSError:
        blob.replace(name)


def _require_room(repository: _Repository, needed: int) -> None:
    card, place = repository.card, repository.blobs
    begun = sum(size_now(part) for part in place.glob(f"*{PART}"))
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if needed - begun + SPARE_BYTES > free:
        raise ResourceExhausted(
            f"The disk has no room for '{card.id}': it needs {size_words(needed - begun)}, "
            f"{size_words(free)} are free in {place}.",
            "Make room there, or set HF_HOME to a folder on another disk.",
        )


@contextmanager
def _errors_in_words(card: ModelCard) -> Iterator[None]:
    from huggingface_hub import constants, errors

    try:
        yield
    except errors.GatedRepoError as error:
        raise ModelUnavailable(
            f"The licence of '{card.id}' has to be accepted before its files can be fetched.",
            f"Accept it at {constants.ENDPOINT}/{card.repo}, then set HF_TOKEN to a token of your account.",
        ) from error
    except errors.RevisionNotFoundError as error:
        raise ModelUnavailable(
            f"The hub has no revision '{card.revision}' of {card.repo} (any more).",
            f"Take the newest, or another that you trust: set IMAGECRAFT_REVISIONS={card.id}=main",
        ) from error
    except errors.LocalEntryNotFoundError as error:
        raise _unreachable(card, "it cannot be reached") from error
    except errors.RepositoryNotFoundError as error:
        raise ModelUnavailable(
            f"The hub has no repository {card.repo}, or not for this account.",
            f"Set HF_TOKEN if it is private, or bring its files and say {card.id}@FOLDER.",
        ) from error
    except errors.EntryNotFoundError as error:
        raise RuntimeError(f"{card.repo} lacks a file that it lists.") from error
    except errors.HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else None
        if status in (401, 403):
            raise ModelUnavailable(
                f"The hub does not let this account fetch '{card.id}'.",
                f"Set HF_TOKEN to a token that may read {constants.ENDPOINT}/{card.repo}, or unset it.",
            ) from error
        raise _unreachable(card, f"it answered {status}") from error
    except SourceFailed as failure:
        raise _unreachable(card, str(failure)) from failure
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ResourceExhausted(
                f"The disk is full: '{card.id}' was not fetched to the end.",
                "Make room, then start the download again: it goes on where it stopped.",
            ) from error
        if isinstance(error, PermissionError | NotADirectoryError):
            raise ModelUnavailable(
                f"The files of '{card.id}' cannot be written to {constants.HF_HUB_CACHE}.",
                "Set HF_HOME to a folder that can be written.",
            ) from error
        if _is_of_the_network(error):
            raise _unreachable(card, "it cannot be reached") from error
        raise


def _unreachable(card: ModelCard, why: str) -> Unreachable:
    return Unreachable(
        f"The files of '{card.id}' could not be fetched from the hub: {why}.",
        f"Run `imagecraft models download {card.id}` again: it goes on where it stopped.",
    )


def _is_of_the_network(error: Exception) -> bool:
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, ConnectionError | TimeoutError) or library in ("httpx", "httpx2", "httpcore")
