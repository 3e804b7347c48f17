"""Scores as people read them: as many decimals as matter, and between what they lie."""

from __future__ import annotations

import math

from imagecraft.ui import evaluation_words as words

NARROW = 10.0
DECIMALS, FEW_DECIMALS, ITEM_DECIMALS = 4, 2, 3


def shown(value: float, span: tuple[float, float], decimals: int = DECIMALS) -> str:
    """A score; what would only be zeros is "≈ 0" on a bounded scale, and has its power of ten on others.

    Args:
        value: The score.
        span: Lowest and highest value possible.
        decimals: Of a scale no longer than `NARROW`; longer ones have `FEW_DECIMALS`.
    """
    bounded = math.isfinite(span[1] - span[0])
    if not bounded and 0 < abs(value) < 10**-decimals:
        return _minus(f"{value:.2e}")
    narrow = span[1] - span[0] <= NARROW if bounded else abs(value) < 0.1
    text = f"{value:.{decimals if narrow else FEW_DECIMALS}f}"
    return words.NEARLY_ZERO if value and float(text) == 0 else _minus(text)


def signed(value: float, span: tuple[float, float], decimals: int = DECIMALS) -> str:
    """As `shown`, with a plus where it is one."""
    text = shown(value, span, decimals)
    return f"+{text}" if value > 0 and text != words.NEARLY_ZERO else text


def between(span: tuple[float, float]) -> str:
    """The scale in words, such as "0 to 10"; empty for one without ends."""
    low, high = span
    return words.RANGE.format(low=_minus(f"{low:g}"), high=f"{high:g}") if math.isfinite(high - low) else ""


def _minus(text: str) -> str:
    return text.replace("-", "−", 1) if text.startswith("-") else text
