"""How much memory and time a run will take, measured on one batch before it starts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.training.frame.job import Job
from imagecraft.training.frame.numbers import Numbers

ADAM_NUMBERS = 2  # moments that AdamW keeps for every weight it changes
NUMBER_BYTES = 4
SAFE_SHARE = 0.9  # of the memory there is


@dataclass(frozen=True)
class Estimate:
    """What a run will take.

    Attributes:
        parameters: Weights of the model.
        trained: Weights that change.
        steps: Steps of the run.
        seconds_per_step: Of learning, on this machine.
        memory_bytes: Weights, gradients, the optimizer's state and what the backward pass keeps.
        available_bytes: What the device has free.
        device: Where it runs, in torch's words.
        loss: Of the batch it was measured on, before anything was learnt.
    """

    parameters: int
    trained: int
    steps: int
    seconds_per_step: float
    memory_bytes: int
    available_bytes: int
    device: str
    loss: float

    @property
    def fits(self) -> bool:
        """Whether the memory will do."""
        return self.memory_bytes <= SAFE_SHARE * self.available_bytes

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self) | {"fits": self.fits}

    def lines(self) -> list[str]:
        """The estimate in words."""
        share = 100 * self.trained / max(1, self.parameters)
        lines = [
            f"model: {self.parameters / 1e6:.1f} million weights; {self.trained / 1e6:.2f} million learn "
            f"({share:.1f} %)",
            f"memory: about {_bytes(self.memory_bytes)} of {_bytes(self.available_bytes)} on {self.device}",
            f"time: about {_duration(self.seconds_per_step * self.steps)} for {self.steps} steps of "
            f"{self.seconds_per_step:.2g} s; scores and checkpoints come on top",
        ]
        if not self.fits:
            lines.append(
                "warning: that memory will hardly do. Try a smaller --batch with more --accumulate, "
                "--gradient-checkpointing, or (for captioners) --method lora."
            )
        return lines


def save_memory(job: Job) -> None:
    """Have the model compute anew in the backward pass what it would keep, where it is told to.

    Raises:
        InvalidInput: if the model cannot.
    """
    if not job.settings.gradient_checkpointing:
        return
    try:
        job.model.activation_checkpointing_enable(activation_checkpointing_kwargs={"use_reentrant": False})
    except ValueError as error:
        raise InvalidInput(
            "This model cannot learn with --gradient-checkpointing.",
            "Leave it out; a smaller --batch with more --accumulate saves memory too.",
        ) from error


def estimate(job: Job, numbers: Numbers, steps: int) -> Estimate:
    """Learn from one batch twice, with nothing changed afterwards: the model, its statistics, and chance."""
    import torch

    device = numbers.device
    available = numbers.free_bytes()  # before the trial, whose memory stays reserved
    model = job.model.to(device)
    count = min(job.settings.batch, len(job.training))
    devices = [torch.cuda.current_device()] if device == "cuda" else []
    with _as_before(model), torch.random.fork_rng(devices):
        model.train()
        batch = job.collate([job.training[place] for place in range(count)])
        batch = {name: value.to(device) for name, value in batch.items()}
        with _kept_bytes(model) as kept:
            _learn(job, model, batch, numbers)
        started = time.perf_counter()
        loss = _learn(job, model, batch, numbers)
        seconds = (time.perf_counter() - started) * job.settings.accumulate
    weights = sum(_size(weight) for weight in model.parameters())
    learning = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    return Estimate(
        parameters=sum(weight.numel() for weight in model.parameters()),
        trained=learning,
        steps=steps,
        seconds_per_step=seconds,
        memory_bytes=weights + learning * NUMBER_BYTES * (1 + ADAM_NUMBERS) + kept[0],
        available_bytes=available,
        device=device,
        loss=loss,
    )


def _learn(job: Job, model: Any, batch: dict[str, Any], numbers: Numbers) -> float:
    with numbers.autocast():
        if job.has_own_loss:
            labels = batch["labels"]
            outputs = model(**{name: value for name, value in batch.items() if name != "labels"})
            loss = job.loss(outputs, labels)
        else:
            loss = model(**batch).loss
    loss.backward()
    model.zero_grad(set_to_none=True)
    return float(loss.detach())


@contextmanager
def _kept_bytes(model: Any) -> Iterator[list[int]]:
    """Bytes that the backward pass keeps from the forward pass, the weights themselves not counted."""
    from torch.autograd.graph import saved_tensors_hooks

    total = [0]
    seen = {weight.untyped_storage().data_ptr() for weight in model.parameters()}

    def count(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in seen:
            seen.add(storage.data_ptr())
            total[0] += storage.nbytes()
        return tensor

    with saved_tensors_hooks(count, lambda tensor: tensor):
        yield total


@contextmanager
def _as_before(model: Any) -> Iterator[None]:
    """Put running statistics and the mode back afterwards."""
    import torch

    buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
    training = model.training
    try:
        yield
    finally:
        with torch.no_grad():
            for name, buffer in model.named_buffers():
                buffer.copy_(buffers[name])
        model.train(training)


def _size(weight: Any) -> int:
    return int(weight.numel() * weight.element_size())


def _bytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
