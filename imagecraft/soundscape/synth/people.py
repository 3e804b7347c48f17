"""People: talk, laughter, crying, cheers and snores.

References:
    Bachorowski, Smoski and Owren, "The acoustic features of human laughter", J. Acoust. Soc. Am. 110 (2001).
    Pevernagie, Aarts and De Meyer, "The acoustics of snoring", Sleep Medicine Reviews 14 (2010).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.signal import resample_poly

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.grains import arrivals
from imagecraft.soundscape.synth.noise import Sound, coloured, filtered, reshaped, slow, stretched, wander
from imagecraft.soundscape.synth.speech import Speaker, child, speaker, spoken, vowel
from imagecraft.soundscape.synth.voices import Call, Shape, in_order, jaws, line, throat, uttered, whistled

sounds = Family()

SHOUTS = 5
TURN_SECONDS = 2.2
HALF = 2
"""Voices in a crowd are made at half the sample rate: from afar nothing is left above 10 kHz."""


@sounds.add
def conversation(take: Take) -> Samples:
    """Two people in turn; words cannot be made out."""
    rng = take.rng
    pair = [speaker(rng, take.between(0.1, 0.8)) for _ in range(2)]
    parts, at = [], 0.0
    length = min(take.seconds, 5.5)
    turn = int(rng.integers(2))
    while at < length - 1:
        seconds = min(rng.uniform(1.2, 3.0), length - at)
        parts.append((at, spoken(rng, take.rate, seconds, pair[turn])))
        at += seconds + rng.uniform(-0.1, 0.3)
        turn = 1 - turn
    return in_order(take.rate, parts or [(0.0, spoken(rng, take.rate, length, pair[0]))])


@sounds.add
def crowd(take: Take) -> Samples:
    """A room or square full of talk: a few voices nearly caught, the rest a blur."""
    effort = take.between(0.4, 0.85)
    return _gathering(take, lambda: speaker(take.rng, effort), copies=round(take.between(5, 10)), blur=0.1)


@sounds.add
def children(take: Take) -> Samples:
    """A playground: shouts and squeals near and far over the others' chatter."""
    rng = take.rng
    effort = take.between(0.55, 0.95)
    out = _gathering(take, lambda: child(rng, effort), copies=round(take.between(4, 8)), blur=0.03, tracks=2)
    out *= np.float32(0.25 / (out.std() + 1e-9))
    shouts = [_shout(take, child(rng, 1.0)) for _ in range(SHOUTS)]
    for at in arrivals(rng, take.scaled(0.7, 2.4), take.seconds):
        place = np.pi / 4 * (1 + rng.uniform(-0.8, 0.8))
        start = min(int(at * take.rate), take.frames - 1)
        shout = shouts[int(rng.integers(SHOUTS))][: take.frames - start] * rng.uniform(0.2, 0.9)
        out[:, start : start + len(shout)] += np.outer([np.cos(place), np.sin(place)], shout)
    return out


