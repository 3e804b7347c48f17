"""ImageCraft: hear your pictures, see your sounds.

The public verbs are loaded when first used, so that `import imagecraft` costs almost nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imagecraft.captioning import caption
    from imagecraft.runtime.models import available_models, unload
    from imagecraft.scoring.audio import score_audio
    from imagecraft.scoring.captions import score
    from imagecraft.speech import speak
    from imagecraft.tagging import tag

__version__ = "2.0.0.dev0"

_HOMES = {
    "caption": "imagecraft.captioning",
    "speak": "imagecraft.speech",
    "score": "imagecraft.scoring.captions",
    "score_audio": "imagecraft.scoring.audio",
    "tag": "imagecraft.tagging",
    "available_models": "imagecraft.runtime.models",
    "unload": "imagecraft.runtime.models",
}

__all__ = ["available_models", "caption", "score", "score_audio", "speak", "tag", "unload"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'imagecraft' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
