"""Horses, pigs and wild beasts: neighs, grunts, roars, growls, howls and trumpets.

References:
    Briefer et al., "Segregation of information about emotional arousal and valence in horse whinnies", Sci.
    Rep. 5 (2015): a neigh has two pitches at once.
    Klemuk et al., "Adapted to roar: functional morphology of tiger and lion vocal folds", PLoS ONE 6 (2011).
    Theberge and Falls, "Howling as a means of communication in timber wolves", American Zoologist 7 (1967).
"""

from __future__ import annotations

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.voices import Call, Shape, in_order, tube, uttered

sounds = Family()


@sounds.add
def horse_neigh(take: Take) -> Samples:
    """A whinny: a squeal that breaks off high, then falls in shakes to a low nicker."""
    rng = take.rng
    hz = take.spread(760, 0.12) * take.between(0.9, 1.15)
    seconds = take.spread(1.8, 0.15)
    throat = tube(0.26, 8, 0.05, 0)
    squeal = [(f, 1.4 * w, -0.8 * abs(k - 3.0)) for k, (f, w, _) in enumerate(throat)]
    nicker = [(f * 0.9, w, -2.5 * k) for k, (f, w, _) in enumerate(throat)]
    level = ((0, 0), (0.05, 0.8), (0.2, 1), (0.6, 0.8), (0.9, 0.4), (1, 0))
    high = Call(
        seconds=seconds,
        pitch=((0, hz * 0.8), (0.12, hz * 1.5), (0.3, hz * 1.35), (0.6, hz), (1, hz * 0.45)),
        level=level,
        shapes=((0, squeal), (0.5, squeal), (1, nicker)),
        tilt=-3,
        breath=0.12,
        rough=0.2,
        jitter=0.012,
        flutter=(take.spread(11, 0.1), 0.45, 0.06),
    )
    low = Call(
        seconds=seconds,
        pitch=((0, hz * 0.3), (0.2, hz * 0.42), (1, hz * 0.22)),
        level=((0, 0), (0.4, 0.2), (0.75, 0.8), (0.95, 0.7), (1, 0)),
        shapes=((0, nicker), (1, nicker)),
        tilt=-5,
        breath=0.3,
        rough=0.3,
        jitter=0.03,
        flutter=(take.spread(12, 0.1), 0.8, 0.05),
    )
    return in_order(take.rate, [(0, uttered(rng, take.rate, high)), (0, 0.4 * uttered(rng, take.rate, low))])


@sounds.add
def pig(take: Take) -> Samples:
    """Grunts through the snout, breathy and rough, at times rising to a squeal."""
    rng = take.rng
    snout: Shape = ((330, 130, 0), (900, 220, -4), (1800, 350, -10), (3000, 600, -16), (4500, 900, -22))
    mouth: Shape = ((480, 150, 0), (1150, 250, -2), (2100, 350, -7), (3200, 600, -12), (4700, 900, -18))
    parts, at = [], 0.0
    for _ in range(3 + round(take.between(0, 3))):
        squeal = rng.random() < take.between(-0.2, 0.4)
        tone = rng.uniform(500, 800) if squeal else rng.uniform(70, 105)
        call = Call(
            seconds=rng.uniform(0.4, 0.7) if squeal else rng.uniform(0.16, 0.32),
            pitch=((0, tone * 0.8), (0.35, tone * 1.15), (1, tone * 0.75)),
            level=((0, 0), (0.15, 1), (0.6, 0.7), (1, 0)),
            shapes=((0, snout), (0.4, mouth), (1, snout)),
            tilt=-3,
            breath=0.6,
            rough=0.5,
            jitter=0.05,
            chaos=0.08,
        )
        parts.append((at, rng.uniform(0.6, 1) * uttered(rng, take.rate, call)))
        at += call.seconds + rng.uniform(0.12, 0.4)
    return in_order(take.rate, parts)


@sounds.add
def elephant(take: Take) -> Samples:
    """A trumpet blast down the trunk, brassy, over a low rumble."""
    rng = take.rng
    hz = take.spread(480, 0.12) * take.between(0.85, 1.2)
    seconds = take.spread(1.5, 0.2) * take.between(0.8, 1.2)
    trunk: Shape = ((700, 300, 0), (1450, 400, -1), (2300, 500, -3), (3300, 700, -8), (4600, 900, -14))
    narrow: Shape = ((550, 300, 0), (1200, 400, -6), (2100, 500, -12), (3200, 700, -18), (4500, 900, -26))
    blast = Call(
        seconds=seconds,
        pitch=((0, hz * 0.7), (0.1, hz), (0.35, hz * 1.18), (0.75, hz * 1.1), (1, hz * 0.6)),
        level=((0, 0), (0.06, 0.8), (0.3, 1), (0.8, 0.8), (1, 0)),
        shapes=((0, narrow), (0.15, trunk), (0.8, trunk), (1, narrow)),
        tilt=-2,
        breath=0.2,
        rough=take.between(0.3, 0.6),
        jitter=0.025,
        chaos=0.05,
    )
    rumble = Call(
        seconds=seconds,
        pitch=((0, 24), (0.5, 31), (1, 22)),
        level=((0, 0), (0.3, 1), (1, 0)),
        shapes=((0, ((130, 90, 0), (300, 150, -8))), (1, ((120, 90, 0), (280, 150, -8)))),
        tilt=-6,
        breath=0.2,
        jitter=0.04,
    )
    return in_order(
        take.rate, [(0, uttered(rng, take.rate, blast)), (0, 0.15 * uttered(rng, take.rate, rumble))]
    )


