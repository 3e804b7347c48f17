"""The describer's network at work: word after word, by beam search among those that may stand there."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from imagecraft.captioning.acting import is_grounded
from imagecraft.captioning.consensus import most_agreed
from imagecraft.captioning.licences import (
    LOOK_AHEAD,
    Permits,
    count_words,
    doings,
    exclusions,
    held_facts,
    supported,
)

BEAMS = 8
LENGTH_POWER = 1.0  # of the number of tokens that a sentence's log-probability is divided by
LONGEST = 19  # tokens
NEVER = -1e9


class Writer:
    """The two graphs and the rules of what may follow what.

    Args:
        folder: With encoder.onnx, decoder.onnx and vocabulary.json; those shipped where None.
        beams: Unfinished sentences that the search keeps for a picture; fewer are faster and worse.
    """

    def __init__(self, folder: Traversable | None = None, beams: int = BEAMS) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._beams = beams
        folder = folder or files("imagecraft.assets") / "describer"
        table: dict[str, Any] = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        with as_file(folder / "encoder.onnx") as path:
            self._encoder = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        with as_file(folder / "decoder.onnx") as path:
            self._decoder = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        self._tokens: list[str] = table["tokens"]
        self._end = len(self._tokens)
        self._size = self._end + 2
        self._layers, self._heads = table["layers"], table["heads"]
        self._follows = _unpacked(table["follows"], self._size)
        self._excludes = exclusions(self._tokens)
        self._kinds = count_words(self._tokens)
        self._acting, self._joining = doings(self._tokens)
        self._on = self._acting[self._tokens.index("on")]
        self._objects = _unpacked(table["objects"], self._size)
        self._open = np.flatnonzero(~self._follows[:, self._end])  # words that no sentence ends with
        self._to_open = np.ascontiguousarray(self._follows[self._open].T, np.float32)
        self._permits = Permits(self._tokens)
        self._rarity = np.array(table["rarity"])

    def sentences(self, evidence: np.ndarray, facts: np.ndarray) -> list[list[str]]:
        """Tokens for each picture, by beam search; evidence (n, ROWS, COLUMNS), facts bool (n, facts).

        Of all sentences that the search ends and that name who does what is done, the one that agrees most
        with the others is taken.
        """
        count = len(evidence)
        ends = np.tile([True, False], (count, 3, 1))
        permitted = np.repeat(np.concatenate([self._permits(facts), ends], axis=2), self._beams, 0)
        upheld = np.repeat(
            np.concatenate([supported(self._tokens, facts), ends[:, 0]], axis=1), self._beams, 0
        )
        memory, mask = self._encoder.run(None, {"rows": evidence})
        memory, mask = memory.repeat(self._beams, 2), mask.repeat(self._beams, 0)
        search = _Search(count, self._beams, self._excludes, self._end)
        past = np.zeros((self._layers, 2, count * self._beams, self._heads, 0, memory.shape[-1]), np.float32)
        for place in range(LONGEST):
            odds, past = self._decoder.run(
                None,
                {
                    "words": search.last,
                    "place": np.array([place]),
                    "past": past,
                    "memory": memory,
                    "mask": mask,
                },
            )
            doing = self._acting[search.earlier] * self._joining[search.last]
            may = permitted[np.arange(len(permitted)), self._kinds[search.last]]
            may &= self._follows[search.last] & self._objects[doing]
            may &= upheld | (doing != self._on)[:, None]
            may &= self._finishable(permitted[:, 0] & ~search.excluded)
            rows, kept = search.advance(_log_chances(odds, may))
            if not kept.any():
                break
            past, permitted, upheld = past[:, :, rows], permitted[rows], upheld[rows]
            if not kept.all():
                memory, mask = memory[:, :, rows], mask[rows]
        ended = [
            [finished for finished in sentences if self._is_grounded(finished[1], held)]
            for sentences, held in zip(search.finished, map(held_facts, facts), strict=True)
        ]
        return [[self._tokens[number] for number in _most_agreed(found, self._rarity)] for found in ended]

    def _is_grounded(self, sentence: list[int], facts: frozenset[str]) -> bool:
        return is_grounded([self._tokens[number] for number in sentence], facts)

    def _finishable(self, unused: np.ndarray) -> np.ndarray:
        """Of what may still be said, bool (n, tokens), that from which a sentence can come to an end."""
        found: np.ndarray = unused & self._follows[:, self._end]
        leading = found.astype(np.float32) @ self._to_open > 0
        still = unused[:, self._open]
        opened = still & leading
        for _ in range(LOOK_AHEAD - 1):
            opened = still & (leading | (opened.astype(np.float32) @ self._to_open[self._open] > 0))
        found[:, self._open] = opened
        found[:, self._end] = True
        return found


class _Search:
    """Beam search over several pictures at a time, which leave when no better sentence can come.

    Attributes:
        last, earlier: The two latest words of every beam; row = place of its picture x beams + beam.
        excluded: What the beams' words have ruled out, bool (rows, tokens).
        finished: Of each picture, the sentences that ended and their scores.
    """

    def __init__(self, count: int, beams: int, excludes: np.ndarray, end: int) -> None:
        self._beams = beams
        self._end = end
        self._excludes = excludes
        self._going = list(range(count))
        self._sums = np.full((count, self._beams), NEVER)
        self._sums[:, 0] = 0
        self.last = self.earlier = np.full(count * self._beams, end + 1, np.int64)
        self.excluded = np.zeros((count * self._beams, len(excludes)), bool)
        self._texts: list[list[list[int]]] = [[[] for _ in range(self._beams)] for _ in range(count)]
        self.finished: list[list[tuple[float, list[int]]]] = [[] for _ in range(count)]

    def advance(self, chances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Extend all beams by a word, given log-probabilities (rows, size).

        Returns:
            The row that each new row comes from, and which pictures are still searched.
        """
        count, size = len(self._going), chances.shape[1]
        flat = (self._sums[:, :, None] + chances.reshape(count, self._beams, size)).reshape(count, -1)
        # Twice as many as there are beams, as those that end leave the search.
        picked = _largest(flat, 2 * self._beams)
        totals = np.take_along_axis(flat, picked, 1)
        origin = np.zeros((count, self._beams), np.int64)
        words = np.full((count, self._beams), self._end, np.int64)
        sums = np.full((count, self._beams), NEVER)
        texts: list[list[list[int]]] = []
        for place, picture in enumerate(self._going):
            found: list[list[int]] = []
            for rank, choice in enumerate(picked[place].tolist()):
                total = float(totals[place, rank])
                kept = len(found)
                if total <= NEVER / 2 or kept == self._beams:
                    break
                beam, word = divmod(choice, size)
                text = self._texts[place][beam]
                if word == self._end:
                    if rank < self._beams:
                        self.finished[picture].append((total / (len(text) + 1) ** LENGTH_POWER, text))
                    continue
                origin[place, kept], words[place, kept], sums[place, kept] = beam, word, total
                found.append([*text, word])
            texts.append(found + [[] for _ in range(self._beams - len(found))])
        going = np.array(
            [not self._is_settled(picture, sums[i].max()) for i, picture in enumerate(self._going)], bool
        )
        rows = (np.arange(count)[:, None] * self._beams + origin)[going].ravel()
        self.earlier, self.last = self.last[rows], words[going].ravel()
        self.excluded = self.excluded[rows] | self._excludes[self.last]
        self._sums = sums[going]
        self._texts = [text for text, goes in zip(texts, going, strict=True) if goes]
        self._going = [picture for picture, goes in zip(self._going, going, strict=True) if goes]
        return rows, going

    def _is_settled(self, picture: int, ongoing: float) -> bool:
        """Whether no sentence still being written can become better than the best that ended."""
        finished = self.finished[picture]
        best = max((score for score, _ in finished), default=-np.inf)
        return ongoing <= NEVER / 2 or ongoing / LONGEST**LENGTH_POWER < best


