"""Tells the colleague's own voice from somebody else's, by the words."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from hardware.speech import lexicon
from hardware.speech.numbers import LARGEST, number_words

STOP_WORDS: Final = frozenset({"stopp", "stop", "halt", "aufhören", "moment"})
TAIL_S: Final = 0.25  # room and sound buffers: how long the colleague is still heard after the end
SAME_WORDS: Final = 0.5  # share of heard words that the colleague is saying: an echo
SAME_LETTERS: Final = 0.7  # share of heard letters, for words that were misheard or split
SHORTEST_RUN: Final = 3  # letters
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")


def heard_as(text: str) -> list[str]:
    """The words that a recogniser would write for a spoken text."""
    words = _WORD.findall(lexicon.german().spoken(text).lower())
    return [number_words(int(word)) if word.isdecimal() and int(word) <= LARGEST else word for word in words]


def is_echo(heard: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the heard words are what was said, more or less."""
    if not heard or not said:
        return False
    known = set(said)
    if sum(word in known for word in heard) / len(heard) >= SAME_WORDS:
        return True
    letters, source = "".join(heard), "".join(said)
    runs = SequenceMatcher(None, letters, source, autojunk=False).get_matching_blocks()
    return sum(run.size for run in runs if run.size >= SHORTEST_RUN) / len(letters) >= SAME_LETTERS


@dataclass
class _Sentence:
    words: list[str]
    begins: float
    ends: float | None = None


class OwnVoice:
    """What the colleague said lately, and when; times are monotonic seconds."""

    def __init__(self) -> None:
        self._sentences: deque[_Sentence] = deque(maxlen=8)

    def set(self, text: str | None, at: float) -> None:
        """The sentence that sounds from `at` on, or None."""
        if self._sentences and self._sentences[-1].ends is None:
            self._sentences[-1].ends = at
        if text is not None:
            self._sentences.append(_Sentence(heard_as(text), at))

    def sounds_at(self, at: float, tail: float = TAIL_S) -> bool:
        """Whether the colleague can be heard at that moment."""
        return any(s.begins <= at and (s.ends is None or at < s.ends + tail) for s in self._sentences)

    def words_between(self, begin: float, end: float) -> list[str]:
        """What of the colleague's can be heard in that time."""
        return [
            word
            for s in self._sentences
            if s.begins <= end and (s.ends is None or begin < s.ends + TAIL_S)
            for word in s.words
        ]
