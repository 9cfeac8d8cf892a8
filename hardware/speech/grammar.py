"""What a standing question lets one expect, as a runtime grammar; and when its word counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from hardware.speech.vocabulary import Vocabulary

UNKNOWN: Final = "[unk]"
ALIKE: Final = 0.6  # share of letters: one is a mishearing of the other
SURE: Final = 0.9  # confidence from which the free recogniser needs no second opinion
MOST: Final = 400  # phrases: a grammar is made anew after every utterance


def expected(expect: str, phrases: Collection[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The phrases of a grammar; none where no question narrows down what may be said."""
    more: tuple[str, ...] = ()
    if expect == "word":
        more = vocabulary.yes_no
    elif expect == "number":
        more = vocabulary.numbers
    wanted = tuple(dict.fromkeys((*sorted(phrases), *more)))
    return (*wanted[:MOST], *sorted(vocabulary.stop - set(wanted[:MOST]))) if wanted else ()


def alike(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two readings sound nearly the same, judged by their letters."""
    left, right = "".join(one), "".join(other)
    if not left or not right:
        return False
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= ALIKE


def corrects(free: Sequence[str], confidence: float, narrow: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether the grammar's words `narrow` stand for the freely heard ones.

    A grammar seldom admits that it heard something else (alphacep/vosk-api #1017): its word counts only where
    the free recogniser was in doubt and heard nearly the same, and never against a stop word.
    """
    if not narrow or UNKNOWN in narrow or list(free) == list(narrow):
        return False
    if confidence >= SURE or vocabulary.stop & set(free):
        return False
    return alike((word for word in free if word != UNKNOWN), narrow)
