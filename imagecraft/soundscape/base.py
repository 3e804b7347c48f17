"""What every maker of soundscapes gives, and the options that all of them check alike."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from imagecraft.errors import Cancelled, InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.soundscape.plan import Plan

SECONDS_RANGE = (1.0, 3_600.0)
LONGEST_IN_MEMORY_SECONDS = 600.0
"""Two channels at 48 kHz then take 230 MB; what is longer is written to a file block by block."""
SAMPLE_RATES_HZ = (44_100, 48_000)
LARGEST_SEED = 2**32 - 1

Stopped = Callable[[], bool]
Progress = Callable[[float], None]
"""Told how far the work is, from 0 to 1."""


@dataclass(frozen=True)
class Origin:
    """Where the sound of a layer comes from.

    Attributes:
        sound: Name of the sound.
        source: "synthesis", or the collection that a recording is from.
        license: SPDX identifier of the recording's licence; empty for synthesis, or where it is not known.
        files: Names of the recordings.
    """

    sound: str
    source: str = "synthesis"
    license: str = ""
    files: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "sound": self.sound,
            "source": self.source,
            "license": self.license,
            "files": list(self.files),
        }


@dataclass(frozen=True)
class Soundscape:
    """A soundscape and all that is needed to make it again.

    Attributes:
        audio: Two channels at about -20 LUFS, true peak below -1 dBTP.
        plan: What is heard, where, and why.
        model: Id of the model that made it.
        seed: Gives the same samples again, with the same plan, length and recordings.
        seconds: Time it took to make, the look at a picture included.
        notices: What the user should know ("A layer was left out: ...").
        origins: Where the sound of each layer that is on comes from.
    """

    audio: Audio
    plan: Plan
    model: str
    seed: int
    seconds: float
    notices: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The soundscape as the command line's JSON object, without the file's name."""
        return described(
            plan=self.plan,
            model=self.model,
            seed=self.seed,
            seconds=self.seconds,
            duration=self.audio.duration,
            sample_rate=self.audio.sample_rate,
            notices=self.notices,
            origins=self.origins,
        )


def described(
    *,
    plan: Plan,
    model: str,
    seed: int,
    seconds: float,
    duration: float,
    sample_rate: int,
    notices: tuple[str, ...],
    origins: tuple[Origin, ...],
) -> dict[str, Any]:
    """All that is known of a soundscape as JSON-ready values. Arguments are those of `Soundscape`."""
    return {
        "model": model,
        "seed": seed,
        "seconds": round(seconds, 4),
        "duration": round(duration, 3),
        "sample_rate": sample_rate,
        "prompt": plan.prompt,
        "plan": plan.to_dict(),
        "origins": [origin.to_dict() for origin in origins],
        "notices": list(notices),
    }


def checked_seconds(seconds: object, longest: float = SECONDS_RANGE[1]) -> float:
    """The length as a number.

    Raises:
        InvalidInput: if it is no number, or shorter or longer than can be made.
    """
    shortest = SECONDS_RANGE[0]
    hint = f"Give a number of seconds from {shortest:g} to {longest:g}."
    if isinstance(seconds, bool) or not hasattr(seconds, "__float__"):
        raise InvalidInput(f"The length must be a number, not {_shown(seconds)}.", hint)
    try:
        value = float(seconds)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(f"The length must be a number, not {_shown(seconds)}.", hint) from error
    if math.isnan(value) or not shortest <= value <= longest:
        raise InvalidInput(f"A length of {value:g} seconds is not possible.", hint)
    return value


def checked_seed(seed: object) -> int:
    """The seed as a number; one by chance for None.

    Raises:
        InvalidInput: if it is no whole number from 0 to `LARGEST_SEED`.
    """
    if seed is None:
        return secrets.randbelow(2**31)
    hint = f"Give a whole number from 0 to {LARGEST_SEED}, or none for another sound each time."
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise InvalidInput(f"The seed must be a whole number, not {_shown(seed)}.", hint)
    value = int(seed.__index__())
    if not 0 <= value <= LARGEST_SEED:
        raise InvalidInput(f"The seed {_shown(value)} is out of range.", hint)
    return value


def checked_rate(sample_rate: object) -> int:
    """The sample rate in Hz. Raises InvalidInput for any but `SAMPLE_RATES_HZ`."""
    if isinstance(sample_rate, bool) or sample_rate not in SAMPLE_RATES_HZ:
        rates = " or ".join(str(rate) for rate in SAMPLE_RATES_HZ)
        raise InvalidInput(f"A sample rate of {_shown(sample_rate)} Hz is not possible.", f"Give {rates}.")
    return int(str(sample_rate))


def stop_if(stopped: Stopped | None) -> None:
    """Raise Cancelled once `stopped()` says so."""
    if stopped is not None and stopped():
        raise Cancelled()


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
