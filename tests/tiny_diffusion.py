"""Random-weight pipelines of diffusers for `tiny_models`: painters, and makers of sound."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import tiny_tokenizers as tokenizers

CHAT = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)
CLIP = {
    "hidden_size": 32,
    "intermediate_size": 37,
    "num_attention_heads": 4,
    "num_hidden_layers": 3,
    "projection_dim": 32,
    "hidden_act": "gelu",
}
DECODER = {
    "block_out_channels": [16, 32],
    "down_block_types": ["DownEncoderBlock2D"] * 2,
    "up_block_types": ["UpDecoderBlock2D"] * 2,
    "latent_channels": 4,
    "norm_num_groups": 8,
}
UNET = {
    "block_out_channels": (16, 32),
    "layers_per_block": 1,
    "sample_size": 32,
    "in_channels": 4,
    "out_channels": 4,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "norm_num_groups": 8,
}


def build_playground(folder: Path) -> None:
    """Playground v2.5's: an SDXL with the EDM scheduler and a decoder that knows its latents' statistics."""
    from diffusers import EDMDPMSolverMultistepScheduler

    scheduler = EDMDPMSolverMultistepScheduler(
        sigma_data=0.5, sigma_max=80.0, sigma_min=0.002, solver_order=2
    )
    statistics = {
        "scaling_factor": 0.5,
        "latents_mean": [-1.6574, 1.886, -1.383, 2.5155],
        "latents_std": [8.4927, 5.9022, 6.5498, 5.2299],
    }
    _sdxl(scheduler, **statistics).save_pretrained(folder, variant="fp16")


def build_sdxl_turbo(folder: Path) -> None:
    _sdxl(_ancestral(), scaling_factor=0.13025).save_pretrained(folder)


def build_sd_turbo(folder: Path) -> None:
    from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextModel

    words = tokenizers.clip()
    StableDiffusionPipeline(
        vae=AutoencoderKL(**DECODER, sample_size=64),
        text_encoder=_clip(CLIPTextModel, words),
        tokenizer=words,
        unet=UNet2DConditionModel(**UNET, cross_attention_dim=32, attention_head_dim=(2, 4)),
        scheduler=_ancestral(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)


def build_z_image(folder: Path) -> None:
    from diffusers import (
        AutoencoderKL,
        FlowMatchEulerDiscreteScheduler,
        ZImagePipeline,
        ZImageTransformer2DModel,
    )

    words = tokenizers.chat([], CHAT)
    ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=False),
        vae=AutoencoderKL(**_deep(DECODER), scaling_factor=0.3611, shift_factor=0.1159, use_quant_conv=False),
        text_encoder=_qwen(words, layers=2),
        tokenizer=words,
        transformer=ZImageTransformer2DModel(
            in_channels=16,
            dim=32,
            n_layers=2,
            n_refiner_layers=1,
            n_heads=2,
            n_kv_heads=2,
            cap_feat_dim=32,
            axes_dims=[8, 4, 4],
            axes_lens=[1024, 512, 512],
        ),
    ).save_pretrained(folder)


def build_flux2(folder: Path) -> None:
    from diffusers import (
        AutoencoderKLFlux2,
        FlowMatchEulerDiscreteScheduler,
        Flux2KleinPipeline,
        Flux2Transformer2DModel,
    )

    words = tokenizers.chat([], CHAT)
    Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=AutoencoderKLFlux2(**(_deep(DECODER) | {"latent_channels": 32})),
        text_encoder=_qwen(words, layers=28),  # the pipeline reads the 9th, 18th and 27th
        tokenizer=words,
        transformer=Flux2Transformer2DModel(
            in_channels=128,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=96,
            axes_dims_rope=(4, 4, 4, 4),
            guidance_embeds=False,
        ),
        is_distilled=True,
    ).save_pretrained(folder)


def build_sana(folder: Path) -> None:
    from diffusers import AutoencoderDC, SanaSprintPipeline, SanaTransformer2DModel, SCMScheduler
    from transformers import Gemma2Config, Gemma2Model

    words = tokenizers.gemma()
    side = (8, 8, 8, 8, 8, 8)
    reader = Gemma2Config(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
    )
    SanaSprintPipeline(
        tokenizer=words,
        text_encoder=Gemma2Model(reader).eval(),
        vae=AutoencoderDC(
            latent_channels=4,
            attention_head_dim=2,
            encoder_block_types="ResBlock",
            decoder_block_types="ResBlock",
            encoder_block_out_channels=side,
            decoder_block_out_channels=side,
            encoder_layers_per_block=(1,) * 6,
            decoder_layers_per_block=(1,) * 6,
            encoder_qkv_multiscales=((),) * 6,
            decoder_qkv_multiscales=((),) * 6,
            scaling_factor=0.41407,
        ),
        transformer=SanaTransformer2DModel(
            in_channels=4,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=8,
            num_layers=1,
            num_cross_attention_heads=2,
            cross_attention_head_dim=8,
            cross_attention_dim=16,
            caption_channels=16,
            sample_size=32,
            guidance_embeds=True,
            qk_norm="rms_norm_across_heads",
        ),
        scheduler=SCMScheduler(),
    ).save_pretrained(folder)


def build_stable_audio(folder: Path) -> None:
    """Makes up to 2 seconds at 8 kHz."""
    from diffusers import (
        AutoencoderOobleck,
        CosineDPMSolverMultistepScheduler,
        StableAudioDiTModel,
        StableAudioPipeline,
        StableAudioProjectionModel,
    )

    words = tokenizers.t5()
    StableAudioPipeline(
        vae=AutoencoderOobleck(
            encoder_hidden_size=6,
            downsampling_ratios=[4, 8],
            decoder_channels=3,
            decoder_input_channels=3,
            audio_channels=2,
            channel_multiples=[2, 4],
            sampling_rate=8_000,
        ),
        text_encoder=_t5(words),
        projection_model=StableAudioProjectionModel(
            text_encoder_dim=32, conditioning_dim=4, min_value=0, max_value=32
        ),
        tokenizer=words,
        transformer=StableAudioDiTModel(
            sample_size=500,
            in_channels=3,
            num_layers=2,
            attention_head_dim=4,
            num_key_value_attention_heads=2,
            out_channels=3,
            num_attention_heads=2,
            cross_attention_dim=4,
            time_proj_dim=8,
            global_states_input_dim=8,
            cross_attention_input_dim=4,
        ),
        scheduler=CosineDPMSolverMultistepScheduler(
            solver_order=2, prediction_type="v_prediction", sigma_data=1.0, sigma_schedule="exponential"
        ),
    ).save_pretrained(folder)


def build_audioldm2(folder: Path) -> None:
    """Its parts as AudioLDM2's; what it reads and hears is small."""
    from diffusers import (
        AudioLDM2Pipeline,
        AudioLDM2ProjectionModel,
        AudioLDM2UNet2DConditionModel,
        AutoencoderKL,
        DDIMScheduler,
    )
    from transformers import (
        ClapFeatureExtractor,
        GPT2Config,
        GPT2LMHeadModel,
        SpeechT5HifiGan,
        SpeechT5HifiGanConfig,
    )

    clap_words, t5_words = tokenizers.roberta(), tokenizers.t5()
    small = {"block_out_channels": (8, 16)}
    language = GPT2LMHeadModel(
        GPT2Config(n_embd=16, n_head=2, n_layer=1, vocab_size=100, n_ctx=999, n_positions=999)
    ).eval()
    language.config.max_new_tokens = 8
    vocoder = SpeechT5HifiGanConfig(
        model_in_dim=8,
        sampling_rate=16_000,
        upsample_initial_channel=16,
        upsample_rates=[5, 4, 8],
        upsample_kernel_sizes=[9, 8, 16],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]],
        normalize_before=False,
        initializer_range=0.3,  # else it would be silent
    )
    AudioLDM2Pipeline(
        vae=AutoencoderKL(**(DECODER | small), in_channels=1, out_channels=1),
        text_encoder=_clap(),
        text_encoder_2=_t5(t5_words),
        projection_model=AudioLDM2ProjectionModel(
            text_encoder_dim=16, text_encoder_1_dim=32, langauge_model_dim=16
        ),
        language_model=language,
        tokenizer=clap_words,
        tokenizer_2=t5_words,
        feature_extractor=ClapFeatureExtractor(
            hop_length=7_900, max_length_s=1, sampling_rate=16_000, feature_size=64
        ),
        unet=AudioLDM2UNet2DConditionModel(**(UNET | small), cross_attention_dim=(8, 16)),
        scheduler=DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            set_alpha_to_one=False,
        ),
        vocoder=SpeechT5HifiGan(vocoder).eval(),
    ).save_pretrained(folder)
    # The hub's files are older than the class that is needed now: they name GPT2Model, and hold only that.
    shutil.rmtree(folder / "language_model")
    language.transformer.save_pretrained(folder / "language_model")
    index = folder / "model_index.json"
    named = json.loads(index.read_text())
    index.write_text(json.dumps(named | {"language_model": ["transformers", "GPT2Model"]}))


