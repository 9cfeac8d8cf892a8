"""What is said of a long answer: its beginning. The rest stands on the screen, and is read on request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from hardware.speech.sentences import spans

SENTENCES = 2
"""So many sentences of an answer are said: nobody keeps more in mind."""


class Piece(NamedTuple):
    """One text of what is said at once; an `answer` may be said in part."""

    text: str
    answer: bool = False


def for_the_ear(pieces: Iterable[Piece], offer: Callable[[], str]) -> tuple[str, str]:
    """What is said of the pieces, and what is left of their answers ("" where all is said).

    `offer` gives the sentence that says where the rest is. A rest that is no longer than it is said, too:
    leaving it out would save nothing.
    """
    said: list[str] = []
    left: list[str] = []
    for answer, run in groupby(pieces, key=lambda piece: piece.answer):
        texts = [piece.text for piece in run if piece.text]
        head, rest = beginning(texts) if answer else (texts, [])
        where = offer() if rest else ""
        if len(" ".join(rest)) <= len(where):
            said += texts
        else:
            said += [*head, where]
            left += rest
    return " ".join(said), " ".join(left)


def beginning(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The first sentences of an answer, and the others.

    A heading ("Das brauchen Sie:") counts with the line below it. A list that is not said as a whole is not
    begun where something else has been said before.
    """
    sentences = [text[start:end] for text in texts for start, end in spans(text)]
    units: list[list[str]] = []
    for sentence in sentences:
        if units and units[-1][-1].endswith(":"):
            units[-1].append(sentence)
        else:
            units.append([sentence])
    size = SENTENCES
    if len(units) > SENTENCES and len(units[SENTENCES - 1]) > 1:
        size -= 1
    return list(chain(*units[:size])), list(chain(*units[size:]))
