"""Settings of hearing and voice, as the composition root hands them over."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NOT_CONFIGURED = "none"


@dataclass(frozen=True)
class SpeechSettings:
    """Where the sound devices and the model are, and how patient the hearing is.

    `microphone`, `speaker`: PortAudio device names (or a part of one), "" for the machine's default,
    "none" for no such device. `pulse_server`, `alsa_config`: "" leaves the machine's own.
    `model`, `model_en`: recognisers of German and (or None) English. `voice`: espeak-ng voice for
    `lang="de"`. `piper_voices`: voice files by language for the synthesiser Piper, a program of its own;
    other languages are espeak-ng's. Silences are seconds. `headset`: the sound server's sink that appears
    with headphones, "" for none.
    """

    model: Path
    model_en: Path | None = None
    microphone: str = ""
    speaker: str = ""
    pulse_server: str = ""
    alsa_config: str = ""
    voice: str = "de"
    sentence_silence_s: float = 0.5
    word_silence_s: float = 0.25
    piper_program: str = ""
    piper_voices: Mapping[str, Path] = field(default_factory=dict)
    headset: str = ""

    def environment(self) -> dict[str, str]:
        """The environment of a sound child: the robot's own plus the sound server's addresses."""
        environment = dict(os.environ)
        if self.pulse_server:
            kind, _, path = self.pulse_server.partition(":")
            is_path = kind == "unix" and path != ""
            environment["PULSE_SERVER"] = f"unix:{Path(path).absolute()}" if is_path else self.pulse_server
        if self.alsa_config:
            environment["ALSA_CONFIG_PATH"] = str(Path(self.alsa_config).absolute())
        return environment
