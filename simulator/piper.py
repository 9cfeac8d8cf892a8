"""A stand-in for the program Piper: `python -m simulator.piper --model VOICE --output_file -`.

Speaks its protocol (a line of text in, a WAV file out) with espeak-ng's voices: a world without voice files.
"""

from __future__ import annotations

import argparse
import io
import sys
import wave

from simulator.processes import WorldError
from simulator.voice import RATE, synthesise

WORDS_A_MINUTE = 165


def main(arguments: list[str] | None = None) -> int:
    """Serve until the input ends. Returns the exit code; an unknown voice is 1."""
    parser = argparse.ArgumentParser(prog="python -m simulator.piper", description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--length_scale", type=float, default=1.0)
    parser.add_argument("--output_file", required=True, choices=["-"])
    given = parser.parse_args(arguments)
    voice = given.model.rsplit("/", 1)[-1].removesuffix(".onnx")
    for line in sys.stdin.buffer:
        try:
            samples = synthesise(line.decode().strip(), voice, round(WORDS_A_MINUTE / given.length_scale))
        except WorldError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        memory = io.BytesIO()
        with wave.open(memory, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples.tobytes())
        sys.stdout.buffer.write(memory.getvalue())
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
