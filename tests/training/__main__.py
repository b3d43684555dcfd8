"""Trains every model in the order in which they build on each other: `make train`."""

from __future__ import annotations

import subprocess
import sys

# Each in a process of its own: what a later one builds on is what the earlier one has written.
for name in ("asking", "breath", "closing", "callee", "turns", "matching"):
    subprocess.run([sys.executable, "-m", f"tests.training.{name}"], check=True)