def _sdxl(scheduler: Any, **decoding: Any) -> Any:
    from diffusers import AutoencoderKL, StableDiffusionXLPipeline, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    words, more_words = tokenizers.clip(), tokenizers.clip(pad="!")
    return StableDiffusionXLPipeline(
        vae=AutoencoderKL(**DECODER, sample_size=64, **decoding),
        text_encoder=_clip(CLIPTextModel, words),
        text_encoder_2=_clip(CLIPTextModelWithProjection, more_words),
        tokenizer=words,
        tokenizer_2=more_words,
        unet=UNet2DConditionModel(
            **UNET,
            attention_head_dim=(2, 4),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            transformer_layers_per_block=(1, 1),
            projection_class_embeddings_input_dim=80,
            cross_attention_dim=64,
        ),
        scheduler=scheduler,
        force_zeros_for_empty_prompt=True,
    )


def _ancestral() -> Any:
    from diffusers import EulerAncestralDiscreteScheduler

    return EulerAncestralDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        timestep_spacing="trailing",
        steps_offset=1,
    )


def _clip(family: Any, words: Any) -> Any:
    from transformers import CLIPTextConfig

    return family(
        CLIPTextConfig(
            **CLIP,
            vocab_size=len(words),
            bos_token_id=words.bos_token_id,
            eos_token_id=words.eos_token_id,
            pad_token_id=words.pad_token_id,
        )
    ).eval()


