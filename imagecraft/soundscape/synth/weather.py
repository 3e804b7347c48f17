"""Thunder, wind, leaves and snow.

References:
    Few, "Power spectrum of thunder", J. Geophys. Res. 74 (1969); Ribner and Roy, "Acoustics of thunder: a
    quasilinear model for tortuous lightning", J. Acoust. Soc. Am. 72 (1982): a crooked channel of short
    straight pieces, each of which sends out an N-shaped wave, strongest broadside.
    Farnell, "Designing Sound", MIT Press 2010, practicals "Thunder" and "Wind".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.grains import arrivals, decays, laid, log_uniform, panned
from imagecraft.soundscape.synth.noise import (
    Curve,
    Floats,
    block_hz,
    block_times,
    coloured,
    filtered,
    shaped,
    slow,
    stretched,
    wander,
)

sounds = Family()

METRES_PER_SECOND = 343.0
PIECE_METRES = 12.0
WIND_BLOCK = 2048
CONTROL_HZ = 50.0
LEAF_TICK: Curve = ((400, -24), (1200, -6), (3000, 0), (6000, -2), (12000, -9), (18000, -18))
LEAF_BLUR: Curve = ((300, -24), (1000, -8), (3000, 0), (7000, -4), (14000, -12))


@sounds.add
def thunder(take: Take) -> Samples:
    """One flash: a crack first if it is near, claps where the channel lies broadside, and a long rumble."""
    rng = take.rng
    nearest = take.spread(take.scaled(5000, 350), 0.25)
    channel = _channel(rng, nearest)
    middle, piece = (channel[1:] + channel[:-1]) / 2, np.diff(channel, axis=0)
    metres = np.linalg.norm(middle, axis=1)
    broadside = np.linalg.norm(np.cross(piece, middle), axis=1) / (metres * PIECE_METRES)
    strength = broadside**3 * rng.lognormal(0, 0.7, len(metres)) / metres**1.6
    delay = (metres - metres.min()) / METRES_PER_SECOND + rng.exponential(0.004, len(metres))
    seconds = min(take.seconds, delay.max() + 3.0)
    frames = take.count(seconds)
    pieces = np.array_split(np.argsort(metres), 3)
    bearing = np.clip(middle[:, 0] / metres, -1, 1)
    out = np.zeros((2, frames), np.float32)
    for part in pieces:
        pan = np.pi / 4 * (1 + 0.7 * bearing[part])
        gains = np.stack([np.cos(pan), np.sin(pan)]) * strength[part]
        waves = laid(frames, (delay[part] * take.rate).astype(int), _n_wave(take), gains)
        out += filtered(waves, take.rate, _air(float(metres[part].mean())))
    return np.asarray(out / np.abs(out).max() + 0.15 * _rumble(take, out))


def _channel(rng: np.random.Generator, nearest: float) -> NDArray[np.float64]:
    """Points of a lightning channel: from the ground up some kilometres, then off sideways in the cloud.

    It wanders at two scales: kinks from piece to piece, and bends of some hundred metres that make the claps.
    """
    count = 420
    bends = np.repeat(rng.normal(0, 0.9, (count // 20 + 1, 3)), 20, axis=0)[:count]
    rise = np.clip(np.linspace(2.4, -0.8, count), 0.0, None)[:, None] * np.array([0, 0, 1.0])
    heading = rng.uniform(0, 2 * np.pi)
    steps = (
        rise + bends + rng.normal(0, 0.45, (count, 3)) + 0.6 * np.array([np.sin(heading), np.cos(heading), 0])
    )
    steps *= PIECE_METRES / np.linalg.norm(steps, axis=1, keepdims=True)
    foot = rng.uniform(-np.pi / 3, np.pi / 3)
    return np.asarray(np.array([np.sin(foot), np.cos(foot), 0.0]) * nearest + np.cumsum(steps, axis=0))


def _n_wave(take: Take) -> NDArray[np.float32]:
    """The pressure wave of a piece of channel: up at once, down through zero, up at once."""
    frames = take.count(0.0043)
    return np.linspace(1, -1, frames, dtype=np.float32)


def _air(metres: float) -> Curve:
    """What distance leaves of a thunderclap: highs are lost to the air and to turbulence."""
    corner = 1750.0 * (300.0 / max(metres, 300.0)) ** 0.6
    return ((20, -6), (50, 0), (corner / 2, 0), (corner, -3), (corner * 4, -15), (corner * 16, -50))


def _rumble(take: Take, claps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Echoes from ground and cloud: low noise that swells with the claps and dies away over seconds."""
    frames = claps.shape[1]
    hop = take.rate // 50
    power = np.abs(claps).max(axis=0)[: frames - frames % hop].reshape(-1, hop).max(axis=1)
    tail = np.exp(-np.arange(len(power)) / (1.4 * 50))
    swell = np.sqrt(np.convolve(power**2, tail)[: len(power)])
    swell *= np.exp(0.35 * wander(take.rng, len(power) / 50, 2.5, 50)[: len(power)])
    noise = coloured(take.rng, frames, take.rate, ((25, -9), (50, 0), (165, -3), (500, -14), (1500, -30)), 2)
    swell = stretched(swell / swell.max(), frames) * np.clip((frames - np.arange(frames)) / take.rate, 0, 1)
    return np.asarray(noise * swell, np.float32)


