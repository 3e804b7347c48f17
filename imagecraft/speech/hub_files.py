"""Files of voices in the hub's cache: which are there, and fetching those that are not."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from imagecraft.errors import ModelUnavailable
from imagecraft.runtime.downloads import offline_reason

TOKEN_PAGE = "https://huggingface.co/{repo}"


@dataclass(frozen=True)
class HubFile:
    """A file on the hub.

    Attributes:
        repo: "owner/name".
        name: Its path in the repository.
        revision: Commit; empty for the newest.
    """

    repo: str
    name: str
    revision: str = ""

    @classmethod
    def of(cls, address: str) -> HubFile:
        """From "hf://owner/name/path@revision"."""
        path, _, revision = address.removeprefix("hf://").partition("@")
        owner, name, rest = path.split("/", 2)
        return cls(f"{owner}/{name}", rest, revision)

    def cached(self, *, or_revision: str = "") -> Path | None:
        """Where it is on this machine; None if it is not.

        Args:
            or_revision: Another commit whose copy will do.
        """
        if importlib.util.find_spec("huggingface_hub") is None:
            return None
        from huggingface_hub.constants import HF_HUB_CACHE

        snapshots = Path(HF_HUB_CACHE) / f"models--{self.repo.replace('/', '--')}" / "snapshots"
        wanted = [snapshots / revision for revision in (self.revision, or_revision) if revision]
        copies = wanted or sorted(snapshots.glob("*"))
        return next((copy / self.name for copy in copies if (copy / self.name).is_file()), None)

    def fetched(self) -> Path:
        """The file, downloaded first if need be.

        Raises:
            ModelUnavailable: it cannot be had; the hint says what to do.
        """
        if found := self.cached():
            return found
        if reason := offline_reason():
            raise ModelUnavailable(
                f"{self.name} of {self.repo} is not on this machine ({reason}).",
                "Allow downloads, or name a folder that holds the files as ID@FOLDER.",
            )
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import GatedRepoError, HfHubHTTPError

        try:
            return Path(hf_hub_download(self.repo, self.name, revision=self.revision or None))
        except GatedRepoError as error:
            raise ModelUnavailable(
                f"The owner of {self.repo} asks for a licence click first.",
                f"Accept it at {TOKEN_PAGE.format(repo=self.repo)} and set HF_TOKEN to your access token.",
            ) from error
        except (HfHubHTTPError, OSError, ValueError) as error:
            raise ModelUnavailable(
                f"{self.name} of {self.repo} could not be downloaded.",
                "Check the connection, or name a folder that holds the files as ID@FOLDER.",
            ) from error


def is_load_error(error: Exception) -> bool:
    """Whether an error says that a network's files are damaged or of another kind."""
    kinds = (OSError, ValueError, KeyError, RuntimeError, AssertionError, TypeError)
    return isinstance(error, kinds) or type(error).__name__ == "SafetensorError"
