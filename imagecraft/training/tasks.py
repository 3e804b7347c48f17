"""What can be trained: the settings of each task, where its job is, and what its help says.

Settings are kept apart from jobs, so that `imagecraft train --help` loads no torch.
"""

from __future__ import annotations

from dataclasses import dataclass

from imagecraft.training.captioner.settings import CaptionerSettings
from imagecraft.training.classifier.settings import ClassifierSettings
from imagecraft.training.frame.settings import Settings
from imagecraft.training.generator.settings import GeneratorSettings
from imagecraft.training.segmenter.settings import SegmenterSettings


@dataclass(frozen=True)
class Task:
    """Something that can be trained.

    Attributes:
        settings: What it can be told.
        module, job: Where its `Job` is.
        help: What `--help` says.
        packages: Packages it needs beyond those of all.
    """

    settings: type[Settings]
    module: str
    job: str
    help: str
    packages: tuple[str, ...] = ()


TASKS: tuple[Task, ...] = (
    Task(
        settings=CaptionerSettings,
        module="imagecraft.training.captioner.job",
        job="CaptionerJob",
        packages=("peft",),
        help="""Fine-tune a captioner (BLIP, Florence-2, PaliGemma) on pictures with captions.

    The data is COCO's JSON, or a CSV, TSV or JSON-lines table with the columns image and caption; without
    parts of its own a tenth is kept to score on. Look at it first with `imagecraft train check`. The run's
    folder has checkpoints, the log, plots, and in model/ what --model takes. Ctrl-C saves; --resume goes on.

    \b
    Examples:
      imagecraft train captioner --data captions.csv --out run --dry-run
      imagecraft train captioner --data captions.csv --out run --epochs 5 --patience 2
      imagecraft train captioner --resume run
      imagecraft caption photo.jpg --model blip-base@run/model
      accelerate launch -m imagecraft train captioner --data captions.csv --out run    (several GPUs)
    """,
    ),
    Task(
        settings=ClassifierSettings,
        module="imagecraft.training.classifier.job",
        job="ClassifierJob",
        packages=("onnx",),
        help="""Train a classifier (MobileNetV2) on a folder for each class.

    The data is DATA/train/CLASS and DATA/val/CLASS, or just DATA/CLASS, of which a fifth is kept to score on;
    or a table with the columns image and label. The run gets a table of mistakes (plots/confusion.png,
    confusion.csv), and in model/ the network for transformers, model.onnx, and model_info.json.

    \b
    Examples:
      imagecraft train classifier --data flowers --out run --dry-run
      imagecraft train classifier --data flowers --out run --augment strong --patience 5
      imagecraft train classifier --data flowers --out run --base none    (no model needed)
      imagecraft tag photo.jpg --model mobilenet@run/model
    """,
    ),
    Task(
        settings=SegmenterSettings,
        module="imagecraft.training.segmenter.job",
        job="SegmenterJob",
        packages=("onnx",),
        help="""Train a segmenter (SegFormer, DeepLabV3+ on MobileNetV2) on pictures with masks.

    The data is images/ and masks/ (PNGs of class numbers, names in classes.txt), LabelMe's files, or COCO's
    instances; without parts of its own a tenth is kept to score on. Scores are the mean IoU and each class's.
    In model/ are the network for --model, model.onnx, and model_info.json.

    \b
    Examples:
      imagecraft train segmenter --data street --out run --dry-run
      imagecraft train segmenter --data street --out run --base deeplab-mobilenet --side 513
      imagecraft train segmenter --data street --out run --base none --architecture deeplab
      imagecraft segment photo.jpg -o overlay.png --model segformer-b0@run/model
    """,
    ),
    Task(
        settings=GeneratorSettings,
        module="imagecraft.training.generator.job",
        job="GeneratorJob",
        help="""Experimental: train a network that makes a second of sound straight from a picture.

    The data is a table with the columns image, caption and sound; `imagecraft train prepare speech` makes one
    of pictures with captions. Scores are errors of 80 bands by 64 frames, and their spectral convergence.

    \b
    Examples:
      imagecraft train prepare speech --data captions.csv --out spoken
      imagecraft train generator --data spoken --out run
      imagecraft image-to-soundscape photo.jpg -o sound.wav --model generator@run/model
    """,
    ),
)
