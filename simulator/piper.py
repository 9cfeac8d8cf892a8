"""A stand-in for the program Piper: `python -m simulator.piper --model VOICE --output_dir FOLDER`.

Speaks its protocol (a line of text in, a WAV file out, its path in the log) with espeak-ng's voices: a world
without voice files.
"""

from __future__ import annotations

import argparse
import sys
import time
import wave
from pathlib import Path

from simulator.processes import WorldError
from simulator.voice import RATE, synthesise

WORDS_A_MINUTE = 165


def main(arguments: list[str] | None = None) -> int:
    """Serve until the input ends. Returns the exit code; an unknown voice is 1."""
    parser = argparse.ArgumentParser(prog="python -m simulator.piper", description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--length_scale", type=float, default=1.0)
    parser.add_argument("--output_dir", required=True, type=Path)
    given = parser.parse_args(arguments)
    voice = given.model.rsplit("/", 1)[-1].removesuffix(".onnx")
    for line in sys.stdin.buffer:
        try:
            samples = synthesise(line.decode().strip(), voice, round(WORDS_A_MINUTE / given.length_scale))
        except WorldError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        path = given.output_dir / f"{time.monotonic_ns()}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples.tobytes())
        sys.stderr.write(f"INFO:piper.__main__:Wrote {path}\n")
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
