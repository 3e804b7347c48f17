"""What training does to networks of pictures before and after: opening them, exporting them to ONNX."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.files import replacing
from imagecraft.runtime import pretrained
from imagecraft.runtime.quiet import quietly
from imagecraft.training.frame.bases import Base, one_line
from imagecraft.training.frame.job import Batch

MOMENTUM = 0.1
OPSET = 17


def opened(class_name: str, base: Base, classes: tuple[str, ...], **options: Any) -> Any:
    """A network of transformers with a new last layer for these classes.

    Raises:
        InvalidInput: if the base is of another architecture.
        ModelUnavailable: if its weights cannot be loaded.
    """
    import transformers

    try:
        with quietly():
            return pretrained.opened(
                getattr(transformers, class_name),
                base.folder,
                use_safetensors=True,
                ignore_mismatched_sizes=True,
                **named(classes),
                **options,
            )
    except (OSError, RuntimeError) as error:
        raise ModelUnavailable(
            f"{base.name} cannot be loaded: {one_line(error)}", "Copy it whole."
        ) from error
    except ValueError as error:
        raise InvalidInput(
            f"{base.name} is no {class_name}: {one_line(error)}", "Choose another --base."
        ) from error


def named(classes: tuple[str, ...]) -> dict[str, Any]:
    """Classes as a configuration of transformers has them."""
    return {
        "id2label": dict(enumerate(classes)),
        "label2id": {name: number for number, name in enumerate(classes)},
    }


def mend_statistics(model: Any) -> None:
    """Let normalisation remember more than the last batch.

    MobileNetV2 in transformers has TensorFlow's momentum (0.997), which in torch's meaning keeps 0.3 percent
    of what was seen before; scores then jump from batch to batch.
    """
    import torch

    for layer in model.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = MOMENTUM


def settle_statistics(model: Any, batches: Iterable[Batch]) -> None:
    """Measure what normalisation goes by anew, for the weights as they are now.

    Running means lag behind weights that change fast; a network that has learnt in training then scores as
    if it had not.

    References:
        Wu, Johnson: Rethinking "Batch" in BatchNorm, 2021, arXiv:2105.07576 (precise BatchNorm).
    """
    import torch

    layers = [layer for layer in model.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
    if not layers:
        return
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None
    model.train()
    devices = [model.device] if model.device.type == "cuda" else []
    with torch.no_grad(), torch.random.fork_rng(devices):
        for batch in batches:
            model(pixel_values=batch["pixel_values"].to(model.device))
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum


def export_onnx(model: Any, side: int, path: Path) -> float:
    """Write a network as ONNX: input pixel_values (n, 3, side, side), output logits.

    Returns:
        The largest difference between the two networks' answers to a picture of noise.
    """
    import numpy as np
    import onnxruntime
    import torch

    class Logits(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.network = model

        def forward(self, pixel_values: Any) -> Any:
            return self.network(pixel_values=pixel_values).logits

    network = Logits().to("cpu").float().eval()
    picture = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    with replacing(path) as target, torch.no_grad():
        torch.onnx.export(
            network, (picture,), str(target), input_names=["pixel_values"], output_names=["logits"],
            dynamic_axes={"pixel_values": {0: "n"}, "logits": {0: "n"}}, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
        session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
        (theirs,) = session.run(None, {"pixel_values": picture.numpy()})
        return float(np.abs(theirs - network(picture).numpy()).max())


def write_info(path: Path, facts: Mapping[str, Any]) -> None:
    """Write what the first ImageCraft wrote beside its models: classes, sizes, epochs, accuracy."""
    with replacing(path) as target:
        target.write_text(json.dumps(dict(facts), indent=2) + "\n", "utf-8")
