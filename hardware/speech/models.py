"""Recogniser models: is a directory a whole model, and getting the official ones."""

from __future__ import annotations

import hashlib
import shutil
import stat
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

DEMO_MARK: Final = "has never\nheard a human being"
WARNING: Final = "trained on synthetic speech only, it has never heard a human being: for tests and demos"
TIMEOUT_S: Final = 30.0
LARGEST: Final = 8 * 1024**3  # bytes unpacked
PIECE: Final = 1024 * 1024


class ModelError(Exception):
    """A model is missing, incomplete or not what was ordered; the message is one sentence."""


@dataclass(frozen=True)
class ModelInfo:
    """A usable model; `demo` with `warning` where it must not meet the public."""

    name: str
    demo: bool
    warning: str = ""


def check_model(path: Path) -> ModelInfo:
    """What the model at `path` is. Raises ModelError where it is missing or incomplete."""
    if not path.is_dir():
        raise ModelError(f"{path}: there is no speech model; `lotse models fetch` gets the official ones")
    if not (path / "am" / "final.mdl").is_file() or not (path / "conf" / "model.conf").is_file():
        raise ModelError(
            f"{path}: the speech model is incomplete (am/final.mdl, conf/model.conf); fetch it again"
        )
    graph = path / "graph"
    if not (graph / "HCLG.fst").is_file() and not all((graph / n).is_file() for n in ("HCLr.fst", "Gr.fst")):
        raise ModelError(
            f"{path}: the speech model has no graph (HCLG.fst, or HCLr.fst and Gr.fst); fetch it again"
        )
    readme = path / "README.md"
    demo = readme.is_file() and DEMO_MARK in readme.read_text(encoding="utf-8", errors="replace")
    return ModelInfo(path.name, demo, f"{path.name} was {WARNING}" if demo else "")


def fetch(
    models: Mapping[str, tuple[str, str]],
    directory: Path,
    *,
    accept_checksum: bool = False,
    say: Callable[[str], None],
) -> int:
    """Get models, name → (url, sha256), into `directory`/name; one sentence each to `say`.

    An empty checksum is refused, after telling the one that was seen, unless `accept_checksum`.
    Returns the exit code: 0, or 1 if one of them is not there afterwards.
    """
    code = 0
    for name, (url, sha256) in models.items():
        try:
            if (directory / name).exists():
                check_model(directory / name)
                say(f"{name}: already there")
                continue
            directory.mkdir(parents=True, exist_ok=True)
            seen = _get(name, url, sha256, directory, accept_checksum)
            say(f"{name}: fetched, sha256 {seen}")
        except ModelError as error:
            say(str(error))
            code = 1
    return code


def _get(name: str, url: str, sha256: str, directory: Path, accept_checksum: bool) -> str:
    if PurePosixPath(name).name != name or name in ("", ".", ".."):
        raise ModelError(
            f"{name}: a model's name is the name of one directory; correct [speech.official_models]"
        )
    if not url.startswith("https://"):
        raise ModelError(
            f"{name}: models are fetched over https only; correct the url in [speech.official_models]"
        )
    with tempfile.TemporaryDirectory(dir=directory, prefix=".fetch-") as scratch:
        archive = Path(scratch) / "model.zip"
        seen = _download(name, url, archive)
        if sha256 and seen != sha256.lower():
            raise ModelError(
                f"{name}: the checksum is {seen}, not the {sha256.lower()} of the settings; not installed"
            )
        if not sha256 and not accept_checksum:
            raise ModelError(
                f"{name}: the checksum seen is {seen}; compare it with the publisher's, enter it under "
                "[speech.official_models], or repeat with --accept-checksum"
            )
        unpack(archive, Path(scratch) / "unpacked")
        inside = Path(scratch) / "unpacked" / name
        if not inside.is_dir():
            raise ModelError(f"{name}: the archive holds no directory '{name}'; is the address right?")
        check_model(inside)
        shutil.move(inside, directory / name)
    return seen


def _download(name: str, url: str, target: Path) -> str:
    """Download to `target`; returns the SHA-256."""
    digest = hashlib.sha256()
    try:
        # the scheme was checked by the caller
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer, target.open("wb") as file:  # noqa: S310
            while piece := answer.read(PIECE):
                digest.update(piece)
                file.write(piece)
    except urllib.error.HTTPError as error:
        raise ModelError(f"{name}: {url} answered {error.code}; is the address right?") from error
    except OSError as error:
        raise ModelError(
            f"{name}: {url} cannot be reached; connect to the network, "
            f"or copy the model into {target.parents[1]}"
        ) from error
    return digest.hexdigest()


def unpack(archive: Path, target: Path) -> None:
    """Unzip, files and directories only, nothing outside `target`. Raises ModelError."""
    try:
        with zipfile.ZipFile(archive) as bundle:
            entries = bundle.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise ModelError(f"{archive.name}: unpacked it would fill the disk; not installed")
            for entry in entries:
                path = PurePosixPath(entry.filename.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(entry.external_attr >> 16):
                    raise ModelError(
                        f"{archive.name}: it holds '{entry.filename}', which leads outside; not installed"
                    )
            bundle.extractall(target)
    except zipfile.BadZipFile as error:
        raise ModelError(
            f"{archive.name}: what was fetched is no zip archive; is the address right?"
        ) from error
