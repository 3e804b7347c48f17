"""Random-weight segmentation models, of each architecture that the catalogue has, for `tiny_models`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tiny_tokenizers as tokenizers

SIDE = 64
SWIN = {
    "embed_dim": 8,
    "depths": [1, 1, 1, 1],
    "num_heads": [1, 1, 2, 2],
    "window_size": 2,
    "image_size": SIDE,
    "out_features": ["stage1", "stage2", "stage3", "stage4"],
}
QUERIES = {
    "feature_size": 32,
    "mask_feature_size": 32,
    "hidden_dim": 32,
    "encoder_feedforward_dim": 16,
    "dim_feedforward": 16,
    "num_attention_heads": 2,
    "encoder_layers": 1,
    "decoder_layers": 2,
}
ADE_NAMES = ["wall", "sky", "tree", "road, route", "person", "windowpane", "widget"]
VOC_NAMES = ["background", "aeroplane", "person", "diningtable", "sofa", "tvmonitor"]


def build_segformer(folder: Path) -> None:
    segformer_of(ADE_NAMES, folder)


def segformer_of(names: list[str], folder: Path) -> None:
    """A SegFormer whose classes have these names, as one that somebody has fine-tuned."""
    from transformers import SegformerConfig, SegformerForSemanticSegmentation
    from transformers.models.segformer.image_processing_pil_segformer import SegformerImageProcessorPil

    config = SegformerConfig(
        num_encoder_blocks=2,
        depths=[1, 1],
        sr_ratios=[4, 2],
        hidden_sizes=[16, 32],
        patch_sizes=[7, 3],
        strides=[4, 2],
        num_attention_heads=[1, 2],
        mlp_ratios=[2, 2],
        decoder_hidden_size=32,
        **_named(names),
    )
    model = SegformerForSemanticSegmentation(config).eval()
    _made_sure(model.decode_head.classifier)
    model.save_pretrained(folder)
    SegformerImageProcessorPil(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)


def build_mobilevit(folder: Path) -> None:
    from transformers import MobileViTConfig, MobileViTForSemanticSegmentation
    from transformers.models.mobilevit.image_processing_pil_mobilevit import MobileViTImageProcessorPil

    config = MobileViTConfig(
        image_size=SIDE,
        hidden_sizes=[8, 8, 8],
        neck_hidden_sizes=[8, 8, 8, 8, 8, 8, 8],
        num_attention_heads=2,
        output_stride=16,
        aspp_out_channels=8,
        atrous_rates=[1, 2, 3],
        **_named(VOC_NAMES),
    )
    model = MobileViTForSemanticSegmentation(config).eval()
    _made_sure(model.segmentation_head.classifier.convolution)
    model.save_pretrained(folder)
    MobileViTImageProcessorPil(
        size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}
    ).save_pretrained(folder)


def build_mobilenet(folder: Path) -> None:
    from transformers import MobileNetV2Config, MobileNetV2ForSemanticSegmentation
    from transformers.models.mobilenet_v2.image_processing_pil_mobilenet_v2 import (
        MobileNetV2ImageProcessorPil,
    )

    config = MobileNetV2Config(image_size=SIDE, depth_multiplier=0.25, output_stride=8, **_named(VOC_NAMES))
    model = MobileNetV2ForSemanticSegmentation(config).eval()
    _made_sure(model.segmentation_head.classifier.convolution)
    model.save_pretrained(folder)
    MobileNetV2ImageProcessorPil(
        size={"height": SIDE + 1, "width": SIDE + 1}, do_center_crop=False
    ).save_pretrained(folder)


def build_mask2former(folder: Path) -> None:
    _mask2former(folder, ["person", "cat", "sky-other-merged", "grass-merged"])


def build_mask2former_instances(folder: Path) -> None:
    _mask2former(folder, ["person", "cat"])


def _mask2former(folder: Path, names: list[str]) -> None:
    from transformers import Mask2FormerConfig, Mask2FormerForUniversalSegmentation
    from transformers.models.mask2former.image_processing_pil_mask2former import (
        Mask2FormerImageProcessorPil,
    )

    config = Mask2FormerConfig(
        backbone_config={"model_type": "swin", **SWIN},
        **QUERIES,
        num_queries=4,
        **_named(names),
    )
    model = Mask2FormerForUniversalSegmentation(config).eval()
    _made_sure(model.class_predictor)
    model.save_pretrained(folder)
    Mask2FormerImageProcessorPil(
        size={"shortest_edge": SIDE, "longest_edge": 2 * SIDE}, num_labels=len(names)
    ).save_pretrained(folder)


def build_oneformer(folder: Path) -> None:
    from transformers import OneFormerConfig, OneFormerForUniversalSegmentation
    from transformers.models.oneformer.image_processing_pil_oneformer import OneFormerImageProcessorPil

    words = tokenizers.clip()
    config = OneFormerConfig(
        backbone_config={"model_type": "swin", **SWIN},
        num_queries=4,
        text_encoder_width=32,
        text_encoder_context_length=77,
        text_encoder_num_layers=1,
        text_encoder_vocab_size=len(words),
        text_encoder_proj_layers=1,
        text_encoder_n_ctx=2,
        task_seq_len=77,
        conv_dim=32,
        mask_dim=32,
        hidden_dim=32,
        encoder_feedforward_dim=16,
        encoder_layers=1,
        decoder_layers=2,
        dim_feedforward=16,
        num_attention_heads=2,
        query_dec_layers=1,
        **_named(ADE_NAMES),
    )
    model = OneFormerForUniversalSegmentation(config).eval()
    _made_sure(model.model.transformer_module.decoder.class_embed)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    OneFormerImageProcessorPil(
        size={"shortest_edge": SIDE, "longest_edge": 2 * SIDE},
        class_info_file=None,
        num_labels=len(ADE_NAMES),
    ).save_pretrained(folder)
    settings = folder / "preprocessor_config.json"
    named = settings.read_text("utf-8").replace('"class_info_file": null', '"class_info_file": "ade20k.json"')
    settings.write_text(named, "utf-8")


def build_eomt(folder: Path) -> None:
    _eomt(folder, ["person", "cat", "sky-other-merged", "grass-merged"], do_pad=True, longest=SIDE)


def build_eomt_semantic(folder: Path) -> None:
    _eomt(folder, ADE_NAMES, do_split_image=True, longest=None)


def _eomt(folder: Path, names: list[str], *, longest: int | None, **how: bool) -> None:
    from transformers import EomtConfig, EomtForUniversalSegmentation
    from transformers.models.eomt.image_processing_pil_eomt import EomtImageProcessorPil

    config = EomtConfig(
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_blocks=1,
        mlp_ratio=2,
        image_size=SIDE,
        patch_size=16,
        num_queries=4,
        num_upscale_blocks=1,
        **_named(names),
    )
    model = EomtForUniversalSegmentation(config).eval()
    _made_sure(model.class_predictor)
    model.save_pretrained(folder)
    EomtImageProcessorPil(size={"shortest_edge": SIDE, "longest_edge": longest}, **how).save_pretrained(
        folder
    )


def _made_sure(predictor: Any) -> None:
    """Random weights are sure of nothing: let their classes differ, so that some segments count."""
    import torch

    torch.nn.init.normal_(predictor.weight, std=4.0)


def _named(names: list[str]) -> dict[str, Any]:
    return {
        "id2label": dict(enumerate(names)),
        "label2id": {name: number for number, name in enumerate(names)},
    }


def build_classifier(folder: Path) -> None:
    """Two classes, whose names are those of sounds of which one is above the other."""
    import torch
    from transformers import MobileNetV2Config, MobileNetV2ForImageClassification
    from transformers.models.mobilenet_v2.image_processing_pil_mobilenet_v2 import (
        MobileNetV2ImageProcessorPil,
    )

    config = MobileNetV2Config(
        depth_multiplier=0.25,
        finegrained_output=False,
        id2label={0: "Animal", 1: "Dog"},
        label2id={"Animal": 0, "Dog": 1},
    )
    model = MobileNetV2ForImageClassification(config).eval()
    torch.nn.init.normal_(model.classifier.weight, std=1.0)
    model.save_pretrained(folder)
    size = {"height": 32, "width": 32}
    MobileNetV2ImageProcessorPil(size=size, do_center_crop=False).save_pretrained(folder)
