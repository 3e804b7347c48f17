"""The describer's network at work: word after word, by beam search among those that may stand there."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from imagecraft.captioning.licences import LOOK_AHEAD, Permits, count_words, doings, exclusions

BEAMS = 4
LENGTH_POWER = 1.0  # of the number of tokens that a sentence's log-probability is divided by
LONGEST = 19  # tokens
NEVER = -1e9


class Writer:
    """The two graphs and the rules of what may follow what."""

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        folder = files("imagecraft.assets") / "describer"
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
        self._objects = _unpacked(table["objects"], self._size)
        self._leads = self._follows.T.astype(np.float32)
        self._permits = Permits(self._tokens)

    def sentences(self, evidence: np.ndarray, facts: np.ndarray) -> list[list[str]]:
        """Tokens for each picture, by beam search; evidence (n, ROWS, COLUMNS), facts bool (n, facts)."""
        count = len(evidence)
        ends = np.tile([True, False], (count, 3, 1))
        allowed = np.concatenate([self._permits(facts), ends], axis=2)
        memory, mask = self._encoder.run(None, {"rows": evidence})
        search = _Search(count, self._excludes, self._end)
        permitted = np.repeat(allowed, BEAMS, 0)
        memory, mask = np.repeat(memory, BEAMS, 2), np.repeat(mask, BEAMS, 0)
        past = np.zeros((self._layers, 2, count * BEAMS, self._heads, 0, memory.shape[-1]), np.float32)
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
            may &= self._finishable(permitted[:, 0] & ~search.excluded)
            past = past[:, :, search.advance(_log_chances(odds, may))]
            if search.done:
                break
        return [[self._tokens[number] for number in sentence] for sentence in search.best()]

    def _finishable(self, unused: np.ndarray) -> np.ndarray:
        """Of what may still be said, bool (n, tokens), that from which a sentence can come to an end."""
        ends = self._follows[:, self._end]
        found: np.ndarray = unused & ends
        for _ in range(LOOK_AHEAD):
            found = unused & (ends | (found.astype(np.float32) @ self._leads > 0))
        found[:, self._end] = True
        return found


class _Search:
    """Beam search over several pictures at a time; row = picture x BEAMS + beam."""

    def __init__(self, count: int, excludes: np.ndarray, end: int) -> None:
        self._end = end
        self._sums = np.full((count, BEAMS), NEVER)
        self._sums[:, 0] = 0
        self.last = self.earlier = np.full(count * BEAMS, end + 1, np.int64)
        self.excluded = np.zeros((count * BEAMS, len(excludes)), bool)
        self._excludes = excludes
        self._texts: list[list[int]] = [[] for _ in range(count * BEAMS)]
        self._finished: list[list[tuple[float, list[int]]]] = [[] for _ in range(count)]
        self.done = False

    def advance(self, chances: np.ndarray) -> np.ndarray:
        """Extend all beams by a word, given log-probabilities (rows, size); returns each new row's origin."""
        count, size = len(self._finished), chances.shape[1]
        totals = self._sums[:, :, None] + chances.reshape(count, BEAMS, size)
        flat = totals.reshape(count, -1)
        # Twice as many as there are beams, as those that end leave the search.
        picked = np.argsort(-flat, axis=1, kind="stable")[:, : 2 * BEAMS]
        origin = np.zeros((count, BEAMS), np.int64)
        words = np.full((count, BEAMS), self._end, np.int64)
        sums = np.full((count, BEAMS), NEVER)
        texts: list[list[int]] = []
        for picture in range(count):
            kept = 0
            found: list[list[int]] = []
            for rank, choice in enumerate(picked[picture].tolist()):
                total = float(flat[picture, choice])
                if total <= NEVER / 2 or kept == BEAMS:
                    break
                beam, word = divmod(choice, size)
                text = self._texts[picture * BEAMS + beam]
                if word == self._end:
                    if rank < BEAMS:
                        self._finished[picture].append((total / (len(text) + 1) ** LENGTH_POWER, text))
                    continue
                origin[picture, kept], words[picture, kept], sums[picture, kept] = beam, word, total
                found.append([*text, word])
                kept += 1
            texts += found + [[] for _ in range(BEAMS - kept)]
            if self._is_settled(picture, float(sums[picture].max())):
                sums[picture] = NEVER
        rows_from = (np.arange(count)[:, None] * BEAMS + origin).ravel()
        self.earlier, self.last = self.last[rows_from], words.ravel()
        self.excluded = self.excluded[rows_from] | self._excludes[self.last]
        self._sums, self._texts = sums, texts
        self.done = bool((sums <= NEVER / 2).all())
        return rows_from

    def best(self) -> list[list[int]]:
        """The best sentence of each picture; empty where none could be ended."""
        result = []
        for finished in self._finished:
            result.append(max(finished, key=lambda item: item[0])[1] if finished else [])
        return result

    def _is_settled(self, picture: int, ongoing: float) -> bool:
        """Whether no sentence still being written can become better than the best that ended."""
        finished = self._finished[picture]
        return bool(finished) and ongoing / LONGEST**LENGTH_POWER < max(score for score, _ in finished)


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
