"""One typed TOML file: read, validated, all errors at once with file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hardware.ports import CardKind
from robot.policy import ATTENDED, UNATTENDED, ChipPolicy, law
from robot.staff.rights import Role

Seconds = Annotated[float, Field(gt=0, le=3600)]
Port = Annotated[int, Field(ge=1, le=65535)]


class SettingsError(Exception):
    """The settings cannot be used; `errors` holds one "file:line: what, what to do" per fault."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone; write one like Europe/Berlin") from error
    return name


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Town(_Section):
    """[town]: who we are and where the catalogue lies."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    services: Path
    facts: Path
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Berlin"
    kiosk: Annotated[str, Field(min_length=1, max_length=40)] = "Foyer"


class Web(_Section):
    """[web]: where the pages are served. `address`: how browsers reach them (https://lotse.example), where
    that is not what they say themselves: behind a proxy, for passkeys and for OpenID Connect.
    """

    host: str = "127.0.0.1"
    port: Port = 8040
    address: Annotated[str, Field(pattern=r"^(https?://[^/?#@\s]+)?$")] = ""


class Store(_Section):
    """[store]: cases at rest. Days until finished cases (`retention_days`), figures (`figures_days`) go."""

    url: str = "sqlite:///data/lotse.sqlite"
    key_file: Path = Path("data/lotse.key")
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    figures_days: Annotated[int, Field(ge=30, le=3650)] = 760  # two years, to compare one with the other


class Rasa(_Section):
    """[rasa]: `url` of a running server, or "" for an own one that the robot supervises."""

    url: str = ""
    python: Path = Path(".venv-rasa/bin/python")
    model: Path = Path("build/rasa/models")
    port: Port = 5105


class OfficialModel(_Section):
    """A model that `lotse models fetch` gets; an empty checksum is asked about, never assumed."""

    url: Annotated[str, Field(pattern=r"^https?://")]
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


class Speech(_Section):
    """[speech]: ears and voice. Device names as PortAudio lists them; "none" = not there.

    `model_en`: "" = English is not heard. `headset`: the sound server's sink that appears with headphones,
    "" = there is no socket for them. `engine` "piper": the languages of `piper_voices` are spoken by Piper, a
    program of its own; espeak-ng speaks the others.
    """

    model_de: Path
    model_en: str = ""
    microphone: str = ""
    speaker: str = ""
    pulse_server: str = ""
    alsa_config: str = ""
    headset: Annotated[str, Field(pattern=r"^[^\s]*$")] = ""
    voice: str = "de"
    sentence_silence_s: Annotated[float, Field(ge=0.2, le=3)] = 0.5
    word_silence_s: Annotated[float, Field(ge=0.1, le=2)] = 0.25
    engine: Literal["espeak", "piper"] = "espeak"
    piper_program: Annotated[str, Field(min_length=1)] = "piper"
    piper_voices: dict[Annotated[str, Field(pattern=r"^(de|leicht|en|tr|uk|ar|ru|pl|fr)$")], Path] = Field(
        default_factory=dict
    )
    official_models: dict[str, OfficialModel] = Field(default_factory=dict)


def _kinds(most: frozenset[CardKind], when: str) -> Callable[[tuple[CardKind, ...]], tuple[CardKind, ...]]:
    """Checks that a town allows no more than the law does."""

    def check(kinds: tuple[CardKind, ...]) -> tuple[CardKind, ...]:
        for kind in kinds:
            if kind not in most:
                allowed = ", ".join(sorted(other.value for other in most))
                raise ValueError(f"{kind.value} may not be read {when} ({law(kind)}); take of: {allowed}")
        return kinds

    return check


class Cards(_Section):
    """[cards]: "" = the machine's own pcscd, "none" = no reader. Chips of the kinds `allow_unattended` are
    read by the kiosk on its own, those of `allow_attended` with a clerk standing by. `trust`: folder of the
    trust store (`lotse trust`).
    """

    pcscd_socket: str = ""
    allow_unattended: Annotated[
        tuple[CardKind, ...], AfterValidator(_kinds(UNATTENDED, "by a kiosk on its own"))
    ] = ()
    allow_attended: Annotated[tuple[CardKind, ...], AfterValidator(_kinds(ATTENDED, "here"))] = (
        CardKind.PASSPORT,
        CardKind.FOREIGN_ID,
    )
    trust: Path = Path("data/trust")

    def policy(self) -> ChipPolicy:
        """Who may be read in this town."""
        return ChipPolicy(self.allow_unattended, self.allow_attended)


class CameraSettings(_Section):
    """[camera]: anything cv2.VideoCapture opens, or "none"."""

    source: str = "none"


class SerialDevice(_Section):
    """[printer] and [body]: a serial port (or pyserial URL), or "none"."""

    port: str = "none"
    baud: Annotated[int, Field(ge=1200, le=4_000_000)] = 115200


class PrinterSettings(SerialDevice):
    """[printer]: `profile` is a python-escpos printer profile."""

    profile: str = "TM-T88III"


class BodySettings(SerialDevice):
    """[body]: Modbus unit of presence sensor and light."""

    unit: Annotated[int, Field(ge=1, le=247)] = 1


class DialogueSettings(_Section):
    """[dialogue]: `keep_not_understood` lists sentences that were not understood for `lotse nlu review`: text
    only, without what is personal. The town's explicit choice (DESIGN §1, silence), off by default.
    """

    keep_not_understood: bool = False


class StaffSettings(_Section):
    """[staff]: how the staff sign in. `second_factor` "required": who has none sets one up before anything
    else. Accounts of [oidc] have their second factor with the provider.
    """

    second_factor: Literal["offered", "required"] = "offered"
    idle_minutes: Annotated[float, Field(gt=0, le=720)] = 30
    session_hours: Annotated[float, Field(gt=0, le=24)] = 12
    link_hours: Annotated[int, Field(ge=1, le=336)] = 72


# https, as the standard wants it; a provider on this very machine may do without
_ISSUER = r"^(https://\S+|http://(localhost|127\.0\.0\.1)(:\d+)?(/\S*)?)?$"


class Oidc(_Section):
    """[oidc]: OpenID Connect for the staff; issuer "" = there is none.

    `roles`: value of the claim `role_claim` → role; who has several gets the one that comes first here.
    `local` false: only the provider signs in, passwords and passkeys do not.
    """

    issuer: Annotated[str, Field(pattern=_ISSUER)] = ""
    name: Annotated[str, Field(min_length=1, max_length=60)] = "Verwaltungskonto"
    client_id: str = ""
    client_secret_file: Path | None = None
    scopes: str = "openid profile"
    role_claim: Annotated[str, Field(min_length=1)] = "groups"
    roles: dict[str, Role] = Field(default_factory=dict)
    local: bool = True

    @model_validator(mode="after")
    def _whole(self) -> Oidc:
        if self.issuer and not (self.client_id and self.roles):
            raise ValueError("needs client_id and at least one line in [oidc.roles]")
        if not self.issuer and not self.local:
            raise ValueError("needs an issuer when local is false: nobody could sign in")
        return self


class VisitSettings(_Section):
    """[visit]: time limits. They can be lengthened, never switched off."""

    silence_s: Seconds = 45
    warning_s: Seconds = 30
    goodbye_s: Seconds = 12
    step_extra_s: Annotated[float, Field(ge=0, le=3600)] = 60  # more silence while a form is filled in


class TakeoverSettings(_Section):
    """[takeover]: how two browsers find each other for voice and video. `stun` and `turn` are servers'
    addresses (RFC 7064, RFC 7065), "" = none. `turn_secret_file` holds the secret on one line. `turn_login`
    "limited": it makes a name and password for each talk (TURN REST: coturn's use-auth-secret); "fixed": it
    is the password of `turn_user`.
    """

    stun: Annotated[str, Field(pattern=r"^(stuns?:[^\s]+)?$")] = ""
    turn: Annotated[str, Field(pattern=r"^(turns?:[^\s]+)?$")] = ""
    turn_user: str = ""
    turn_login: Literal["limited", "fixed"] = "limited"
    turn_secret_file: str = ""


class Settings(_Section):
    """Everything in `lotse.toml`; relative paths are taken from the file's folder."""

    town: Town
    web: Web = Web()
    store: Store = Store()
    rasa: Rasa = Rasa()
    speech: Speech
    cards: Cards = Cards()
    camera: CameraSettings = CameraSettings()
    printer: PrinterSettings = PrinterSettings()
    body: BodySettings = BodySettings()
    visit: VisitSettings = VisitSettings()
    dialogue: DialogueSettings = DialogueSettings()
    staff: StaffSettings = StaffSettings()
    oidc: Oidc = Oidc()
    takeover: TakeoverSettings = TakeoverSettings()
    root: Path = Path()

    def path(self, value: Path | str) -> Path:
        """`value` as an absolute path, relative ones taken from the settings file's folder.

        Links stay: an environment's interpreter is one.
        """
        return (self.root / value).absolute()

    def device_path(self, value: str) -> str:
        """A port or address: an absolute path where it is a relative path, untouched otherwise."""
        if not value or value == "none" or "://" in value or value.isdigit() or value.startswith("/"):
            return value
        return str(self.path(value))

    def unix_address(self, value: str) -> str:
        """`unix:relative/path` with the path made absolute."""
        if value.startswith("unix:"):
            return f"unix:{self.path(value.removeprefix('unix:'))}"
        return value

    def store_url(self) -> str:
        """The SQLAlchemy URL, with a relative SQLite file taken from the settings file's folder."""
        match = re.fullmatch(r"sqlite:///(?!/)(?!:memory:)(.+)", self.store.url)
        return f"sqlite:///{self.path(match[1])}" if match else self.store.url


_GERMAN_FREE = {
    "extra_forbidden": "is not a setting; remove it or mend its name",
    "missing": "is missing; add it",
}


def load(file: Path) -> Settings:
    """Read and validate `file`. Raises SettingsError with every fault at once."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            [f"{file}:1: cannot be read ({error.strerror}); name a settings file with --settings"]
        ) from error
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError([f"{file}:{number}: is no UTF-8 text; save the file as UTF-8"]) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = line[1] if line else str(text.count("\n") + 1)
        raise SettingsError([f"{file}:{where}: is not valid TOML ({error}); mend this line"]) from error
    if "root" in data:
        raise SettingsError([f"{file}:{_line(text, ('root',))}: root is not a setting; remove it"])
    try:
        settings = Settings.model_validate({**data, "root": file.resolve().parent})
    except ValidationError as error:
        raise SettingsError([_describe(file, text, item) for item in error.errors()]) from error
    errors = [
        f"{file}:{_line(text, where)}: {'.'.join(where)}: {settings.path(value)} does not exist; {remedy}"
        for where, value, remedy in (
            (("town", "services"), settings.town.services, "name the folder with the services' YAML files"),
            (("town", "facts"), settings.town.facts, "name the town's YAML file"),
            (
                ("speech", "model_de"),
                settings.speech.model_de,
                "name a Vosk model, or run: lotse models fetch",
            ),
            *_speech_files(settings.speech),
            *_oidc_files(settings.oidc),
            *_turn_files(settings.takeover),
        )
        if not settings.path(value).exists()
    ]
    if errors:
        raise SettingsError(errors)
    return settings


def _speech_files(speech: Speech) -> list[tuple[tuple[str, ...], Path | str, str]]:
    """Files of [speech] that must be there because they are named: setting, file, what to do."""
    files: list[tuple[tuple[str, ...], Path | str, str]] = []
    if speech.model_en:
        files.append((("speech", "model_en"), speech.model_en, 'name a Vosk model, or "" for none'))
    if speech.engine == "piper":
        remedy = 'get this voice of Piper\'s, or set engine = "espeak"'
        files += [(("speech", "piper_voices"), voice, remedy) for voice in speech.piper_voices.values()]
    return files


def _turn_files(takeover: TakeoverSettings) -> list[tuple[tuple[str, ...], Path | str, str]]:
    """The file with the TURN server's secret, where there is such a server."""
    if not takeover.turn:
        return []
    remedy = "name the file with the TURN server's secret, which only the robot may read"
    return [(("takeover", "turn_secret_file"), takeover.turn_secret_file or "turn.secret", remedy)]


def _oidc_files(oidc: Oidc) -> list[tuple[tuple[str, ...], Path | str, str]]:
    if oidc.client_secret_file is None:
        return []
    return [
        (("oidc", "client_secret_file"), oidc.client_secret_file, "write the client's secret into this file")
    ]


def _describe(file: Path, text: str, item: Any) -> str:
    where = tuple(str(part) for part in item["loc"])
    said = item["msg"].removeprefix("Value error, ")
    what = _GERMAN_FREE.get(item["type"]) or (said if "; " in said else f"{said}; change it")
    return f"{file}:{_line(text, where)}: {'.'.join(where)}: {what}"


def _line(text: str, where: tuple[str, ...]) -> int:
    """The line on which the setting `where` stands, or its section, or 1."""
    section: tuple[str, ...] = ()
    best, best_depth = 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            section = tuple(part.strip().strip('"') for part in header[1].split("."))
            here = section
        elif key := re.match(r"\s*([A-Za-z0-9_.\"-]+)\s*=", line):
            here = (*section, key[1].strip('"'))
        else:
            continue
        depth = len(here)
        if depth > best_depth and here == where[:depth]:
            best, best_depth = number, depth
    return best
