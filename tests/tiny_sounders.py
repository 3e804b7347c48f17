"""Random-weight networks that make sound of pictures, for `tiny_models`: the generator, and its vocoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from imagecraft.soundscape.mel import BANDS

SIDE = 32


def build_generator(folder: Path) -> None:
    import torch
    from transformers import MobileNetV2Config
    from transformers.models.mobilenet_v2.image_processing_pil_mobilenet_v2 import (
        MobileNetV2ImageProcessorPil,
    )

    from imagecraft.soundscape.picture_network import PictureToSound, PictureToSoundConfig

    backbone = MobileNetV2Config(depth_multiplier=0.25, finegrained_output=False)
    config = PictureToSoundConfig(backbone=backbone.to_dict(), channels=16)
    network = PictureToSound(config)
    _measure(network)
    torch.nn.init.normal_(network.unfold.weight, std=0.5)
    network.eval().save_pretrained(folder)
    size = {"height": SIDE, "width": SIDE}
    MobileNetV2ImageProcessorPil(size=size, do_center_crop=False).save_pretrained(folder)


def _measure(network: Any) -> None:
    """Fit normalisation to pictures of noise: new weights would let nothing of a picture through."""
    import torch

    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = None
    network.train()
    with torch.no_grad():
        for _ in range(4):
            network(torch.randn(8, 3, SIDE, SIDE))


def build_hifigan(folder: Path) -> None:
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    config = SpeechT5HifiGanConfig(
        model_in_dim=BANDS, upsample_initial_channel=16, upsample_rates=[4, 4, 4, 4],
        upsample_kernel_sizes=[8, 8, 8, 8], resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3]],
    )  # fmt: skip
    SpeechT5HifiGan(config).eval().save_pretrained(folder)
