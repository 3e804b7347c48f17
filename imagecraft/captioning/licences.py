"""What the describer may say: every word of its vocabulary, with what must have been measured for it.

Words are tokens, some of several words ("tennis court"). Grounds are written as in assets/describer.toml: a
COCO class, a cue, "many:CLASS" (two or more), "two:CLASS", "more:CLASS" (three or more), "two", "more" (of
anything), joined by " & ".
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache

import numpy as np

from imagecraft.assets import vocabulary

Ground = tuple[str, ...]
COUNTS = ("two", "more")  # facts that number words rest on

SUPPORTING_KINDS = ("vehicle", "furniture")
LOOK_AHEAD = 4  # words within which it must be possible to end a sentence


@cache
def licences() -> dict[str, tuple[Ground, ...]]:
    """Token -> grounds, of which one must hold entirely; no grounds for words that state nothing."""
    table = vocabulary("describer")
    grounds: dict[str, list[Ground]] = {}
    for label, words in vocabulary("coco").items():
        grounds.setdefault(words["one"], []).append((label,))
        if words["many"] != words["one"]:
            grounds.setdefault(words["many"], []).append((f"many:{label}",))
    for token, alternatives in table["licences"].items():
        grounds[token] = [tuple(alternative.split(" & ")) for alternative in alternatives]
    for cue, entry in table["cues"].items():
        partners = [tuple(needed.split(" & ")) for needed in entry.get("needs", ())] or [()]
        for token in entry.get("say", entry["match"]):
            grounds.setdefault(token, []).extend((cue, *partner) for partner in partners)
    result = {token: tuple(dict.fromkeys(found)) for token, found in grounds.items()}
    result.update(dict.fromkeys(table["function"], ()))
    return result


@cache
def fact_names() -> dict[str, int]:
    """Every fact that some ground asks for, by its number."""
    asked = {fact for grounds in licences().values() for ground in grounds for fact in ground}
    counts = {f"{count}:{label}" for label in vocabulary("coco") for count in COUNTS}
    supports = {f"on:{label}" for label in supporting().values()}
    names = sorted(asked | counts | supports)
    return {name: i for i, name in enumerate(names)}


def fact_vector(facts: Set[str]) -> np.ndarray:
    """Which facts hold, by their number; bool, shape (facts,)."""
    return np.array([name in facts for name in fact_names()])


def held_facts(vector: np.ndarray) -> frozenset[str]:
    """Names of the facts that hold, from `fact_vector`."""
    return frozenset(name for name, held in zip(fact_names(), vector.tolist(), strict=True) if held)


class Permits:
    """Which of a vocabulary's tokens may be said, for many pictures at a time.

    Args:
        tokens: The vocabulary, all of it known to `licences`.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        index = fact_names()
        asked: list[np.ndarray] = []
        owners: list[int] = []
        for number, token in enumerate(tokens):
            for ground in licences()[token]:
                asked.append(np.isin(np.arange(len(index)), [index[fact] for fact in ground]))
                owners.append(number)
        self._asked = np.array(asked, np.float32).T
        self._needed = self._asked.sum(0)
        self._owns = np.zeros((len(owners), len(tokens)), np.float32)
        self._owns[np.arange(len(owners)), owners] = 1
        self._free = np.array([not licences()[token] for token in tokens])
        self._plurals = [
            (number, [index[f"{count}:{label}"] for count in COUNTS])
            for number, token in enumerate(tokens)
            for label in _plural_of(token)
        ]

    def __call__(self, facts: np.ndarray) -> np.ndarray:
        """Facts of n pictures, bool (n, facts) -> what may be said, bool (n, 3, tokens).

        The three are for after any other word, after a word for two and after a word for more.
        """
        met = (facts.astype(np.float32) @ self._asked) >= self._needed
        sayable = (met.astype(np.float32) @ self._owns > 0) | self._free
        after = np.repeat(sayable[:, None], 1 + len(COUNTS), 1)
        for number, of_counts in self._plurals:
            after[:, 1:, number] &= facts[:, of_counts]
        return after


