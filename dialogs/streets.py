"""The town's streets: which may be meant by the first letters of one, whatever the umlauts and slips."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dialogs.rasa.folding import fold

MOST = 5
_LEAST = 2  # letters before anything is suggested
# "12", "12a", "12 a", "12-14", "12a/b" at the end; a street's own number ("Straße des 17. Juni") is not last
_NUMBER = re.compile(r"^(?P<street>.*?\D)\s*(?P<number>\d+ ?[a-zA-Z]?(?: ?[-/] ?\d* ?[a-zA-Z]?){0,2})$")
_SHORT = re.compile(r"str\b\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """A street of the list with what stood behind it; `postcodes`: those it lies in."""

    street: str
    number: str
    postcodes: tuple[str, ...]

    @property
    def line(self) -> str:
        """Street and house number as they are written."""
        return f"{self.street} {self.number}".strip()


class StreetList:
    """All streets of the town."""

    def __init__(self, streets: Mapping[str, Iterable[str]]) -> None:
        """`streets`: postcode to the names of its streets; a long one may stand under several."""
        self._postcodes: dict[str, tuple[str, ...]] = {}
        for postcode, names in streets.items():
            for name in names:
                self._postcodes[name] = (*self._postcodes.get(name, ()), postcode)
        self._keys = {name: _key(name) for name in self._postcodes}
        self._pairs = {name: _pairs(key) for name, key in self._keys.items()}

    def find(self, typed: str) -> Address | None:
        """The one street that is written here, in whatever spelling; None if there is not just one."""
        street, number = _split(typed)
        wanted = _key(street)
        found = [name for name, key in self._keys.items() if key == wanted]
        return self._address(found[0], number) if len(found) == 1 else None

    def suggest(self, typed: str) -> list[str]:
        """What may be meant, likeliest first, at most five; the house number stays. [] once it is written."""
        street, number = _split(typed)
        wanted = _key(street)
        if len(wanted) < _LEAST or street.strip() in self._postcodes:
            return []
        ranked = [
            (rank, name) for name, key in self._keys.items() if (rank := _rank(key, wanted)) is not None
        ]
        if not ranked:
            ranked = list(self._misspelt(wanted))
        return [self._address(name, number).line for _, name in sorted(ranked)[:MOST]]

    def _misspelt(self, wanted: str) -> Iterator[tuple[int, str]]:
        """Streets that begin nearly so, with the number of slips."""
        most = 0 if len(wanted) < 4 else 1 if len(wanted) < 8 else 2
        pairs = _pairs(wanted)
        for name, key in self._keys.items():
            # every slip spoils at most three pairs of neighbours: most streets are ruled out by counting
            if most and len(pairs - self._pairs[name]) <= 3 * most and (slips := _slips(wanted, key)) <= most:
                yield slips, name

    def _address(self, name: str, number: str) -> Address:
        return Address(name, number, self._postcodes[name])


def _split(typed: str) -> tuple[str, str]:
    match = _NUMBER.match(typed.strip())
    return (match["street"].strip(), match["number"]) if match else (typed.strip(), "")


def _key(street: str) -> str:
    """One spelling: "Röhrbrunner Str." and "roehrbrunner strasse" are one."""
    return fold(_SHORT.sub("strasse ", street))


def _rank(key: str, wanted: str) -> int | None:
    """0 for the street itself, more the later what is wanted stands in it, None when it does not."""
    if key == wanted:
        return 0
    if key.startswith(wanted):
        return 1
    if f" {wanted}" in key:
        return 2
    return 3 if len(wanted) >= 4 and wanted in key else None


def _pairs(key: str) -> frozenset[str]:
    return frozenset(key[at : at + 2] for at in range(len(key) - 1))


def _slips(typed: str, key: str) -> int:
    """Least number of slips (a letter left out, added, wrong, or two swapped) from a beginning of `key`.

    Optimal string alignment distance (Damerau 1964), free at the end of `key`.
    """
    before: list[int] = []
    row = list(range(len(key) + 1))
    for at, letter in enumerate(typed, start=1):
        new = [at]
        for column, other in enumerate(key, start=1):
            cost = min(row[column] + 1, new[column - 1] + 1, row[column - 1] + (letter != other))
            if (
                at > 1
                and column > 1
                and letter == key[column - 2]
                and typed[at - 2] == other
                and before[column - 2] + 1 < cost
            ):
                cost = before[column - 2] + 1
            new.append(cost)
        before, row = row, new
    return min(row)
