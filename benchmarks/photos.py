"""Where the benchmarks look for captioned photos unless told otherwise."""

from pathlib import Path

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
