"""Document frequencies of n-grams of any number of captions, counted on disk in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagecraft.scoring.base import Corpus
from imagecraft.scoring.cider import DocumentFrequencies, NGram, ngrams

HASHES_AT_ONCE = 1_000_000
PARTITIONS = 64
HASHES, COUNTS, IMAGES = "hashes.u64", "counts.u32", "images.txt"

_Hashes = NDArray[np.uint64]


class FrequencyCount:
    """Counts in how many images' references each n-gram occurs; then `DiskFrequencies` reads the result.

    An n-gram is kept as a hash of 64 bits: of the forty million n-grams of a million images, two have the
    same one with a chance of 4 in 100,000.

    Args:
        folder: An empty one, for the counts; about 12 bytes for each different n-gram.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[int] = []
        self._runs: list[tuple[Path, Path]] = []
        self._images = 0

    def add(self, corpus: Corpus) -> None:
        """Count the references of some images, none of which was counted before."""
        for captions in corpus.reference_words:
            self._waiting += map(_hash, {gram for words in captions for gram in ngrams(words)})
            self._images += 1
            if len(self._waiting) >= HASHES_AT_ONCE:
                self._spill()

    def finish(self) -> DiskFrequencies:
        """Bring all counts together."""
        self._spill()
        runs = [(_mapped(one, np.uint64), _mapped(two, np.uint32)) for one, two in self._runs]
        with (self._folder / HASHES).open("wb") as hashes, (self._folder / COUNTS).open("wb") as counts:
            edges = np.array([part * (2**64 // PARTITIONS) for part in range(1, PARTITIONS)], np.uint64)
            cuts = [[0, *np.searchsorted(keys, edges).tolist(), len(keys)] for keys, _ in runs]
            for part in range(PARTITIONS):
                slices = [slice(cut[part], cut[part + 1]) for cut in cuts]
                keys, totals = _added(
                    np.concatenate([keys[cut] for (keys, _), cut in zip(runs, slices, strict=True)]),
                    np.concatenate([totals[cut] for (_, totals), cut in zip(runs, slices, strict=True)]),
                )
                keys.tofile(hashes)
                totals.tofile(counts)
        del runs
        for one, two in self._runs:
            one.unlink()
            two.unlink()
        (self._folder / IMAGES).write_text(str(self._images), "utf-8")
        return DiskFrequencies(self._folder)

    def _spill(self) -> None:
        waiting = np.array(self._waiting, np.uint64)
        self._waiting = []
        keys, totals = np.unique(waiting, return_counts=True)
        place = len(self._runs)
        files = self._folder / f"run{place}.hashes", self._folder / f"run{place}.counts"
        keys.tofile(files[0])
        totals.astype(np.uint32).tofile(files[1])
        self._runs.append(files)


class DiskFrequencies:
    """What `FrequencyCount` found, read where it is needed. Several processes may read the same folder."""

    def __init__(self, folder: Path) -> None:
        self.images = int((folder / IMAGES).read_text("utf-8"))
        self._hashes: _Hashes = _mapped(folder / HASHES, np.uint64)
        self._counts = _mapped(folder / COUNTS, np.uint32)

    def of(self, corpus: Corpus) -> DocumentFrequencies:
        """The frequencies of all n-grams of some captions and their references."""
        said: set[NGram] = set()
        for words, captions in zip(corpus.words, corpus.reference_words, strict=True):
            for each in (words, *captions):
                said.update(ngrams(each))
        grams = list(said)
        return DocumentFrequencies(dict(zip(grams, self._found(grams), strict=True)), self.images)

    def _found(self, grams: Sequence[NGram]) -> Iterable[int]:
        if not len(self._hashes):
            return [0] * len(grams)
        wanted = np.fromiter(map(_hash, grams), np.uint64, len(grams))
        places = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        counts = np.where(self._hashes[places] == wanted, self._counts[places], 0)
        found: list[int] = counts.tolist()
        return found


def _mapped(path: Path, kind: Any) -> Any:
    """A file's numbers, read where they are needed."""
    return np.memmap(path, kind, "r") if path.stat().st_size else np.zeros(0, kind)


def _hash(gram: NGram) -> int:
    text = " ".join(gram).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def _added(keys: _Hashes, totals: NDArray[np.uint32]) -> tuple[_Hashes, NDArray[np.uint32]]:
    """Each key once, with the sum of its totals."""
    if not len(keys):
        return keys, totals
    order = np.argsort(keys, kind="stable")
    keys, totals = keys[order], totals[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    return keys[starts], np.add.reduceat(totals, starts).astype(np.uint32)
