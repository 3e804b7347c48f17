"""Run in a process of its own by test_space.py: a Space with random-weight models, and visitors of its jobs.

Usage: python space_visits.py URL MODE; MODE is "plain" or "emulated" (see zerosim). HF_HOME has the models.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import zerosim

URL, MODE = sys.argv[1:]
{"plain": zerosim.pretend, "emulated": zerosim.emulate}[MODE](URL)

import numpy as np  # noqa: E402 - after zerosim
from PIL import Image  # noqa: E402

import imagecraft  # noqa: E402
from imagecraft import catalog  # noqa: E402
from imagecraft.errors import ImageCraftError  # noqa: E402
from imagecraft.media.audio import Audio  # noqa: E402
from imagecraft.painting import Subject, Wishes, painting  # noqa: E402
from imagecraft.painting.character import unheard  # noqa: E402
from imagecraft.runtime import gpu, neural, space  # noqa: E402

PHOTO = Image.fromarray(np.random.default_rng(1).integers(0, 256, (96, 128, 3), np.uint8))
OTHER_PHOTO = PHOTO.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
NOISE = Audio(np.random.default_rng(2).normal(0, 0.1, (1, 32_000)).astype(np.float32), 16_000)
SMALL = {"size": 64, "sides": (64, 64)}


@gpu.job("die", seconds=1)
def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@gpu.job("channels_last", seconds=1)
def channels_last() -> bool:
    """Whether the painter's kernels are on the GPU as it computes with them fastest."""
    import torch

    kernels = neural._resident["sdxl-turbo"]._pipeline.unet.conv_in.weight
    return bool(kernels.is_contiguous(memory_format=torch.channels_last))


def asked() -> int:
    """How often a GPU was asked for so far."""
    with urllib.request.urlopen(urllib.request.Request(f"{URL}/scheduled", method="POST")) as answer:
        return int(json.load(answer))


def described() -> Any:
    made = imagecraft.caption(PHOTO)
    return made.model, bool(made.text)


def divided() -> Any:
    made = imagecraft.segment(PHOTO, model="eomt-large")
    return made.model, list(made.mask.shape)


def heard() -> Any:
    made = imagecraft.tag(NOISE, model="ast")
    return made.model, bool(np.isfinite(made.scores).all())


def sounded() -> Any:
    made = imagecraft.soundscape(prompt="waves", seconds=1.0, model="stable-audio-open", seed=1, steps=10)
    return made.model, round(made.audio.duration, 3), bool(np.isfinite(made.audio.samples).all())


def painting_of(seed: int) -> Any:
    wishes = Wishes((256, 256), seed, 2)
    return painting(Subject((), unheard(1), "a dog", ""), wishes, model="sdxl-turbo")


def painted() -> Any:
    work, sketches, seen = painting_of(1), 0, 0
    while True:
        try:
            sketches, seen = sketches + 1, seen + (next(work).preview is not None)
        except StopIteration as end:
            return end.value.model, list(end.value.image.size), sketches, seen


def stopped() -> Any:
    work = painting_of(2)
    next(work)
    work.close()
    return True


def spoken() -> Any:
    return imagecraft.speak("Hello.").duration > 0


def scored() -> Any:
    return imagecraft.score(["a dog"], [["a dog by the sea"]], metrics=["bleu_1"]).metrics is not None


def outcome(call: Callable[[], Any]) -> Any:
    """What a call gives, or what its visitor reads, and how often it asked for a GPU."""
    before = asked()
    try:
        made = call()
    except ImageCraftError as error:
        made = {"kind": type(error).__name__, "message": error.message, "hint": error.hint}
    return {"made": made, "asked": asked() - before}


def main() -> None:
    catalog.CARDS = tuple(
        replace(card, settings={**card.settings, **SMALL}) if card.id == "sdxl-turbo" else card
        for card in catalog.CARDS
    )
    if MODE == "plain":
        neural.LENT = neural.Place("cpu", "float32")
    space.start()
    packed = zerosim.pack() if MODE == "emulated" else 0
    calls: dict[str, Callable[[], Any]] = {
        "described": described,
        "divided": divided,
        "heard": heard,
        "sounded": sounded,
        "painted": painted,
        "channels_last": lambda: gpu.run("channels_last"),
        "again": described,
        "stopped": stopped,
        "other": lambda: imagecraft.caption(OTHER_PHOTO).model,
        "died": lambda: gpu.run("die"),
        "divided_other": lambda: imagecraft.segment(OTHER_PHOTO, model="eomt-large").model,
        "grounded": lambda: imagecraft.caption(PHOTO, model="grounded").model,
        "spoken": spoken,
        "mixed": lambda: imagecraft.soundscape(prompt="rain", seconds=1.0, model="layered", seed=1).model,
        "scored": scored,
    }
    result = {name: outcome(call) for name, call in calls.items()}
    started = {"resident": neural.resident_ids(), "absent": space.absent(), "packed": packed}
    print("RESULT " + json.dumps({"started": started, **result}))


if __name__ == "__main__":
    main()
    zerosim.stop()