def _most_agreed(finished: list[tuple[float, list[int]]], rarity: np.ndarray) -> list[int]:
    """Of sentences and their scores, the one that agrees most with the others; empty where there is none."""
    texts = [text for _, text in finished]
    sums = [score * (len(text) + 1) ** LENGTH_POWER for score, text in finished]
    return texts[most_agreed(texts, sums, rarity)] if texts else []


def _largest(values: np.ndarray, count: int) -> np.ndarray:
    """Places of each row's largest values, largest first and of equals the first; (n, many) -> (n, count)."""
    picked = np.sort(np.argpartition(-values, count, axis=1)[:, :count], axis=1)
    order = np.argsort(-np.take_along_axis(values, picked, 1), axis=1, kind="stable")
    return np.take_along_axis(picked, order, 1)


def _unpacked(lines: list[str], size: int) -> np.ndarray:
    """Bits written as hexadecimal numbers, one line a row -> bool (rows, size)."""
    packed = np.array([list(bytes.fromhex(line)) for line in lines], np.uint8)
    return np.unpackbits(packed, axis=1)[:, :size].astype(bool)


def _log_chances(odds: np.ndarray, may: np.ndarray) -> np.ndarray:
    """Log-probabilities among what may be said, `NEVER` for the rest; shapes (n, tokens)."""
    kept = np.where(may, odds, NEVER).astype(np.float64)
    shifted = kept - kept.max(1, keepdims=True)
    chances = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    return np.where(may, chances, NEVER)
