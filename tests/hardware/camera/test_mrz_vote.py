"""Several pictures of one document say more than each of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hardware.camera.glyphs import ALPHABET
from hardware.camera.mrz_format import TD1, TD3, Shape
from hardware.camera.mrz_reader import Cells, MrzReader, decide
from hardware.camera.vote import Vote
from simulator.bench_documents import photographs
from simulator.documents import render_document
from simulator.scene import Shot

LINES = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)  # ICAO 9303-5, Appendix B


def cells(
    lines: tuple[str, ...], shape: Shape = TD1, doubts: dict[tuple[int, int], dict[str, float]] | None = None
) -> Cells:
    """What a clear picture of these lines gives; `doubts`: other probabilities in some places."""
    opinions = np.zeros((2, shape.rows, shape.columns, len(ALPHABET)), np.float32)
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            opinions[:, row, column, ALPHABET.index(char)] = 0.995
    for (row, column), chances in (doubts or {}).items():
        opinions[:, row, column] = 0
        for char, chance in chances.items():
            opinions[:, row, column, ALPHABET.index(char)] = chance
    return Cells(shape, opinions, -0.01, np.zeros((4, 2)), 30.0, 0.0)


def test_a_clear_zone_needs_no_question() -> None:
    mrz = decide(cells(LINES), (100, 100))
    assert mrz.lines == LINES
    assert mrz.valid
    assert mrz.certain
    assert mrz.doubtful == ()


def test_a_letter_of_the_name_that_is_unsure_is_marked_and_asked_for() -> None:
    mrz = decide(cells(LINES, doubts={(2, 2): {"I": 0.7, "L": 0.3}}), (100, 100))
    assert mrz.lines == LINES
    assert mrz.valid
    assert not mrz.certain
    assert mrz.doubtful == ((2, 2),)


def test_two_views_that_differ_on_a_letter_of_the_name_make_it_doubtful() -> None:
    differing = cells(LINES)
    differing.opinions[1, 2, 0] = 0
    differing.opinions[1, 2, 0, ALPHABET.index("F")] = 0.6
    mrz = decide(differing, (100, 100))
    assert not mrz.certain
    assert (2, 0) in mrz.doubtful


def test_four_pictures_outvote_one_with_a_reflex() -> None:
    vote = Vote()
    for _ in range(2):
        vote.add(cells(LINES))
    vote.add(cells(LINES, doubts={(2, 0): {"B": 0.9, "E": 0.05}, (0, 6): {"Z": 0.9}}))
    for _ in range(2):
        combined, count = vote.add(cells(LINES))
    assert count == 5
    assert combined.frames == 5
    mrz = decide(combined, (100, 100))
    assert mrz.lines == LINES
    assert mrz.certain


def test_one_clear_picture_among_blurred_ones_is_not_enough_for_silence() -> None:
    vote = Vote()
    vote.add(cells(LINES))
    for _ in range(4):
        combined, _ = vote.add(cells(LINES, doubts={(2, 0): {"E": 0.45, "F": 0.45}}))
    mrz = decide(combined, (100, 100))
    assert not mrz.certain
    assert (2, 0) in mrz.doubtful


def test_pictures_without_any_hint_of_a_character_do_not_add_up_to_one() -> None:
    vote = Vote()
    for _ in range(5):
        combined, _ = vote.add(cells(LINES, doubts={(2, 1): {"R": 0.02}}))
    assert not decide(combined, (100, 100)).certain


def test_only_the_last_five_pictures_count() -> None:
    vote = Vote()
    for _ in range(3):
        vote.add(cells(LINES, doubts={(2, 1): {"P": 0.995}}))
    for _ in range(5):
        combined, count = vote.add(cells(LINES))
    assert count == 5
    assert decide(combined, (100, 100)).lines == LINES


def test_another_document_or_another_format_begins_anew() -> None:
    vote = Vote()
    vote.add(cells(LINES))
    other = tuple(line[::-1] for line in LINES)
    assert vote.add(cells(other))[1] == 1
    passport = (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    )
    assert vote.add(cells(passport, TD3))[1] == 1
    vote.clear()
    assert vote.add(replace(cells(passport, TD3)))[1] == 1


@pytest.mark.parametrize("place, chances", [((0, 8), {"1": 0.6, "I": 0.4}), ((1, 2), {"9": 0.6, "0": 0.4})])
def test_check_digits_repair_one_character_and_say_so(
    place: tuple[int, int], chances: dict[str, float]
) -> None:
    right = LINES[place[0]][place[1]]
    wrong = next(iter(chances)) if next(iter(chances)) != right else "7"
    mrz = decide(cells(LINES, doubts={place: {wrong: 0.6, right: 0.3}}), (100, 100))
    assert mrz.lines == LINES
    assert mrz.valid
    assert not mrz.certain
    assert place in mrz.doubtful


def test_two_wrong_characters_are_never_repaired() -> None:
    mrz = decide(cells(LINES, doubts={(0, 7): {"8": 0.6, "3": 0.3}, (1, 9): {"7": 0.6, "2": 0.3}}), (9, 9))
    assert not mrz.valid
    assert not mrz.certain


def test_washed_out_fillers_between_fillers_are_fillers() -> None:
    doubts = {(2, 25): {"<": 0.01}, (0, 20): {"Q": 0.05, "<": 0.001}}
    assert decide(cells(LINES, doubts=doubts), (9, 9)).lines == LINES


def test_an_unknown_state_is_never_accepted_in_silence() -> None:
    strange = (LINES[0].replace("UTO", "QQQ"), *LINES[1:])
    assert not decide(cells(strange), (9, 9)).certain
    unclear = cells(LINES, doubts={(0, 3): {"I": 0.6, "T": 0.3}})
    mrz = decide(unclear, (9, 9))
    assert mrz.lines == LINES
    assert not mrz.certain
    assert (0, 3) in mrz.doubtful


def test_five_pictures_of_a_live_stream_are_read_where_they_were_hard() -> None:
    right = 0
    for photograph in photographs("hard", 3, seed=57, frames=5):
        vote, reader = Vote(), MrzReader()
        mrz = None
        for picture in photograph.frames:
            sight = reader.see(picture)
            if sight.cells:
                mrz = decide(vote.add(sight.cells)[0], sight.size)
        same = mrz is not None and mrz.lines == photograph.lines
        right += same
        assert same or mrz is None or not mrz.certain
    assert right >= 2


def test_several_pictures_of_one_document_are_combined_and_another_document_begins_anew() -> None:
    reader, vote = MrzReader(), Vote()
    first = Shot(render_document("reisepass", "passport"), "hard", seed=5)
    counts = []
    for number in range(3):
        sight = reader.see(first.frame(number))
        assert sight.cells is not None
        combined, count = vote.add(sight.cells)
        counts.append(count)
    assert counts == [1, 2, 3]
    assert decide(combined, sight.size).fields["surname"] == "OEZDEMIR SCHAEFER"
    other = reader.see(Shot(render_document("utopia", "passport"), "hard", seed=6).frame(0))
    assert other.cells is not None
    combined, count = vote.add(other.cells)
    assert count == 1
    assert decide(combined, other.size).fields["surname"] == "ERIKSSON"
