"""The describer's network: rows of evidence in, words out."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from imagecraft.captioning.facts import PROBABILITY_STEPS

WIDTH = 128
HEADS = 4
FEED = 384
ENCODER_LAYERS = 2
DECODER_LAYERS = 2
LONGEST = 20  # tokens
FACT_VALUES = PROBABILITY_STEPS + 1


class Attention(nn.Module):  # type: ignore[misc]
    """Multi-head attention whose keys and values come from outside."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key_value = nn.Linear(WIDTH, 2 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def keys_values(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """(n, length, width) -> two of (n, heads, length, width / heads)."""
        keys, values = self.key_value(states).chunk(2, -1)
        return _split(keys), _split(values)

    def forward(self, states: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """`mask` is added to the scores; None for none."""
        queries = _split(self.query(states))
        scores = queries @ keys.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5
        if mask is not None:
            scores = scores + mask
        mixed = scores.softmax(-1) @ values
        return self.out(mixed.transpose(1, 2).flatten(2))


class EncoderLayer(nn.Module):  # type: ignore[misc]
    """Attention to itself, then a feed-forward network, each with its norm before it."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.own = Attention()
        self.own_norm = nn.LayerNorm(WIDTH)
        self.feed_norm = nn.LayerNorm(WIDTH)
        self.feed = nn.Sequential(nn.Linear(WIDTH, FEED), nn.GELU(), nn.Linear(FEED, WIDTH))
        self.dropout = nn.Dropout(dropout)


class DecoderLayer(EncoderLayer):
    """The same, with attention to the evidence in between."""

    def __init__(self, dropout: float) -> None:
        super().__init__(dropout)
        self.cross = Attention()
        self.cross_norm = nn.LayerNorm(WIDTH)


class Network(nn.Module):  # type: ignore[misc]
    """Encoder and decoder.

    Args:
        concepts: How many concepts the input has.
        tokens: Size of the vocabulary, its start and end included.
        dropout: Share dropped in training.
    """

    def __init__(self, concepts: int, tokens: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.concepts = concepts
        self.concept = nn.Embedding(concepts + 1, WIDTH)
        self.facts = nn.ModuleList([nn.Embedding(FACT_VALUES, WIDTH) for _ in range(5)])
        self.word = nn.Embedding(tokens, WIDTH)
        self.place = nn.Embedding(LONGEST, WIDTH)
        self.encoder = nn.ModuleList([EncoderLayer(dropout) for _ in range(ENCODER_LAYERS)])
        self.decoder = nn.ModuleList([DecoderLayer(dropout) for _ in range(DECODER_LAYERS)])
        self.encoded_norm = nn.LayerNorm(WIDTH)
        self.decoded_norm = nn.LayerNorm(WIDTH)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0, 0.03)

    @property
    def layers(self) -> int:
        """Decoder layers."""
        return len(self.decoder)

    def encode(self, rows: Tensor) -> tuple[list[tuple[Tensor, Tensor]], Tensor]:
        """Rows (n, rows, 6) -> the decoder layers' keys and values, and the mask of unused rows."""
        mask = torch.zeros(rows.shape[:2], device=rows.device)
        mask = mask.masked_fill(rows[..., 0] == self.concepts, -1e4)[:, None, None, :]
        states = self.concept(rows[..., 0])
        for number, fact in enumerate(self.facts):
            states = states + fact(rows[..., number + 1])
        for block in self.encoder:
            normed = block.own_norm(states)
            states = states + block.dropout(block.own(normed, *block.own.keys_values(normed), mask))
            states = states + block.dropout(block.feed(block.feed_norm(states)))
        states = self.encoded_norm(states)
        return [block.cross.keys_values(states) for block in self.decoder], mask

    def forward(self, rows: Tensor, words: Tensor) -> Tensor:
        """Log-odds of every next word; words (n, length) -> (n, length, tokens)."""
        memory, mask = self.encode(rows)
        length = words.shape[1]
        causal = torch.full((length, length), -1e4, device=rows.device).triu(1)
        states = self.word(words) + self.place.weight[:length]
        for block, (keys, values) in zip(self.decoder, memory, strict=True):
            normed = block.own_norm(states)
            states = states + block.dropout(block.own(normed, *block.own.keys_values(normed), causal))
            states = self._rest(block, states, keys, values, mask)
        return self._words(states)

    def step(
        self,
        words: Tensor,
        place: Tensor,
        past: list[tuple[Tensor, Tensor]] | None,
        memory: list[tuple[Tensor, Tensor]],
        mask: Tensor,
    ) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """One word further: words (n,), their place (1,), the past -> log-odds (n, tokens), a longer past."""
        states = self.word(words)[:, None] + functional.embedding(place, self.place.weight)
        grown = []
        for number, (block, (keys, values)) in enumerate(zip(self.decoder, memory, strict=True)):
            normed = block.own_norm(states)
            own_keys, own_values = block.own.keys_values(normed)
            if past is not None:
                own_keys = torch.cat([past[number][0], own_keys], 2)
                own_values = torch.cat([past[number][1], own_values], 2)
            grown.append((own_keys, own_values))
            states = states + block.dropout(block.own(normed, own_keys, own_values, None))
            states = self._rest(block, states, keys, values, mask)
        return self._words(states)[:, 0], grown

    def _rest(
        self, block: DecoderLayer, states: Tensor, keys: Tensor, values: Tensor, mask: Tensor
    ) -> Tensor:
        states = states + block.dropout(block.cross(block.cross_norm(states), keys, values, mask))
        return states + block.dropout(block.feed(block.feed_norm(states)))

    def _words(self, states: Tensor) -> Tensor:
        return self.decoded_norm(states) @ self.word.weight.T


class Ensemble(nn.Module):  # type: ignore[misc]
    """Several networks that write together: of each word they say the mean of their log-odds.

    Args:
        members: Of the same concepts and tokens.
    """

    def __init__(self, members: Sequence[Network]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    @property
    def layers(self) -> int:
        """Decoder layers of all members."""
        return sum(member.layers for member in self.members)

    def encode(self, rows: Tensor) -> tuple[list[tuple[Tensor, Tensor]], Tensor]:
        """As `Network.encode`; the members' keys and values one after another."""
        encoded = [member.encode(rows) for member in self.members]
        return [pair for memory, _ in encoded for pair in memory], encoded[0][1]

    def step(
        self,
        words: Tensor,
        place: Tensor,
        past: list[tuple[Tensor, Tensor]],
        memory: list[tuple[Tensor, Tensor]],
        mask: Tensor,
    ) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """As `Network.step`."""
        odds, grown, first = [], [], 0
        for member in self.members:
            own = slice(first, first + member.layers)
            said, longer = member.step(words, place, past[own], memory[own], mask)
            odds.append(said)
            grown += longer
            first += member.layers
        return torch.stack(odds).mean(0), grown


def _split(states: Tensor) -> Tensor:
    return states.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)
