"""The sample screens: kiosk_ui/tests/fixtures/kiosk.json and one file per part in fixtures/screens/.

A sample is the part of a view that differs from `base`. `python -m tests.kiosk_ui.samples` adds to every
file the fields that a model has gained, with their defaults: the page's own tests read the files as they are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from robot.web.view import KioskView

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "kiosk_ui" / "tests" / "fixtures"
KIOSK = FIXTURES / "kiosk.json"


def sample_files() -> dict[Path, dict[str, Any]]:
    """Every file with its screens by name. Raises ValueError when a name is given twice."""
    first = json.loads(KIOSK.read_text(encoding="utf-8"))["screens"]
    found: dict[Path, dict[str, Any]] = {KIOSK: first}
    for file in sorted((FIXTURES / "screens").glob("*.json")):
        found[file] = json.loads(file.read_text(encoding="utf-8"))
    names = [name for screens in found.values() for name in screens]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two sample screens have one name: {', '.join(sorted(twice))}")
    return found


def sample_base() -> dict[str, Any]:
    """What every sample has unless it says otherwise."""
    base: dict[str, Any] = json.loads(KIOSK.read_text(encoding="utf-8"))["base"]
    return base


def sample_parts() -> dict[str, dict[str, Any]]:
    """Every sample screen by name, as written."""
    return {name: part for screens in sample_files().values() for name, part in screens.items()}


def kiosk_screens() -> dict[str, KioskView]:
    """Every sample screen by name. Raises pydantic.ValidationError when the robot could not send it."""
    base = sample_base()
    return {name: KioskView.model_validate(base | part) for name, part in sample_parts().items()}


def fill() -> list[Path]:
    """Write every sample with all its fields; the files that changed."""
    base = sample_base()
    example = KioskView.model_validate(base | sample_parts()["idle"]).model_dump(mode="json")
    base |= {key: example[key] for key in example.keys() - base.keys() - sample_parts()["idle"].keys()}
    changed = []
    for file, screens in sample_files().items():
        filled = {}
        for name, part in screens.items():
            whole = KioskView.model_validate(base | part).model_dump(mode="json")
            filled[name] = {key: whole[key] for key in part}
        data = {"base": base, "screens": filled} if file == KIOSK else filled
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        if text != file.read_text(encoding="utf-8"):
            file.write_text(text, encoding="utf-8")
            changed.append(file)
    return changed


if __name__ == "__main__":
    for file in fill():
        print(file.relative_to(ROOT))
