"""YAML files whose errors name the file and the line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
Path_ = tuple[str | int, ...]

_SAYS = {
    "missing": "is missing, add it",
    "extra_forbidden": "is not a known key, remove it or correct its spelling",
    "string_type": "is no text, write it in quotes",
    "bool_type": "is neither true nor false, write one of them",
    "int_type": "is no whole number, write one without quotes",
    "dict_type": "is no list of `key: value` lines, write them",
    "model_type": "is no list of `key: value` lines, write them",
    "model_attributes_type": "is no list of `key: value` lines, write them",
    "tuple_type": "is no list, write [one, another] or lines with `-`",
    "list_type": "is no list, write [one, another] or lines with `-`",
}
# these say how many there are without the wrong ones
_COUNTS = ("too_short", "too_long")
_DEEPEST = 12
_TAG = "tag:yaml.org,2002:"


class _Loader(yaml.CSafeLoader):
    """libyaml's parser with the words of YAML 1.2: "ja", "yes" and 08:30 stay text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012, typed so by PyYAML


for _name, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", list("-+0123456789")),
    ("timestamp", r"\d{4}-\d{2}-\d{2}", list("0123456789")),
):
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(rf"^(?:{_pattern})$"), _first)


def _value(node: Any) -> Any:
    """The node as plain Python; keys are text. Raises MarkedYAMLError for what cannot be."""
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if not name or name in found:
                what = f"the key {name!r} is there twice" if name else "a key must be a word"
                raise yaml.MarkedYAMLError(problem=what, problem_mark=key.start_mark)
            found[name] = _value(value)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    text = str(node.value)
    match node.tag.removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "timestamp":
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise yaml.MarkedYAMLError(
                    problem=f"there is no day {text}", problem_mark=node.start_mark
                ) from None
    return text


@dataclass
class YamlFile:
    """One parsed file: `data` as plain Python; `line()` finds the line of a path in it."""

    path: Path
    data: Any = None
    errors: list[str] = field(default_factory=list)
    _tree: Any = None

    @classmethod
    def read(cls, path: Path) -> YamlFile:
        """Parses the file; what is wrong with it stands in `errors`."""
        file = cls(path)
        file._parse(lambda: path.read_text(encoding="utf-8"))
        return file

    @classmethod
    def foreign(cls, text: str, name: str = "") -> YamlFile:
        """The same for a text that somebody has sent: flat, and without aliases that make much of little."""
        file = cls(Path(name))
        try:
            depth = 0
            for event in yaml.parse(text, Loader=_Loader):
                depth += isinstance(event, yaml.CollectionStartEvent)
                depth -= isinstance(event, yaml.CollectionEndEvent)
                if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
                    what = "aliases (*) are not read" if isinstance(event, yaml.AliasEvent) else "too deep"
                    line = event.start_mark.line + 1 if event.start_mark else 1
                    file.errors.append(f"{name}:{line}: {what}; correct the YAML")
                    return file
        except yaml.YAMLError as problem:
            file._refuse(problem)
        else:
            file._parse(lambda: text)
        return file

    def _refuse(self, problem: yaml.YAMLError) -> None:
        mark = getattr(problem, "problem_mark", None)
        said = (
            getattr(problem, "problem", None) or getattr(problem, "context", None) or type(problem).__name__
        )
        text = " ".join(str(said).split())
        self.errors.append(f"{self.path}:{mark.line + 1 if mark else 1}: {text}; correct the YAML")

    def _parse(self, read: Callable[[], str]) -> None:
        path, file = self.path, self
        try:
            # Only nodes are composed here; no tag of a file makes an object.
            file._tree = yaml.compose(read(), Loader=_Loader)
            file.data = _value(file._tree) if file._tree else None
        except yaml.MarkedYAMLError as problem:
            file._refuse(problem)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
            reason = getattr(problem, "strerror", None) or type(problem).__name__
            file.errors.append(f"{path}:1: cannot be read ({reason}); correct the path or the file")
        else:
            if not isinstance(file.data, dict):
                file.errors.append(f"{path}:1: the file holds no mapping; write `key: value` lines")

    def line(self, *path: str | int) -> int:
        """The line (from 1) of a path of keys and indices; of its nearest parent if it is absent."""
        node, line = self._tree, 1
        for step in path:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == step), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line + 1, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
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
            issues = problem.errors()
            wrong = [issue["loc"] for issue in issues]
            self.errors += [
                self.told(issue)
                for issue in issues
                if issue["type"] not in _COUNTS
                or not any(loc != issue["loc"] and loc[: len(issue["loc"])] == issue["loc"] for loc in wrong)
            ]
            return None

    def told(self, issue: Any) -> str:
        """What a model's validation found (an item of `ValidationError.errors()`) as an error sentence."""
        # what something was taken for is no key of the file
        at = tuple(part for part in issue["loc"] if " " not in str(part))
        name = ".".join(str(part) for part in at) or "the file"
        return self.error(f"`{name}` {_says(issue)}", *at)


def _says(issue: Any) -> str:
    kind, about = issue["type"], issue.get("ctx") or {}
    if says := _SAYS.get(kind):
        return says
    match kind:
        case "too_short" | "too_long" if "actual_length" in about:
            least = about.get("min_length", about.get("max_length"))
            which = "at least" if kind == "too_short" else "at most"
            return f"has {about['actual_length']} of {which} {least} items, correct it"
        case "string_too_short":
            return "is empty, write something"
        case "literal_error" | "enum":
            return f"is not known, choose from {about['expected'].replace(' or ', ', ')}"
        case "string_pattern_mismatch":
            return f"does not have the right shape (pattern {about['pattern']}), correct it"
        case "value_error":
            return f"is wrong: {about['error']}; correct it"
    return f"is wrong: {issue['msg'][:1].lower()}{issue['msg'][1:]}; correct it"
