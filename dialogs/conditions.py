"""Conditions of the catalogue (`when:`): CEL expressions over the choices."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import islice, product
from typing import Annotated, Any

import cel
from pydantic import AfterValidator, Field

Choices = Mapping[str, str]

_LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"")
# so many combinations of answers are tried
_CASES = 5_000


@cache
def program(source: str) -> Any:
    """The compiled expression. Raises ValueError if it does not parse."""
    return cel.compile(source)


def _cel(source: str) -> str:
    if not source.strip():
        raise ValueError("the condition is empty, remove the key")
    try:
        program(source)
    except ValueError as problem:
        reason = str(problem).splitlines()[0].partition("ERROR: ")[2] or "no CEL expression"
        raise ValueError(f"the condition does not parse ({reason})") from None
    return source


Condition = Annotated[str, AfterValidator(_cel), Field(json_schema_extra={"minLength": 1})]


def literals(source: str) -> list[str]:
    """The texts in quotes that a condition compares with."""
    return [one or other for one, other in _LITERAL.findall(source)]


def faults(source: str, possible: Mapping[str, Collection[str]]) -> Iterator[str]:
    """What is wrong with a condition over these questions and their answers, though it parses."""
    compiled = program(source)
    names = sorted(compiled.variables())
    if unknown := [name for name in names if name not in possible]:
        for name in unknown:
            yield f"`when` names {name!r}, but no question fills it; correct the name"
        return
    if not names:
        yield "`when` names no question, so it decides nothing; remove it or correct it"
        return
    answers = sorted({answer for name in names for answer in possible[name]})
    wrong = [value for value in literals(source) if value not in answers]
    for value in wrong:
        yield f"{' and '.join(names)} is never {value!r}; choose from {', '.join(answers)}"
    if wrong:
        return
    results = set()
    for case in islice(product(*(sorted(possible[name]) for name in names)), _CASES):
        try:
            result = compiled.execute(dict(zip(names, case, strict=True)))
        except Exception as problem:  # whatever the library calls it
            reason = str(problem).splitlines()[0][:80]
            yield f"`when` cannot be decided ({reason}); compare answers with == or in"
            return
        if not isinstance(result, bool):
            yield "`when` is neither true nor false; compare answers with == or in"
            return
        results.add(result)
    if results == {False}:
        yield "`when` never holds, whatever is answered; correct it"


def holds(when: str, choices: Choices) -> bool | None:
    """Whether the condition holds; None while it depends on a choice that is not known yet."""
    if not when:
        return True
    compiled = program(when)
    known = {name: value for name, value in choices.items() if value}
    if not set(compiled.variables()) <= set(known):
        return None
    return bool(compiled.execute(known))
