"""Random-weight models of a few thousand numbers, saved as the hub's are: one function for each family.

They are of the same classes as the real ones, with tokenizers and processors, so that loading and running one
is what it is with a real one, in milliseconds and without a network. What they say means nothing. The fixture
`tiny_model` gives their folders.
"""

from __future__ import annotations

from pathlib import Path

import tiny_tokenizers as tokenizers

SEED = 0


def build(family: str, folder: Path) -> None:
    """Save a model of `family` (the end of a function's name below) in a folder, always the same one."""
    import torch

    torch.manual_seed(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    globals()[f"build_{family}"](folder)


def build_blip(folder: Path) -> None:
    from transformers import BlipConfig, BlipForConditionalGeneration, BlipProcessor
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    words = tokenizers.wordpiece()
    words.add_special_tokens({"bos_token": "[DEC]", "additional_special_tokens": ["[ENC]"]})
    both = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "projection_dim": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    text = both | {
        "vocab_size": len(words),
        "encoder_hidden_size": 32,
        "max_position_embeddings": 128,
        "bos_token_id": words.convert_tokens_to_ids("[DEC]"),
        "eos_token_id": words.sep_token_id,
        "sep_token_id": words.sep_token_id,
        "pad_token_id": words.pad_token_id,
    }
    config = BlipConfig(
        text_config=text,
        vision_config=both | {"image_size": 64, "patch_size": 16},
        projection_dim=32,
        image_text_hidden_size=32,
    )
    BlipForConditionalGeneration(config).eval().save_pretrained(folder)
    BlipProcessor(BlipImageProcessorPil(size={"height": 64, "width": 64}), words).save_pretrained(folder)
