"""YAML files whose errors name the file and the line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import ScalarString

M = TypeVar("M", bound=BaseModel)
Path_ = tuple[str | int, ...]

_SAYS = {
    "missing": "is missing, add it",
    "extra_forbidden": "is not a known key, remove it or correct its spelling",
}


def _plain(node: Any) -> Any:
    """The node without ruamel's own types."""
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(item) for item in node]
    if isinstance(node, ScalarString):
        return str(node)
    if type(node) in (str, bool, type(None)) or isinstance(node, date):
        return node
    if isinstance(node, int):
        return int(node)
    return float(node) if isinstance(node, float) else node


@dataclass
class YamlFile:
    """One parsed file: `data` as plain Python; `where()` finds the line of a path in it."""

    path: Path
    data: Any = None
    errors: list[str] = field(default_factory=list)
    _tree: Any = None

    @classmethod
    def read(cls, path: Path) -> YamlFile:
        """Parses the file; what is wrong with it stands in `errors`."""
        file = cls(path)
        try:
            file._tree = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
        except MarkedYAMLError as problem:
            mark = problem.problem_mark
            text = " ".join(str(problem.problem or problem.context).split())
            file.errors.append(f"{path}:{mark.line + 1 if mark else 1}: {text}; correct the YAML")
        except (OSError, UnicodeDecodeError, YAMLError) as problem:
            reason = getattr(problem, "strerror", None) or type(problem).__name__
            file.errors.append(f"{path}:1: cannot be read ({reason}); correct the path or the file")
        else:
            file.data = _plain(file._tree)
            if not isinstance(file.data, dict):
                file.errors.append(f"{path}:1: the file holds no mapping; write `key: value` lines")
        return file

    def line(self, *path: str | int) -> int:
        """The line (from 1) of a path of keys and indices; of its nearest parent if it is absent."""
        node, line = self._tree, 1
        for step in path:
            try:
                if isinstance(node, CommentedMap) and step in node:
                    line = node.lc.key(step)[0] + 1
                    node = node[step]
                elif isinstance(node, CommentedSeq) and isinstance(step, int):
                    line = node.lc.item(step)[0] + 1
                    node = node[step]
            except (KeyError, IndexError):
                break
        return line

    def error(self, what: str, *path: str | int) -> str:
        """An error sentence with file and line."""
        return f"{self.path}:{self.line(*path)}: {what}"

    def model(self, kind: type[M]) -> M | None:
        """The data as a model; None and all its errors in `errors` if it does not fit."""
        if self.errors:
            return None
        try:
            return kind.model_validate(self.data)
        except ValidationError as problem:
            for issue in problem.errors():
                name = ".".join(str(part) for part in issue["loc"]) or "the file"
                says = _SAYS.get(issue["type"]) or f"is wrong: {issue['msg']}, correct it"
                self.errors.append(self.error(f"`{name}` {says}", *issue["loc"]))
            return None
