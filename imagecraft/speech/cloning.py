"""A voice from a short sample: checked, used once, never kept.

Only for people who agreed to it: whoever asks must say that they have the speaker's consent.
"""

from __future__ import annotations

import numpy as np

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.media.loudness import integrated_loudness
from imagecraft.media.sounds import SoundSource, open_sound

MODEL = "pocket-tts"
SECONDS_RANGE = (3.0, 30.0)
QUIETEST_LUFS = -45.0
CLIPPED = 0.999  # full scale
MOST_CLIPPED = 0.01  # share of the samples
CONSENT = (
    "I have the consent of the person whose voice this is, and will not use the result to deceive anyone."
)


def checked(source: SoundSource, *, consent: bool) -> Audio:
    """A sample that a voice can be taken from: one channel, its own rate.

    Args:
        source: A file or a sound of one person speaking.
        consent: Whether the speaker agreed.

    Raises:
        InvalidInput: without consent; or the sample is too short, too long, too quiet or overdriven.
    """
    if consent is not True:
        raise InvalidInput(
            "A voice is only taken from a sample with its speaker's consent.",
            "Ask them, and then say so: --i-have-consent, consent=True, or the box on the page.",
        )
    return usable(source)


def usable(source: SoundSource) -> Audio:
    """A sample as `checked` gives it, its speaker not asked yet: only to be kept in memory until they are.

    Raises:
        InvalidInput: if the sample is too short, too long, too quiet or overdriven.
    """
    sound = open_sound(source)
    shortest, longest = SECONDS_RANGE
    if not shortest <= sound.duration <= longest:
        raise InvalidInput(
            f"The voice sample lasts {sound.duration:.1f} seconds.",
            f"Give one of {shortest:.0f} to {longest:.0f} seconds.",
        )
    mono = np.asarray(sound.samples.mean(axis=0, keepdims=True), np.float32)
    if integrated_loudness(mono[0], sound.sample_rate) < QUIETEST_LUFS:
        raise InvalidInput("The voice sample is too quiet.", "Record it closer to the microphone.")
    if np.mean(np.abs(sound.samples) >= CLIPPED) > MOST_CLIPPED:
        raise InvalidInput("The voice sample is overdriven.", "Record it more quietly.")
    return Audio(mono, sound.sample_rate)
