"""Horses, pigs and wild beasts: neighs, grunts, roars, growls, howls and trumpets.

References:
    Briefer et al., "Segregation of information about emotional arousal and valence in horse whinnies", Sci.
    Rep. 5 (2015): a neigh has two pitches at once.
    Klemuk et al., "Adapted to roar: functional morphology of tiger and lion vocal folds", PLoS ONE 6 (2011).
    Theberge and Falls, "Howling as a means of communication in timber wolves", American Zoologist 7 (1967).
"""

from __future__ import annotations

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.voices import Call, in_order, jaws, uttered

sounds = Family()


@sounds.add
def horse_neigh(take: Take) -> Samples:
    """A whinny: a squeal that breaks off high, then falls in shakes, over the low voice of a nicker."""
    rng = take.rng
    hz = take.spread(840, 0.12) * take.between(0.9, 1.12)
    seconds = take.spread(1.9, 0.1)
    shut, wide = jaws(rng, take.spread(0.22, 0.1), 8, width=0.06, wide=1.25, strongest=take.spread(1.2, 0.5))
    high = Call(
        seconds=seconds,
        pitch=((0, hz * 0.8), (0.12, hz * 1.5), (0.3, hz * 1.35), (0.6, hz), (1, hz * 0.4)),
        level=((0, 0), (0.05, 0.8), (0.2, 1), (0.6, 0.8), (0.9, 0.4), (1, 0)),
        shapes=((0, shut), (0.05, wide), (0.5, wide), (1, shut)),
        tilt=-6.5,
        breath=0.05,
        rough=take.between(0.35, 0.55),
        jitter=0.012,
        chaos=0.07,
        flutter=(take.spread(10.7, 0.1), take.between(0.3, 0.5), 0.045),
    )
    low = Call(
        seconds=seconds,
        pitch=((0, hz * 0.25), (0.3, hz * 0.3), (1, hz * 0.16)),
        level=((0, 0), (0.4, 0.1), (0.75, 0.7), (0.95, 0.6), (1, 0)),
        shapes=((0, shut), (1, shut)),
        tilt=-5,
        breath=0.2,
        rough=0.3,
        jitter=0.02,
        flutter=(take.spread(10.7, 0.1), 0.8, 0.04),
    )
    return in_order(take.rate, [(0, uttered(rng, take.rate, high)), (0, 0.3 * uttered(rng, take.rate, low))])


@sounds.add
def pig(take: Take) -> Samples:
    """Grunts through the snout, breathy and rough, at times rising to a squeal."""
    rng = take.rng
    snout, mouth = jaws(rng, take.spread(0.21, 0.12), 6, fall=1, shut=0.75, wide=1.05)
    parts, at = [], 0.0
    for _ in range(3 + round(take.between(0, 3))):
        squeal = rng.random() < take.between(-0.2, 0.35)
        tone = rng.uniform(500, 800) if squeal else rng.uniform(88, 120)
        seconds = rng.uniform(0.4, 0.7) if squeal else rng.uniform(0.2, 0.34)
        call = Call(
            seconds=seconds,
            pitch=((0, tone * 0.8), (0.35, tone * 1.2), (1, tone * 0.75)),
            level=((0, 0), (0.15, 1), (0.6, 0.7), (1, 0)),
            shapes=((0, snout), (0.4, mouth), (0.7, mouth), (1, snout)),
            tilt=-5,
            breath=0.4,
            rough=0.5,
            jitter=0.02,
            chaos=0.07,
        )
        parts.append((at, rng.uniform(0.6, 1) * uttered(rng, take.rate, call)))
        at += seconds + rng.uniform(0.12, 0.4)
    return in_order(take.rate, parts)


@sounds.add
def elephant(take: Take) -> Samples:
    """A trumpet blast down the trunk, over a low rumble."""
    rng = take.rng
    hz = take.spread(370, 0.12) * take.between(0.85, 1.2)
    seconds = take.spread(1.7, 0.12) * take.between(0.85, 1.15)
    narrow, trunk = jaws(rng, take.spread(0.31, 0.1), 6, fall=4.3, wide=1.15, strongest=1.1)
    blast = Call(
        seconds=seconds,
        pitch=((0, hz * 0.7), (0.1, hz), (0.35, hz * 1.15), (0.75, hz * 1.1), (1, hz * 0.6)),
        level=((0, 0), (0.06, 0.8), (0.3, 1), (0.8, 0.8), (1, 0)),
        shapes=((0, narrow), (0.15, trunk), (0.8, trunk), (1, narrow)),
        tilt=-7.5,
        breath=0.23,
        rough=take.between(0.2, 0.45),
        jitter=0.01,
        chaos=0.11,
    )
    chest = ((120, 90, 0), (290, 150, -8))
    rumble = Call(
        seconds=seconds,
        pitch=((0, 24), (0.5, 31), (1, 22)),
        level=((0, 0), (0.3, 1), (1, 0)),
        shapes=((0, chest), (1, chest)),
        breath=0.2,
        jitter=0.04,
    )
    return in_order(
        take.rate, [(0, uttered(rng, take.rate, blast)), (0, 0.12 * uttered(rng, take.rate, rumble))]
    )


