"""Fit the weights with which `imagecraft.captioning.weighing` doubts detections, into the assets.

    python -m benchmarks.calibrate [--data DATA]

A logistic regression on the training photos: is a thing that the detector saw named by any of five people?
What people mention, and what goes with what, is counted in caption texts. Prints how well the result ranks on
the development photos, beside the detector's own score.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.photos import DEFAULT_DATA
from imagecraft.assets import vocabulary
from imagecraft.captioning import weighing
from imagecraft.captioning.evidence import Observations, observe
from imagecraft.media.images import open_image
from imagecraft.scoring.objects import classes_named
from imagecraft.training.data import Photo, caption_texts, development_photos, training_photos

TARGET = Path(weighing.__file__).parents[1] / "assets" / "weighing.json"
SMALL_THINGS = (
    "apple", "backpack", "baseball bat", "baseball glove", "book", "bottle", "bowl", "carrot", "cell phone",
    "clock", "cup", "fork", "frisbee", "hair drier", "handbag", "keyboard", "kite", "knife", "mouse",
    "orange", "remote", "scissors", "skateboard", "skis", "snowboard", "spoon", "sports ball", "stop sign",
    "surfboard", "tennis racket", "tie", "toothbrush", "traffic light", "vase", "wine glass",
)  # fmt: skip
L2 = 10.0
NEWTON_STEPS = 30


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    data = parser.parse_args().data

    table = {**_counts(caption_texts(data)), "small_things": list(SMALL_THINGS)}
    vocabulary("weighing").update(table)
    training, development = training_photos(data), development_photos(data)
    rows, agreed = _examples(training)
    weights, bias = _fit(rows, agreed)
    table = {
        "weights": {name: round(float(w), 5) for name, w in zip(weighing.FEATURES, weights, strict=True)},
        "bias": round(float(bias), 5),
        **table,
    }
    TARGET.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")

    tested, truth = _examples(development)
    print(f"{len(training)} training photos, {len(rows)} detected kinds, {agreed.mean():.1%} named by people")
    print(f"area under the curve, {len(development)} other photos:")
    print(f"  detector's score alone  {_area_under_curve(tested[:, 0], truth):.3f}")
    print(f"  all witnesses           {_area_under_curve(tested @ weights, truth):.3f}")
    print(f"wrote {TARGET}")


def _counts(texts: list[list[str]]) -> dict[str, object]:
    """How often each class is mentioned, and the mutual information of pairs, in five captions an image."""
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for captions in texts:
        names = sorted(classes_named(captions))
        single.update(names)
        pairs.update(combinations(names, 2))
    images = len(texts)

    def information(first: str, second: str) -> float:
        return math.log((pairs[first, second] + 0.5) * images / ((single[first] + 1) * (single[second] + 1)))

    company = {
        f"{first}|{second}": round(information(first, second), 2)
        for first, second in combinations(sorted(vocabulary("coco")), 2)
    }
    return {
        "mention": {name: round((single[name] + 5) / images, 5) for name in sorted(vocabulary("coco"))},
        "company": {"otherwise": 0.0, **company},
    }


def _examples(photos: list[Photo]) -> tuple[np.ndarray, np.ndarray]:
    with ThreadPoolExecutor(2) as pool:
        observations = list(pool.map(_look, photos))
    rows, agreed = [], []
    for photo, seen in zip(photos, observations, strict=True):
        said = classes_named(photo.captions)
        for label, features in weighing.features(seen).items():
            rows.append(features)
            agreed.append(label in said)
    return np.array(rows), np.array(agreed, dtype=float)


def _look(photo: Photo) -> Observations:
    return observe(open_image(photo.path).image)


def _fit(rows: np.ndarray, agreed: np.ndarray) -> tuple[np.ndarray, float]:
    """Ridge logistic regression by Newton's method; weights are for the features as they come."""
    centre, spread = rows.mean(0), rows.std(0) + 1e-9
    design = np.c_[(rows - centre) / spread, np.ones(len(rows))]
    ridge = np.diag([L2] * rows.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-design @ weights))
        curvature = design.T @ (design * (chance * (1 - chance))[:, None]) + ridge
        weights -= np.linalg.solve(curvature, design.T @ (chance - agreed) + ridge @ weights)
    scaled = weights[:-1] / spread
    return scaled, float(weights[-1] - scaled @ centre)


def _area_under_curve(scores: np.ndarray, truth: np.ndarray) -> float:
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores)] = np.arange(len(scores))
    positive = truth == 1
    return float((ranks[positive].mean() - (positive.sum() - 1) / 2) / (~positive).sum())


if __name__ == "__main__":
    main()
