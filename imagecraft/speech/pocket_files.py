"""Where the files of Pocket TTS are: in the hub's cache, at the commits its package pins, or in a folder."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from imagecraft import catalog
from imagecraft.errors import ModelUnavailable
from imagecraft.speech.hub_files import HubFile

LISTENING_REPO = "kyutai/pocket-tts"
PLAIN, LISTENING, TOKENS = "weights_path_without_voice_cloning", "weights_path", "tokenizer_path"


@dataclass(frozen=True)
class Files:
    """What a network is loaded from.

    Attributes:
        settings: Its YAML, as the package has it.
        weights: Its safetensors.
        tokens: Its tokenizer.
        voice: The state of one voice; None for a voice that comes from a sample.
    """

    settings: Path
    weights: Path
    tokens: Path
    voice: Path | None = None


def here(wanted: list[tuple[str, str]], folder: str = "") -> set[str]:
    """The voices that can speak now, of those given with the networks of their languages."""
    if importlib.util.find_spec("pocket_tts") is None:
        return set()
    return {voice for network, voice in wanted if all(_places(network, voice, folder).values())}


def local(network: str, voice: str, folder: str = "") -> Files:
    """The files of a voice.

    Raises:
        ModelUnavailable: if one is missing.
    """
    return _whole(_places(network, voice, folder), network, voice)


def listening(network: str, folder: str = "") -> Files:
    """The files of the network that can take a voice from a sample.

    Raises:
        ModelUnavailable: if they are not here; the hint says how to get them.
    """
    places = _places(network, "", folder)
    if not folder:
        places["weights"] = HubFile.of(_settings(network)[LISTENING]).cached()
    if places["weights"] is None or places["tokens"] is None:
        raise ModelUnavailable(
            "The network that can take a voice from a sample is not on this machine.",
            f"Accept its licence at https://huggingface.co/{LISTENING_REPO}, set HF_TOKEN to your access "
            "token, and run: imagecraft voices --fetch sample",
        )
    return Files(_yaml(network, folder), places["weights"], places["tokens"])


def fetch(network: str, voice: str) -> None:
    """Download what a voice needs; for "sample", the network that listens. Raises ModelUnavailable."""
    settings = _settings(network)
    listens = voice == "sample"
    HubFile.of(settings[LISTENING if listens else PLAIN]).fetched()
    HubFile.of(settings["flow_lm"]["lookup_table"][TOKENS]).fetched()
    if not listens:
        _embedding(network, voice).fetched()


def _places(network: str, voice: str, folder: str) -> dict[str, Path | None]:
    """Weights, tokens and voice, each None where it is not on this machine."""
    if folder:
        base = Path(folder).expanduser() / "languages" / network
        named = {
            "weights": base / "model.safetensors",
            "tokens": base / "tokenizer.json",
            "voice": base / "embeddings" / f"{voice}.safetensors",
        }
        return {name: path if path.is_file() else None for name, path in named.items()}
    settings, other = _settings(network), catalog.card("pocket-tts").revision
    return {
        "weights": HubFile.of(settings[PLAIN]).cached(or_revision=other),
        "tokens": HubFile.of(settings["flow_lm"]["lookup_table"][TOKENS]).cached(or_revision=other),
        "voice": _embedding(network, voice).cached(),
    }


def _whole(places: dict[str, Path | None], network: str, voice: str) -> Files:
    weights, tokens, state = places["weights"], places["tokens"], places["voice"]
    if weights is None or tokens is None or state is None:
        raise ModelUnavailable(
            f"The files of the voice '{voice}' are not on this machine.",
            f"Fetch them with: imagecraft voices --fetch {voice}",
        )
    folder = weights.parent
    return Files(_yaml(network, str(folder.parent.parent)), weights, tokens, state)


def _embedding(network: str, voice: str) -> HubFile:
    """The state of a voice. The package pins it in code; the card's revision is the same commit."""
    card = catalog.card("pocket-tts")
    return HubFile(card.repo, f"languages/{network}/embeddings/{voice}.safetensors", card.revision)


def _yaml(network: str, folder: str) -> Path:
    """A folder's own settings of a network, where it has some; else the package's."""
    own = Path(folder).expanduser() / "languages" / network / "config.yaml"
    return own if own.is_file() else _package() / "config" / f"{network}.yaml"


@cache
def _settings(network: str) -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load((_package() / "config" / f"{network}.yaml").read_text("utf-8"))
    return found


def _package() -> Path:
    """The package's folder, found without importing it: an import loads torch."""
    spec = importlib.util.find_spec("pocket_tts")
    if spec is None or spec.origin is None:
        raise ModelUnavailable("The package pocket-tts is not installed.", catalog.card("pocket-tts").install)
    return Path(spec.origin).parent
