"""What a log says of an unexpected error never quotes what a citizen entered (DESIGN §1, silence)."""

import pytest
from pydantic import ValidationError

from robot.blame import blame
from robot.cases.model import FieldValue


def test_the_type_and_the_place_are_named_but_never_the_value() -> None:
    with pytest.raises(ValidationError) as caught:
        FieldValue.model_validate({"id": "surname", "label": "Familienname", "value": "MUSTERMANN"})
    assert "MUSTERMANN" in str(caught.value)
    said = blame(caught.value)
    assert said.startswith("ValidationError at ")
    assert "MUSTERMANN" not in said


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert blame(ValueError("x")) == "ValueError at an unknown place"
