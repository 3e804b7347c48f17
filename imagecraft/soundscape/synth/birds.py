"""Birds that sing, whistle and coo: nearly pure tones bent quickly.

A songbird's syrinx gives a tone whose overtones the throat, tuned along with it, mostly takes away; song is
made of sweeps, trills and steps of that one tone.

References:
    Nowicki, "Vocal tract resonances in oscine bird sound production", Nature 325 (1987).
    Catchpole and Slater, "Bird Song", Cambridge University Press 2008: syllables, phrases and songs.
    Farnell, "Designing Sound", MIT Press 2010, practical "Birds".
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.noise import Sound, coloured
from imagecraft.soundscape.synth.voices import Call, Points, in_order, uttered, whistled

sounds = Family()

SWELL: Points = ((0, 0), (0.25, 1), (0.7, 0.8), (1, 0))
STRUCK: Points = ((0, 0), (0.08, 1), (0.5, 0.5), (1, 0))


@sounds.add
def songbirds(take: Take) -> Samples:
    """A few birds of different kinds in turn, one often answering another; shape (2, frames)."""
    rng = take.rng
    singers = 2 + round(take.between(0, 2.4))
    longest = take.count(min(take.seconds, 6.5))
    out = np.zeros((2, longest), np.float32)
    for place in np.linspace(-0.8, 0.8, singers)[rng.permutation(singers)]:
        song = PHRASES[int(rng.integers(len(PHRASES)))](take, take.spread(3800, 0.3))
        start = int(rng.integers(0, max(1, longest - len(song)) if len(song) < longest else 1))
        song = song[: longest - start] * rng.uniform(0.35, 1)
        out[0, start : start + len(song)] += song * np.cos(np.pi / 4 * (1 + place))
        out[1, start : start + len(song)] += song * np.sin(np.pi / 4 * (1 + place))
    heard = np.flatnonzero(np.abs(out).max(axis=0) > 1e-4)
    return out[:, heard[0] : heard[-1] + 1] if heard.size else out


def _trill(take: Take, hz: float) -> Sound:
    """One quick downward sweep, over and over, as of a wren or a finch."""
    rng = take.rng
    rate, count = rng.uniform(9, 16), int(rng.integers(8, 18))
    low, high = hz * rng.uniform(0.75, 0.9), hz * rng.uniform(1.15, 1.5)
    fall = np.linspace(1, rng.uniform(0.9, 1.05), count)
    parts = []
    for k in range(count):
        pitch = ((0, high * fall[k]), (0.5, hz * fall[k]), (1, low * fall[k]))
        parts.append((k / rate, min(1, 0.4 + k / 5) * whistled(rng, take.rate, 0.75 / rate, pitch, STRUCK)))
    return in_order(take.rate, parts)


def _whistles(take: Take, hz: float) -> Sound:
    """Two notes in turn, as of a great tit."""
    rng = take.rng
    step = rng.uniform(0.72, 0.85)
    length = rng.uniform(0.12, 0.18)
    parts = []
    for k in range(2 * int(rng.integers(3, 6))):
        tone = hz * (step if k % 2 else 1)
        note = whistled(rng, take.rate, length, ((0, tone * 0.97), (0.3, tone), (1, tone * 0.99)), SWELL)
        parts.append((k * length * 1.25, note))
    return in_order(take.rate, parts)


def _warble(take: Take, hz: float) -> Sound:
    """A run of different sweeps without a pause, as of a warbler or a robin."""
    rng = take.rng
    parts, at = [], 0.0
    for _ in range(int(rng.integers(9, 18))):
        length = rng.uniform(0.05, 0.2)
        turns = hz * np.exp(rng.uniform(-0.35, 0.35, 3))
        trill = (rng.uniform(25, 60), rng.uniform(0.03, 0.1)) if rng.random() < 0.3 else (0.0, 0.0)
        pitch = ((0, turns[0]), (0.5, turns[1]), (1, turns[2]))
        parts.append((at, rng.uniform(0.3, 1) * whistled(rng, take.rate, length, pitch, SWELL, trill=trill)))
        at += length + rng.exponential(0.04)
    return in_order(take.rate, parts)


def _calls(take: Take, hz: float) -> Sound:
    """A few single chirps."""
    rng = take.rng
    starts = np.cumsum(rng.uniform(0.25, 0.6, int(rng.integers(3, 6))))
    return in_order(take.rate, [(at, _chirp(take, hz * rng.uniform(0.95, 1.05))) for at in starts])


def _chirp(take: Take, hz: float) -> Sound:
    """Up quickly and down again, in a twelfth of a second, its overtones showing."""
    rng = take.rng
    peak = rng.uniform(1.2, 1.5)
    pitch = ((0, hz * 0.9), (0.3, hz * peak), (0.6, hz), (1, hz * rng.uniform(0.7, 0.95)))
    return whistled(rng, take.rate, rng.uniform(0.06, 0.13), pitch, STRUCK, (1, 0.22, 0.1), jitter=0.01)


PHRASES: tuple[Callable[[Take, float], Sound], ...] = (_trill, _whistles, _warble, _warble, _calls)


@sounds.add
def sparrows(take: Take) -> Samples:
    """A hedge full of house sparrows, all chirping the same few chirps; shape (2, frames)."""
    rng = take.rng
    seconds = min(take.seconds, 4.0)
    out = np.zeros((2, take.count(seconds)), np.float32)
    for _ in range(2 + round(take.between(0, 5))):
        hz, place = rng.uniform(2900, 4300), rng.uniform(-0.8, 0.8)
        chirp = _chirp(take, hz)
        starts = np.cumsum(np.r_[rng.uniform(0, 0.5), rng.uniform(0.3, 0.75, 12)])
        parts = [
            (at, rng.uniform(0.3, 1) * (chirp if rng.random() < 0.6 else _chirp(take, hz))) for at in starts
        ]
        voice = in_order(take.rate, parts)[: out.shape[1]]
        gains = np.cos(np.pi / 4 * (1 + place)), np.sin(np.pi / 4 * (1 + place))
        out[:, : len(voice)] += np.outer(gains, voice) * rng.uniform(0.3, 1)
    return out


@sounds.add
def blackbird(take: Take) -> Samples:
    """Slow, fluting notes about 2 kHz, then a hasty high twitter."""
    rng = take.rng
    parts, at = [], 0.0
    for _ in range(1 + round(take.between(0, 2))):
        hz = rng.uniform(1700, 2300)
        for _ in range(int(rng.integers(4, 7))):
            length = rng.uniform(0.12, 0.34)
            turns = hz * np.array([1.0, *np.exp(rng.uniform(-0.22, 0.22, 3))])
            pitch = tuple(zip((0, 0.35, 0.7, 1), turns, strict=True))
            trill = (rng.uniform(16, 26), 0.04) if rng.random() < 0.25 else (0.0, 0.0)
            parts.append(
                (
                    at,
                    rng.uniform(0.7, 1)
                    * whistled(rng, take.rate, length, pitch, SWELL, (1, 0.1, 0.03), trill),
                )
            )
            at += length + rng.uniform(0.01, 0.1)
            hz = float(np.clip(turns[-1], 1500, 2600))
        for _ in range(int(rng.integers(4, 9))):
            high = rng.uniform(3500, 6500)
            pitch = ((0, high), (0.5, high * rng.uniform(0.7, 1.3)), (1, high * rng.uniform(0.8, 1.2)))
            length = rng.uniform(0.03, 0.09)
            parts.append((at, rng.uniform(0.15, 0.4) * whistled(rng, take.rate, length, pitch, SWELL)))
            at += length + rng.uniform(0, 0.04)
        at += rng.uniform(1.2, 2.2)
    return in_order(take.rate, parts)


@sounds.add
def owl(take: Take) -> Samples:
    """A great horned owl: five or so muffled hoots, the third drawn out."""
    rng = take.rng
    hz = take.spread(292, 0.06) * take.between(0.95, 1.05)
    rhythm = ((0.0, 0.48), (0.7, 0.23), (1.05, 0.63), (2.0, 0.53), (2.9, 0.53))
    parts = []
    for start, length in rhythm[: 4 + round(take.intensity)]:
        pitch = ((0, hz * 0.88), (0.3, hz), (0.75, hz * 0.985), (1, hz * 0.88))
        level = ((0, 0), (0.15, 0.8), (0.5, 1), (0.8, 0.7), (1, 0))
        seconds = length * rng.uniform(0.93, 1.07)
        waver = (rng.uniform(10, 13), 0.012) if length > 0.5 else (0.0, 0.0)
        hoot = whistled(rng, take.rate, seconds, pitch, level, (1, 0.1, 0.005), waver, 0.01)
        breath = coloured(rng, len(hoot), take.rate, ((hz / 2, -12), (hz, 0), (hz * 2, -6), (hz * 6, -24)))
        hoot += np.float32(0.05 * rng.uniform(0.8, 1.2)) * breath * np.abs(hoot)
        parts.append((start * rng.uniform(0.98, 1.02), hoot))
    return in_order(take.rate, parts)


@sounds.add
def pigeon(take: Take) -> Samples:
    """A wood pigeon's five coos: the throat, blown up and shut, lets little but the lowest tone through."""
    rng = take.rng
    hz = take.spread(470, 0.08)
    crop = ((hz * 0.95, 165, 0), (hz * 2.5, 250, -13), (hz * 5, 400, -27))
    rhythm = ((0.0, 0.3, 1.0), (0.42, 0.6, 1.06), (1.1, 0.5, 1.0), (1.8, 0.22, 0.98), (2.1, 0.34, 0.97))
    parts = []
    for phrase in range(1 + round(take.between(0, 1.4))):
        for start, length, step in rhythm:
            tone = hz * step * rng.uniform(0.99, 1.01)
            call = Call(
                seconds=length,
                pitch=((0, tone * 0.9), (0.25, tone), (0.7, tone * 0.98), (1, tone * 0.88)),
                level=((0, 0), (0.2, 1), (0.7, 0.8), (1, 0)),
                shapes=((0, crop), (1, crop)),
                tilt=-12.5,
                breath=0.11,
                rough=0.38,
                jitter=0.012,
                chaos=0.058,
                flutter=(rng.uniform(21, 27), 0.28 if length > 0.4 else 0.05, 0.016),
            )
            parts.append((phrase * 2.7 + start, uttered(rng, take.rate, call)))
    return in_order(take.rate, parts)
