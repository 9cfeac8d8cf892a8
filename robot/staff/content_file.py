"""The edits as one YAML file: to look at, and to take them to another kiosk or town."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from pydantic import ValidationError

from dialogs.yamlfile import YamlFile
from robot.staff.content import Key
from robot.staff.content_overlay import DOCUMENT
from robot.staff.content_rules import Fault
from robot.web.content_view import KINDS, Document

ROOT = "rathauslotse_content"
FORMAT = 1
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,119}")


def written(edits: Mapping[Key, Document | None], today: date) -> str:
    """The edits as YAML; None of a document: withdrawn."""
    kinds: dict[str, Any] = {}
    for (kind, name), document in sorted(edits.items(), key=lambda item: item[0]):
        body = document.model_dump(exclude={"kind"}, exclude_defaults=True) if document else None
        kinds.setdefault(kind, {})[name] = body
    head = f"# Rathauslotse: Inhalte der Verwaltungsseite, {today.isoformat()}\n"
    body = {ROOT: FORMAT, **kinds}
    return head + yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=100)


class Read:
    """A file that somebody has sent: its edits, and everything that is wrong with it, with its line."""

    def __init__(self, text: str) -> None:
        self.edits: dict[Key, Document | None] = {}
        self.faults: list[Fault] = []
        self._file = YamlFile.foreign(text.replace("\x00", "\ufffd"), "file")
        if self._file.errors:
            for error in self._file.errors:
                line = re.match(r"[^:]*:(\d+): (.*)", error)
                at = min(int(line[1]), text.count("\n") + 1) if line else 1
                self._no_yaml(at, line[2] if line else error)
            return
        data = self._file.data
        if data.get(ROOT) != FORMAT:
            self._add(
                self._file.line(ROOT),
                f"Das ist keine Datei mit Inhalten: Es fehlt „{ROOT}: {FORMAT}“.",
                f"This is no file of contents: “{ROOT}: {FORMAT}” is missing.",
            )
            return
        for kind, named in data.items():
            if kind == ROOT:
                continue
            if kind not in KINDS or not isinstance(named, dict):
                self._unknown(kind)
                continue
            for name, body in named.items():
                self._take(kind, name, body)

    def line(self, key: Key, field: str) -> int:
        """The line of a field of one edit."""
        steps = [int(step) if step.isdigit() else step for step in field.split(".") if step]
        return self._file.line(*key, *steps)

    def _take(self, kind: str, name: str, body: Any) -> None:
        if not _NAME.fullmatch(name):
            self._unknown(kind, name)
            return
        if body is None:
            self.edits[kind, name] = None
            return
        if not isinstance(body, dict) or "kind" in body:
            self._unknown(kind, name)
            return
        try:
            self.edits[kind, name] = DOCUMENT.validate_python({**_as_typed(body), "kind": kind})
        except ValidationError as problem:
            for issue in problem.errors():
                loc = issue["loc"][1:]
                where = ".".join(str(part) for part in loc) or name
                self._add(
                    self._file.line(kind, name, *loc),
                    f"„{where}“ fehlt, ist unbekannt oder hat eine falsche Form.",
                    f"“{where}” is missing, unknown or has a wrong form.",
                )

    def _unknown(self, *path: str) -> None:
        self._add(
            self._file.line(*path),
            f"„{path[-1][:60]}“ ist hier unbekannt oder hat eine falsche Form.",
            f"“{path[-1][:60]}” is unknown here or has a wrong form.",
        )

    def _no_yaml(self, line: int, why: str) -> None:
        why = why.removesuffix("; correct the YAML")[:120]
        self._add(line, f"Das ist kein gültiges YAML ({why}).", f"This is no valid YAML ({why}).")

    def _add(self, line: int, german: str, english: str) -> None:
        self.faults.append(Fault(str(line), f"Zeile {line}: {german}", f"Line {line}: {english}"))


def _as_typed(value: Any) -> Any:
    """Days and numbers as they would be typed: who edits the file by hand need not quote them."""
    if isinstance(value, dict):
        return {key: _as_typed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_typed(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