@sounds.add
def wind(take: Take) -> Samples:
    """A breeze round corners and past the ears: broad low noise that opens up as the speed rises."""
    return _wind(take, take.between(4, 11), gustiness=0.26, whistle=0.04)


@sounds.add
def wind_strong(take: Take) -> Samples:
    """Gusts that howl in gaps and wires."""
    return _wind(take, take.between(10, 19), gustiness=0.32, whistle=0.13)


def wind_speed(take: Take, mean: float, gustiness: float, seconds: float | None = None) -> Floats:
    """Wind speed in m/s, `CONTROL_HZ` values a second: slow swells, gusts, quick turbulence."""
    rng, length = take.rng, seconds or take.seconds
    swell = wander(rng, length, 0.15, CONTROL_HZ)
    gust = wander(rng, length, 0.6, CONTROL_HZ)
    flutter = wander(rng, length, 3.0, CONTROL_HZ)
    return np.asarray(mean * np.exp(gustiness * (0.5 * swell + 0.75 * gust + 0.57 * flutter)))


def _wind(take: Take, mean: float, gustiness: float, whistle: float) -> Samples:
    moments = block_times(take.frames, take.rate, WIND_BLOCK)
    hz = np.maximum(block_hz(take.rate, WIND_BLOCK), 10)
    speed = wind_speed(take, mean, gustiness, take.seconds + 1)
    gains = np.stack([_wind_spectrum(take, speed, moments + late, hz, whistle) for late in (0.0, 0.35)])
    return shaped(take.rng, take.frames, gains, 2)


def _wind_spectrum(take: Take, speed: Floats, moments: Floats, hz: Floats, whistle: float) -> Floats:
    """Amplitudes (blocks, bins): the roar of turbulence and the tones of eddies shed by what is in the way.

    Turbulent noise grows with about the third power of speed in amplitude and its corner moves up with speed.
    A rod of diameter d sheds eddies at 0.2 v / d (Strouhal), here of branches, wires and gaps.
    """
    v = np.interp(moments, np.arange(len(speed)) / CONTROL_HZ, speed)[:, None]
    corner = 30 * v**0.9
    roar = (v / 8) ** 1.6 * (hz / 60) / (1 + (hz / 60) ** 2) ** 0.5 / (1 + (hz / corner) ** 2) ** 0.95
    total = roar
    for metres in (0.0028, 0.0045, 0.0075):
        centre = 0.2 * v / (metres * take.spread(1, 0.2))
        tone = np.exp(-0.5 * (np.log(hz / centre) / 0.05) ** 2)
        total = total + whistle * (v / 9) ** 2.2 * tone / (1 + centre / 900)
    return np.asarray(total)


@sounds.add
def leaves(take: Take) -> Samples:
    """Leaves brushing against each other in gusts: thousands of dry ticks, over their blur and the wind."""
    rng = take.rng
    speed = wind_speed(take, take.between(2.5, 7), 0.5)
    shiver = np.exp(0.4 * wander(rng, take.seconds, 5.0, CONTROL_HZ))
    push = (speed / 5) ** 1.8
    starts = arrivals(rng, 320 * push * shiver, take.seconds)
    kernels = rng.standard_normal((64, take.count(0.016)), dtype=np.float32)
    kernels *= decays(kernels.shape[1], take.rate, log_uniform(rng, (0.0008, 0.005), 64))
    kernels = filtered(kernels, take.rate, LEAF_TICK)
    gains = panned(rng, rng.lognormal(-1, 0.6, len(starts)))
    ticks = laid(
        take.frames, (starts * take.rate).astype(int), kernels[rng.integers(0, 64, len(starts))], gains
    )
    blur = coloured(rng, take.frames, take.rate, LEAF_BLUR, 2)
    air = coloured(rng, take.frames, take.rate, ((30, -6), (80, 0), (200, -6), (600, -18)), 2)
    return np.asarray(ticks + stretched(push, take.frames) * (0.3 * blur + 0.12 * air))


@sounds.add
def snow_hush(take: Take) -> Samples:
    """Fresh snow swallows the highs: a soft, nearly still air, and now and then the brush of flakes."""
    air = _wind(take, take.between(1.5, 5), 0.22, 0.0)
    air /= np.sqrt(np.mean(air**2))
    soft = coloured(
        take.rng, take.frames, take.rate, ((20, -20), (200, -3), (500, 0), (1500, -9), (6000, -26)), 2
    )
    flakes = coloured(take.rng, take.frames, take.rate, ((20, -60), (3000, -12), (6000, 0), (12000, -6)), 2)
    brush = np.maximum(slow(take.rng, take.frames, take.rate, 1.5, 2) - 0.6, 0)
    return np.asarray(air + 0.5 * soft + 0.06 * brush * flakes)
