"""Painters and makers of sound with random weights, of the full published configurations or tiny ones.

References:
    The configurations are those of playgroundai/playground-v2.5-1024px-aesthetic, stabilityai/sdxl-turbo and
    stabilityai/stable-audio-open-1.0 on the hub.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

SDXL = {
    "block_out_channels": (320, 640, 1280),
    "layers_per_block": 2,
    "sample_size": 128,
    "in_channels": 4,
    "out_channels": 4,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "attention_head_dim": (5, 10, 20),
    "transformer_layers_per_block": (1, 2, 10),
    "cross_attention_dim": 2048,
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
SMALL_SDXL = SDXL | {
    "block_out_channels": (32, 64, 64),
    "attention_head_dim": (1, 2, 2),
    "transformer_layers_per_block": (1, 1, 1),
    "sample_size": 16,
}
DECODER = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "latent_channels": 4,
    "sample_size": 1024,
    "scaling_factor": 0.13025,
}
SMALL_DECODER = DECODER | {"block_out_channels": (32, 32, 32, 32), "layers_per_block": 1}
SMALL_DIT = {
    "num_layers": 1,
    "sample_size": 32,
    "attention_head_dim": 16,
    "num_attention_heads": 4,
    "num_key_value_attention_heads": 2,
}
SMALL_OOBLECK = {"encoder_hidden_size": 8, "decoder_channels": 8}


@dataclass(frozen=True)
class Subject:
    """What is measured.

    Attributes:
        name: Id of the card.
        make: Makes its pipeline with random weights on a device in a number format.
        network: Name of the pipeline's part that each step runs.
        options: Of a call, steps left out.
        steps: Of a call.
        seconds: Of sound that a call makes; 0 for pictures.
    """

    name: str
    make: Callable[[], Any]
    network: str
    options: Callable[[], dict[str, Any]]
    steps: int
    seconds: float = 0.0


def subjects(*, small: bool) -> list[Subject]:
    """Playground v2.5, SDXL-Turbo and Stable Audio, or tiny ones of their kinds."""
    unet, decoder = (SMALL_SDXL, SMALL_DECODER) if small else (SDXL, DECODER)
    side = 64 if small else 1024
    sound = 1.0 if small else 47.0
    return [
        Subject(
            "playground-v2.5",
            lambda: _painter(unet, decoder, edm=True),
            "unet",
            lambda: _words(side, guidance=3.0),
            4 if small else 50,
        ),
        Subject(
            "sdxl-turbo",
            lambda: _painter(unet, decoder, edm=False),
            "unet",
            lambda: _words(side // 2, guidance=0.0),
            2 if small else 4,
        ),
        Subject(
            "stable-audio-open",
            lambda: _sounder(small),
            "transformer",
            lambda: _sound_words(small),
            4 if small else 100,
            sound,
        ),
    ]


@contextmanager
def defaults(device: str, dtype: Any) -> Iterator[None]:
    """Let torch make everything on a device in a number format."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device(device):
            yield
    finally:
        torch.set_default_dtype(before)


def _painter(unet: dict[str, Any], decoder: dict[str, Any], *, edm: bool) -> Any:
    import torch
    from diffusers import (
        AutoencoderKL,
        EDMDPMSolverMultistepScheduler,
        EulerAncestralDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )

    turbo = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    with defaults("cpu", torch.float32):  # as pipelines of files have them
        scheduler = (
            EDMDPMSolverMultistepScheduler()
            if edm
            else EulerAncestralDiscreteScheduler(**turbo, timestep_spacing="trailing")
        )
    return StableDiffusionXLPipeline(
        vae=AutoencoderKL(**decoder).eval(),
        text_encoder=None,
        text_encoder_2=None,
        tokenizer=None,
        tokenizer_2=None,
        unet=UNet2DConditionModel(**unet).eval(),
        scheduler=scheduler,
    )


def _words(side: int, *, guidance: float) -> dict[str, Any]:
    """What the readers of a description would have given."""
    import torch

    words = {"prompt_embeds": torch.randn(1, 77, 2048), "pooled_prompt_embeds": torch.randn(1, 1280)}
    unwanted = {f"negative_{name}": torch.zeros_like(value) for name, value in words.items()}
    size = {"width": side, "height": side, "guidance_scale": guidance, "output_type": "pt"}
    return words | (unwanted if guidance > 1 else {}) | size


def _sounder(small: bool) -> Any:
    import torch
    from diffusers import (
        AutoencoderOobleck,
        CosineDPMSolverMultistepScheduler,
        StableAudioDiTModel,
        StableAudioPipeline,
        StableAudioProjectionModel,
    )

    with defaults("cpu", torch.float32):
        scheduler = CosineDPMSolverMultistepScheduler(
            sigma_min=0.3,
            sigma_max=500,
            solver_order=2,
            prediction_type="v_prediction",
            sigma_data=1.0,
            sigma_schedule="exponential",
        )
    return StableAudioPipeline(
        vae=AutoencoderOobleck(**(SMALL_OOBLECK if small else {})).eval(),
        text_encoder=None,
        projection_model=StableAudioProjectionModel(768, 768, 0, 512).eval(),
        tokenizer=None,
        transformer=StableAudioDiTModel(**(SMALL_DIT if small else {})).eval(),
        scheduler=scheduler,
    )


def _sound_words(small: bool) -> dict[str, Any]:
    import torch

    words = torch.randn(1, 128, 768)
    length = 1.0 if small else 47.0
    return {
        "prompt_embeds": words,
        "negative_prompt_embeds": torch.zeros_like(words),
        "attention_mask": torch.ones(1, 128, dtype=torch.long),
        "negative_attention_mask": torch.ones(1, 128, dtype=torch.long),
        "audio_end_in_s": length,
        "guidance_scale": 7.0,
    }
