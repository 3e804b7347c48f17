"""METEOR 1.5, the Java program that captioning papers use."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from imagecraft.errors import ModelUnavailable
from imagecraft.scoring.base import Corpus, Metric, Score
from imagecraft.scoring.java import find_jar, why_not
from imagecraft.scoring.tokens import TOKENIZER

JAR = ("IMAGECRAFT_METEOR_JAR", "meteor-1.5.jar", "meteor")
OPTIONS = ("-", "-", "-stdio", "-l", "en", "-norm")
BARS = "|||"


class MeteorJava(Metric):
    """The set's value is computed from summed counts, so it is not the mean of the items' values."""

    name = "meteor_1.5"
    heavy = True
    outputs = ("meteor_1.5",)
    meaning = "METEOR as captioning papers print it: words, stems, synonyms and paraphrases, in order."
    reference = "Denkowski and Lavie 2014; meteor-1.5.jar as coco-caption runs it"
    order = 45

    def unavailable(self) -> str | None:
        return why_not(*JAR)

    def settings(self) -> dict[str, Any]:
        return {
            "implementation": "METEOR 1.5 (Java)",
            "options": " ".join(OPTIONS),
            "tokenizer": TOKENIZER,
            "interval": "none: the program gives no counts to compute one from",
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        jar = find_jar(*JAR)
        if jar is None:
            raise ModelUnavailable("METEOR 1.5 is not there.", self.unavailable() or "")
        items, value = _ask(jar, corpus.words, corpus.reference_words)
        return [Score(self.name, value, tuple(items), self.settings(), {}, self.direction, self.span)]


def _ask(
    jar: Path, captions: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]
) -> tuple[list[float], float]:
    """Counts of each item, then the scores they make: two questions to one program."""
    command = ["java", "-Dfile.encoding=UTF-8", "-Xmx2G", "-jar", str(jar), *OPTIONS]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as program:
        try:
            counts = [
                _answer(program, f" {BARS} ".join(["SCORE", *map(_line, texts), _line(words)]))
                for words, texts in zip(captions, references, strict=True)
            ]
            first = _answer(program, f" {BARS} ".join(["EVAL", *counts]))
            lines = [first, *(_read(program) for _ in captions)]
        finally:
            program.kill()
    try:
        *items, value = map(float, lines)
    except ValueError as error:
        raise ModelUnavailable(
            f"METEOR 1.5 gave an answer that is no number: {lines[0][:80]!r}.", "Check its files."
        ) from error
    return items, value


def _answer(program: subprocess.Popen[str], question: str) -> str:
    try:
        program.stdin.write(f"{question}\n")  # type: ignore[union-attr]
        program.stdin.flush()  # type: ignore[union-attr]
    except OSError as error:
        raise ModelUnavailable(
            "METEOR 1.5 stopped while it was working.", "Check that its data folder is beside the jar."
        ) from error
    return _read(program)


def _read(program: subprocess.Popen[str]) -> str:
    line = program.stdout.readline()  # type: ignore[union-attr]
    if not line:
        raise ModelUnavailable(
            "METEOR 1.5 stopped while it was working.", "Check that its data folder is beside the jar."
        )
    return line.strip()


def _line(words: Sequence[str]) -> str:
    return " ".join(words).replace(BARS, "")
