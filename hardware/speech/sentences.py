"""Splits German (and English) text into sentences, for speaking one while the next is rendered."""

from __future__ import annotations

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Where a full stop belongs to the word before it. Single letters ("z. B.", "i. d. R.", initials) need
# no entry.
ABBREVIATIONS: Final = _words(
    "abs abschn abt alin anl art aufl az bd betr bez bsp bspw bzgl bzw ca co dipl dr ebd ehem einschl etw "
    "evtl exkl fa ff fr geb gem gez ggf ggfs hr hrsg inkl insb jh jhd kfm lfd lt max mind min mio mrd mwst "
    "nr op pers pf pl prof rd ref rn rz sog st std stk str tel u übl vgl vors vs wg ziff zim zt zw zzgl"
)
# Words a noun cannot be: after "46." they begin a sentence, anything else ("3. Stock") goes on.
OPENERS: Final = _words(
    "aber alle also am an auch auf außerdem bei beide beim bis bitte bringen da dabei dafür damit danach "
    "dann darf das dazu dein denn der die dies diese dieser dieses dort du ein eine einen er erst es "
    "falls für gehen gern gibt guten haben hat heute hier ich ihr ihre ihren im in ist ja jetzt kann kein "
    "keine können kommen legen machen mit möchten nach nehmen nein nennen noch nun nur ob oder ohne "
    "schauen sie sind so sobald soll sollen sonst tippen um und unter unser unsere vergessen vielen vom "
    "von vor war was weil welche welcher wenn wer wie wir wird wo wollen zahlen zeigen zu zuerst zum zur "
    "fahren fragen lesen rufen sagen warten "
    # English
    "and ask at but can do don't for from go he how i if it it's just keep let no not of on or our please "
    "put read say she take that the then there they this to turn walk we what when where who with yes you "
    "your"
)
LONGEST_ORDINAL: Final = 2  # digits: "31. Dezember"; "2026." ends a sentence

_MARK: Final = re.compile(r"(?P<mark>[.!?…]+)[\"'”“«»’)\]]*(?P<gap>\s+)|(?P<line>[ \t]*\n\s*)")
_BEFORE: Final = re.compile(r"[^\s(\[„“\"]+\Z")
_WORD: Final = re.compile(r"\w+")


def spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence within `text`, without the white space around it.

    Every character that is no white space lies in exactly one span.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for match in _MARK.finditer(text):
        gap = "line" if match["line"] is not None else "gap"
        if gap == "line" or _ends(text[: match.start()], match["mark"], text[match.end() :]):
            _add(found, text, start, match.start(gap))
            start = match.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        found.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))


def _ends(before: str, mark: str, after: str) -> bool:
    """Whether `mark` between the two ends a sentence."""
    following = _WORD.search(after)
    word = following.group() if following else ""
    if word[:1].islower():
        return False
    if mark != ".":
        return True
    last = _BEFORE.search(before)
    previous = last.group() if last else ""
    tail = previous.rsplit(".", 1)[-1]
    if tail.isdigit():
        return len(tail) > LONGEST_ORDINAL or word.lower() in OPENERS or not word
    return not (tail.isalpha() and (len(tail) == 1 or tail.lower() in ABBREVIATIONS))
