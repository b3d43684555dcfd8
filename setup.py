"""What pyproject.toml cannot say: the judge's inner loops are compiled, where there is a C compiler."""

from Cython.Build import cythonize
from setuptools import Extension, setup

LEARNED = "waihu.evaluators.language.learned"
MODULES = [f"{LEARNED}.{name}" for name in ("convolution", "table")]

compiled = cythonize([Extension(name, [f"{name.replace('.', '/')}.py"]) for name in MODULES], build_dir="build")
for extension in compiled:
    extension.optional = True  # Without a compiler the same module runs as Python. Said here: cythonize forgets it.

setup(ext_modules=compiled)
