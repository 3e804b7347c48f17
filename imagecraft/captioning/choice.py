"""Which of two sentences is said: the learned one where it tells more, else the template."""

from __future__ import annotations

from imagecraft.captioning.describer import Description

CONCLUDED_FROM = 0.7  # probability that every place and doing of a learned sentence must have


def worth_saying(described: Description, template: str) -> bool:
    """Whether a learned sentence says where it is or what goes on, or at least as much as the template."""
    return bool(described.concluded) or len(described.text.split()) >= len(template.split())
