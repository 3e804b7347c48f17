"""Collect the drawings of the poster painter into imagecraft/assets/drawings.json.

    npm pack @iconify-json/noto && tar xzf iconify-json-noto-*.tgz
    python docs/drawings.py package/icons.json

They are Noto Emoji's, Apache-2.0; each is the inside of an SVG of 128 by 128.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from imagecraft.assets import vocabulary

TARGET = Path(__file__).resolve().parents[1] / "imagecraft" / "assets" / "drawings.json"


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
        "side": 128,
        "drawings": {name: icons[name]["body"] for name in sorted(named | about)},
    }
    TARGET.write_text(json.dumps(drawings, indent=0, ensure_ascii=False) + "\n", "utf-8")
    print(f"{TARGET.name}: {len(named | about)} drawings, {TARGET.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
