"""Captioning networks of their full published configuration with random weights, saved as the hub's are.

They cost the same arithmetic and memory as the real ones; what they say means nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

BLIP_BASE: dict[str, Any] = {
    "text_config": {
        "vocab_size": 30524,
        "hidden_size": 768,
        "encoder_hidden_size": 768,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "bos_token_id": 30522,
        "eos_token_id": 2,
        "sep_token_id": 102,
        "pad_token_id": 0,
    },
    "vision_config": {"image_size": 384, "patch_size": 16, "hidden_size": 768, "num_hidden_layers": 12},
}
FLORENCE_2_BASE: dict[str, Any] = {
    "vision_config": {"model_type": "florence_vision", "projection_dim": 768},
    "text_config": {
        "model_type": "bart",
        "vocab_size": 51289,
        "d_model": 768,
        "encoder_layers": 6,
        "decoder_layers": 6,
        "encoder_attention_heads": 12,
        "decoder_attention_heads": 12,
        "encoder_ffn_dim": 3072,
        "decoder_ffn_dim": 3072,
        "max_position_embeddings": 4096,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
        "decoder_start_token_id": 2,
        "forced_eos_token_id": 2,
    },
    "image_token_id": 51284,
}
FLORENCE_SIDE = 768
SMALL_BLIP = {"hidden_size": 24, "intermediate_size": 48, "num_hidden_layers": 2}
SMALL_FLORENCE_VISION = {"depths": (1, 1, 1, 1), "embed_dim": (8, 16, 16, 32), "projection_dim": 24}
SMALL_FLORENCE_TEXT = {
    "d_model": 24,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
}


def blip_base(folder: Path, *, small: bool = False) -> None:
    """Save a BLIP-base, or a tiny one of its kind."""
    from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipProcessor
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    named = {0: "[PAD]", 100: "[UNK]", 101: "[CLS]", 102: "[SEP]", 103: "[MASK]", 30522: "[DEC]"}
    words = {named.get(number, f"w{number}"): number for number in range(30524)}
    tokenizer = BertTokenizer(vocab=words)
    less = SMALL_BLIP if small else {}
    config = BlipConfig(
        text_config=BLIP_BASE["text_config"] | less | ({"encoder_hidden_size": 24} if small else {}),
        vision_config=BLIP_BASE["vision_config"] | less,
    )
    BlipForConditionalGeneration(config).eval().save_pretrained(folder)
    BlipProcessor(BlipImageProcessorPil(), tokenizer).save_pretrained(folder)


def florence_2_base(folder: Path, *, small: bool = False) -> None:
    """Save a Florence-2-base, or a tiny one of its kind."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import (
        BartTokenizer,
        Florence2Config,
        Florence2ForConditionalGeneration,
        Florence2Processor,
    )
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    names = ["<s>", "<pad>", "</s>", "<unk>", *sorted(ByteLevel.alphabet())]
    names += [f"w{number}" for number in range(len(names), 50283)] + ["<mask>"]
    names += [f"<loc_{place}>" for place in range(1000)] + ["<image>", "x1", "x2", "x3", "x4"]
    words = {name: number for number, name in enumerate(names)}
    tokenizer: Any = BartTokenizer(vocab=words, merges=[], extra_special_tokens={"image_token": "<image>"})
    square = {"height": FLORENCE_SIDE, "width": FLORENCE_SIDE}
    pictures = CLIPImageProcessorPil(size=square, crop_size=square, do_center_crop=False)
    pictures.image_seq_length = (FLORENCE_SIDE // 32) ** 2 + 1
    tasks: dict[str, Any] = {"pure_text": {}, "description_with_bboxes": {}}
    config = Florence2Config(
        vision_config=FLORENCE_2_BASE["vision_config"] | (SMALL_FLORENCE_VISION if small else {}),
        text_config=FLORENCE_2_BASE["text_config"] | (SMALL_FLORENCE_TEXT if small else {}),
        image_token_id=FLORENCE_2_BASE["image_token_id"],
    )
    Florence2ForConditionalGeneration(config).eval().save_pretrained(folder)
    Florence2Processor(
        image_processor=pictures, tokenizer=tokenizer, post_processor_config=tasks
    ).save_pretrained(folder)


MAKERS = {"blip-base": blip_base, "florence-2-base": florence_2_base}


def made(model: str, folder: Path, *, small: bool = False) -> Path:
    """The folder of a model, or a tiny one of its kind, inside `folder`; saved there if it is not yet."""
    import torch

    home = folder / (f"small-{model}" if small else model)
    if not (home / "model.safetensors").is_file():
        torch.manual_seed(0)
        MAKERS[model](home, small=small)
    return home
