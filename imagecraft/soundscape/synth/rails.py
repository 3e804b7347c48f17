"""Rails: trains.

References:
    Thompson, "Railway Noise and Vibration", Elsevier 2009 (rolling noise from rough wheels and rails, joint
    impacts).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import grains, noise
from imagecraft.soundscape.synth.base import Family, Samples, Take
from imagecraft.soundscape.synth.bells import starts_at
from imagecraft.soundscape.synth.modal import Modes, joined, plate, ring

Floats = NDArray[np.float64]

sounds = Family()

ROLLING: noise.Curve = (
    (40, -14),
    (80, -7),
    (200, -8),
    (420, -1),
    (560, -7),
    (760, -2),
    (930, 8),
    (1_150, -2),
    (1_700, -3),
    (1_950, 5),
    (2_300, -8),
    (3_500, -14),
    (7_000, -26),
    (12_000, -38),
)
RUMBLE: noise.Curve = ((30, -8), (60, 0), (110, -2), (250, -12), (600, -26), (2_000, -46))
RATTLE: noise.Curve = ((100, -6), (400, 0), (1_500, -4), (4_000, -14), (10_000, -30))
RATTLE_SECONDS = 0.05
RATTLE_LEVEL = 0.3
FLOOR = 0.6
NEAR_SECONDS = 1.0
WAGON_METRES = 24.0
BOGIE_METRES = 2.5
"""Between the two axles of a bogie."""
BOGIE_CENTRES_METRES = 17.0


def axle_times(speed: float, seconds: float, start: float) -> Floats:
    """When the axles of an endless train at `speed` m/s pass one joint of the rail, in seconds."""
    wagons = np.arange(int(seconds * speed / WAGON_METRES) + 2) * WAGON_METRES
    axles = np.array([0.0, BOGIE_METRES, BOGIE_CENTRES_METRES, BOGIE_CENTRES_METRES + BOGIE_METRES])
    times = np.sort((wagons[:, None] + axles).reshape(-1)) / speed - start
    return times[(times > 0.02) & (times < seconds)]


def _clack(take: Take) -> Floats:
    """What a wheel at a gap excites: ballast and sleeper thump, rail and wheel ring, wagon and track rattle
    after it.
    """
    ground = Modes(np.array([58.0, 84.0, 131.0]), np.array([0.20, 0.16, 0.12]), np.array([1.5, 1.2, 0.9]))
    rail = plate(take.rng, 260, 1_500, 14, "wood", longest=0.22, tilt=0.25)
    wheel = plate(take.rng, 1_200, 5_000, 14, "steel", longest=0.16, tilt=0.8)
    blow = ring(joined(ground, rail, wheel), 0.4, take.rate, contact_seconds=0.0006)
    rattle = noise.coloured(take.rng, blow.size, take.rate, RATTLE)
    rattle = rattle * np.exp(-np.arange(blow.size) / (RATTLE_SECONDS * take.rate))
    return np.asarray(blow / np.abs(blow).max() + RATTLE_LEVEL * rattle, dtype=np.float64)


@sounds.add
def train(take: Take) -> Samples:
    """A train runs over jointed rails: the pairs of axles of each bogie, on the noise of all that rolls."""
    frames, rate = take.frames, take.rate
    speed = take.scaled(11.0, 24.0) * take.rng.uniform(0.92, 1.08)
    times = axle_times(speed, take.seconds, take.rng.uniform(0.0, WAGON_METRES / speed))
    times = times + take.rng.normal(0.0, 0.003, times.size)
    blows = np.stack([_clack(take) for _ in range(4)]).astype(np.float32)
    which = take.rng.integers(0, 4, times.size)
    levels = take.rng.uniform(0.55, 1.0, times.size)
    near = grains.laid(frames, starts_at(times, rate), blows[which], np.stack([levels, 0.75 * levels]))
    far_times = times + take.spread(0.09, 0.2)
    far = grains.laid(
        frames, starts_at(far_times, rate), blows[which[::-1]], 0.35 * np.stack([0.6 * levels, levels])
    )
    swell = grains.laid(frames, starts_at(times - NEAR_SECONDS, rate), _nearing(take, speed))
    roll = noise.coloured(take.rng, frames, rate, ROLLING, 2)
    sway = 1.0 + 0.10 * noise.slow(take.rng, frames, rate, 9.0)
    rumble = noise.coloured(take.rng, frames, rate, RUMBLE)
    return np.asarray(
        2 * (near + far) + 0.16 * roll * sway * (FLOOR + swell) + 0.14 * rumble, dtype=np.float32
    )


def _nearing(take: Take, speed: float) -> NDArray[np.float32]:
    """The level of one axle's rolling as it nears and leaves, beside the track."""
    time = take.times(2 * NEAR_SECONDS) - NEAR_SECONDS
    return np.asarray(1.0 / (1.0 + (speed * time / 5.0) ** 2) - 0.02, dtype=np.float32)
