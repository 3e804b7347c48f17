"""Random-weight models that hear: AST and CLAP, for `tiny_models`."""

from __future__ import annotations

from pathlib import Path

import tiny_tokenizers as tokenizers

AUDIOSET_NAMES = ["Speech", "Rain", "Dog", "Music", "Male speech, man speaking", "Animal"]
SPECTRA = 64


def build_ast(folder: Path) -> None:
    import torch
    from transformers import ASTConfig, ASTFeatureExtractor, ASTForAudioClassification

    config = ASTConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_length=1024,
        num_mel_bins=SPECTRA,
        frequency_stride=32,
        time_stride=32,
        id2label=dict(enumerate(AUDIOSET_NAMES)),
        label2id={name: number for number, name in enumerate(AUDIOSET_NAMES)},
    )
    model = ASTForAudioClassification(config).eval()
    torch.nn.init.normal_(model.classifier.dense.weight, std=1.0)
    model.save_pretrained(folder)
    ASTFeatureExtractor(num_mel_bins=SPECTRA, max_length=1024).save_pretrained(folder)


def build_clap(folder: Path) -> None:
    _clap(folder, fused=True)


def build_clap_unfused(folder: Path) -> None:
    _clap(folder, fused=False)


def _clap(folder: Path, *, fused: bool) -> None:
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, ClapProcessor

    words = tokenizers.roberta()
    text = {
        "vocab_size": len(words),
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_attention_heads": 2,
        "num_hidden_layers": 1,
        "projection_dim": 16,
        "max_position_embeddings": 514,
    }
    sound = {
        "enable_fusion": fused,
        "spec_size": 256,
        "window_size": 8,
        "num_mel_bins": SPECTRA,
        "num_attention_heads": [1, 1, 2, 2],
        "depths": [1, 1, 1, 1],
        "patch_embeds_hidden_size": 8,
        "hidden_size": 64,
        "projection_dim": 16,
    }
    config = ClapConfig(text_config=text, audio_config=sound, projection_dim=16)
    ClapModel(config).eval().save_pretrained(folder)
    hearing = ClapFeatureExtractor(truncation="fusion" if fused else "rand_trunc", padding="repeatpad")
    ClapProcessor(hearing, words).save_pretrained(folder)
