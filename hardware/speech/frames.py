"""Framed messages over a pipe between the robot and its child processes.

One frame: kind (1 byte), length of the payload (4 bytes, big endian), payload. Payload layouts are
`struct` formats named here, so that both ends read the same line.
"""

from __future__ import annotations

import asyncio
import struct
from typing import BinaryIO

HEADER = struct.Struct(">cI")
HEARING_RATE = 16_000  # samples a second of the microphone
HEARING_BLOCK = 512  # samples, 32 ms: what the voice gate takes at once
SPEAKING_RATE = 22_050  # samples a second of the loudspeaker: what pyttsx3's espeak driver writes

LONGEST = 32 * 1024 * 1024

# child → robot
READY = b"R"  # the child works: a device delivers or takes samples
ALIVE = b"B"  # payload COUNT: callbacks of the device so far
FAILED = b"F"  # payload: one UTF-8 sentence; the child ends after it
AUDIO = b"A"  # payload TIME (monotonic seconds of the first sample), then 16-bit mono samples
STARTED = b"S"  # payload MARK: a piece's first sample was handed to the sound server
ENDED = b"E"  # payload MARK: its last sample was
SILENT = b"X"  # payload MARK, number 0: everything was cut, the last sample is handed out
WAVE = b"W"  # payload NUMBER, then a WAV file
UNSPEAKABLE = b"U"  # payload NUMBER, then one UTF-8 sentence why this text was not rendered

# robot → child
PLAY = b"P"  # payload NUMBER, then 16-bit mono samples
CUT = b"C"
RENDER = b"T"  # payload ORDER, then the voice, a line feed and the text in UTF-8

COUNT = struct.Struct(">Q")
TIME = struct.Struct(">d")
MARK = struct.Struct(">QdQ")  # number of the piece, monotonic time, samples of the stream before it
NUMBER = struct.Struct(">Q")
ORDER = struct.Struct(">QH")  # number, words a minute


class BrokenFrame(Exception):
    """The other end of the pipe sent something that is no frame."""


def pack(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame."""
    return HEADER.pack(kind, len(payload)) + payload


def read(pipe: BinaryIO) -> tuple[bytes, bytes] | None:
    """The next frame, blocking; None at the end of the pipe."""
    header = pipe.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    kind, length = HEADER.unpack(header)
    if length > LONGEST:
        raise BrokenFrame(f"a frame of {length} bytes")
    payload = pipe.read(length)
    return (kind, payload) if len(payload) == length else None


async def receive(pipe: asyncio.StreamReader) -> tuple[bytes, bytes] | None:
    """The next frame; None at the end of the pipe."""
    try:
        kind, length = HEADER.unpack(await pipe.readexactly(HEADER.size))
        if length > LONGEST:
            raise BrokenFrame(f"a frame of {length} bytes")
        return kind, await pipe.readexactly(length)
    except asyncio.IncompleteReadError:
        return None
