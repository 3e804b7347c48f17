"""A plan in the words that makers of sound are asked with.

They read what is heard and where; they do not read left and right, and a "no" they take for a yes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from imagecraft.assets import vocabulary
from imagecraft.soundscape.describing import near_or_far
from imagecraft.soundscape.layers import Layer
from imagecraft.soundscape.plan import Plan, propose_prompt

MOST_SOUNDS = 6
QUALITY = "Field recording, stereo, high quality"
NEVER = "low quality, distortion, hiss, music"
_DENIED = re.compile(r"[,;.]?\s*\b(?:and |but )?(?:no|not|without|never|except)\b([^,;.]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What a maker is asked for.

    Attributes:
        prompt: What is heard.
        negative: What is not.
    """

    prompt: str
    negative: str


def asked_for(plan: Plan, caption: str = "") -> Asked:
    """A plan in words, such as "Outdoors: waves breaking on a shore, gulls far away. Field recording, ...".

    Args:
        plan: What is heard.
        caption: What is seen in its picture.
    """
    sounds = ", ".join(dict.fromkeys(_said(layer) for layer in plan.heard[:MOST_SOUNDS]))
    own = plan.prompt if plan.prompt != propose_prompt(plan) else ""
    denied = [words.strip() for words in _DENIED.findall(own)]
    told = (_sentence(_DENIED.sub("", own)), _sentence(caption))
    parts = [f"{plan.place.capitalize()}s: {sounds}", *told, QUALITY]
    return Asked(
        prompt=". ".join(part for part in parts if part) + ".",
        negative=", ".join(word for word in (NEVER, *denied) if word),
    )


def _said(layer: Layer) -> str:
    says = vocabulary("sounds")[layer.sound]["says"]
    return f"{says} {near_or_far(layer.distance)}".strip()


def _sentence(text: str) -> str:
    return text.strip(" ,;.\n")
