"""A photo that was just chosen: can it be opened, and can the browser show it?"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from imagecraft.media.images import open_image
from imagecraft.ui.errors import NO_PROBLEM, problem
from imagecraft.ui.files import served, uploaded_path

PREVIEW_SIDE = 1280


def checked(value: Any) -> dict[str, Any]:
    """Take a photo in, with a preview where the browser cannot show it, or reject it with the reason."""
    try:
        picture = open_image(uploaded_path(value), max_side=PREVIEW_SIDE)
    except Exception as error:
        return {"photo": {"rejected": True}, "photo_problem": problem(error)}
    preview = None if value.get("shown") else served(_jpeg(picture.image), "preview.jpg")
    return {"photo": value | {"preview": preview, "taken": True}, "photo_problem": NO_PROBLEM}


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()
