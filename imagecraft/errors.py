"""The errors a user can meet: each says what happened and what to do about it."""

from __future__ import annotations


class ImageCraftError(Exception):
    """Something went wrong that the user can understand and usually mend.

    Args:
        message: What happened, one sentence in the user's words.
        hint: What to do about it, one sentence; empty when there is nothing to do.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InvalidInput(ImageCraftError):
    """The input or an option cannot be used as given."""


class ModelUnavailable(ImageCraftError):
    """A model cannot be loaded: not downloaded, gated, offline, or its package is missing."""


class ResourceExhausted(ImageCraftError):
    """Memory, disk or a quota ran out."""


class Cancelled(ImageCraftError):
    """The user stopped the work."""

    def __init__(self, message: str = "Stopped.", hint: str = "") -> None:
        super().__init__(message, hint)
