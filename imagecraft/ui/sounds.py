"""A sound that was just chosen or recorded: can it be read, and what of it is listened to?"""

from __future__ import annotations

import time
from typing import Any

from imagecraft.media.sounds import hear
from imagecraft.ui import results, strings
from imagecraft.ui.errors import NO_PROBLEM, problem
from imagecraft.ui.files import uploaded_path

PREVIEW_RATE = 24_000
"""In Hz; as MP3 a minute of one channel is half a megabyte."""


def checked(value: Any) -> dict[str, Any]:
    """Take a sound in, what will be listened to made playable everywhere; or reject it with the reason."""
    try:
        heard = hear(uploaded_path(value, strings.SOUND_PROBLEMS), sample_rate=PREVIEW_RATE)
        preview = results.sound_value(heard.audio, "preview", time.time_ns(), "mp3")
    except Exception as error:
        return {"sound": {"rejected": True}, "sound_problem": problem(error)}
    taken = {"taken": True, "preview": preview, "notices": list(heard.notices)}
    return {"sound": value | taken, "sound_problem": NO_PROBLEM}
