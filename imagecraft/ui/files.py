"""Files on their way to and from the browser.

What the page's own widgets send is checked here: they are plain `gr.HTML`, so a visitor can send any value.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradio.context import LocalContext
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from imagecraft.errors import InvalidInput
from imagecraft.ui import strings


def uploaded_path(value: Any, words: Mapping[str, str] = strings.PHOTO_PROBLEMS) -> Path:
    """The file behind a widget's value, if it lies among the visitors' files.

    Args:
        value: What a browser sent: {"file": {"path": ...}}, or anything else.
        words: What is said where there is "none", and where it is "gone", each with its "_hint".

    Raises:
        InvalidInput: if there is no file, it is gone, or it lies anywhere else on this machine.
    """
    if not value:
        raise InvalidInput(words["none"], words["none_hint"])
    match value:
        case {"file": {"path": str(name)}} if "\0" not in name:
            path = Path(name).resolve()
            if path.is_relative_to(Path(get_upload_folder()).resolve()) and path.is_file():
                return path
    raise InvalidInput(words["gone"], words["gone_hint"])


def served(data: bytes, name: str) -> dict[str, Any]:
    """A file that a visitor may fetch until the page's files are cleared away.

    Gradio would forget it: it keeps account of files by control, and makes new ones for a session whenever an
    update leaves them as they are. So the file is entered among the uploads, whose account is the page's own.

    Args:
        data: Its bytes.
        name: What it is called when saved.
    """
    path = save_bytes_to_cache(data, name, get_upload_folder())
    page = LocalContext.blocks.get(None)
    if page is not None:
        page.upload_file_set.add(path)
    return {"path": path, "orig_name": name, "size": len(data), "meta": {"_type": "gradio.FileData"}}
