"""Pictures from wherever they come (a file, bytes, Pillow, an array), made upright RGB."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from imagecraft.errors import ImageCraftError, InvalidInput, ResourceExhausted
from imagecraft.media import pixels
from imagecraft.media.decoding import Decoded, check_size, damaged, decode
from imagecraft.media.files import quoted

MAX_BYTES = 50_000_000

_WEB_ADDRESS = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+://|data:|www\.)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture that is ready to be looked at.

    Attributes:
        image: RGB, upright, without transparency.
        notices: What the user should know about how it was opened; usually nothing.
        size: Width and height in pixels of the upright picture as the file holds it; `image` may be smaller.
    """

    image: Image.Image
    notices: tuple[str, ...] = ()
    size: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if self.size == (0, 0):
            object.__setattr__(self, "size", self.image.size)


ImageSource = str | Path | bytes | Image.Image | np.ndarray | Picture


def open_image(source: ImageSource, *, max_side: int | None = None) -> Picture:
    """Open a picture: upright, in RGB, transparency laid over white.

    Formats are recognised by their content, whatever the name says: JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF,
    BMP and PPM. Of an animation or a file of several pictures the first is taken. Colours become sRGB where
    the file brings a profile that says they are something else.

    Args:
        source: A path; the bytes of a file; a Pillow image; an array of shape (height, width) or
            (height, width, 1 | 3 | 4) in uint8, uint16, bool or floats from 0 to 1; or a `Picture`.
        max_side: Longest side in pixels that is needed. A larger picture is made smaller, which opens large
            JPEG files several times faster; `Picture.size` still tells the size in the file.

    Raises:
        InvalidInput: if there is no such file, it is no picture, is damaged, or is beyond `MAX_BYTES`,
            `decoding.MAX_PIXELS` or `decoding.MAX_ASPECT`.
        ResourceExhausted: if there is not enough memory.
    """
    if max_side is not None and max_side < 1:
        raise InvalidInput(f"A longest side of {max_side} pixels is not possible.", "Give at least 1.")
    if isinstance(source, Picture):
        smaller = pixels.shrink(source.image, max_side)
        return source if smaller is source.image else replace(source, image=smaller)
    name = _called(source)
    try:
        decoded = _decoded(source, max_side, name)
        image, turned, notices = pixels.upright_rgb(decoded.image, max_side)
    except ImageCraftError:
        raise
    except MemoryError as error:
        raise ResourceExhausted(
            f"{name} needs more memory than there is.", "Make it smaller first."
        ) from error
    except Exception as error:
        raise damaged(name) from error
    size = decoded.size[::-1] if turned else decoded.size
    return Picture(image, decoded.notices + notices, size)


def _decoded(source: ImageSource, max_side: int | None, name: str) -> Decoded:
    match source:
        case str() | Path():
            return decode(_read(source, name), max_side, name)
        case bytes() | bytearray():
            if len(source) > MAX_BYTES:
                raise _too_many_bytes(name, len(source))
            return decode(bytes(source), max_side, name)
        case Image.Image():
            check_size(source.size)
            source.load()
            return Decoded(source, source.size)
        case np.ndarray():
            if source.ndim >= 2:
                check_size((source.shape[1], source.shape[0]))
            image = pixels.from_array(source)
            return Decoded(image, image.size)
        case _:
            raise InvalidInput(
                f"A picture cannot be made from a value of type {type(source).__name__}.",
                "Give a path, the bytes of a file, a Pillow image or a numpy array.",
            )


def _read(source: str | Path, name: str) -> bytes:
    """The bytes of an ordinary file, at most `MAX_BYTES`."""
    if isinstance(source, str):
        if not source.strip():
            raise InvalidInput("No picture was given.", "Give the path of a picture.")
        if _WEB_ADDRESS.match(source):
            raise InvalidInput(
                f"{name} is a web address, not a file.", "Download it first, then give the file."
            )
    path = Path(source)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InvalidInput(f"{name} is a folder, not a picture.", "Give a picture in it.")
        if not stat.S_ISREG(status.st_mode):
            raise InvalidInput(f"{name} is not an ordinary file.", "Give a picture on disk.")
        if status.st_size > MAX_BYTES:
            raise _too_many_bytes(name, status.st_size)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InvalidInput(f"There is no file {name}.", "Check the name and the folder.") from error
    except PermissionError as error:
        raise InvalidInput(f"{name} may not be read.", "Check its permissions.") from error
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{name} cannot be read.", "Check the name and the disk it is on.") from error
    if len(data) > MAX_BYTES:
        raise _too_many_bytes(name, len(data))
    return data


def _too_many_bytes(name: str, size: int) -> InvalidInput:
    return InvalidInput(
        f"{name} has {size / 1e6:,.0f} MB; at most {MAX_BYTES // 1_000_000} can be opened.",
        "Save it smaller, or as JPEG.",
    )


def _called(source: ImageSource) -> str:
    """What errors call it, fit to begin a sentence."""
    if isinstance(source, str | Path):
        return _shown(source)
    return "The file" if isinstance(source, bytes | bytearray) else "The picture"


def _shown(source: str | Path) -> str:
    """A file's name, fit for a sentence."""
    name = str(source) if _WEB_ADDRESS.match(str(source)) else Path(source).name or str(source)
    return quoted(name)
