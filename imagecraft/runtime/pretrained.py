"""Models of transformers from a folder: safetensors only, no code from the folder, no network."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from imagecraft.runtime.neural import Place

MISSING_SHARE = 0.02
"""Share of a model's numbers that a folder may lack: buffers that older files leave out, never a layer."""
PICTURE_SETTINGS = "preprocessor_config.json"
PICTURE_KIND = "image_processor_type"
OLD_NAME, NAME = "FeatureExtractor", "ImageProcessor"
SMALL_FILES = (".json", ".txt", ".model", ".jinja")
"""What a processor may be read from; weights are not among them."""


def opened(family: Any, folder: Path, **options: Any) -> Any:
    """What a class of transformers or diffusers makes of a folder's files, and of nothing else.

    Code that comes with the files is never run: neither where their settings name it, nor where somebody
    would say "y" to transformers, which asks on the terminal wherever it is not told.

    Args:
        family: The class.
        folder: Where its files are.
        options: More for `from_pretrained`.

    Raises:
        OSError, ValueError: The files are damaged, of another class, or want code of their own.
    """
    import transformers.dynamic_module_utils

    # A pipeline of diffusers tells its parts of transformers nothing; with no time to answer it is not asked.
    transformers.dynamic_module_utils.TIME_OUT_REMOTE_CODE = 0
    return family.from_pretrained(folder, local_files_only=True, trust_remote_code=False, **options)


def network(
    family: str,
    folder: Path,
    place: Place,
    *,
    kinds: Collection[str] = (),
    entire: bool = False,
    **options: Any,
) -> Any:
    """A model, ready to be asked on its place.

    Args:
        family: Its class in transformers.
        folder: Where its files are.
        place: The device and number format that it is for.
        kinds: The `model_type`s of a configuration that are wanted; empty for all that `family` is meant for.
        entire: Whether no layer may be missing, however small: a head that is not in the files would answer
            by chance.
        options: More for `from_pretrained`.

    Raises:
        OSError, ValueError: The files are damaged or of another model.
    """
    import torch
    import transformers

    config = opened(transformers.AutoConfig, folder)
    maker = getattr(transformers, family)
    meant = getattr(maker, "config_class", None)  # an Auto class has none
    if (kinds and config.model_type not in kinds) or (meant and not isinstance(config, meant)):
        raise ValueError(f"a model of the kind {config.model_type}, not {' or '.join(kinds) or family}")
    loaded, found = opened(
        maker,
        folder,
        config=config,
        use_safetensors=True,
        dtype=getattr(torch, place.dtype),
        output_loading_info=True,
        **options,
    )
    missing = [loaded.get_parameter_or_buffer(name) for name in found["missing_keys"]]
    absent = sum(numbers.numel() for numbers in missing)
    beheaded = entire and any(isinstance(one, torch.nn.Parameter) and one.ndim > 1 for one in missing)
    if found["mismatched_keys"] or beheaded or absent > MISSING_SHARE * loaded.num_parameters():
        raise ValueError("its weights do not fit its configuration")
    return loaded.to(place.device).eval()


def processor(folder: Path, family: str = "AutoProcessor") -> Any:
    """What turns pictures, sounds and texts into a model's numbers; the same numbers on every machine.

    Raises:
        OSError, ValueError: The folder has none.
    """
    import transformers

    try:
        with _named_as_today(folder) as read:
            return opened(getattr(transformers, family), read, backend="pil")
    except ImportError as error:  # of those that also take films, which have no backend without torchvision
        raise ValueError(f"its processor is of another kind: {error}") from error


@contextmanager
def _named_as_today(folder: Path) -> Iterator[Path]:
    """A folder that calls its processor of pictures what it is called today.

    Until 2022 it was a feature extractor, as those for sounds still are. Files published then may give that
    name as the `image_processor_type`, which transformers 5 does not find. Such a folder's small files are
    copied to a passing one with the new name; any other folder is itself.

    Raises:
        OSError, ValueError: Its settings cannot be read.
    """
    settings = folder / PICTURE_SETTINGS
    told = json.loads(settings.read_text("utf-8")) if settings.is_file() else {}
    if not isinstance(told, dict):
        raise ValueError(f"{PICTURE_SETTINGS} holds no settings")
    kind = str(told.get(PICTURE_KIND))
    if not kind.endswith(OLD_NAME):
        yield folder
        return
    with TemporaryDirectory() as passing:
        for file in folder.iterdir():
            if file.suffix in SMALL_FILES and file.is_file():
                shutil.copyfile(file, Path(passing) / file.name)
        renamed = told | {PICTURE_KIND: kind.removesuffix(OLD_NAME) + NAME}
        (Path(passing) / PICTURE_SETTINGS).write_text(json.dumps(renamed), "utf-8")
        yield Path(passing)


def picture_processor(folder: Path) -> Any:
    """A processor for pictures and texts alone, of a model that could also be shown films.

    What films need (torchvision) is not loaded. Raises as `processor`.
    """
    import transformers
    from transformers.models.auto.processing_auto import PROCESSOR_MAPPING

    config = opened(transformers.AutoConfig, folder)
    if type(config) not in PROCESSOR_MAPPING:
        raise ValueError(f"transformers has no processor for {config.model_type}")
    family: Any = PROCESSOR_MAPPING[type(config)]
    settings, _ = family.get_processor_dict(folder, local_files_only=True)
    parts = {
        "image_processor": lambda: processor(folder, "AutoImageProcessor"),
        "tokenizer": lambda: processor(folder, "AutoTokenizer"),
    }
    made = [parts[name]() if name in parts else None for name in family.get_attributes()]
    # The check imports the classes for films to see whether None is one of them.
    unchecked: Any = type(family.__name__, (family,), {"check_argument_for_proper_class": lambda *_: None})
    return unchecked.from_args_and_dict(made, settings)
