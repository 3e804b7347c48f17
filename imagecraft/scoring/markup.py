"""Texts that others wrote, in reports: shown as they are, never taken for markup."""

from __future__ import annotations

import re
import unicodedata
from html import escape

_MARKDOWN = re.compile(r"([\\`*_\[\](){}!#$~|@]|(?<=\w)(?=://)|(?<=\bwww)(?=\.))")
_LATEX = {
    "\\": r"\textbackslash{}",
    **{char: rf"\{char}" for char in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
}
_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")


def one_line(text: str) -> str:
    """Without line breaks, control characters and marks that turn the direction of the text around them."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(
        char for char in spaced if char not in _DIRECTIONS and unicodedata.category(char) not in _UNSEEN
    )


def markdown(text: str) -> str:
    """A text on one line in which Markdown sees no markup, no formula and no address."""
    return _MARKDOWN.sub(r"\\\1", escape(one_line(text), quote=False))


def latex(text: str) -> str:
    """A text on one line with LaTeX's own characters written out."""
    return "".join(_LATEX.get(char, char) for char in one_line(text))
