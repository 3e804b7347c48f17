"""Which optional packages and programs are there."""

from __future__ import annotations

import importlib.metadata
import shutil


class Lacking(str):
    """A sentence that says what this machine lacks, and how whoever runs the program gets it."""

    __slots__ = ()


def version(distribution: str) -> str:
    """Version of an installed package; empty when it is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def missing(distribution: str) -> Lacking | None:
    """One sentence saying how to install a package; None if it is there."""
    if version(distribution):
        return None
    return Lacking(f"The package {distribution} is not installed: pip install {distribution}.")


def java_missing() -> str | None:
    """One sentence saying that there is no Java; None if there is."""
    return (
        None
        if shutil.which("java")
        else "There is no Java on this machine (Debian: apt install default-jre)."
    )
