"""Fits `imagecraft.captioning.cues`: priors to caption texts, the rest to captioned photos."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.captioning.cues import CueModel, cue_names, feature_names, thing_vector
from imagecraft.captioning.facts import ThingFact
from imagecraft.training.text import Mentions

HIDDEN = 64
PRIOR_EPOCHS = 12
RIDGE = 300.0
RIDGE_OF_SHOWN = 8.0  # of the features that assets/describer.toml names for a cue
RIDGE_OF_PRIOR = 40.0
FEWEST_TOLD = 4  # photos that tell of a cue, before the picture has a say in it
FOLDS = 6
NEWTON_STEPS = 12


def told(mentions: Sequence[Mentions]) -> np.ndarray:
    """How many captions tell of each cue; int, shape (pictures, cues)."""
    return np.array([[item.cues.get(cue, 0) for cue in cue_names()] for item in mentions])


def fit_prior(
    things: Sequence[Sequence[ThingFact]], times: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The network from things to cues' log-odds, fitted to simulated things and how often cues are told."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    inputs = torch.from_numpy(np.stack([thing_vector(item) for item in things]))
    targets = torch.from_numpy((times > 0).astype(np.float32))
    network = nn.Sequential(
        nn.Linear(inputs.shape[1], HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, targets.shape[1])
    )
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=0.02)
    steps = PRIOR_EPOCHS * (len(inputs) // 256)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        picked = torch.randint(len(inputs), (256,))
        loss = nn.functional.binary_cross_entropy_with_logits(network(inputs[picked]), targets[picked])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    first, last = network[0], network[2]
    hidden, hidden_bias, out, out_bias = (
        tensor.detach().numpy().copy() for tensor in (first.weight.T, first.bias, last.weight.T, last.bias)
    )
    return hidden, hidden_bias, out, out_bias


def fit(
    prior: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    things: Sequence[Sequence[ThingFact]],
    features: np.ndarray,
    times: np.ndarray,
    seed: int,
) -> tuple[CueModel, np.ndarray]:
    """All weights, and the log-odds that each photo gets from a model fitted without it.

    Args:
        prior: From `fit_prior`.
        things: What was seen on each photo.
        features: `imagecraft.captioning.cues.picture_features` of each photo, shape (photos, features).
        times: How many captions tell of each cue, shape (photos, cues).
    """
    cues = times.shape[1]
    blank = CueModel(*prior, np.ones(cues), np.zeros((features.shape[1], cues)), np.zeros(cues))
    odds = blank.prior(np.stack([thing_vector(item) for item in things]))
    folds = np.random.default_rng(seed).permutation(len(features)) % FOLDS
    apart = np.zeros_like(odds)
    for fold in range(FOLDS):
        scale, weights, bias = _fit_all(odds[folds != fold], features[folds != fold], times[folds != fold])
        rest = folds == fold
        apart[rest] = scale * odds[rest] + features[rest] @ weights + bias
    scale, weights, bias = _fit_all(odds, features, times)
    return CueModel(*prior, scale, weights, bias), apart


def _fit_all(
    odds: np.ndarray, features: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    fitted = [
        _fit_one(odds[:, cue], features, times[:, cue] > 0, ridge) for cue, ridge in enumerate(_ridges())
    ]
    scale, weights, bias = zip(*fitted, strict=True)
    return np.array(scale, np.float32), np.array(weights, np.float32).T, np.array(bias, np.float32)


def _fit_one(
    odds: np.ndarray, features: np.ndarray, is_told: np.ndarray, ridges: np.ndarray
) -> tuple[float, np.ndarray, float]:
    """Ridge logistic regression that starts from the prior log-odds as they are."""
    if is_told.sum() < FEWEST_TOLD:
        return 1.0, np.zeros(features.shape[1]), 0.0
    centre, spread = features.mean(0), features.std(0) + 1e-3
    design = np.c_[odds, (features - centre) / spread, np.ones(len(odds))]
    start = np.zeros(design.shape[1])
    start[0] = 1.0
    ridge = np.diag([RIDGE_OF_PRIOR, *ridges, 4.0])
    weights = start.copy()
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        curvature = design.T @ (design * (chance * (1 - chance))[:, None]) + ridge
        weights -= np.linalg.solve(curvature, design.T @ (chance - is_told) + ridge @ (weights - start))
    scaled = weights[1:-1] / spread
    return float(weights[0]), scaled, float(weights[-1] - scaled @ centre)


def _ridges() -> list[np.ndarray]:
    """For each cue, how strongly each feature is held at nothing."""
    names = np.array(feature_names())
    return [
        np.where(np.isin(names, entry.get("shown_by", ())), RIDGE_OF_SHOWN, RIDGE)
        for entry in vocabulary("describer")["cues"].values()
    ]
