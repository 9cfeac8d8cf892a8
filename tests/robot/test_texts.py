"""Every text the robot itself shows or says is there."""

import re
from pathlib import Path

import pytest

from dialogs.texts import Texts
from hardware.ports import CardKind, Hint
from robot.cases.model import Provenance
from tests import musterstadt

ROOT = Path(__file__).resolve().parents[2]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "robot").rglob("*.py"))


@pytest.fixture(scope="module")
def texts() -> Texts:
    return musterstadt.texts()


def test_every_key_in_the_code_has_a_text(texts: Texts) -> None:
    keys = set(re.findall(r'"(screen\.[a-z_.]+[a-z_])"', CODE))
    assert len(keys) > 40
    assert not [key for key in sorted(keys) if not texts.variants("de", key)]


def test_every_button_has_a_label_and_every_label_a_way_to_say_it(texts: Texts) -> None:
    buttons = set(re.findall(r'(?<!_)button\("[a-z_:]+", "([a-z_]+)"', CODE))
    assert {"continue", "consent", "confirm", "finish"} <= buttons
    for name in buttons:
        assert texts.variants("de", f"screen.button.{name}")
        assert texts.variants("de", f"screen.say.{name}")


@pytest.mark.parametrize(
    "prefix,names",
    [
        ("screen.card", [kind.value for kind in CardKind]),
        ("screen.hint", [hint.value for hint in Hint]),
        ("screen.origin", [provenance.value for provenance in Provenance]),
        ("screen.brought", ["yes", "no", "unknown"]),
        *(
            (f"screen.condition.{device}", ["absent", "connecting", "degraded", "failed"])
            for device in ("hearing", "voice", "sound", "cards", "camera", "printer", "body")
        ),
        ("screen.condition.printer", ["no_paper"]),
        ("screen.condition.rasa", ["connecting", "failed"]),
        ("screen.device", ["hearing", "voice", "sound", "cards", "camera", "printer", "body", "rasa"]),
    ],
)
def test_every_kind_of_thing_has_its_sentence(texts: Texts, prefix: str, names: list[str]) -> None:
    assert not [name for name in names if not texts.variants("de", f"{prefix}.{name}")]
