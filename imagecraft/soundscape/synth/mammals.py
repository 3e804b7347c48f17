"""Dogs, cats, cattle, sheep, goats, pigs, horses and wild beasts.

References:
    Riede and Fitch, "Vocal tract length and acoustics of vocalization in the domestic dog", J. Exp. Biol. 202
    (1999): resonances go with the length of the throat.
    Feddersen-Petersen, "Vocalization of European wolves and various dog breeds", Arch. Tierz. 43 (2000).
    Frazer Sissom, Rice and Peters, "How cats purr", J. Zool. 223 (1991): bursts at 25 Hz, in and out.
"""

from __future__ import annotations

import numpy as np

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.noise import Sound, coloured, filtered, slow
from imagecraft.soundscape.synth.voices import Call, Shape, in_order, jaws, pulses, uttered

sounds = Family()


@sounds.add
def dog(take: Take) -> Samples:
    """Two to four barks: much breath, a hoarse voice, a mouth that opens and shuts in a sixth of a second."""
    rng = take.rng
    small = take.spread(1.3, 0.12)
    pitch = take.spread(430, 0.12) * (small / 1.3) * take.between(0.88, 1.15)
    count = int(rng.integers(2, 4)) + round(take.intensity)
    gaps = rng.uniform(0.32, 0.55, count - 1) * take.between(1.25, 0.85)
    starts = np.cumsum(np.concatenate([[0.0], gaps]))
    return in_order(take.rate, [(at, rng.uniform(0.75, 1) * _bark(take, pitch, small)) for at in starts])


BARK = (
    *((620, 225, 0), (1150, 325, -3), (1900, 430, -7)),
    *((3000, 775, -16), (4600, 1200, -26), (6800, 1550, -24)),
)
"""Resonances of a large dog's throat and snout."""


def _bark(take: Take, pitch: float, small: float) -> Sound:
    rng = take.rng
    pitch *= rng.uniform(0.93, 1.07)
    small *= rng.uniform(0.95, 1.05)

    def mouth(opened: float) -> Shape:
        return [(small * opened * hz, width, level) for hz, width, level in BARK]

    call = Call(
        seconds=rng.uniform(0.14, 0.21),
        pitch=((0, pitch * 0.75), (0.15, pitch * 1.1), (0.45, pitch * 1.05), (1, pitch * 0.6)),
        level=((0, 0), (0.05, 0.7), (0.15, 1), (0.4, 0.75), (0.7, 0.25), (1, 0)),
        shapes=((0, mouth(0.75)), (0.15, mouth(1.05)), (0.5, mouth(1)), (1, mouth(0.7))),
        tilt=take.between(-9.5, -6),
        breath=take.between(0.55, 0.8),
        rough=take.between(0.02, 0.2),
        jitter=0.02,
        chaos=take.between(0.1, 0.16),
    )
    return uttered(rng, take.rate, call)


@sounds.add
def cat(take: Take) -> Samples:
    """A meow: the mouth opens from "ee" over "ah" and closes to "oo", the pitch arching over it."""
    rng = take.rng
    pitch = take.spread(560, 0.15) * take.between(0.9, 1.2)
    closed = ((900, 300, -8), (2500, 500, -2), (3900, 700, -14), (6000, 1200, -24))
    opened = ((1500, 350, 0), (2400, 500, -2), (4300, 700, -10), (6500, 1200, -18))
    round_ = ((750, 250, -2), (1500, 400, -12), (3800, 700, -24), (6000, 1200, -34))
    calls = []
    for at in np.cumsum(np.r_[0.0, rng.uniform(1.1, 1.8, int(rng.integers(0, 2)) + round(take.intensity))]):
        up = pitch * rng.uniform(0.9, 1.12)
        call = Call(
            seconds=rng.uniform(0.55, 0.95) * take.between(0.85, 1.15),
            pitch=((0, up * 0.85), (0.3, up * 1.15), (0.65, up * 1.08), (1, up * 0.75)),
            level=((0, 0), (0.1, 0.35), (0.35, 1), (0.7, 0.7), (1, 0)),
            shapes=((0, closed), (0.3, opened), (0.55, opened), (0.9, round_), (1, round_)),
            tilt=-5,
            breath=0.06,
            rough=0.12 * take.intensity,
            jitter=0.012,
        )
        calls.append((float(at), uttered(rng, take.rate, call)))
    return in_order(take.rate, calls)


