"""Soundscapes by makers of sound of the hub: asked in words, joined, and brought to the mix's loudness.

A sound longer than a maker makes at once is joined of several, crossfaded; what is longer than those plays
on in other places of them, as beds do.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.media.resampling import resampled
from imagecraft.runtime import neural
from imagecraft.runtime.ranges import ranges
from imagecraft.soundscape.asking import asked_for
from imagecraft.soundscape.base import LARGEST_SEED, checked_rate, checked_seconds, checked_seed
from imagecraft.soundscape.diffusion import Piece
from imagecraft.soundscape.mixdown import Mixdown
from imagecraft.soundscape.plan import Plan
from imagecraft.soundscape.seams import SEARCH_SECONDS, crossfade_frames, crossfaded
from imagecraft.soundscape.whole import as_mixdown

Samples = NDArray[np.float32]

MOST_PIECES = 4
SHORTEST_SECONDS = 2.5
"""Of a piece: of less, a maker makes nothing that could be recognised."""


def preparing(
    card: ModelCard,
    plan: Plan,
    *,
    seconds: float,
    seed: int | None = None,
    sample_rate: int = 44_100,
    loop: bool = False,
    caption: str = "",
    steps: int | None = None,
    guidance: float | None = None,
) -> Generator[float, None, Mixdown]:
    """Make the sound of a plan, up to an hour of it: gives how far it is from 0 to 1, and returns the result.

    Args:
        card: The maker's.
        plan: What is heard.
        seconds: Length, 1 to 3600 seconds.
        seed: From 0; the same one gives the same samples. None for one by chance.
        sample_rate: 44100 or 48000 Hz.
        loop: Whether the end goes over into the start.
        caption: What is seen in the picture that the plan is of.
        steps, guidance: As `imagecraft.runtime.ranges` has them for the card; None for its usual ones.

    Raises:
        InvalidInput: An option that is not possible, or a plan with nothing to hear.
        ModelUnavailable, ResourceExhausted: The maker cannot run here.
    """
    rate, chosen_seed = checked_rate(sample_rate), checked_seed(seed)
    length = checked_seconds(seconds)
    frames, fade = round(length * rate), crossfade_frames(length, rate)
    if not plan.heard:
        raise InvalidInput("No layer of the plan is on, so there is nothing to hear.", "Switch one on.")
    needed = frames + (fade + round(SEARCH_SECONDS * rate) if loop else 0)
    able = ranges(card)
    asked = asked_for(plan, caption)
    maker = _Maker(
        card,
        asked.prompt,
        asked.negative if able.negative else "",
        steps=int(able.steps.usual if steps is None else steps),
        guidance=float(able.guidance.usual if guidance is None else guidance),
        seed=chosen_seed,
        sample_rate=rate,
        fade=fade,
    )
    raw = yield from maker.sound(needed)
    notices = [f"{card.id} was asked for: {asked.prompt}"]
    if maker.pieces > 1:
        notices.append(
            f"{card.id} makes up to {maker.longest:.0f} seconds at once, so {maker.pieces} pieces were made "
            "and crossfaded" + ("; they come again in another order." if raw.shape[1] < needed else ".")
        )
    return as_mixdown(
        raw,
        frames=frames,
        fade=fade,
        sample_rate=rate,
        seed=chosen_seed,
        loop=loop,
        loudest_db=max(layer.gain_db for layer in plan.heard),
        notices=tuple(notices),
    )


class _Maker:
    """Asks for piece after piece and joins them.

    Attributes:
        pieces: How many there are.
        longest: Seconds of the longest of them.
    """

    def __init__(
        self,
        card: ModelCard,
        prompt: str,
        negative: str,
        *,
        steps: int,
        guidance: float,
        seed: int,
        sample_rate: int,
        fade: int,
    ) -> None:
        self._card, self._prompt, self._negative = card, prompt, negative
        self._steps, self._guidance, self._seed = steps, guidance, seed
        self._rate, self._fade = sample_rate, fade
        self.pieces, self.longest = 0, 0.0

    def sound(self, frames: int) -> Generator[float, None, Samples]:
        """Make so many frames, or as many as `MOST_PIECES` have; shape (2, frames)."""
        made = np.zeros((2, 0), np.float32)
        while made.shape[1] < frames and self.pieces < MOST_PIECES:
            missing = frames - made.shape[1] + (self._fade if self.pieces else 0)
            piece = yield from self._piece(missing / self._rate, made.shape[1] / frames)
            self.pieces += 1
            self.longest = max(self.longest, piece.shape[1] / self._rate)
            made = _joined(made, piece, min(self._fade, piece.shape[1] // 2)) if made.size else piece
        yield 1.0
        return made[:, :frames]

    def _piece(self, seconds: float, done: float) -> Generator[float, None, Samples]:
        wanted = max(seconds, SHORTEST_SECONDS)
        share = min(1.0, float(self._card.settings["seconds"]) / wanted) * (1 - done)
        piece: Piece | None = None
        work = neural.stream(
            self._card,
            "sound",
            self._prompt,
            self._negative,
            seconds=wanted,
            steps=self._steps,
            guidance=self._guidance,
            seed=(self._seed + self.pieces) % (LARGEST_SEED + 1),
        )
        with closing(work):
            for news in work:
                if isinstance(news, Piece):
                    piece = news
                else:
                    yield done + news * share
        if piece is None:
            raise ModelUnavailable(f"'{self._card.name}' made no sound.", "Try again.")
        samples = resampled(Audio(piece.samples, piece.sample_rate), self._rate).samples
        return np.repeat(samples, 2, axis=0) if len(samples) == 1 else samples[:2]


def _joined(first: Samples, second: Samples, fade: int) -> Samples:
    """Two sounds, the end of one going over into the start of the other."""
    seam = crossfaded(first[:, -fade:], second[:, :fade], 0.0)
    return np.concatenate([first[:, :-fade], seam, second[:, fade:]], axis=1)
