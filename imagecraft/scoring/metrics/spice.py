"""SPICE: objects, attributes and relations in common. A Java program that needs 384 MB of models."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from imagecraft.errors import ModelUnavailable
from imagecraft.scoring.base import Corpus, Metric, Score
from imagecraft.scoring.java import find_jar, why_not

JAR = ("IMAGECRAFT_SPICE_JAR", "spice-1.0.jar", "spice")
PARSER = "stanford-corenlp-3.6.0"


class Spice(Metric):
    name = "spice"
    heavy = True
    outputs = ("spice",)
    meaning = (
        "How many of the references' things, properties and relations the caption names, and only those."
    )
    reference = "Anderson et al. 2016; spice-1.0.jar as coco-caption runs it"
    order = 47

    def unavailable(self) -> str | None:
        if (reason := why_not(*JAR)) is not None:
            return reason
        jar = find_jar(*JAR)
        if jar is not None and any((jar.parent / "lib").glob(f"{PARSER}-models*.jar")):
            return None
        return f"SPICE needs {PARSER} with its models (384 MB) in the folder lib beside {JAR[1]}."

    def settings(self) -> dict[str, Any]:
        return {"implementation": "SPICE 1.0 (Java)", "tokenizer": "its own", "options": "-subset"}

    def measure(self, corpus: Corpus) -> list[Score]:
        jar = find_jar(*JAR)
        if jar is None:
            raise ModelUnavailable("SPICE is not there.", self.unavailable() or "")
        return [self.mean(_run(jar, corpus))]


def _run(jar: Path, corpus: Corpus) -> list[float]:
    questions = [
        {"image_id": place, "test": prediction, "refs": list(references)}
        for place, (prediction, references) in enumerate(
            zip(corpus.predictions, corpus.references, strict=True)
        )
    ]
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "in.json", Path(folder) / "out.json"
        asked.write_text(json.dumps(questions), "utf-8")
        command = [
            "java",
            "-Xmx8G",
            "-jar",
            str(jar),
            str(asked),
            "-out",
            str(answered),
            "-subset",
            "-silent",
        ]
        done = subprocess.run(command, cwd=jar.parent, capture_output=True, text=True, check=False)
        if done.returncode or not answered.is_file():
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise ModelUnavailable(
                f"SPICE failed: {last[:160]}", "Check its files and the memory it may use."
            )
        answers = json.loads(answered.read_text("utf-8"))
    found = {answer["image_id"]: answer["scores"]["All"]["f"] for answer in answers}
    return [float(found[place]) for place in range(len(corpus))]
