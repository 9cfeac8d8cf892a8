"""The synthesiser child: `python -m hardware.speech.render [PIPER]`.

A voice that is a file is Piper's, a program of its own that is named on the command line. Any other:
pyttsx3 2.99 drives espeak-ng here. Of pyttsx3 only `save_to_file` is used: its `say` is lost or writes
over files, its `stop` does not stop. libespeak-ng is GPL-3, hence a process of its own. The WAV never
gets a name in any directory: pyttsx3 writes it into anonymous memory that ends with this process.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from hardware.speech import frames
from hardware.speech.piper import Piper

ATTEMPTS = 4
VOICE_FILE = ".onnx"
EMPTY_WAVE = 64  # bytes: a WAV header with next to nothing behind it


class Synthesiser:
    """espeak-ng through pyttsx3."""

    def __init__(self) -> None:
        import pyttsx3
        from pyttsx3.drivers import _espeak

        self._engine: Any = pyttsx3.init("espeak")
        self._settle: Any = _espeak.Synchronize
        self._voice = ""
        self._error = ""
        self._engine.connect("error", self._failed)

    def _failed(self, name: str, exception: Exception) -> None:
        self._error = type(exception).__name__

    def wave(self, text: str, voice: str, words_a_minute: int) -> bytes:
        """The spoken text as a WAV file. Raises ValueError for an unknown voice."""
        self._error = ""
        if voice != self._voice:
            self._engine.setProperty("voice", voice)
            self._voice = voice
        self._engine.setProperty("rate", words_a_minute)
        # espeak-ng works in a thread of its own; a text that arrives too soon is said at the old rate
        self._settle()
        # pyttsx3 2.99 loses about one rendering in 150: the end of the one before arrives late and
        # ends the new one, which is then empty
        wave = b""
        for _ in range(ATTEMPTS):
            wave = self._render(text)
            if self._error:
                self._voice = ""
                raise ValueError(f"espeak-ng has no voice '{voice}' ({self._error})")
            if len(wave) > EMPTY_WAVE:
                break
        return wave

    def _render(self, text: str) -> bytes:
        memory = os.memfd_create("voice", os.MFD_CLOEXEC)
        try:
            self._engine.save_to_file(text, f"/proc/self/fd/{memory}")
            self._engine.runAndWait()
            self._settle()
            return Path(f"/proc/self/fd/{memory}").read_bytes()
        finally:
            os.close(memory)


def serve(orders: BinaryIO, answers: BinaryIO, program: str = "") -> int:
    """Render until the robot closes `orders`; `program` is Piper's."""

    def answer(kind: bytes, payload: bytes = b"") -> None:
        answers.write(frames.pack(kind, payload))
        answers.flush()

    try:
        synthesiser = Synthesiser()
    except Exception as error:
        # pyttsx3 lets anything through that loading a library can raise
        answer(
            frames.FAILED, f"espeak-ng cannot be loaded ({type(error).__name__}): install espeak-ng".encode()
        )
        return 1
    piper = Piper(program)
    answer(frames.READY)
    while (frame := frames.read(orders)) is not None:
        _, payload = frame
        number, words_a_minute = frames.ORDER.unpack_from(payload)
        voice, _, text = payload[frames.ORDER.size :].decode().partition("\n")
        try:
            if voice.endswith(VOICE_FILE):
                wave = piper.wave(text, voice, words_a_minute)
            else:
                wave = synthesiser.wave(text, voice, words_a_minute)
        except ValueError as error:
            answer(frames.UNSPEAKABLE, frames.NUMBER.pack(number) + str(error).encode())
        else:
            answer(frames.WAVE, frames.NUMBER.pack(number) + wave)
    piper.end()
    return 0


def main() -> int:
    """Keep the standard output for frames: pyttsx3 prints on it."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return serve(sys.stdin.buffer, answers, sys.argv[1] if len(sys.argv) > 1 else "")


if __name__ == "__main__":
    code = main()
    # libespeak-ng asserts when Python tears it down
    os._exit(code)
