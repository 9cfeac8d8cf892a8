"""Rasa's own command line with two things quicker; runs in Rasa's environment: `python serve.py run …`.

Rasa checks every answer of the action endpoint with `jsonschema.validate`, which first checks the schema
itself: 17 ms per action call, for a schema that never changes. Here each schema is checked once. And it
looks through all kinds of events for each event it reads; here each name is looked up once.
"""

from __future__ import annotations

import importlib
import json
import sys
from functools import lru_cache
from typing import Any


def quicken(jsonschema: Any) -> None:
    """Replaces `jsonschema.validate` by one that keeps its validators; what it accepts stays the same."""

    @lru_cache(maxsize=32)
    def validator(schema: str) -> Any:
        parsed = json.loads(schema)
        kind = jsonschema.validators.validator_for(parsed)
        kind.check_schema(parsed)
        return kind(parsed)

    def validate(instance: Any, schema: dict[str, Any]) -> None:
        error = jsonschema.exceptions.best_match(validator(json.dumps(schema)).iter_errors(instance))
        if error is not None:
            raise error

    jsonschema.validate = validate


def remember_kinds(event: Any) -> None:
    """Lets `event.resolve_by_type` (Rasa's class Event) look each name up once."""
    event.resolve_by_type = staticmethod(lru_cache(maxsize=128)(event.resolve_by_type))


if __name__ == "__main__":
    quicken(importlib.import_module("jsonschema"))
    remember_kinds(importlib.import_module("rasa.shared.core.events").Event)
    # Rasa reads the command from sys.argv, which already holds it.
    sys.exit(importlib.import_module("rasa.__main__").main())
