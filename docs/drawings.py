"""Collect the drawings of the poster painter into imagecraft/assets/drawings.json.

    npm pack @iconify-json/noto && tar xzf iconify-json-noto-*.tgz
    python docs/drawings.py package/icons.json

They are Noto Emoji's, Apache-2.0; each is the inside of an SVG of 128 by 128. Measured with each is the box
that it fills of that square, so that things stand on the ground with their feet.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import resvg_py
from PIL import Image

from imagecraft.assets import vocabulary

TARGET = Path(__file__).resolve().parents[1] / "imagecraft" / "assets" / "drawings.json"


SIDE = 128


def box(body: str) -> list[float]:
    """Left, top, right and bottom of what is drawn, as shares of the square."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{body}</svg>'
    image = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg, width=2 * SIDE, height=2 * SIDE)))
    edges = image.getchannel("A").point(lambda alpha: 255 * (alpha > 40)).getbbox() or (
        0,
        0,
        2 * SIDE,
        2 * SIDE,
    )
    return [round(edge / (2 * SIDE), 3) for edge in edges]


def in_lines(table: dict[str, object]) -> str:
    """The table as JSON with one entry a line."""
    lines = []
    for name, value in table.items():
        if isinstance(value, dict):
            entries = ",\n".join(f"{json.dumps(key)}: {json.dumps(entry)}" for key, entry in value.items())
            lines.append(f"{json.dumps(name)}: {{\n{entries}\n}}")
        else:
            lines.append(f"{json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}"


def main() -> int:
    icons = json.loads(Path(sys.argv[1]).read_text("utf-8"))["icons"]
    named = {look["draw"] for look in vocabulary("pictures").values() if "draw" in look}
    about = {name for scene in vocabulary("poster")["scenes"].values() for name, *_ in scene["about"]}
    missing = sorted((named | about) - set(icons))
    if missing:
        print(f"Noto Emoji has no {', '.join(missing)}.", file=sys.stderr)
        return 2
    drawings = {
        "source": "Noto Emoji by Google, from the npm package @iconify-json/noto",
        "license": "Apache-2.0",
        "side": SIDE,
        "boxes": {name: box(icons[name]["body"]) for name in sorted(named | about)},
        "drawings": {name: icons[name]["body"] for name in sorted(named | about)},
    }
    TARGET.write_text(in_lines(drawings) + "\n", "utf-8")
    print(f"{TARGET.name}: {len(named | about)} drawings, {TARGET.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
