"""The trained network as the files of `imagecraft.captioning.describer`: two ONNX graphs, a vocabulary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from imagecraft.captioning.facts import COLUMNS, ROWS
from imagecraft.training.language import Language
from imagecraft.training.network import Ensemble, Network

OPSET = 17
RARITY_DIGITS = 3
SMALLEST_HALVED = 1024  # numbers; smaller tensors stay float32


def export(network: Network | Ensemble, language: Language, folder: Path) -> None:
    """Write encoder.onnx, decoder.onnx and vocabulary.json into a folder."""
    network.eval()
    folder.mkdir(parents=True, exist_ok=True)
    rows = torch.zeros(2, ROWS, COLUMNS, dtype=torch.int64)
    with torch.no_grad():
        memory, mask = _Encoder(network)(rows)
        past = torch.zeros(network.layers, 2, 2, *memory.shape[3:4], 1, memory.shape[-1])
        words, place = torch.zeros(2, dtype=torch.int64), torch.zeros(1, dtype=torch.int64)
        _write(
            _Encoder(network), (rows,), folder / "encoder.onnx", ["rows"], ["memory", "mask"],
            {"rows": {0: "n"}, "memory": {2: "n"}, "mask": {0: "n"}},
        )  # fmt: skip
        _write(
            _Step(network), (words, place, past, memory, mask), folder / "decoder.onnx",
            ["words", "place", "past", "memory", "mask"], ["odds", "grown"],
            {
                "words": {0: "n"}, "past": {2: "n", 4: "t"}, "memory": {2: "n"}, "mask": {0: "n"},
                "odds": {0: "n"}, "grown": {2: "n", 4: "u"},
            },
        )  # fmt: skip
    table = {
        "tokens": list(language.tokens),
        "heads": int(memory.shape[3]),
        "layers": network.layers,
        "rarity": [round(float(value), RARITY_DIGITS) for value in language.rarity],
        "follows": _packed(language.follows),
        "objects": _packed(language.objects),
    }
    (folder / "vocabulary.json").write_text(json.dumps(table, indent=0) + "\n", encoding="utf-8")


def _packed(table: np.ndarray) -> list[str]:
    """Rows of bits as hexadecimal numbers."""
    return [row.tobytes().hex() for row in np.packbits(table, axis=1)]


class _Encoder(nn.Module):  # type: ignore[misc]
    def __init__(self, network: Network | Ensemble) -> None:
        super().__init__()
        self.network = network

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        memory, mask = self.network.encode(rows)
        return torch.stack([torch.stack(pair) for pair in memory]), mask


class _Step(nn.Module):  # type: ignore[misc]
    def __init__(self, network: Network | Ensemble) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, words: Tensor, place: Tensor, past: Tensor, memory: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        layers = range(self.network.layers)
        odds, grown = self.network.step(
            words, place, [(past[i, 0], past[i, 1]) for i in layers],
            [(memory[i, 0], memory[i, 1]) for i in layers], mask,
        )  # fmt: skip
        return odds, torch.stack([torch.stack(pair) for pair in grown])


def _write(
    module: nn.Module, inputs: tuple[Any, ...], path: Path,
    names: list[str], outputs: list[str], axes: dict[str, Any],
) -> None:  # fmt: skip
    import onnx

    torch.onnx.export(
        module, inputs, str(path), input_names=names, output_names=outputs, dynamic_axes=axes,
        opset_version=OPSET, dynamo=False,
    )  # fmt: skip
    model = onnx.load(str(path))
    _halve(model)
    model.producer_version = ""
    onnx.save(model, str(path))


def _halve(model: Any) -> None:
    """Keep large weights as float16, cast in front of their users (onnxruntime folds that on loading)."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) >= SMALLEST_HALVED:
            name = tensor.name
            halved = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{name}.half")
            tensor.CopyFrom(halved)
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*casts, *nodes])