@sounds.add
def cat_purr(take: Take) -> Samples:
    """Purring, in and out without a pause: bursts 25 times a second, slower and louder breathing out."""
    rng = take.rng
    t = take.times(min(take.seconds, take.spread(5.0, 0.2)))
    breath = np.sin(2 * np.pi * t / take.spread(2.0, 0.15) + rng.uniform(0, 2 * np.pi))
    out = 0.5 + 0.5 * np.tanh(3 * breath)
    hz = take.between(24, 28) * (1 - 0.09 * out) * np.exp(0.02 * slow(rng, len(t), take.rate, 60))
    since = np.cumsum(hz) / take.rate % 1
    burst = np.exp(-6 * since) * (1 - np.exp(-60 * since))
    throat = pulses(rng, hz.astype(np.float32), take.rate)
    throat = 0.5 * throat / throat.std() + 1.5 * burst * rng.standard_normal(len(t), dtype=np.float32)
    throat = filtered(throat, take.rate, ((21, -20), (62, 0), (1250, 0), (3750, -20), (11000, -44)))
    air = coloured(rng, len(t), take.rate, ((200, -10), (800, 0), (2500, -6), (8000, -22)))
    purr = throat / throat.std() + take.between(0.45, 0.3) * (0.4 + 0.6 * out) * air
    return np.asarray(purr * (0.55 + 0.45 * out) * np.clip(6 * np.abs(breath), 0.2, 1))


@sounds.add
def cow(take: Take) -> Samples:
    """A moo: begun with the mouth shut, opened late and wide; a throat so long that resonances lie close."""
    rng = take.rng
    pitch = take.spread(172, 0.12) * take.between(0.85, 1.2)
    shut, wide = jaws(rng, take.spread(0.4, 0.1), 6, width=0.07, fall=3.2, wide=1.15, strongest=1.2)
    call = Call(
        seconds=take.spread(1.9, 0.2) * take.between(0.85, 1.15),
        pitch=((0, pitch * 0.8), (0.2, pitch), (0.6, pitch * 1.25), (0.85, pitch * 1.19), (1, pitch * 0.75)),
        level=((0, 0), (0.1, 0.5), (0.3, 0.6), (0.6, 1), (0.9, 0.7), (1, 0)),
        shapes=((0, shut), (0.5, wide), (0.9, wide), (1, shut)),
        tilt=-6,
        breath=0.26,
        rough=take.between(0.35, 0.6),
        jitter=0.009,
        chaos=0.08,
    )
    return uttered(rng, take.rate, call)


@sounds.add
def sheep(take: Take) -> Samples:
    """A baa: the voice shakes about nine times a second."""
    return _bleat(take, take.spread(245, 0.15), take.spread(9.8, 0.08), take.spread(0.19, 0.1))


@sounds.add
def goat(take: Take) -> Samples:
    """A goat's bleat: higher, and shaking faster than a sheep's."""
    return _bleat(take, take.spread(330, 0.15), take.spread(11.5, 0.1), take.spread(0.12, 0.1))


def _bleat(take: Take, pitch: float, shake_hz: float, metres: float) -> Samples:
    rng = take.rng
    shut, wide = jaws(rng, metres, 6, width=0.077, fall=4, shut=0.77, wide=1.14, strongest=1.8)
    bleats, at = [], 0.0
    for _ in range(1 + int(rng.integers(0, 2)) + round(take.intensity)):
        tone = pitch * rng.uniform(0.94, 1.06) * take.between(0.9, 1.15)
        call = Call(
            seconds=rng.uniform(0.68, 1.0),
            pitch=((0, tone * 1.05), (0.2, tone * 1.1), (0.7, tone), (1, tone * 0.85)),
            level=((0, 0), (0.08, 0.9), (0.3, 1), (0.7, 0.7), (1, 0)),
            shapes=((0, shut), (0.12, wide), (0.85, wide), (1, shut)),
            tilt=-3,
            breath=0.22,
            rough=take.between(0.35, 0.55),
            jitter=0.012,
            chaos=0.06,
            flutter=(shake_hz, take.between(0.45, 0.65), 0.045),
        )
        bleats.append((at, rng.uniform(0.7, 1) * uttered(rng, take.rate, call)))
        at += call.seconds + rng.uniform(0.4, 0.9)
    return in_order(take.rate, bleats)
