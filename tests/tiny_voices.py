"""Random-weight voices of the real classes, saved as the hub's are. What they say is noise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SEED = 0
LETTERS = " '-abcdefghijklmnopqrstuvwxyzàâçéèêëîïôûùüñößäабвгдежзийклмнопрстуфхцчшщыьэюя_"


def mms(folder: Path, language: str = "eng", *, uroman: bool = False) -> Path:
    """A VITS network with the tokenizer of one language."""
    import torch
    from transformers import VitsConfig, VitsModel, VitsTokenizer

    torch.manual_seed(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    letters = folder / "letters.json"
    known = LETTERS if not uroman else LETTERS[: LETTERS.index("à")] + "_"
    letters.write_text(json.dumps({letter: number for number, letter in enumerate(known)}))
    tokenizer = VitsTokenizer(
        str(letters), language=language, pad_token=" ", unk_token="_", is_uroman=uroman, phonemize=False
    )
    config = VitsConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        ffn_dim=64,
        flow_size=32,
        spectrogram_bins=9,
        duration_predictor_filter_channels=16,
        posterior_encoder_num_wavenet_layers=2,
        prior_encoder_num_flows=2,
        prior_encoder_num_wavenet_layers=2,
        duration_predictor_num_flows=2,
        upsample_initial_channel=32,
        upsample_rates=[8, 8, 2, 2],
        upsample_kernel_sizes=[16, 16, 4, 4],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]],
        sampling_rate=16_000,
    )
    VitsModel(config).eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    letters.unlink()
    return folder


def pocket(folder: Path, *networks: str, voices: tuple[str, ...] = ("alba",)) -> Path:
    """Networks of Pocket TTS with their own settings, each with some voices."""
    import torch
    import yaml
    from pocket_tts import TTSModel, export_model_state
    from pocket_tts.utils.config import Config
    from safetensors.torch import save_file

    for network in networks:
        torch.manual_seed(SEED)
        place = folder / "languages" / network
        (place / "embeddings").mkdir(parents=True)
        size = _letters_tokenizer(place / "tokenizer.json")
        settings = _pocket_settings(place / "tokenizer.json", size)
        Config(**settings)
        (place / "config.yaml").write_text(yaml.safe_dump(settings))
        model = TTSModel.load_model(config=place / "config.yaml")
        torch.nn.init.normal_(model.flow_lm.speaker_proj_weight, std=0.1)
        save_file(model.state_dict(), place / "model.safetensors")
        state = model.get_state_for_audio_prompt(torch.randn(1, 24_000) * 0.1)
        for voice in voices:
            export_model_state(state, place / "embeddings" / f"{voice}.safetensors")
    return folder


def kokoro(folder: Path, *voices: str) -> Path:
    """A network with Kokoro's inputs and output: a tone, as long as the phonemes and the pace say.

    The real class can only be exported with packages that are not here for the tests.
    """
    import numpy as np
    import onnx
    from onnx import TensorProto, helper

    (folder / "onnx").mkdir(parents=True)
    (folder / "voices").mkdir()
    from hibari import Hibari  # its phonemes are Kokoro's

    vocabulary = json.loads((Path(_package(Hibari)) / "assets" / "vocab.json").read_text("utf-8"))
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary}}))
    for voice in voices:
        np.full((510, 256), len(voice) / 20, np.float32).tofile(folder / "voices" / f"{voice}.bin")
    number = [
        helper.make_tensor("samples_a_phoneme", TensorProto.FLOAT, [1], [1500.0]),
        helper.make_tensor("step", TensorProto.FLOAT, [], [0.05]),
        helper.make_tensor("zero", TensorProto.FLOAT, [], [0.0]),
        helper.make_tensor("one", TensorProto.FLOAT, [], [1.0]),
        helper.make_tensor("loudness", TensorProto.FLOAT, [1], [0.3]),
        helper.make_tensor("along", TensorProto.INT64, [1], [1]),
    ]
    steps = [
        ("Shape", ["input_ids"], "shape"),
        ("Gather", ["shape", "along"], "count"),
        ("Cast", ["count"], "count_f"),
        ("Mul", ["count_f", "samples_a_phoneme"], "slowly"),
        ("Div", ["slowly", "speed"], "frames"),
        ("Squeeze", ["frames"], "frames_0"),
        ("Range", ["zero", "frames_0", "one"], "at"),
        ("Mul", ["at", "step"], "phase"),
        ("Sin", ["phase"], "tone"),
        ("ReduceMean", ["style"], "level"),
        ("Mul", ["tone", "level"], "voiced"),
        ("Squeeze", ["voiced"], "flat"),
        ("Mul", ["flat", "loudness"], "quiet"),
        ("Unsqueeze", ["quiet", "row"], "waveform"),
    ]
    number.append(helper.make_tensor("row", TensorProto.INT64, [1], [0]))
    nodes = [
        helper.make_node(kind, given, [made], **({"to": TensorProto.FLOAT} if kind == "Cast" else {}))
        for kind, given, made in steps
    ]
    inputs = [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "n"]),
        helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
        helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
    ]
    output = [helper.make_tensor_value_info("waveform", TensorProto.FLOAT, [1, "frames"])]
    graph = helper.make_graph(nodes, "kokoro", inputs, output, number)
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), folder / "onnx" / "model.onnx")
    return folder


def _package(of: Any) -> Path:
    import sys

    return Path(str(sys.modules[of.__module__].__file__)).parent


def _letters_tokenizer(path: Path) -> int:
    from tokenizers import Tokenizer, models

    known = LETTERS + LETTERS[2:].upper().replace("_", "") + ".,;:!?…0123456789—"
    vocabulary = {letter: number for number, letter in enumerate(dict.fromkeys(known))}
    Tokenizer(models.BPE(vocabulary, [], unk_token="_")).save(str(path))
    return len(vocabulary)


def _pocket_settings(tokenizer: Path, size: int) -> dict[str, Any]:
    transformer = {"d_model": 32, "num_heads": 2, "num_layers": 1}
    return {
        "flow_lm": {
            "dtype": "float32",
            "insert_bos_before_voice": True,
            "flow": {"depth": 1, "dim": 32},
            "transformer": transformer | {"hidden_scale": 2, "max_period": 10_000},
            "lookup_table": {
                "dim": 32,
                "n_bins": size,
                "tokenizer": "tokenizers",
                "tokenizer_path": str(tokenizer),
            },
        },
        "mimi": {
            "dtype": "float32",
            "sample_rate": 24_000,
            "inner_dim": 8,
            "outer_dim": 32,
            "channels": 1,
            "frame_rate": 12.5,
            "seanet": {
                "dimension": 32,
                "channels": 1,
                "n_filters": 4,
                "n_residual_layers": 1,
                "ratios": [6, 5, 4],
                "kernel_size": 7,
                "residual_kernel_size": 3,
                "last_kernel_size": 3,
                "dilation_base": 2,
                "pad_mode": "constant",
                "compress": 2,
            },
            "transformer": transformer
            | {
                "layer_scale": 0.01,
                "context": 50,
                "dim_feedforward": 64,
                "input_dimension": 32,
                "output_dimensions": [32],
            },
            "quantizer": {"dimension": 8, "output_dimension": 32},
        },
    }
