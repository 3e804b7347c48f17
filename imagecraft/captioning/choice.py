"""Which of two sentences is said: the learned one where it tells more, else the template."""

from __future__ import annotations

from imagecraft.captioning.describer import Description

# Probabilities that what a learned sentence states must have; chosen with benchmarks/sureness.py.
CONCLUDED_FROM = 0.7  # places and doings
NAMED_FROM = 0.45  # things


def worth_saying(described: Description, template: str) -> bool:
    """Whether a learned sentence says where it is or what goes on, or at least as much as the template."""
    return bool(described.concluded) or len(described.text.split()) >= len(template.split())
