"""Words of a caption, as the Penn Treebank tokenizer of coco-caption splits them.

Lower-cased; punctuation tokens dropped; contractions split ("it's" -> "it", "'s"; "don't" -> "do", "n't").

References:
    https://github.com/tylin/coco-caption, pycocoevalcap/tokenizer/ptbtokenizer.py
"""

from __future__ import annotations

import re

TOKENIZER = "ptb (Python re-implementation of coco-caption's rules)"

_DROPPED = frozenset(
    {
        *("''", "'", "``", "`", '"', "“", "”", "‘", "’"),
        *("(", ")", "{", "}", "[", "]", "-lrb-", "-rrb-", "-lsb-", "-rsb-", "-lcb-", "-rcb-"),
        *(".", "?", "!", ",", ":", ";", "...", "…", "-", "--", "–", "—"),
    }
)
_TOKEN = re.compile(
    r"""
    \w+(?=n't\b)            # do | n't
    | n't\b
    | '(?:s|m|d|re|ve|ll)\b # 's
    | \d+(?:[.,:/]\d+)+     # 3.5, 1,000, 3:45, 1/2
    | \w+(?:[-/&]\w+)*      # well-lit, half/half
    | \.\.\.|--
    | \S
    """,
    re.VERBOSE,
)


def tokenize(text: str) -> list[str]:
    """Split a caption into lower-case words, punctuation dropped."""
    plain = text.lower().replace("’", "'").replace("\n", " ")
    return [token for token in _TOKEN.findall(plain) if token not in _DROPPED]