def _gathering(
    take: Take, someone: Callable[[], Speaker], copies: int, blur: float, tracks: int = 3
) -> Samples:
    """Many voices out of a few tracks, on which speakers take turns: each is also heard at other moments."""
    rng = take.rng
    rate = take.rate // HALF
    frames = -(-take.frames // HALF)
    near = np.zeros((2, frames), np.float32)
    far = np.zeros((2, frames), np.float32)
    for _ in range(tracks):
        voice = _in_turn(rng, rate, frames, someone)
        for copy in range(copies):
            angle = np.pi / 4 * (1 + rng.uniform(-0.9, 0.9))
            gains = np.array([np.cos(angle), np.sin(angle)], np.float32)[:, None]
            turned = np.roll(voice, int(rng.integers(0, frames))) if copy else voice
            (near if copy == 0 else far)[:] += gains * turned * np.float32(rng.uniform(0.4, 1))
    far = filtered(far, rate, ((100, -12), (350, 0), (3500, 0), (9000, -12)))
    hum = coloured(
        rng, frames, rate, ((100, -14), (250, -2), (500, 0), (1000, -5), (2500, -14), (6000, -30)), 2
    )
    mixed = 0.35 * near + far
    mixed += np.float32(blur * np.sqrt(np.mean(mixed**2))) * hum
    return np.asarray(resample_poly(mixed, HALF, 1, axis=1)[:, : take.frames], np.float32)


def _in_turn(rng: np.random.Generator, rate: int, frames: int, someone: Callable[[], Speaker]) -> Sound:
    """One speaker after another, each for some two seconds."""
    turns = max(1, round(frames / rate / TURN_SECONDS))
    seconds = frames / rate / turns + 1 / rate
    return np.concatenate([spoken(rng, rate, seconds, someone()) for _ in range(turns)])[:frames]


def _shout(take: Take, who: Speaker) -> Sound:
    """A call or a squeal of one or two syllables."""
    rng = take.rng
    top = who.pitch * rng.uniform(1.2, 2.0)
    first, second = (
        vowel(name, who.size, 1.0) for name in rng.choice(["bat", "hot", "bet", "beet", "but"], 2)
    )
    call = Call(
        seconds=rng.uniform(0.3, 0.9),
        pitch=((0, top * 0.75), (0.25, top), (0.7, top * rng.uniform(0.85, 1.1)), (1, top * 0.7)),
        level=((0, 0), (0.12, 1), (0.4, rng.uniform(0.3, 1)), (0.6, 1), (1, 0)),
        shapes=((0, first), (0.35, first), (0.6, second), (1, second)),
        tilt=-4,
        breath=0.06,
        rough=0.1,
        jitter=0.012,
    )
    return uttered(rng, take.rate, call)


@sounds.add
def baby(take: Take) -> Samples:
    """A baby's crying: breaths of about a second, each rising, held and falling, with a gasp in between."""
    rng = take.rng
    hz = take.spread(430, 0.1) * take.between(0.9, 1.15)
    shut, wide = jaws(rng, 0.085, 4, width=0.15, fall=take.between(6, 2), shut=1.0, wide=1.15)
    parts, at = [], 0.0
    for _ in range(2 + round(take.between(0.3, 2.4))):
        tone = hz * rng.uniform(0.94, 1.08)
        seconds = rng.uniform(0.7, 1.25)
        cry = Call(
            seconds=seconds,
            pitch=(
                (0, tone * 0.82),
                (0.15, tone * 1.06),
                (0.5, tone * 1.02),
                (0.85, tone * 0.95),
                (1, tone * 0.75),
            ),
            level=((0, 0), (0.08, 0.7), (0.35, 1), (0.8, 0.75), (1, 0)),
            shapes=((0, shut), (0.12, wide), (0.8, wide), (1, shut)),
            tilt=-4,
            breath=0.05,
            rough=take.between(0.05, 0.4),
            jitter=0.008,
            flutter=(rng.uniform(6, 9), 0.12, 0.012),
        )
        gasp = Call(
            seconds=0.16,
            pitch=((0, tone * 0.9), (1, tone * 1.3)),
            level=((0, 0), (0.5, 1), (1, 0)),
            shapes=((0, wide), (1, wide)),
            tilt=-4,
            breath=1.5,
        )
        parts += [(at, rng.uniform(0.8, 1) * uttered(rng, take.rate, cry))]
        parts += [(at + seconds + 0.1, 0.08 * uttered(rng, take.rate, gasp))]
        at += seconds + rng.uniform(0.3, 0.45)
    return in_order(take.rate, parts)


@sounds.add
def laughter(take: Take) -> Samples:
    """One or two people: rows of breathy "ha", about five a second, sinking and slowing."""
    rng = take.rng
    parts = []
    for person in range(1 + round(take.intensity)):
        who = speaker(rng, take.between(0.4, 1))
        tone, at = who.pitch * take.between(1.3, 2.1), person * rng.uniform(0.2, 0.6)
        for _ in range(1 + round(take.between(0, 1.4))):
            count = int(rng.integers(5, 9))
            shape = vowel(str(rng.choice(["but", "hot", "bat"])), who.size, who.effort)
            for k in range(count):
                top = tone * (1.1 - 0.35 * k / count) * rng.uniform(0.93, 1.07)
                call = Call(
                    seconds=rng.uniform(0.13, 0.17),
                    pitch=((0, top * 1.05), (0.4, top), (1, top * 0.8)),
                    level=((0, 0), (0.2, 0.25), (0.45, 1), (0.75, 0.4), (1, 0)),
                    shapes=((0, shape), (1, shape)),
                    tilt=-6,
                    breath=0.35,
                    jitter=0.02,
                )
                parts.append((at, (1 - 0.6 * k / count) * uttered(rng, take.rate, call)))
                at += rng.uniform(0.18, 0.22) * (1 + 0.25 * k / count)
            at += rng.uniform(0.3, 0.6)
    return in_order(take.rate, parts)


@sounds.add
def cheering(take: Take) -> Samples:
    """A crowd that cheers: long open vowels from many throats, a roar under them, and a whistle or two."""
    rng = take.rng
    rate = take.rate // HALF
    seconds = min(take.seconds, take.between(2.6, 4.2))
    frames = round(seconds * rate)
    out = np.zeros((2, frames), np.float32)
    for _ in range(5):
        who = speaker(rng, 1.0)
        top = who.pitch * rng.uniform(1.7, 2.5)
        first, second = (vowel(name, who.size, 1.0) for name in rng.choice(["hot", "bat", "bet", "but"], 2))
        call = Call(
            seconds=seconds * 0.98,
            pitch=((0, top * 0.8), (0.2, top), (0.6, top * 1.03), (1, top * 0.7)),
            level=((0, 0), (0.12, 0.8), (0.4, 1), (0.55, 0.7), (0.75, 0.5), (1, 0)),
            shapes=((0, first), (0.5, second), (1, first)),
            tilt=-5,
            breath=0.15,
            rough=0.2,
            jitter=0.02,
        )
        voice = uttered(rng, rate, call)
        for _ in range(4):
            angle = np.pi / 4 * (1 + rng.uniform(-0.9, 0.9))
            gains = np.array([np.cos(angle), np.sin(angle)], np.float32)[:, None]
            late = int(rng.integers(0, max(1, frames // 4)))
            heard = voice[: frames - late]
            out[:, late : late + len(heard)] += gains * heard * np.float32(rng.uniform(0.3, 1))
    swell = np.sin(np.pi * (np.arange(frames) + 0.5) / frames) ** 0.6
    roar = coloured(rng, frames, rate, ((150, -18), (500, -4), (1000, 0), (2000, -4), (5000, -16)), 2)
    out += np.float32(0.5 * np.sqrt(np.mean(out**2))) * swell.astype(np.float32) * roar
    out = np.asarray(resample_poly(out, HALF, 1, axis=1), np.float32)
    for _ in range(int(rng.poisson(take.between(0.6, 2.5)))):
        hz, at = rng.uniform(1900, 2800), int(rng.integers(0, out.shape[1] // 2))
        pitch = ((0, hz * 0.75), (0.4, hz), (0.7, hz * 0.98), (1, hz * 0.8))
        tone = whistled(rng, take.rate, rng.uniform(0.4, 0.9), pitch, ((0, 0), (0.2, 1), (0.8, 0.8), (1, 0)))
        tone = tone[: out.shape[1] - at]
        out[:, at : at + len(tone)] += np.outer(rng.uniform(0.2, 0.9, 2), tone)
    return out


@sounds.add
def snoring(take: Take) -> Samples:
    """In: the soft palate flaps some sixty times a second. Out: a long quiet breath."""
    rng = take.rng
    flaps = take.spread(61, 0.1) * take.between(0.85, 1.15)
    parts, at = [], 0.0
    for _ in range(2):
        seconds = rng.uniform(1.1, 1.5)
        parts.append((at, rng.uniform(0.8, 1) * _snore(take, seconds, flaps)))
        parts.append((at + seconds + 0.25, _sigh(take, 1.3) * np.float32(take.between(0.28, 0.14))))
        at += seconds + rng.uniform(1.9, 2.4)
    return in_order(take.rate, parts)


def _snore(take: Take, seconds: float, flaps: float) -> Sound:
    """Breath that the palate lets through in puffs, no two alike, through the throat and nose; peak 1."""
    rng = take.rng
    frames = take.count(seconds)
    place = np.linspace(0, 1, frames)
    hz = flaps * np.interp(place, [0, 0.3, 0.8, 1], [0.75, 1, 1.1, 0.9])
    turns = np.cumsum(hz * np.exp(0.03 * slow(rng, frames, take.rate, 20))) / take.rate
    strength = rng.lognormal(0, take.between(0.3, 0.58), int(turns[-1]) + 1)[turns.astype(int)]
    since = turns % 1
    gate = strength * np.exp(-5.8 * since) * np.minimum(since / 0.08, 1)
    air = coloured(rng, frames, take.rate, ((80, -10), (200, 0), (3000, -8), (8000, -24)))
    puff = strength * np.maximum(np.sin(np.pi * np.minimum(since / 0.38, 1)), 0)
    source = 0.75 * air * (0.034 + gate) + 0.025 * np.gradient(puff) * take.rate / flaps
    narrow: Shape = ((466, 155, 0), (1276, 354, -8.2), (2354, 654, -14.7), (4200, 1500, -21.2))
    opened: Shape = ((570, 155, 0), (1559, 354, -8.2), (2877, 654, -14.7), (4200, 1500, -21.2))
    passage = throat(((0, narrow), (0.7, opened), (1, narrow)), 0.0, frames, take.rate)
    snore = reshaped(source.astype(np.float32), passage)
    snore *= line(((0, 0), (0.3, 0.45), (0.75, 1), (0.92, 0.7), (1, 0)), place)
    return np.asarray(snore / (np.abs(snore).max() + 1e-9), np.float32)


def _sigh(take: Take, seconds: float) -> Sound:
    """Breath let out, peak 1."""
    frames = take.count(seconds)
    curve = ((150, -14), (500, 0), (1300, -3), (2600, -8), (6000, -26))
    breath = coloured(take.rng, frames, take.rate, curve)
    breath *= stretched(np.exp(0.2 * wander(take.rng, seconds, 6, 50)), frames)
    breath *= line(((0, 0), (0.15, 1), (0.5, 0.5), (1, 0)), np.linspace(0, 1, frames))
    return np.asarray(breath / (np.abs(breath).max() + 1e-9), np.float32)
