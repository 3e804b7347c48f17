"""How captioning networks attend to a picture, quickly on the device that they are on."""

from __future__ import annotations

from types import MethodType
from typing import Any

AT_ONCE = 1 << 20  # weights of attention that are made at once on a CPU, to stay in its caches
PLACES = 48 * 48  # as many as Florence-2 has in most of its layers; the first have 16 times that
NAME = "imagecraft"  # of `attended`, among transformers' ways to attend


def attended(query: Any, key: Any, value: Any, scale: float) -> Any:
    """Scaled dot-product attention, nothing masked.

    On CPUs torch's fused step computes in float32. Where the numbers are bfloat16 two matrix products in that
    format take half its time or less.

    Args:
        query, key, value: (pictures, heads, places, width) each; any strides.
        scale: What the products are multiplied by.

    Returns:
        As `query`.
    """
    import torch

    if query.device.type != "cpu" or query.dtype is not torch.bfloat16:
        return torch.nn.functional.scaled_dot_product_attention(query, key, value, scale=scale)
    shape = query.shape
    query, key, value = (one.reshape(-1, *one.shape[2:]) for one in (query, key, value))
    together = max(1, AT_ONCE // (query.shape[1] * key.shape[1]))
    pieces = zip(query.split(together), key.split(together), value.split(together), strict=True)
    return torch.cat([_weighed(*piece, scale) for piece in pieces]).view(shape)


def _weighed(query: Any, key: Any, value: Any, scale: float) -> Any:
    import torch

    products = torch.baddbmm(query.new_empty(1, 1, 1), query, key.transpose(1, 2), beta=0, alpha=scale)
    return torch.bmm(products.softmax(-1), value)


def attend_in_blip(network: Any) -> None:
    """Let BLIP's view of a picture attend by `attended`; transformers does it in four steps.

    Args:
        network: A BlipForConditionalGeneration, changed in place.
    """
    from transformers.models.blip.modeling_blip import BlipAttention

    def forward(part: Any, hidden_states: Any, **_: Any) -> tuple[Any, None]:
        count, length, width = hidden_states.shape
        mixed = part.qkv(hidden_states)
        query, key, value = mixed.view(count, length, 3, part.num_heads, -1).permute(2, 0, 3, 1, 4)
        seen = attended(query, key, value, part.scale)
        return part.projection(seen.transpose(1, 2).reshape(count, length, width)), None

    attending: list[Any] = [
        part for part in network.vision_model.modules() if isinstance(part, BlipAttention)
    ]
    for part in attending:
        part.forward = MethodType(forward, part)


def attend_in_florence(network: Any) -> None:
    """Let Florence-2's view of a picture attend by `attended`, and on a CPU work through places in pieces.

    Args:
        network: A Florence2ForConditionalGeneration, changed in place.
    """
    from transformers import AttentionInterface
    from transformers.models.florence2.modeling_florence2 import Florence2VisionMLP

    def forward(
        _part: Any, query: Any, key: Any, value: Any, *_: Any, scaling: float, **_options: Any
    ) -> tuple[Any, None]:
        return attended(query, key, value, scaling).transpose(1, 2).contiguous(), None

    AttentionInterface.register(NAME, forward)
    network.model.vision_tower.set_attn_implementation(NAME)
    if network.device.type == "cpu":
        for part in network.model.vision_tower.modules():
            if isinstance(part, Florence2VisionMLP):
                _in_pieces(part)


def see_in_turn(part: Any) -> None:
    """Let a part of a network see pictures one after the other, which a CPU's caches hold better than many.

    Args:
        part: Called with `pixel_values` of pictures, it gives an object with `last_hidden_state`. It is
            changed in place.
    """
    import torch
    from transformers.modeling_outputs import BaseModelOutputWithPooling

    together = part.forward

    def forward(pixel_values: Any, **options: Any) -> BaseModelOutputWithPooling:
        seen = [together(one, **options).last_hidden_state for one in pixel_values.split(1)]
        return BaseModelOutputWithPooling(last_hidden_state=torch.cat(seen))

    part.forward = forward


def _in_pieces(part: Any) -> None:
    """Let a part take `PLACES` places of a picture at once, each of which it handles for itself."""
    import torch

    at_once = part.forward

    def forward(states: Any) -> Any:
        return torch.cat([at_once(some) for some in states.split(PLACES, dim=1)], dim=1)

    part.forward = forward
