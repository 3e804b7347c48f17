"""Speech on its way to the page: how far it is, and its first parts to hear while the rest is made."""

from __future__ import annotations

import time
from typing import Any

from imagecraft.media.audio import Audio, concatenate, encode_audio
from imagecraft.ui import results, strings, work
from imagecraft.ui.files import served

LONG_FROM = 4
"""Sentences from which on it is worth telling how far it is, and to hear the first before the last."""


class Sounding:
    """Collects the pieces of one speech. Parts go to the page in growing lengths, so that they stay few.

    Args:
        stem: What the sound is called, without an ending.
        ready: Whether the voice is there; else it is being fetched until the first piece comes.
    """

    def __init__(self, stem: str, ready: bool) -> None:
        self._stem = stem
        self.ready = ready
        self._made = time.time_ns()
        self._pieces: list[Audio] = []
        self._parts: list[dict[str, Any]] = []
        self._first_held = 0
        self._pause = work.Pauses()

    @property
    def begun(self) -> bool:
        """Whether there is any sound yet."""
        return bool(self._pieces)

    def status(self, total: int = 0) -> dict[str, Any]:
        """The busy state: how many of all sentences are spoken, where that is worth telling."""
        made = len(self._pieces)
        if not self.ready and not made:
            return work.busy(strings.FETCHING["speech"])
        if not made or total < LONG_FROM:
            return work.busy(strings.SPEAKING)
        return work.busy(strings.SPEAKING_PART.format(made=made, total=total), made / total)

    def add(self, piece: Audio, total: int) -> dict[str, Any]:
        """Take the next piece; what to tell the page of it, nothing if it was told just now."""
        self._pieces.append(piece)
        held = self._pieces[self._first_held :]
        if total >= LONG_FROM and len(held) >= 2 ** len(self._parts):
            self._first_held = len(self._pieces)
            sound = concatenate(held)
            self._parts.append({"file": self._served(sound), "duration": sound.duration})
            return {"status": self.status(total), "player": self._so_far()}
        return {"status": self.status(total)} if self._pause() else {}

    def whole(self, audio: Audio) -> dict[str, Any]:
        """The whole sound as the player takes it; it goes on where its parts were being played."""
        return results.sound_value(audio, self._stem, self._made)

    def _so_far(self) -> dict[str, Any]:
        duration = sum(part["duration"] for part in self._parts)
        outline = results.peaks(concatenate(self._pieces))
        return {"made": self._made, "parts": list(self._parts), "duration": duration, "peaks": outline}

    def _served(self, sound: Audio) -> dict[str, Any]:
        return served(encode_audio(sound, "wav"), f"{self._stem} {len(self._parts) + 1}.wav")
