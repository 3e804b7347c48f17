"""Random-weight models of a few thousand numbers, saved as the hub's are: one function for each family.

They are of the same classes as the real ones, with tokenizers and processors, so that loading and running one
is what it is with a real one, in milliseconds and without a network. What they say means nothing. The fixture
`tiny_model` gives their folders.
"""

from __future__ import annotations

import json
from pathlib import Path

import tiny_diffusion
import tiny_dividers
import tiny_listeners
import tiny_sounders
import tiny_tokenizers as tokenizers

SEED = 0
OTHERS = (tiny_diffusion, tiny_dividers, tiny_listeners, tiny_sounders)


def build(family: str, folder: Path) -> None:
    """Save a model of `family` in a folder, always the same one.

    The family is the end of a function's name below, or in one of `OTHERS`.
    """
    import torch

    torch.manual_seed(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"build_{family}"
    others = (vars(module).get(name) for module in OTHERS)
    next(filter(None, (globals().get(name), *others)))(folder)


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


def build_florence2(folder: Path) -> None:
    from transformers import Florence2Config, Florence2ForConditionalGeneration, Florence2Processor
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    words = tokenizers.roberta("BartTokenizer", extra_special_tokens={"image_token": "<image>"})
    places = [f"<loc_{place}>" for place in range(1000)]
    marks = ["<od>", "</od>", *places, "<cap>", "</cap>", "<sep>", "<poly>", "</poly>"]
    words.add_special_tokens({"additional_special_tokens": marks})  # as transformers' converter does
    side = 64
    square = {"height": side, "width": side}
    pictures = CLIPImageProcessorPil(size=square, crop_size=square, do_center_crop=False)
    pictures.image_seq_length = (side // 32) ** 2 + 1
    tasks = {"pure_text": {}, "description_with_bboxes": {}}
    processor = Florence2Processor(image_processor=pictures, tokenizer=words, post_processor_config=tasks)
    vision = {
        "model_type": "florence_vision",
        "depths": (1, 1, 1, 1),
        "embed_dim": (8, 16, 16, 32),
        "num_heads": (1, 2, 2, 4),
        "num_groups": (1, 2, 2, 4),
        "window_size": 4,
        "projection_dim": 32,
        "max_temporal_embeddings": 8,
        "max_position_embeddings": 16,
    }
    text = {
        "model_type": "bart",
        "vocab_size": len(words),
        "d_model": 32,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 64,
        "decoder_ffn_dim": 64,
        "max_position_embeddings": 512,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
        "decoder_start_token_id": 2,
        "forced_eos_token_id": 2,
    }
    config = Florence2Config(vision_config=vision, text_config=text, image_token_id=words.image_token_id)
    Florence2ForConditionalGeneration(config).eval().save_pretrained(folder)
    processor.save_pretrained(folder)


def build_paligemma(folder: Path) -> None:
    from transformers import PaliGemmaConfig, PaliGemmaForConditionalGeneration, PaliGemmaProcessor
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

    words = tokenizers.gemma()
    pictures = SiglipImageProcessorPil(size={"height": 32, "width": 32})
    pictures.image_seq_length = (32 // 8) ** 2
    processor = PaliGemmaProcessor(image_processor=pictures, tokenizer=words)
    both = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    vision = both | {
        "model_type": "siglip_vision_model",
        "image_size": 32,
        "patch_size": 8,
        "vision_use_head": False,
        "projection_dim": 32,
    }
    text = both | {
        "model_type": "gemma",
        "vocab_size": len(words),
        "num_key_value_heads": 1,
        "head_dim": 16,
        "pad_token_id": words.pad_token_id,
        "bos_token_id": words.bos_token_id,
        "eos_token_id": words.eos_token_id,
    }
    config = PaliGemmaConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=processor.image_token_id,
        vocab_size=len(words),
        projection_dim=32,
        hidden_size=32,
    )
    PaliGemmaForConditionalGeneration(config).eval().save_pretrained(folder)
    processor.save_pretrained(folder)


def build_blip2(folder: Path) -> None:
    from transformers import Blip2Config, Blip2ForConditionalGeneration, Blip2Processor
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    words = tokenizers.roberta("GPT2Tokenizer", bos_token="</s>", eos_token="</s>", pad_token="<pad>")
    processor = Blip2Processor(
        BlipImageProcessorPil(size={"height": 32, "width": 32}), words, num_query_tokens=4
    )
    both = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = {
        "model_type": "opt",
        "vocab_size": len(words),
        "hidden_size": 32,
        "ffn_dim": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "word_embed_proj_dim": 32,
        "max_position_embeddings": 128,
        "pad_token_id": words.pad_token_id,
        "bos_token_id": words.bos_token_id,
        "eos_token_id": words.eos_token_id,
    }
    config = Blip2Config(
        vision_config=both | {"image_size": 32, "patch_size": 8},
        qformer_config=both | {"encoder_hidden_size": 32, "vocab_size": 100},
        text_config=text,
        num_query_tokens=4,
        image_token_index=words.convert_tokens_to_ids("<image>"),
    )
    Blip2ForConditionalGeneration(config).eval().save_pretrained(folder)
    processor.save_pretrained(folder)


def build_smolvlm(folder: Path) -> None:
    from transformers import SmolVLMConfig, SmolVLMForConditionalGeneration
    from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
    from transformers.models.smolvlm.processing_smolvlm import DEFAULT_CHAT_TEMPLATE

    named = {
        "fake_image_token": "<fake_token_around_image>",
        "image_token": "<image>",
        "end_of_utterance_token": "<end_of_utterance>",
        "global_image_token": "<global-img>",
        "video_token": "<video>",
    }
    words = tokenizers.chat([], DEFAULT_CHAT_TEMPLATE, **named)
    SmolVLMImageProcessorPil(
        size={"longest_edge": 32}, max_image_size={"longest_edge": 32}, do_image_splitting=False
    ).save_pretrained(folder)
    words.save_pretrained(folder)
    (folder / "processor_config.json").write_text(
        json.dumps({"image_seq_len": 4, "processor_class": "SmolVLMProcessor"})
    )
    both = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = both | {
        "model_type": "llama",
        "vocab_size": len(words),
        "num_key_value_heads": 1,
        "pad_token_id": words.pad_token_id,
        "bos_token_id": words.pad_token_id,
        "eos_token_id": words.convert_tokens_to_ids("<end_of_utterance>"),
    }
    config = SmolVLMConfig(
        vision_config=both | {"image_size": 32, "patch_size": 8},
        text_config=text,
        image_token_id=words.convert_tokens_to_ids("<image>"),
        scale_factor=2,
    )
    SmolVLMForConditionalGeneration(config).eval().save_pretrained(folder)


QWEN_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% for part in message.content %}{% if part.type == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part.text }}{% endif %}{% endfor %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def build_qwen3_vl(folder: Path) -> None:
    from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    pads = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    words = tokenizers.chat(["<|im_start|>", "<|im_end|>", *pads], QWEN_TEMPLATE)
    Qwen2VLImageProcessorPil(
        patch_size=16, size={"shortest_edge": 32 * 32, "longest_edge": 64 * 64}
    ).save_pretrained(folder)
    words.save_pretrained(folder)
    ids = dict(
        zip(("vision_start", "vision_end", "image", "video"), words.convert_tokens_to_ids(pads), strict=True)
    )
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 2,
        "patch_size": 16,
        "out_hidden_size": 32,
        "num_position_embeddings": 16,
        "deepstack_visual_indexes": [0],
    }
    text = {
        "vocab_size": len(words),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "pad_token_id": words.pad_token_id,
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 10000.0,
            "mrope_section": [4, 2, 2],
            "mrope_interleaved": True,
        },
    }
    config = Qwen3VLConfig(
        vision_config=vision, text_config=text, **{f"{name}_token_id": number for name, number in ids.items()}
    )
    network = Qwen3VLForConditionalGeneration(config).eval()
    network.generation_config.eos_token_id = words.convert_tokens_to_ids("<|im_end|>")
    network.save_pretrained(folder)
