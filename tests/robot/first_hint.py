"""Pictures until the first hint is said, by condition: `python -m tests.robot.first_hint [COUNT]`."""

from __future__ import annotations

import sys
import time

from hardware.camera.hints import measure, reason
from hardware.camera.mrz_reader import MrzReader, decide
from hardware.camera.outline import find
from hardware.ports import Hint, Looked
from robot.steps.guidance import Guidance
from tests.hardware.camera.scenes import scene

CONDITIONS = (Hint.TOO_FAR, Hint.BLURRED, Hint.GLARE, Hint.TURNED, Hint.WRONG_SIDE, Hint.NOTHING)
MOST = 12
EVERY_S = 0.25  # between two analysed pictures, for the table


def first(condition: Hint, seed: int) -> tuple[int, Hint | None, float]:
    """(pictures until the first hint, that hint or None after a dozen, processor milliseconds a picture).

    An empty desk is shown at once and said only when it lasts: there the picture counts that shows it.
    """
    reader, guidance = MrzReader(), Guidance()
    spent = 0.0
    for number in range(MOST):
        picture, _ = scene(condition, seed, number)
        start = time.thread_time()
        sight = reader.see(picture)
        mrz = decide(sight.cells, sight.size) if sight.cells else None
        told = None
        if mrz is None or not mrz.valid:
            told = reason(picture, sight, measure(picture, sight), find(picture))
        spent += time.thread_time() - start
        said = guidance.next(Looked(mrz, told, 0.0), number * EVERY_S)
        if said or guidance.shown:
            return number + 1, said or guidance.shown, 1000 * spent / (number + 1)
    return MOST, None, 1000 * spent / MOST


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for condition in CONDITIONS:
        results = [first(condition, seed) for seed in range(count)]
        right = [pictures for pictures, hint, _ in results if hint is condition]
        others = sorted(hint.value if hint else "none" for _, hint, _ in results if hint is not condition)
        times = sorted(ms for *_, ms in results)
        print(
            f"{condition.value:10} right {len(right)}/{count}, pictures: median "
            f"{sorted(right)[len(right) // 2] if right else '-'}, most {max(right, default='-')}; "
            f"{times[len(times) // 2]:.0f} ms a picture; instead: {', '.join(others) or 'nothing else'}"
        )


if __name__ == "__main__":
    main()