@sounds.add
def bear(take: Take) -> Samples:
    """A low growl, held and swelling, with a snort of breath at the end."""
    rng = take.rng
    return _growl(take, take.spread(62, 0.15), take.spread(0.36, 0.1), rng.uniform(1.4, 2.2), swells=1)


@sounds.add
def lion(take: Take) -> Samples:
    """A roar that opens wide and falls, then two or more grunts, each shorter."""
    rng = take.rng
    metres = take.spread(0.34, 0.1)
    hz = take.spread(120, 0.12) * take.between(0.9, 1.3)
    parts, at = [], 0.0
    for k in range(2 + round(take.between(0, 2))):
        seconds = (1.5 if k == 0 else 0.75 - 0.1 * k) * rng.uniform(0.85, 1.15)
        tone = hz * (1 - 0.08 * k)
        shut = [(f * 0.8, w, -4.0 * j) for j, (f, w, _) in enumerate(tube(metres, 7, 0.12, 0))]
        wide = [(f * 1.2, 1.2 * w, -2.0 * j) for j, (f, w, _) in enumerate(tube(metres, 7, 0.12, 0))]
        call = Call(
            seconds=seconds,
            pitch=((0, tone * 0.7), (0.3, tone * 1.3), (0.6, tone * 1.15), (1, tone * 0.55)),
            level=((0, 0), (0.15, 0.5), (0.4, 1), (0.7, 0.7), (1, 0)),
            shapes=((0, shut), (0.4, wide), (0.7, wide), (1, shut)),
            tilt=-4,
            breath=0.5,
            rough=take.between(0.5, 0.8),
            jitter=0.05,
            chaos=0.12,
        )
        parts.append((at, (1 - 0.15 * k) * uttered(rng, take.rate, call)))
        at += seconds + rng.uniform(0.25, 0.5)
    return in_order(take.rate, parts)


def _growl(take: Take, hz: float, metres: float, seconds: float, swells: int) -> Samples:
    rng = take.rng
    shut = [(f * 0.85, w, -4.0 * k) for k, (f, w, _) in enumerate(tube(metres, 7, 0.12, 0))]
    bare = [(f * 1.1, w, -2.5 * k) for k, (f, w, _) in enumerate(tube(metres, 7, 0.12, 0))]
    parts, at = [], 0.0
    for _ in range(swells + round(take.intensity)):
        call = Call(
            seconds=seconds,
            pitch=((0, hz * 0.85), (0.5, hz * take.between(1.1, 1.6)), (1, hz * 0.8)),
            level=((0, 0), (0.2, 0.5), (0.55, 1), (0.85, 0.6), (1, 0)),
            shapes=((0, shut), (0.5, bare), (1, shut)),
            tilt=-4,
            breath=0.45,
            rough=0.7,
            jitter=0.06,
            chaos=0.12,
            flutter=(take.spread(24, 0.1), 0.35, 0.03),
        )
        parts.append((at, uttered(rng, take.rate, call)))
        at += seconds + rng.uniform(0.3, 0.6)
    return in_order(take.rate, parts)


@sounds.add
def wolf(take: Take) -> Samples:
    """A howl: up with a break, held long with a slow waver, and sinking; a second wolf may answer."""
    rng = take.rng
    parts, at = [], 0.0
    for _ in range(1 + round(take.between(0, 1.6))):
        hz = rng.uniform(400, 560)
        seconds = rng.uniform(2.2, 3.4)
        shape: Shape = ((560, 260, 0), (1150, 300, -10), (2100, 450, -20), (3400, 700, -28))
        call = Call(
            seconds=seconds,
            pitch=(
                (0, hz * 0.6),
                (0.12, hz * 0.95),
                (0.2, hz * 1.12),
                (0.5, hz * 1.05),
                (0.8, hz * 0.95),
                (1, hz * 0.62),
            ),
            level=((0, 0), (0.12, 0.6), (0.3, 1), (0.75, 0.8), (1, 0)),
            shapes=((0, shape), (1, shape)),
            tilt=-8,
            breath=0.04,
            jitter=0.006,
            flutter=(rng.uniform(2, 4), 0.06, 0.012),
        )
        parts.append((at, rng.uniform(0.6, 1) * uttered(rng, take.rate, call)))
        at += seconds * rng.uniform(0.4, 0.8)
    return in_order(take.rate, parts)
