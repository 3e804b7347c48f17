"""A captioner of BLIP's shape with random weights and the words of some captions: to try things out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SIDE, PATCH = 64, 16  # pixels
WIDTH = 96
LAYERS, HEADS = 2, 4
VOCABULARY = 800
LONGEST = 77  # tokens
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WORD = re.compile(r"[a-z]+|[^\sa-z]")


def save_tiny(folder: Path, captions: Iterable[str], seed: int) -> None:
    """Save one in a folder, with its processor; it says nothing of sense before it has learnt."""
    import torch
    from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipProcessor
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    words = BertTokenizer(vocab=_vocabulary(captions), model_max_length=LONGEST)
    words.add_special_tokens({"bos_token": "[DEC]", "additional_special_tokens": ["[ENC]"]})
    both = {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "projection_dim": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
    }
    text = both | {
        "vocab_size": len(words),
        "encoder_hidden_size": WIDTH,
        "max_position_embeddings": LONGEST,
        "bos_token_id": words.convert_tokens_to_ids("[DEC]"),
        "eos_token_id": words.sep_token_id,
        "sep_token_id": words.sep_token_id,
        "pad_token_id": words.pad_token_id,
    }
    torch.manual_seed(seed)
    config = BlipConfig(
        text_config=text,
        vision_config=both | {"image_size": SIDE, "patch_size": PATCH},
        projection_dim=WIDTH,
        image_text_hidden_size=WIDTH,
    )
    BlipForConditionalGeneration(config).save_pretrained(folder)
    processor: Any = BlipProcessor
    processor(BlipImageProcessorPil(size={"height": SIDE, "width": SIDE}), words).save_pretrained(folder)


def _vocabulary(captions: Iterable[str]) -> dict[str, int]:
    """Numbers of the commonest words and of all letters; always the same ones, as a resumed run needs."""
    counted = Counter(word for caption in captions for word in _WORD.findall(caption.lower()))
    letters = sorted({letter for word in counted for letter in word})
    common = sorted(counted, key=lambda word: (-counted[word], word))[:VOCABULARY]
    tokens = dict.fromkeys([*SPECIAL, *letters, *(f"##{letter}" for letter in letters), *common])
    return {token: number for number, token in enumerate(tokens)}
