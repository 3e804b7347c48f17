"""How the describer learns: to write as people do, then to be worth much by CIDEr-D and invent little."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from imagecraft.captioning.licences import LOOK_AHEAD, count_words
from imagecraft.training.language import Language
from imagecraft.training.network import LONGEST, Network

NEVER = -1e4
CLIP = 1.0


@dataclass(frozen=True, eq=False)
class Batch:
    """Pictures to learn from.

    Attributes:
        rows: Evidence, int64 (n, ROWS, COLUMNS).
        permits: What may be said, bool (n, 3, tokens).
        sentences: What to say: token numbers, each with neither start nor end.
        pictures: Numbers of the pictures, to be handed to the judge.
    """

    rows: np.ndarray
    permits: np.ndarray
    sentences: Sequence[Sequence[int]]
    pictures: Sequence[int]


class Rules:
    """What may be said next, as masks to add to log-odds."""

    def __init__(self, language: Language) -> None:
        self.end, self.start = language.end, language.start
        self._follows = torch.from_numpy(language.follows)
        self._excludes = torch.from_numpy(language.excludes).float()
        self._leads = self._follows.float().T.contiguous()
        self._kinds = torch.from_numpy(count_words(language.tokens))
        self._acting = torch.from_numpy(language.acting)
        self._joining = torch.from_numpy(language.joining)
        self._objects = torch.from_numpy(language.objects)

    def permits(self, allowed: np.ndarray) -> Tensor:
        """(n, 3, tokens) -> (n, 3, tokens + 2), the end allowed and the start not."""
        ends = np.tile([True, False], (*allowed.shape[:2], 1))
        return torch.from_numpy(np.concatenate([allowed, ends], 2))

    def next_place(self, permits: Tensor, earlier: Tensor, last: Tensor, excluded: Tensor) -> Tensor:
        """Mask for the word after `earlier` and `last`, each (n,); `excluded` bool (n, tokens + 2)."""
        doing = self._acting[earlier] * self._joining[last]
        allowed = permits[torch.arange(len(last)), self._kinds[last]]
        allowed = allowed & self._follows[last] & self._objects[doing]
        allowed &= self._finishable(permits[:, 0] & ~excluded)
        allowed[:, self.end] |= ~allowed.any(-1)
        return torch.where(allowed, 0.0, NEVER)

    def _finishable(self, unused: Tensor) -> Tensor:
        """Of what may still be said, bool (…, tokens + 2), that from which a sentence can end."""
        ends = self._follows[:, self.end]
        found = unused & ends
        for _ in range(LOOK_AHEAD):
            found = unused & (ends | (found.float() @ self._leads > 0))
        found[..., self.end] = True
        return found

    def excluded_by(self, words: Tensor) -> Tensor:
        """What each of the words rules out for the rest of its sentence, bool (n, tokens + 2)."""
        return self._excludes[words] > 0

    def all_places(self, permits: Tensor, words: Tensor) -> Tensor:
        """Masks for all places of sentences so far, `words` (n, length) with the start first."""
        excluded = self._excludes[words].cumsum(1) > 0
        earlier = torch.cat([words[:, :1], words[:, :-1]], 1)
        doing = self._acting[earlier] * self._joining[words]
        allowed = permits[torch.arange(len(words))[:, None], self._kinds[words]]
        allowed = allowed & self._follows[words] & self._objects[doing]
        allowed &= self._finishable(permits[:, :1] & ~excluded)
        allowed[..., self.end] |= ~allowed.any(-1)
        return torch.where(allowed, 0.0, NEVER)


def imitate(
    network: Network, language: Language, batches: Iterator[Batch], *, steps: int, rate: float,
    log: Callable[[str], None], warm_up: int = 150, every: int = 100, check: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """Cross-entropy on people's sentences, among what the evidence allows."""
    rules = Rules(language)
    optimizer = torch.optim.AdamW(network.parameters(), rate, (0.9, 0.98), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / warm_up) * (0.05 + 0.95 * (1 - step / steps))
    )
    network.train()
    total = 0.0
    for step in range(1, steps + 1):
        loss = _imitation_loss(network, rules, next(batches))
        _descend(loss, network, optimizer)
        schedule.step()
        total += float(loss.detach())
        if step % every == 0:
            log(f"imitate {step}/{steps} loss {total / every:.4f}")
            total = 0.0
        if check is not None and step % (5 * every) == 0:
            network.eval()
            check()
            network.train()


