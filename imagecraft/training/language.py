"""The describer's vocabulary, which word may follow which, and what its sentences are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.captioning.licences import count_words, doings, exclusions, licences, may_end
from imagecraft.scoring.cider import DocumentFrequencies, cider_d_of_words
from imagecraft.scoring.objects import named_objects
from imagecraft.scoring.tokens import tokenize
from imagecraft.training.text import Mentions

FEWEST_USES = 5  # of a token in people's captions
FEWEST_TOKENS = 4  # of a sentence that is learnt from
FEWEST_PAIRS = 3  # of two tokens in a row
RAREST_PAIR = 0.002  # share of either token's uses that a pair must make up, or it is a slip of the pen
LEAST_LIFT = 0.35  # how often a word stands after a place word, as a share of how often it would by chance
CHANCE_FROM = 4.0  # uses by chance from which that is judged
OBJECT_PRICE = 0.35  # CIDEr-D points that an invented object costs
CUE_PRICE = 0.1  # and an invented place or doing
UNFINISHED_PRICE = 0.5  # and a sentence that stops where none may
ODDITY_PRICE = 0.06  # and three tokens in a row that no person wrote


@dataclass(frozen=True, eq=False)
class Language:
    """Tokens and the pairs of them that people write.

    Attributes:
        tokens: Without the end (their number) and the start (one more).
        follows: Whether one may stand after another; bool, shape (tokens + 2, tokens + 2).
        excludes: Whether one token rules another out for the rest of the sentence; bool, as `follows`.
        triples: All that people write three in a row.
        acting: Numbers from 1 of doings that have an object; 0 for others; int64 (tokens + 2,).
        joining: Tokens that may stand between a doing and its object; bool (tokens + 2,).
        objects: What may follow a doing and a joining token; bool (doings + 1, tokens + 2), all True for 0.
        rarity: Of each token, the logarithm of how many captions there are for one that has it.
    """

    tokens: tuple[str, ...]
    follows: np.ndarray
    excludes: np.ndarray
    triples: frozenset[tuple[int, int, int]]
    acting: np.ndarray
    joining: np.ndarray
    objects: np.ndarray
    rarity: np.ndarray

    @property
    def end(self) -> int:
        return len(self.tokens)

    @property
    def start(self) -> int:
        return len(self.tokens) + 1

    def supported(self, sentence: Sequence[int], permitted: np.ndarray) -> list[int] | None:
        """As much of a sentence as may be said, ending at a phrase; None where that is too little.

        Args:
            sentence: Token numbers.
            permitted: What may be said, as `Permits` gives it for one picture.
        """
        excluded = np.zeros(len(self.tokens) + 2, bool)
        cut = len(sentence)
        earlier = before = self.start
        kinds = count_words(self.tokens)
        for place, token in enumerate(sentence):
            doing = self.acting[earlier] if self.joining[before] else 0
            may = permitted[kinds[before], token] and self.objects[doing, token]
            if not may or not self.follows[before, token] or excluded[token]:
                starts = [i for i in range(place + 1) if self.tokens[sentence[i]] in _phrase_starts()]
                cut = max(starts, default=0)
                break
            excluded |= self.excludes[token]
            earlier, before = before, token
        kept = list(sentence[:cut])
        while kept and not self.follows[kept[-1], self.end]:
            kept.pop()
        return kept if len(kept) >= FEWEST_TOKENS else None

    @classmethod
    def of(cls, captions: Iterable[Sequence[str]]) -> Language:
        """From captions that were read as tokens."""
        read = list(captions)
        uses = Counter(token for caption in read for token in caption)
        tokens = tuple(sorted(token for token in licences() if uses[token] >= FEWEST_USES))
        index = {token: i for i, token in enumerate(tokens)}
        size = len(tokens) + 2
        pairs = np.zeros((size, size), np.int64)
        triples: Counter[tuple[int, int, int]] = Counter()
        for caption in read:
            if all(token in index for token in caption):
                numbers = [size - 1, *(index[token] for token in caption), size - 2]
                np.add.at(pairs, (numbers[:-1], numbers[1:]), 1)
                triples.update(zip(numbers, numbers[1:], numbers[2:], strict=False))
        usual = (
            np.maximum(pairs / (pairs.sum(0) + 1), pairs / (pairs.sum(1, keepdims=True) + 1)) >= RAREST_PAIR
        )
        follows = (pairs >= FEWEST_PAIRS) & usual & _agreement(tokens)
        follows[[not may_end(token) for token in tokens] + [True, True], -2] = False
        acting, joining = doings(tokens)
        places = _places(tokens)
        follows[places] &= _usual(pairs[places], tokens)
        objects = _objects(triples, tokens)
        tellers = Counter(token for caption in read for token in set(caption))
        rarity = np.log([len(read) / tellers[token] for token in tokens])
        return cls(tokens, follows, exclusions(tokens), frozenset(triples), acting, joining, objects, rarity)


def _objects(triples: Mapping[tuple[int, int, int], int], tokens: Sequence[str]) -> np.ndarray:
    """What may follow a doing or place word and a joining word; as `Language.objects`."""
    acting, joining = doings(tokens)
    written = np.zeros((acting.max() + 1, len(acting)), np.int64)
    for (first, second, third), times in triples.items():
        if acting[first] and joining[second]:
            written[acting[first], third] += times
    may = written >= FEWEST_PAIRS
    places = acting[_places(tokens)]
    may[places] &= _usual(written[places], tokens)
    for word, unfit in _never_after(tokens):
        may[acting[word], unfit] = False
    may[0] = True
    return may


def _never_after(tokens: Sequence[str]) -> list[tuple[int, list[int]]]:
    """Place words and what nothing is said to be in or on."""
    table = vocabulary("describer")["never_after"]
    return [
        (tokens.index(word), [tokens.index(token) for token in unfit if token in tokens])
        for word, unfit in table.items()
        if word in tokens
    ]


def _usual(written: np.ndarray, tokens: Sequence[str]) -> np.ndarray:
    """False where something stated stands after a place word much rarer than by chance ("with a room").

    Args:
        written: How often each token follows each place word, shape (place words, tokens + 2).
    """
    stating = np.array([*(bool(licences()[token]) for token in tokens), False, False])
    counts = np.where(stating, written, 0)
    chance = counts.sum(1, keepdims=True) * counts.sum(0) / max(1, counts.sum())
    usual: np.ndarray = ~stating | (chance < CHANCE_FROM) | (counts >= LEAST_LIFT * chance)
    return usual


def _places(tokens: Sequence[str]) -> list[int]:
    words = vocabulary("describer")["place_words"]
    joints = vocabulary("describer")["joints"]
    return [i for i, token in enumerate(tokens) if token in words and token not in joints]


_LISTS = ("unmeasured", "place_words", "not_after_place_words", "not_after_is", "uncounted", "eaten")


def _agreement(tokens: Sequence[str]) -> np.ndarray:
    """False where number forbids that one token stands after another; as `Language.follows`."""
    table = vocabulary("describer")
    entries = vocabulary("coco").values()
    index = {token: i for i, token in enumerate(tokens)}
    plurals = {entry["many"] for entry in entries} | set(table["plurals"])
    singulars = {entry["one"] for entry in entries if not entry.get("mass")} - plurals
    fits = np.ones((len(tokens) + 2, len(tokens) + 2), bool)
    one = [index[token] for token in singulars if token in index]
    for token in table["before_plurals"]:
        if token in index:
            fits[index[token], one] = False
    only_many = [index[token] for token in plurals - singulars if token in index]
    for determiner in index.keys() & {"a", "one", "another"}:
        fits[index[determiner], only_many] = False
    articles = [index[token] for token in table["articles"] if token in index]
    doings_or_free = [
        i for i, token in enumerate(tokens) if token in table["doings"] or not licences()[token]
    ]
    for number in articles + [index[token] for token in table["numbers_of_things"] if token in index]:
        fits[number, doings_or_free] = False
        fits[number, -2:] = False
    numbers = {
        name: [index[t] for t in words if t in index] for name, words in table.items() if name in _LISTS
    }
    places = numbers["place_words"]
    for place in places:
        fits[place, places + numbers["not_after_place_words"]] = False
    fits[:, numbers["unmeasured"]] = False
    for word, unfit in _never_after(tokens):
        fits[word, unfit] = False
    for verb in index.keys() & set(table["verbs_of_several"]):
        fits[one, index[verb]] = False
    for verb in index.keys() & {"is", "are"}:
        fits[index[verb], numbers["not_after_is"]] = False
    for joint in index.keys() & set(table["joints_of_things"]):
        fits[index[joint], [index[token] for token in table["doings"] if token in index]] = False
    fits[index["a"], numbers["uncounted"]] = False
    for article in index.keys() & {"the", "their"}:
        fits[index[article], numbers["eaten"]] = False
    before = np.ones(len(tokens) + 2, bool)
    before[[index[token] for token in table["before_singulars"] if token in index]] = False
    for token_before in np.flatnonzero(before):
        fits[token_before, one] = False
    return fits


@cache
def _phrase_starts() -> frozenset[str]:
    return frozenset(vocabulary("describer")["phrase_starts"])


class Worth:
    """What a sentence is worth: CIDEr-D against people's, less what it invents.

    Args:
        language: The vocabulary.
        frequencies: Document frequencies of CIDEr-D.
    """

    def __init__(self, language: Language, frequencies: DocumentFrequencies) -> None:
        self._words = [tokenize(token) for token in language.tokens]
        self._frequencies = frequencies
        cues = set(vocabulary("describer")["cues"])
        self._language = language
        self._objects = [list(named_objects(token).values()) for token in language.tokens]
        self._cues = [
            [{fact for fact in ground if fact in cues} for ground in licences()[token]]
            for token in language.tokens
        ]

    def __call__(
        self, sentences: Sequence[Sequence[int]], captions: Sequence[str], told: Mentions
    ) -> list[float]:
        """Worth of several sentences (token numbers) for one picture."""
        unique = {tuple(sentence) for sentence in sentences}
        order = list(unique)
        words = [[word for i in sentence for word in self._words[i]] for sentence in order]
        said = [tokenize(caption) for caption in captions]
        scores = cider_d_of_words(words, [said] * len(order), self._frequencies)
        worth = {s: score - self.invention(s, told) for s, score in zip(order, scores, strict=True)}
        return [worth[tuple(sentence)] for sentence in sentences]

    def invention(self, sentence: Sequence[int], told: Mentions) -> float:
        """The price of all that no caption tells."""
        price = ODDITY_PRICE * self._oddities(sentence)
        if not sentence or not self._language.follows[sentence[-1], self._language.end]:
            price += UNFINISHED_PRICE
        for token in sentence:
            price += OBJECT_PRICE * sum(not classes & told.classes.keys() for classes in self._objects[token])
            grounds = self._cues[token]
            if grounds and not any(all(told.cues.get(cue) for cue in ground) for ground in grounds):
                price += CUE_PRICE
        return price

    def _oddities(self, sentence: Sequence[int]) -> int:
        numbers = [self._language.start, *sentence, self._language.end]
        triples = zip(numbers, numbers[1:], numbers[2:], strict=False)
        return sum(triple not in self._language.triples for triple in triples)
