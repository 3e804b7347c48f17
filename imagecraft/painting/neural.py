"""Painters of the hub, asked through one door: what they made as a painting, and what to know of it."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing

from PIL import Image, ImageOps

from imagecraft.catalog import ModelCard
from imagecraft.errors import ModelUnavailable
from imagecraft.painting.base import Painting, Sketch, Subject, Wishes
from imagecraft.runtime import neural
from imagecraft.runtime.ranges import ranges

SAME_SIZE = 1.02
"""Up to this factor between what was painted and what was wished for, nothing is said."""


class NeuralPainter:
    """A painter of the hub.

    Args:
        card: Its card in the catalogue.
    """

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    def painting(self, subject: Subject, wishes: Wishes) -> Generator[Sketch, None, Painting]:
        """Paint what the subject's prompt says. See `imagecraft.painting.base.Painter`.

        Raises:
            ModelUnavailable: Its packages or files are not here.
            ResourceExhausted: There is not enough memory, or no GPU is to be had.
        """
        started = time.perf_counter()
        able = ranges(self.card)
        steps = int(able.steps.usual if wishes.steps is None else wishes.steps)
        guidance = float(able.guidance.usual if wishes.guidance is None else wishes.guidance)
        made = None
        work = neural.stream(
            self.card,
            "paint",
            subject.prompt,
            subject.negative_prompt if able.negative else "",
            size=wishes.size,
            steps=steps,
            guidance=guidance,
            seed=wishes.seed,
        )
        with closing(work):
            for news in work:
                if isinstance(news, Sketch):
                    yield news
                else:
                    made = news
        if made is None:
            raise ModelUnavailable(f"'{self.card.name}' painted nothing.", "Try again.")
        notices = []
        if made.withheld:
            notices.append("The model's own filter took the picture away. Another seed may pass it.")
        if made.tokens:
            notices.append(
                f"{self.card.id} reads the first {made.tokens} tokens of a description: "
                f"what follows from '{made.unread}' on was not read."
            )
        notices += _of_size(made.image.size, wishes.size, self.card.id)
        return Painting(
            image=ImageOps.fit(made.image, wishes.size, Image.Resampling.LANCZOS),
            prompt=subject.prompt,
            seed=wishes.seed,
            model=self.card.name,
            alt=f"A picture that {self.card.id} painted of these words: {subject.prompt}",
            seconds=time.perf_counter() - started,
            notices=tuple(notices),
            credit=f"Painted by the model {self.card.repo} ({self.card.license}).",
        )


def _of_size(own: tuple[int, int], wished: tuple[int, int], name: str) -> list[str]:
    """What to say of a picture that was painted in another size."""
    factor = max(wished[0] / own[0], wished[1] / own[1])
    if 1 / SAME_SIZE <= factor <= SAME_SIZE:
        return []
    how = "enlarged" if factor > 1 else "made smaller"
    return [f"{name} paints best at {own[0]} x {own[1]} pixels: it did, and the picture was {how}."]
