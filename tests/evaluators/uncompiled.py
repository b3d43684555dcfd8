"""The modules that the build compiles, as they are where nobody compiled them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from waihu.evaluators.language.learned import files


def uncompiled(name: str) -> ModuleType:
    """The module `name` of evaluators/language/learned, from its source."""
    made = f"waihu.evaluators.language.learned.{name}_of_python"
    spec = importlib.util.spec_from_file_location(made, Path(files.__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[made] = module
    spec.loader.exec_module(module)
    return module
