"""Stands in for TensorFlow and Keras, which Rasa imports for neural networks and our pipeline never calls.

Rasa's modules only need names from them while they are loaded: classes to inherit from, decorators, types for
annotations. `install` gives them such names; the libraries themselves (2 GB on the disk, 350 MB of memory,
half of what a start has to do) are not there. A component that computes with them gets none, and fails at its
training.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_LIBRARIES = ("tensorflow", "keras")


class _Name(type):
    """A class without content; each attribute is another one, as a decorator it leaves all as it is."""

    def __getattr__(cls, name: str) -> _Name:
        return _name(name)

    def __call__(cls, *given: Any, **options: Any) -> Any:
        return given[0] if given and callable(given[0]) else _name(cls.__name__)


def _name(name: str) -> _Name:
    if name.startswith("__"):  # what Python itself asks for is not there
        raise AttributeError(name)
    return _Name(name, (), {})


class _Module(ModuleType):
    """A module in which every name can be found."""

    def __getattr__(self, name: str) -> _Name:
        return _name(name)


class _Finder(MetaPathFinder, Loader):
    """Finds these libraries, and every module in them, here."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in _LIBRARIES else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def install() -> None:
    """From now on these imports give names only. To be called before Rasa is imported."""
    sys.meta_path.insert(0, _Finder())
