"""The training loop: transformers' Trainer, with our scores, logs and checkpoints.

References:
    https://huggingface.co/docs/transformers/main_classes/trainer
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_utils import rotate_checkpoints

from imagecraft.training.frame import callbacks
from imagecraft.training.frame.checkpoints import best_of, mark, unmark
from imagecraft.training.frame.job import Batch, Job
from imagecraft.training.frame.logs import Sink
from imagecraft.training.frame.networks import settle_statistics
from imagecraft.training.frame.numbers import Numbers
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.settings import Settings

SETTLED = 16  # batches that normalisation is measured on before a scoring
MOST_LOGGED = 200  # lines of loss that a run's log has, about


def steps_of(settings: Settings, examples: int, devices: int = 1) -> tuple[int, int]:
    """Steps of a run, and steps of an epoch; each device takes a batch of its own in a step."""
    batches = math.ceil(examples / settings.batch) - _leaves_one(settings, examples)
    epoch = max(1, math.ceil(math.ceil(batches / devices) / settings.accumulate))
    whole = max(1, math.ceil(epoch * settings.epochs))
    return (min(whole, settings.max_steps) if settings.max_steps else whole), epoch


def _leaves_one(settings: Settings, examples: int) -> bool:
    """Whether the last batch would have a single example, which layers that normalise cannot take."""
    return examples > settings.batch and examples % settings.batch == 1


def epochs_run(run: Run) -> float:
    """How often a run went through its data, whatever was asked for; parts of a time count too."""
    return max((round(float(row["epoch"]), 2) for row in run.rows() if row.get("epoch")), default=0.0)


def fit(
    job: Job,
    run: Run,
    numbers: Numbers,
    checkpoint: Path | None,
    sinks: Sequence[Sink],
    log: Callable[[str], None],
) -> tuple[dict[str, float], bool]:
    """Train a job's model; at the end it is the best one.

    Args:
        job: What to train.
        run: Where checkpoints go.
        numbers: Device and number format.
        checkpoint: To go on from; None to start.
        sinks: Take the numbers.
        log: Takes what a user should read.

    Returns:
        The best model's scores, and whether the user stopped the run before its end (a checkpoint is there
        then).

    Raises:
        InvalidInput: if the best checkpoint that `checkpoint` knows of is gone or damaged.
    """
    total, epoch = steps_of(job.settings, len(job.training), numbers.devices)
    stop, best = callbacks.Stop(), callbacks.Best(job)
    others: list[TrainerCallback] = [
        callbacks.BestIsHere(best_of(checkpoint) if checkpoint else None),
        callbacks.Epochs(job.training),
        callbacks.LastIsScored(),
        callbacks.Numbers(sinks, log),
    ]
    if job.settings.patience:
        others.append(callbacks.Patience(job.settings.patience))
    trainer = _Trainer(
        model=job.model,
        args=_arguments(job, run, numbers, total, epoch),
        data_collator=job.collate,
        train_dataset=job.training,
        eval_dataset=job.validation,
        compute_loss_func=_loss_of(job),
        callbacks=[stop, best, *others],
    )
    trainer.job, trainer.checkpoints = job, run.checkpoints
    trainer.remove_callback(PrinterCallback)
    with stop.listening():
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    # Without accelerate's own autocast: a finished model computes with the numbers its weights have.
    job.model = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    return best.scores, stop.asked and trainer.state.global_step < total


class _Trainer(Trainer):
    """A Trainer that adds the job's own scores to the validation loss.

    Every loss here is a mean of its batch, so that those of accumulated batches are to be averaged. Trainer
    leaves that out where a loss might have been divided by the count of labels of all of them.
    """

    job: Job
    checkpoints: Path
    loss_is_scaled_for_ga = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.model_accepts_loss_kwargs = False

    def _save_checkpoint(self, *given: Any, **options: Any) -> None:
        """Older checkpoints are removed only once this one is known to be whole."""
        folder = self.checkpoints / f"checkpoint-{self.state.global_step}"
        limit, self.args.save_total_limit = self.args.save_total_limit, None
        if self.args.should_save:
            unmark(folder)
        try:
            super()._save_checkpoint(*given, **options)
        finally:
            self.args.save_total_limit = limit
        self.accelerator.wait_for_everyone()
        if self.args.should_save:
            mark(folder)
            rotate_checkpoints(str(self.checkpoints), limit, self.state.best_model_checkpoint, use_mtime=True)

    def evaluation_loop(self, *arguments: Any, **options: Any) -> Any:
        settle_statistics(self.accelerator.unwrap_model(self.model), _some(self.job))
        output = super().evaluation_loop(*arguments, **options)
        metrics: Any = output.metrics
        model = self.accelerator.unwrap_model(self.model)
        for name, value in self.job.score(model, self.job.validation).items():
            metrics[callbacks.OF_EVALUATION + name] = value
        return output


def _some(job: Job) -> Iterator[Batch]:
    """A few batches of what is learnt from, drawn by chance, none of a single example.

    Sets are often read class by class: the first pictures alone would speak for one class.
    """
    size = min(job.settings.batch, len(job.training))
    places = np.random.default_rng(job.settings.seed).permutation(len(job.training)).tolist()
    for start in range(0, min(len(places) - size + 1, SETTLED * size), size):
        yield job.collate([job.training[place] for place in places[start : start + size]])


def _loss_of(job: Job) -> Callable[..., Any] | None:
    return (lambda outputs, labels, **_: job.loss(outputs, labels)) if job.has_own_loss else None


def _arguments(job: Job, run: Run, numbers: Numbers, total: int, epoch: int) -> TrainingArguments:
    settings = job.settings
    every = min(settings.evaluate_every or epoch, total)
    options: dict[str, Any] = {}
    if settings.gradient_checkpointing:
        options = {
            "activation_checkpointing": True,
            "activation_checkpointing_kwargs": {"use_reentrant": False},
        }
    return TrainingArguments(
        output_dir=str(run.checkpoints),
        per_device_train_batch_size=settings.batch,
        per_device_eval_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        average_tokens_across_devices=False,
        max_steps=total,
        learning_rate=settings.rate,
        lr_scheduler_type={"constant": "constant_with_warmup"}.get(settings.schedule, settings.schedule),
        warmup_steps=round(settings.warmup * total),
        weight_decay=settings.weight_decay,
        seed=settings.seed,
        bf16=numbers.precision == "bf16",
        fp16=numbers.precision == "fp16",
        use_cpu=numbers.device == "cpu",
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=settings.keep,
        load_best_model_at_end=True,
        metric_for_best_model={"validation_loss": "loss"}.get(job.best_score, job.best_score),
        greater_is_better=job.higher_is_better,
        logging_strategy="steps",
        logging_steps=max(1, total // MOST_LOGGED),
        logging_first_step=True,
        dataloader_num_workers=settings.workers,
        dataloader_pin_memory=numbers.device == "cuda",
        dataloader_drop_last=_leaves_one(settings, len(job.training)),
        prediction_loss_only=True,
        remove_unused_columns=False,
        label_names=["labels"],
        report_to="none",
        disable_tqdm=not sys.stderr.isatty(),
        log_level="error",
        **options,
    )
