"""What a step says in the running service: the service's own words where its file has some, else ours."""

from __future__ import annotations

from robot.steps.stage import Stage


def key(stage: Stage, name: str) -> str:
    """Where the text `name` ("ticket.note") stands: `<service>.<name>` or `screen.<name>`."""
    own = name in stage.catalogue.service(stage.visit.service).texts
    return f"{stage.visit.service}.{name}" if own else f"screen.{name}"


def text(stage: Stage, name: str, **params: str) -> str:
    """That text in the visit's language."""
    return stage.text(key(stage, name), **params)


def place(stage: Stage, lang: str) -> str:
    """Where the service is done: name, floor and room; where people wait if its file names no place."""
    where = stage.catalogue.service(stage.visit.service).where
    found = stage.catalogue.place(where) if where else None
    if found is None:
        return stage.texts.get(lang, key(stage, "ticket.place"))
    parts = ["label", "floor", "room"] if found.room else ["label", "floor"]
    return ", ".join(stage.texts.get(lang, f"place.{found.id}.{part}") for part in parts)