@sounds.add
def bear(take: Take) -> Samples:
    """A growl, held and swelling, that flutters in the throat."""
    rng = take.rng
    hz = take.spread(90, 0.1) * take.between(0.9, 1.15)
    shut, bare = jaws(rng, take.spread(0.33, 0.08), 7, width=0.065, fall=2.6, shut=0.76, wide=1.13)
    parts, at = [], 0.0
    for _ in range(1 + round(take.between(0, 1.4))):
        seconds = rng.uniform(1.5, 2.1)
        call = Call(
            seconds=seconds,
            pitch=((0, hz * 0.85), (0.5, hz * take.between(1.2, 1.5)), (1, hz * 0.8)),
            level=((0, 0), (0.2, 0.5), (0.55, 1), (0.85, 0.6), (1, 0)),
            shapes=((0, shut), (0.4, bare), (0.7, bare), (1, shut)),
            tilt=-5,
            breath=0.22,
            rough=0.45,
            jitter=0.014,
            chaos=0.02,
            flutter=(take.spread(22, 0.1), 0.36, 0.03),
        )
        parts.append((at, uttered(rng, take.rate, call)))
        at += seconds + rng.uniform(0.3, 0.6)
    return in_order(take.rate, parts)


@sounds.add
def lion(take: Take) -> Samples:
    """A roar that opens wide and falls, then two or more grunts, each shorter."""
    rng = take.rng
    hz = take.spread(176, 0.1) * take.between(0.88, 1.12)
    shut, wide = jaws(rng, take.spread(0.38, 0.08), 7, width=0.062, fall=4.5, shut=0.86, wide=1.28)
    parts, at = [], 0.0
    for k in range(2 + round(take.between(0, 2))):
        seconds = (1.25 if k == 0 else 0.72 - 0.06 * k) * rng.uniform(0.88, 1.12)
        tone = hz * (1 - 0.09 * k)
        call = Call(
            seconds=seconds,
            pitch=((0, tone * 0.7), (0.3, tone * 1.34), (0.6, tone * 1.1), (1, tone * 0.55)),
            level=((0, 0), (0.15, 0.5), (0.4, 1), (0.7, 0.7), (1, 0)),
            shapes=((0, shut), (0.4, wide), (0.7, wide), (1, shut)),
            tilt=-7.5,
            breath=0.45,
            rough=take.between(0.15, 0.5),
            jitter=0.012,
            chaos=0.11,
        )
        parts.append((at, (1 - 0.13 * k) * uttered(rng, take.rate, call)))
        at += seconds + rng.uniform(0.25, 0.5)
    return in_order(take.rate, parts)


ROUNDED = ((1.0, 260, 0), (2.2, 340, -10), (3.5, 400, -20), (6.3, 900, -30))
"""Resonances of a muzzle held up and rounded: (times the lowest, bandwidth in Hz, level in dB)."""


@sounds.add
def wolf(take: Take) -> Samples:
    """A howl: up with a break, held long with a slow waver, and sinking; others of the pack join in."""
    rng = take.rng
    parts, at = [], 0.0
    for _ in range(1 + round(take.between(0.4, 2.4))):
        hz = rng.uniform(520, 640)
        seconds = rng.uniform(2.2, 3.2)
        muzzle = take.spread(690, 0.06)
        round_ = [(muzzle * k, width, level) for k, width, level in ROUNDED]
        call = Call(
            seconds=seconds,
            pitch=(
                (0, hz * 0.6),
                (0.12, hz * 0.95),
                (0.2, hz * 1.12),
                (0.5, hz * 1.05),
                (0.8, hz * 0.95),
                (1, hz * 0.6),
            ),
            level=((0, 0), (0.12, 0.6), (0.3, 1), (0.75, 0.8), (1, 0)),
            shapes=((0, round_), (1, round_)),
            tilt=-9,
            breath=0.36,
            rough=0.29,
            jitter=0.011,
            chaos=0.011,
            flutter=(rng.uniform(2, 4), 0.06, 0.012),
        )
        parts.append((at, rng.uniform(0.5, 1) * uttered(rng, take.rate, call)))
        at += seconds * rng.uniform(0.3, 0.7)
    return in_order(take.rate, parts)
