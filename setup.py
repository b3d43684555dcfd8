"""What pyproject.toml cannot say: the judge's inner loops are compiled, where there is a C compiler."""

from Cython.Build import cythonize
from setuptools import Extension, setup

TABLE = "waihu.evaluators.language.learned.table"

setup(
    ext_modules=cythonize(
        # Without a compiler the same module runs as Python.
        [Extension(TABLE, [f"{TABLE.replace('.', '/')}.py"], optional=True)],
        build_dir="build",
    )
)