def reinforce(
    network: Network, language: Language, batches: Iterator[Batch],
    judge: Callable[[int, list[list[int]]], list[float]], *, steps: int, rate: float, samples: int,
    imitation: Iterator[Batch], imitation_weight: float,
    log: Callable[[str], None], every: int = 20, check: Callable[[int], None] | None = None,
) -> None:  # fmt: skip
    """Self-critical training: sampled sentences that are worth more than their fellows become likelier.

    Args:
        judge: Worth of several sentences for a picture, by its number in the batch.
        samples: Sentences a picture; each is compared to the mean of the others.
        imitation: Batches that keep it fluent, `imitation_weight` of the loss.

    References:
        Rennie et al.: Self-critical Sequence Training for Image Captioning, CVPR 2017; Luo: A Better Variant
        of Self-Critical Sequence Training, 2020 (the mean of the other samples as the baseline).
    """
    rules = Rules(language)
    optimizer = torch.optim.AdamW(network.parameters(), rate, (0.9, 0.99), weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / 20) * (0.1 + 0.9 * (1 - step / steps))
    )
    network.eval()  # no dropout: what is sampled is what is judged
    total = 0.0
    for step in range(1, steps + 1):
        batch = next(batches)
        rows = torch.from_numpy(np.repeat(batch.rows, samples, 0))
        permits = rules.permits(np.repeat(batch.permits, samples, 0))
        drawn = sample(network, rules, rows, permits)
        worth = np.array(
            [
                judge(picture, drawn[i * samples : (i + 1) * samples])
                for i, picture in enumerate(batch.pictures)
            ]
        )
        advantage = (worth - worth.mean(1, keepdims=True)) * samples / (samples - 1)
        chances = _log_chances(network, rules, rows, permits, drawn)
        loss = -(torch.from_numpy(advantage.ravel()).float() * chances).mean() / 10
        loss = loss + imitation_weight * _imitation_loss(network, rules, next(imitation))
        _descend(loss, network, optimizer)
        schedule.step()
        total += float(worth.mean())
        if step % every == 0:
            words = np.mean([len(sentence) for sentence in drawn])
            log(f"reinforce {step}/{steps} worth {total / every:.4f} tokens {words:.1f}")
            total = 0.0
        if check is not None and step % every == 0:
            check(step)


@torch.no_grad()  # type: ignore[untyped-decorator]
def sample(
    network: Network, rules: Rules, rows: Tensor, permits: Tensor, *, greedy: bool = False
) -> list[list[int]]:
    """One sentence for each row of evidence, by chance or the likeliest word at each place."""
    count = len(rows)
    with torch.autocast("cpu", torch.bfloat16):
        memory, mask = network.encode(rows)
    earlier = words = torch.full((count,), rules.start)
    excluded = rules.excluded_by(words)
    sentences: list[Tensor] = []
    past = None
    for place in range(LONGEST - 1):
        with torch.autocast("cpu", torch.bfloat16):
            odds, past = network.step(words, torch.tensor([place]), past, memory, mask)
        odds = odds.float() + rules.next_place(permits, earlier, words, excluded)
        ended = words == rules.end
        odds[ended] = NEVER
        odds[ended, rules.end] = 0
        earlier, words = words, odds.argmax(-1) if greedy else torch.multinomial(odds.softmax(-1), 1)[:, 0]
        excluded |= rules.excluded_by(words)
        sentences.append(words)
        if bool((words == rules.end).all()):
            break
    table = torch.stack(sentences, 1).tolist()
    return [row[: row.index(rules.end)] if rules.end in row else row for row in table]


def _imitation_loss(network: Network, rules: Rules, batch: Batch) -> Tensor:
    chances = _log_chances(
        network,
        rules,
        torch.from_numpy(batch.rows),
        rules.permits(batch.permits),
        batch.sentences,
        means=True,
    )
    return -chances.mean()


def _log_chances(
    network: Network, rules: Rules, rows: Tensor, permits: Tensor, sentences: Sequence[Sequence[int]],
    *, means: bool = False,
) -> Tensor:  # fmt: skip
    """Log-probability of each sentence, its end included; of its mean word where `means`."""
    longest = max(len(sentence) for sentence in sentences) + 1
    words = torch.full((len(sentences), longest + 1), rules.end)
    words[:, 0] = rules.start
    real = torch.zeros(len(sentences), longest)
    for i, sentence in enumerate(sentences):
        words[i, 1 : len(sentence) + 1] = torch.tensor(sentence)
        real[i, : len(sentence) + 1] = 1
    inputs, targets = words[:, :-1], words[:, 1:]
    with torch.autocast("cpu", torch.bfloat16):
        odds = network(rows, inputs)
    odds = odds.float() + rules.all_places(permits, inputs)
    chances = odds.log_softmax(-1).gather(-1, targets[..., None])[..., 0].clamp(min=-20)
    summed = (chances * real).sum(1)
    return summed / real.sum(1) if means else summed


def _descend(loss: Tensor, network: Network, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
    optimizer.step()
