"""The network: MobileNetV2's features of a picture, unfolded into levels of 80 bands and 64 frames."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from transformers import MobileNetV2Config, MobileNetV2Model, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import SemanticSegmenterOutput

from imagecraft.soundscape.mel import BANDS, FLOOR, FRAMES

DOUBLINGS = 4
START = BANDS >> DOUBLINGS, FRAMES >> DOUBLINGS
LEAST_CHANNELS = 16


class PictureToSoundConfig(PreTrainedConfig):  # type: ignore[no-untyped-call]
    """Settings of the network.

    Args:
        backbone: Settings of MobileNetV2.
        channels: Of the first, smallest map that is unfolded; halved at every doubling of its size.
        spectral_weight: Of the spectral convergence in the loss.
    """

    model_type = "imagecraft_picture_to_sound"

    def __init__(
        self,
        backbone: dict[str, Any] | None = None,
        channels: int = 256,
        spectral_weight: float = 0.1,
        **rest: Any,
    ) -> None:
        self.backbone = backbone or {}
        self.channels = channels
        self.spectral_weight = spectral_weight
        super().__init__(**rest)


class PictureToSound(PreTrainedModel):  # type: ignore[no-untyped-call]
    """Levels of a second of sound from a picture.

    `forward(pixel_values, labels=None)`: pixels (n, 3, height, width), labels and logits (n, BANDS, FRAMES).
    """

    config_class = PictureToSoundConfig
    main_input_name = "pixel_values"

    def __init__(self, config: PictureToSoundConfig) -> None:
        super().__init__(config)
        settings = MobileNetV2Config(**config.backbone)
        self.backbone = MobileNetV2Model(settings, add_pooling_layer=True)
        features = self.backbone.conv_1x1.convolution.out_channels
        widths = [max(LEAST_CHANNELS, config.channels >> place) for place in range(DOUBLINGS + 1)]
        self.unfold = nn.Linear(features, widths[0] * START[0] * START[1])
        self.doublings = nn.ModuleList(
            nn.Sequential(
                nn.Upsample(scale_factor=2, mode="nearest"),
                nn.Conv2d(before, after, 3, padding=1),
                nn.GroupNorm(4, after),
                nn.GELU(),
                nn.Conv2d(after, after, 3, padding=1),
                nn.GELU(),
            )
            for before, after in pairwise(widths)
        )
        self.last = nn.Conv2d(widths[-1], 1, 1)
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self, pixel_values: Tensor, labels: Tensor | None = None, **_: Any
    ) -> SemanticSegmenterOutput:
        found = self.backbone(pixel_values).pooler_output
        maps = self.unfold(found).unflatten(1, (-1, *START))
        for double in self.doublings:
            maps = double(maps)
        levels = self.last(maps)[:, 0]
        loss = None if labels is None else self._loss(levels.float(), labels.float())
        return SemanticSegmenterOutput(loss=loss, logits=levels)

    def _loss(self, levels: Tensor, labels: Tensor) -> Tensor:
        """Mean squared error of the levels, and how far magnitudes are from those they should be."""
        squared = nn.functional.mse_loss(levels, labels)
        made, right = (
            10 ** ((1 - one.clamp(max=1.5)) * torch.log10(torch.tensor(FLOOR))) for one in (levels, labels)
        )
        apart = torch.linalg.matrix_norm(made - right) / torch.linalg.matrix_norm(right).clamp(min=FLOOR)
        return squared + self.config.spectral_weight * apart.mean()
