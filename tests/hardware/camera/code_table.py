"""Read rates of photographed codes by level: `python -m tests.hardware.camera.code_table [COUNT]`."""

from __future__ import annotations

import sys
import time

import cv2
import zxingcpp

from hardware.camera.codes import CodeReader
from simulator.codes import LEVELS, photograph

CONTENTS = {
    "QRCode": "BCD\n002\n1\nSCT\nCOBADEFFXXX\nStadt Musterstadt, Stadtkasse\nDE89370400440532013000\n"
    "EUR37.00\n\n\nKassenzeichen 5390.0754.7034, Bescheid vom 20.11.2026\nBitte bis 04.12.2026 zahlen",
    "DataMatrix": "https://foto.example/abruf?id=7f3c9a52e1b84d06&k=Q2v8Zr1LxT0aWm5YpNcD"
    "&s=0a1b2c3d4e5f60718293a4b5c6d7",
}


def measure(kind: str, level: str, count: int) -> tuple[int, int, list[float]]:
    """(read by the reader, read by zxing alone, milliseconds of the reader) of `count` photographs."""
    reader = CodeReader()
    ours = plain = 0
    times = []
    for seed in range(count):
        picture = photograph(CONTENTS[kind], kind, level, seed=seed).frame(0)
        start = time.thread_time()
        read = reader.read(picture)
        times.append((time.thread_time() - start) * 1000)
        ours += any(code.text == CONTENTS[kind] for code in read)
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        plain += any(code.text == CONTENTS[kind] for code in zxingcpp.read_barcodes(grey))
    return ours, plain, times


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for kind in CONTENTS:
        for level in ("easy", "medium", "hard"):
            ours, plain, times = measure(kind, level, count)
            times.sort()
            print(
                f"{kind:11} {level:7} {LEVELS[level].scale[0]:4} px/mm: read {ours}/{count}, zxing alone "
                f"{plain}/{count}, median {times[len(times) // 2]:.0f} ms, slowest {times[-1]:.0f} ms"
            )


if __name__ == "__main__":
    main()
