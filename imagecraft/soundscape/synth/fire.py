"""Fire: the lapping roar of burning gas, its hiss, and wood that cracks.

References:
    Farnell, "Designing Sound", MIT Press 2010, practical "Fire": lapping, hissing and crackling.
    Sethna, Dahmen and Myers, "Crackling noise", Nature 410 (2001): what crackles, here wood, does so in
    bursts of all sizes, drawn from a power law.
"""

from __future__ import annotations

import numpy as np

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.grains import arrivals, decays, laid, log_uniform, panned, sines
from imagecraft.soundscape.synth.noise import Curve, coloured, filtered, slow, stretched, wander

sounds = Family()

KERNELS = 96
LAPPING: Curve = ((25, -10), (45, 0), (110, -2), (250, -12), (700, -24), (3000, -40))
HISS: Curve = ((300, -24), (1500, -8), (5000, 0), (10000, -3), (18000, -12))
CRACK: Curve = ((150, -24), (600, -9), (2000, -1), (5000, 0), (11000, -4), (18000, -12))


@sounds.add
def fire(take: Take) -> Samples:
    """A wood fire near by."""
    rng = take.rng
    draught = np.exp(0.5 * wander(rng, take.seconds, 4.0, 50))
    lapping = coloured(rng, take.frames, take.rate, LAPPING, 2) * stretched(draught, take.frames)
    steam = np.exp(0.35 * slow(rng, take.frames, take.rate, 0.8))
    hiss = coloured(rng, take.frames, take.rate, HISS, 2) * steam
    burning = take.scaled(0.012, 0.036) * lapping + take.scaled(0.004, 0.009) * hiss
    return np.asarray(_crackle(take) + burning)


def _crackle(take: Take) -> Samples:
    """Snaps alone and in bursts; a few loud, very many faint."""
    rng = take.rng
    bursts = arrivals(rng, take.scaled(1.2, 4.5), take.seconds)
    sizes = np.minimum(rng.pareto(1.1, len(bursts)) * 2 + 1, 40).astype(int)
    spread = rng.uniform(0.03, 0.3, len(bursts))
    in_bursts = np.repeat(bursts, sizes) + rng.exponential(1, sizes.sum()) * np.repeat(spread, sizes)
    starts = np.concatenate([arrivals(rng, take.scaled(45, 150), take.seconds), in_bursts])
    strength = np.minimum(0.045 * (1 - rng.random(len(starts))) ** -0.75, 1.5)
    places = (starts * take.rate).astype(int)
    return laid(
        take.frames, places, _snaps(take)[rng.integers(0, KERNELS, len(starts))], panned(rng, strength, 0.6)
    )


def _snaps(take: Take) -> Samples:
    """Breaking fibres: a click at the start, then a few milliseconds of the log's own short tones."""
    rng = take.rng
    frames = take.count(0.022)
    click = rng.standard_normal((KERNELS, frames), dtype=np.float32)
    click *= decays(frames, take.rate, log_uniform(rng, (0.0004, 0.004), KERNELS))
    hz = log_uniform(rng, (500, 3500), KERNELS)
    log = sines(frames, take.rate, hz) * decays(frames, take.rate, rng.uniform(0.001, 0.004, KERNELS))
    return filtered(click + 0.12 * log, take.rate, CRACK)
