"""Piper, a synthesiser that is a program of its own: a line of text in, a WAV file out.

`piper --model VOICE.onnx --output_file -` writes one WAV file per line of its standard input to its standard
output. It loads its voice at the start, hence stays; a changed speed is a new start. It ends with us, since
its input ends.
"""

from __future__ import annotations

import contextlib
import struct
import subprocess
from typing import IO, Final

USUAL: Final = 165  # words a minute of a voice at its own speed
_RIFF: Final = struct.Struct("<4sI4s")
LARGEST: Final = 16 * 1024 * 1024


class Piper:
    """One running Piper at a time."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._running: subprocess.Popen[bytes] | None = None
        self._order: tuple[str, str] | None = None

    def wave(self, text: str, voice: str, words_a_minute: int) -> bytes:
        """The spoken text as a WAV file. Raises ValueError with one sentence where Piper gave none."""
        order = (voice, f"{USUAL / words_a_minute:.2f}")
        if order != self._order or self._running is None or self._running.poll() is not None:
            self._start(*order)
        process = self._running
        assert process is not None  # noqa: S101 - _start raises or sets it
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101 - same
        try:
            process.stdin.write(" ".join(text.split()).encode() + b"\n")
            process.stdin.flush()
            return _wave(process.stdout)
        except (OSError, ValueError, struct.error) as error:
            self.end()
            raise ValueError(
                f"{self._program} gave no sound with {voice}; try it by hand, or set engine to espeak"
            ) from error

    def end(self) -> None:
        """End the running Piper."""
        if self._running is not None:
            for pipe in (self._running.stdin, self._running.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._running.kill()
            self._running.wait()
        self._running, self._order = None, None

    def _start(self, voice: str, length: str) -> None:
        self.end()
        command = [*self._program.split(), "--model", voice, "--length_scale", length, "--output_file", "-"]
        try:
            self._running = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            reason = f"{self._program} cannot be started ({error.strerror}); install Piper"
            raise ValueError(reason) from error
        self._order = (voice, length)


def _wave(pipe: IO[bytes]) -> bytes:
    """One WAV file from a stream. Raises ValueError where there is none."""
    head = pipe.read(_RIFF.size)
    riff, size, kind = _RIFF.unpack(head)
    if riff != b"RIFF" or kind != b"WAVE" or size > LARGEST:
        raise ValueError("no WAV file")
    rest = pipe.read(size - 4)
    if len(rest) < size - 4:
        raise ValueError("half a WAV file")
    return head + rest
