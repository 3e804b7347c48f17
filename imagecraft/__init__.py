"""ImageCraft: hear your pictures, see your sounds.

The public verbs are loaded when first used, so that `import imagecraft` costs almost nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imagecraft.captioning import caption
    from imagecraft.pipelines.audio_to_image import paint
    from imagecraft.pipelines.image_to_soundscape import soundscape
    from imagecraft.runtime.models import available_models, unload
    from imagecraft.scoring.audio import score_audio
    from imagecraft.scoring.captions import score
    from imagecraft.segmentation import segment
    from imagecraft.speech import speak
    from imagecraft.tagging import tag

__version__ = "2.0.0.dev0"

_HOMES = {
    "caption": "imagecraft.captioning",
    "speak": "imagecraft.speech",
    "soundscape": "imagecraft.pipelines.image_to_soundscape",
    "segment": "imagecraft.segmentation",
    "paint": "imagecraft.pipelines.audio_to_image",
    "score": "imagecraft.scoring.captions",
    "score_audio": "imagecraft.scoring.audio",
    "tag": "imagecraft.tagging",
    "available_models": "imagecraft.runtime.models",
    "unload": "imagecraft.runtime.models",
}

__all__ = [
    "available_models",
    "caption",
    "paint",
    "score",
    "score_audio",
    "segment",
    "soundscape",
    "speak",
    "tag",
    "unload",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'imagecraft' has no attribute {name!r}")
    value = verb(name)
    return globals().setdefault(name, value)  # a package of the same name, imported by now, can be called too


def verb(name: str) -> Any:
    """The public verb of a name, also where a package has the same name (`soundscape`)."""
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
