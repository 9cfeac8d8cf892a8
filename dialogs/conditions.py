"""Conditions of the catalogue (`when:`): CEL expressions over the choices."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import cel
from pydantic import AfterValidator

Choices = Mapping[str, str]


@cache
def program(source: str) -> Any:
    """The compiled expression. Raises ValueError if it does not parse."""
    return cel.compile(source)


def _cel(source: str) -> str:
    try:
        program(source)
    except ValueError as problem:
        reason = str(problem).splitlines()[0].partition("ERROR: ")[2] or "no CEL expression"
        raise ValueError(f"the condition does not parse ({reason})") from None
    return source


Condition = Annotated[str, AfterValidator(_cel)]


def holds(when: str, choices: Choices) -> bool | None:
    """Whether the condition holds; None while it depends on a choice that is not known yet."""
    if not when:
        return True
    compiled = program(when)
    known = {name: value for name, value in choices.items() if value}
    if not set(compiled.variables()) <= set(known):
        return None
    return bool(compiled.execute(known))
