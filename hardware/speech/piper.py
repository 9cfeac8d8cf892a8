"""Piper, a synthesiser that is a program of its own: a line of text in, a WAV file out.

`piper --model VOICE.onnx --output_dir FOLDER` writes one WAV file per line of its standard input and
tells its path: the older program (2023) on its standard output, the newer one (`piper-tts` from 1.3 on)
in its log. With `--output_file -` the newer one says nothing before its input ends. It loads its voice
at the start, hence stays; a changed speed is a new start. It ends with us, since its input ends. The
folder is in memory: no sound is on a disk.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Final

USUAL: Final = 165  # words a minute of a voice at its own speed
LARGEST: Final = 16 * 1024 * 1024
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, for nobody else to read
_WRITTEN: Final = re.compile(rb"(/\S*\.wav)\s*$")


class Piper:
    """One running Piper at a time."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._running: subprocess.Popen[bytes] | None = None
        self._order: tuple[str, str] | None = None
        self._folder: Path | None = None

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
        except (OSError, ValueError) as error:
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
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._running, self._order, self._folder = None, None, None

    def _start(self, voice: str, length: str) -> None:
        self.end()
        memory = MEMORY if MEMORY.is_dir() else None
        self._folder = Path(tempfile.mkdtemp(prefix="lotse-voice-", dir=memory))
        order = ["--model", voice, "--length_scale", length, "--output_dir", str(self._folder)]
        command = [*self._program.split(), *order]
        try:
            self._running = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except OSError as error:
            reason = f"{self._program} cannot be started ({error.strerror}); install Piper"
            raise ValueError(reason) from error
        self._order = (voice, length)


def _wave(pipe: IO[bytes]) -> bytes:
    """The WAV file that Piper tells of next. Raises ValueError where there is none."""
    while line := pipe.readline():
        if told := _WRITTEN.search(line):
            file = Path(told[1].decode())
            content = file.read_bytes()
            file.unlink()
            if content[:4] != b"RIFF" or len(content) > LARGEST:
                raise ValueError("no WAV file")
            return content
    raise ValueError("Piper has ended")