@cache
def supporting() -> dict[str, str]:
    """Words for large things -> their classes; "on" before them needs the fact "on:CLASS"."""
    return {
        words[number]: label
        for label, words in vocabulary("coco").items()
        for number in ("one", "many")
        if words["kind"] in SUPPORTING_KINDS
    }


def supported(tokens: Sequence[str], facts: np.ndarray) -> np.ndarray:
    """What may stand after "on", as far as boxes tell: bool (n, facts) of n pictures -> bool (n, tokens)."""
    index, classes = fact_names(), supporting()
    found = np.ones((len(facts), len(tokens)), bool)
    for number, token in enumerate(tokens):
        if token in classes:
            found[:, number] = facts[:, index[f"on:{classes[token]}"]]
    return found


def count_words(tokens: Sequence[str]) -> np.ndarray:
    """Which of the three of `Permits` holds after each token, and after the end and the start; int64."""
    numbers = frozenset(vocabulary("describer")["before_plurals"])
    kinds = [COUNTS.index(licences()[t][0][0].partition(":")[0]) + 1 if t in numbers else 0 for t in tokens]
    return np.array([*kinds, 0, 0])


def _plural_of(token: str) -> list[str]:
    """The class that a token names in the plural, or in both numbers alike, as a list of none or one."""
    alike = [label for label, words in vocabulary("coco").items() if words["one"] == words["many"] == token]
    if alike:
        return alike
    facts = (fact for ground in licences()[token] for fact in ground)
    return [fact.partition(":")[2] for fact in facts if fact.startswith("many:")][:1]


def may_end(token: str) -> bool:
    """Whether a sentence may end with a token."""
    table = vocabulary("describer")
    return token in table["ends"] or (bool(licences()[token]) and token not in table["open_ends"])


def grounds_of(token: str, facts: Set[str]) -> list[Ground]:
    """What a token may rest on, given all facts that hold; empty where it states nothing, too."""
    return [ground for ground in licences()[token] if facts >= set(ground)]


def exclusions(tokens: Sequence[str]) -> np.ndarray:
    """Which tokens rule each other out in a sentence: those that state something and are the same or alike.

    Returns:
        bool, shape (tokens + 2, tokens + 2), the end and the start last.
    """
    index = {token: i for i, token in enumerate(tokens)}
    table = np.zeros((len(tokens) + 2, len(tokens) + 2), bool)
    words = vocabulary("coco").values()
    pairs = [[entry["one"], entry["many"]] for entry in words]
    once = set(vocabulary("describer")["once"])
    stating = [[token] for token in tokens if licences()[token] or token in once]
    for group in (*vocabulary("describer")["alike"], *pairs, *stating):
        numbers = [index[token] for token in group if token in index]
        table[np.ix_(numbers, numbers)] = True
    # One thing alone does nothing with "each other".
    together = [index[token] for token in vocabulary("describer")["only_of_several"] if token in index]
    for entry in words:
        if entry["one"] in index and entry["one"] != entry["many"]:
            table[index[entry["one"]], together] = True
    return table


def doings(tokens: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Doings and place words, numbered from 1 (int64), and words that may stand before their object (bool).

    Both of shape (tokens + 2,).
    """
    table = vocabulary("describer")
    index = {token: i for i, token in enumerate(tokens)}
    acting = np.zeros(len(tokens) + 2, np.int64)
    joining = np.zeros(len(tokens) + 2, bool)
    words = [*table["acts_on"], *(word for word in table["place_words"] if word not in table["joints"])]
    for number, token in enumerate(token for token in words if token in index):
        acting[index[token]] = number + 1
    joining[[index[token] for token in table["determiners"] if token in index]] = True
    return acting, joining
