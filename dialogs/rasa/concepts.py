"""The ideas behind the words of a sentence (concepts.yml); needs nothing but the standard library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

# a compound comes in up to so many pieces
_PIECES = 3
# the idea that denies what comes after it, so many words far, or until another turns the sentence ("sondern")
_DENIES = "not"
_TURNS = "only"
_REACH = 3


class Concepts:
    """Finds ideas in folded sentences. `words`: idea to its folded words; with `*`, all that begin so."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self.words = words
        self._exact: dict[str, set[str]] = {}
        self._begins: dict[str, set[str]] = {}
        for idea, several in words.items():
            for word in several:
                if word.endswith("*"):
                    self._begins.setdefault(word[:-1], set()).add(idea)
                else:
                    self._exact.setdefault(word, set()).add(idea)

    def found(self, sentence: str) -> list[str]:
        """The ideas of a folded sentence, each once, sorted.

        A denied one is another idea, `not_…`: "nicht den Pass, sondern den Ausweis" has the words of its
        opposite (tags for what is denied: Pang, Lee, Vaithyanathan 2002, "Thumbs up?", EMNLP).
        """
        tokens = sentence.split()
        ideas: set[str] = set()
        denied = 0
        for start, token in enumerate(tokens):
            alone = self._ideas(token, 0)
            here = set(alone)
            joined = token
            for further in tokens[start + 1 : start + _PIECES]:
                gap = len(joined)
                joined += further
                here |= self._ideas(joined, gap)
            if _TURNS in alone:
                denied = 0
            ideas |= {f"not_{idea}" if denied and idea != _DENIES else idea for idea in here}
            denied = _REACH if _DENIES in alone else max(0, denied - 1)
        return sorted(ideas)

    def features(self, sentence: str) -> list[str]:
        """The ideas, and each two of them together."""
        ideas = self.found(sentence)
        return ideas + [f"{first}+{second}" for first, second in combinations(ideas, 2)]

    def _ideas(self, word: str, gap: int) -> set[str]:
        """Ideas of a word, or of one that reaches beyond the gap that a recogniser left in it."""
        ideas = set(self._exact.get(word, ()))
        for end in range(gap + 1, len(word) + 1):
            ideas |= self._begins.get(word[:end], set())
        return ideas
