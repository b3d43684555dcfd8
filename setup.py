"""What pyproject.toml cannot say: the judge's inner loops are compiled, where there is a C compiler."""

from Cython.Build import cythonize
from setuptools import Extension, setup

TABLE = "waihu.evaluators.language.learned.table"

compiled = cythonize([Extension(TABLE, [f"{TABLE.replace('.', '/')}.py"])], build_dir="build")
for extension in compiled:
    extension.optional = True  # Without a compiler the same module runs as Python. Said here: cythonize forgets it.

setup(ext_modules=compiled)
