"""Models that a client of the HTTP API names."""

from __future__ import annotations

from imagecraft.errors import InvalidInput


def catalogue_model(model: str) -> str | None:
    """The model of the catalogue that a client names; None for the default.

    Raises:
        InvalidInput: if it names a folder of this machine (`ID@FOLDER`), which its own users alone may.
    """
    if "@" in model:
        raise InvalidInput("A folder cannot be named here.", "Name a model of the catalogue alone.")
    return model or None
