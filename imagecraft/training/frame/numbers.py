"""The device and the number format that a run computes with."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.runtime.device import hardware
from imagecraft.runtime.memory import process_bytes

KERNEL_SAYS = Path("/proc/meminfo")


@dataclass(frozen=True)
class Numbers:
    """Where and how a run computes.

    Attributes:
        device: "cpu", "cuda" or "mps".
        precision: "bf16", "fp16" or "fp32": what products of matrices are computed in. Weights that learn
            are kept as fp32.
    """

    device: str
    precision: str

    @classmethod
    def chosen(cls, precision: str) -> Numbers:
        """The hardware's best, or what the user asks for.

        Raises:
            InvalidInput: if the hardware cannot compute with it.
        """
        import torch

        here = hardware()
        device = here.device if here.device != "cuda" or torch.cuda.is_available() else "cpu"
        best = {"bfloat16": "bf16", "float16": "fp16"}.get(here.dtype, "fp32")
        if precision == "auto":
            return cls(device, best if device == "cuda" or best != "fp16" else "fp32")
        if precision == "fp16" and device != "cuda":
            raise InvalidInput(
                "--precision fp16 needs a GPU; on a CPU it would overflow.", "Say bf16, fp32 or auto."
            )
        return cls(device, precision)

    @property
    def devices(self) -> int:
        """How many learn together: processes of a launcher, or the GPUs that this one sees."""
        import torch

        if "LOCAL_RANK" in os.environ:
            return max(1, int(os.environ.get("WORLD_SIZE", "1")))
        return max(1, torch.cuda.device_count()) if self.device == "cuda" else 1

    @property
    def dtype(self) -> Any:
        """The precision as torch's dtype."""
        import torch

        return {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}[self.precision]

    def autocast(self) -> Any:
        """A context in which matrices are multiplied in that precision."""
        import torch

        if self.precision == "fp32":
            return nullcontext()
        return torch.autocast(self.device, self.dtype)

    def free_bytes(self) -> int:
        """Memory that the device has free."""
        import torch

        if self.device == "cuda":
            free, _ = torch.cuda.mem_get_info()
            return int(free)
        return max(0, min(hardware().memory_bytes - process_bytes(), _available_bytes()))


def _available_bytes() -> int:
    """Main memory that no program uses, as Linux tells it; all there is on other systems."""
    try:
        for line in KERNEL_SAYS.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    except (OSError, ValueError, IndexError):
        pass
    return hardware().memory_bytes
