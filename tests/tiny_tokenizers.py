"""Tokenizers trained on the spot on a few lines, for the random-weight models of `tiny_models`."""

from __future__ import annotations

import json
from typing import Any

TEXT = [
    "a photo of a dog running on the green grass near the sea",
    "rain falls on the roof while thunder rolls far away",
    "people talk in a busy street with cars and birds",
    "the image shows a mountain, a river and a small house",
    "high quality sound of waves, wind and children playing",
    "caption en answer en describe en detect segment",
] * 4


def wordpiece() -> Any:
    """BERT's kind."""
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertTokenizer

    trained = BertWordPieceTokenizer(lowercase=True)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trained.train_from_iterator(TEXT, vocab_size=400, special_tokens=special, show_progress=False)
    return BertTokenizer(vocab=trained.get_vocab(), model_max_length=77)


def byte_level(special: list[str], size: int = 600) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary and merges of GPT-2's kind."""
    from tokenizers import ByteLevelBPETokenizer

    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(TEXT, vocab_size=size, special_tokens=special, show_progress=False)
    model = json.loads(trained.to_str())["model"]
    return model["vocab"], [tuple(merge) for merge in model["merges"]]


def clip(pad: str = "<|endoftext|>") -> Any:
    """CLIP's kind: 77 tokens at most."""
    from tokenizers import CharBPETokenizer
    from transformers import CLIPTokenizer

    trained = CharBPETokenizer(lowercase=True, suffix="</w>")
    trained.train_from_iterator(
        TEXT,
        vocab_size=500,
        min_frequency=1,
        suffix="</w>",
        special_tokens=["<|startoftext|>", "<|endoftext|>", "!"],
        show_progress=False,
    )
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    return CLIPTokenizer(vocab=model["vocab"], merges=merges, pad_token=pad, model_max_length=77)


def t5(longest: int = 128) -> Any:
    """T5's kind."""
    from tokenizers import SentencePieceUnigramTokenizer
    from transformers import T5Tokenizer

    trained = SentencePieceUnigramTokenizer()
    trained.train_from_iterator(
        TEXT,
        vocab_size=300,
        special_tokens=["<pad>", "</s>", "<unk>"],
        unk_token="<unk>",
        show_progress=False,
    )
    vocabulary = json.loads(trained.to_str())["model"]["vocab"]
    return T5Tokenizer(vocab=[tuple(one) for one in vocabulary], extra_ids=0, model_max_length=longest)


def roberta(family: str = "RobertaTokenizer", **options: Any) -> Any:
    """RoBERTa's kind, or a relative's."""
    import transformers

    vocabulary, merges = byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return getattr(transformers, family)(vocab=vocabulary, merges=merges, model_max_length=512, **options)


def gemma() -> Any:
    """Gemma's kind: byte pairs that fall back to single bytes."""
    from tokenizers import Tokenizer, models, normalizers, trainers
    from transformers import GemmaTokenizer

    trained = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True))
    trained.normalizer = normalizers.Replace(" ", "▁")
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    trained.train_from_iterator(
        TEXT, trainers.BpeTrainer(vocab_size=700, special_tokens=special, show_progress=False)
    )
    model = json.loads(trained.to_str())["model"]
    return GemmaTokenizer(vocab=model["vocab"], merges=[tuple(merge) for merge in model["merges"]])


def chat(special: list[str], template: str, **named: str) -> Any:
    """A chat model's kind: byte pairs, marks of turns, a template.

    Args:
        special: Tokens that mark turns and pictures.
        template: Jinja template of a conversation.
        named: Names of special tokens that its processor asks for, such as image_token.
    """
    from transformers import Qwen2Tokenizer

    vocabulary, merges = byte_level(["<|endoftext|>"])
    tokenizer = Qwen2Tokenizer(
        vocab=vocabulary, merges=merges, unk_token=None, pad_token="<|endoftext|>", extra_special_tokens=named
    )
    tokenizer.add_special_tokens({"additional_special_tokens": special})
    tokenizer.chat_template = template
    return tokenizer