def _clap() -> Any:
    from transformers import ClapAudioConfig, ClapConfig, ClapModel, ClapTextConfig

    text = ClapTextConfig(
        vocab_size=600,
        hidden_size=8,
        intermediate_size=37,
        num_attention_heads=1,
        num_hidden_layers=1,
        projection_dim=8,
        max_position_embeddings=514,
    )
    audio = ClapAudioConfig(
        spec_size=8,
        window_size=4,
        num_mel_bins=8,
        intermediate_size=37,
        num_attention_heads=[1, 1],
        num_hidden_layers=2,
        depths=[1, 1],
        patch_embeds_hidden_size=16,
        hidden_size=192,
        projection_dim=8,
        patch_size=2,
        patch_stride=2,
        patch_embed_input_channels=4,
    )
    config = ClapConfig(text_config=text.to_dict(), audio_config=audio.to_dict(), projection_dim=16)
    return ClapModel(config).eval()


def _t5(words: Any) -> Any:
    from transformers import T5Config, T5EncoderModel

    config = T5Config(
        vocab_size=len(words),
        d_model=32,
        d_kv=8,
        d_ff=37,
        num_layers=1,
        num_heads=4,
        pad_token_id=0,
        eos_token_id=1,
    )
    return T5EncoderModel(config).eval()


def _qwen(words: Any, layers: int) -> Any:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        max_position_embeddings=1024,
    )
    return Qwen3ForCausalLM(config).eval()


def _deep(decoder: dict[str, Any]) -> dict[str, Any]:
    """A decoder that enlarges eight times."""
    return decoder | {
        "block_out_channels": [8, 8, 8, 8],
        "down_block_types": ["DownEncoderBlock2D"] * 4,
        "up_block_types": ["UpDecoderBlock2D"] * 4,
        "latent_channels": 16,
        "layers_per_block": 1,
    }
