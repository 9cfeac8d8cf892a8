"""What differs is drawn at one glance; a name that only a zone spells otherwise is no alarm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.cases.differences import differences, forms, kind_of
from robot.cases.model import FieldValue, Provenance
from robot.web.case_view import DifferenceKind


@pytest.mark.parametrize(
    "value,read",
    [
        ("Müller", "MUELLER"),
        ("Müller", "MULLER"),  # some states leave the marks out
        ("Größmann", "GROESSMANN"),
        ("Straße-Öz", "STRASSE OEZ"),
        ("Ångström", "AANGSTROEM"),
        ("Łukasz", "LUKASZ"),
        ("Þór", "THOR"),
        ("O'Neill", "ONEILL"),
        ("Şahin", "SAHIN"),
        ("Peña", "PENXXA"),
        ("D’Angelo", "DANGELO"),
    ],
)
def test_a_name_as_a_zone_spells_it_is_the_same_name_icao_9303_3_section_6(value: str, read: str) -> None:
    assert kind_of(value, read) is DifferenceKind.SPELLING


@pytest.mark.parametrize(
    "value,read,kind",
    [
        ("12.08.1964", "1964-08-12", DifferenceKind.FORMAT),
        ("1.8.1964", "01.08.1964", DifferenceKind.FORMAT),
        ("mustermann", "MUSTERMANN", DifferenceKind.FORMAT),
        ("12.08.1964", "12.08.1961", DifferenceKind.CHANGED),
        ("Mustermann", "MUSTERFRAU", DifferenceKind.CHANGED),
        ("Anna Lena", "ANNA", DifferenceKind.CHANGED),
        ("Papandropoulous-Muller", "PAPANDROPOULOUS MULL", DifferenceKind.CUT),
        ("Erika", "", DifferenceKind.CHANGED),
    ],
)
def test_only_what_is_really_another_value_is_an_alarm(value: str, read: str, kind: DifferenceKind) -> None:
    assert kind_of(value, read) is kind


def field(value: str, original: str, name: str = "surname") -> FieldValue:
    return FieldValue(id=name, label=name, value=value, provenance=Provenance.MRZ_EDITED, original=original)


def test_the_characters_that_differ_are_marked_in_both() -> None:
    (found,) = differences([field("12.08.1964", "12.08.1961"), field("Erika", "Erika"), field("x", "")])
    assert [(part.text, part.changed) for part in found.value] == [("12.08.196", False), ("4", True)]
    assert [(part.text, part.changed) for part in found.original] == [("12.08.196", False), ("1", True)]


names = st.text(st.characters(codec="utf-8", categories=["L", "M", "P", "Zs", "N"]), max_size=40)


@given(names, names)
def test_no_name_is_lost_or_breaks_the_comparison(value: str, read: str) -> None:
    assert len(forms(value)) <= 64
    for found in differences([field(value, read)]):
        assert "".join(part.text for part in found.value) == value
        assert "".join(part.text for part in found.original) == read
