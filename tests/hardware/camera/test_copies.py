"""Copies as searchable PDF/A-2b: what is in them, and that nothing is left of one that was not wanted."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from hardware.camera import copies
from hardware.camera.copies import CopyCancelled, CopyFailed, CopyFile, CopyJob, CopyState
from hardware.camera.page import Page, Picture, clean, find_page, flatten
from simulator.papers import CAMERA_8MP, photograph, words

HD = (1920, 1080)


def scanned(name: str, number: int, level: str, seed: int, size: tuple[int, int]) -> Picture:
    picture = photograph(name, number, level, seed=seed, size=size).frame(0)
    page = find_page(picture)
    assert isinstance(page, Page)
    return clean(flatten(picture, page))


@pytest.fixture(scope="module")
def pages() -> list[Picture]:
    return [scanned("deed", number, "medium", 4 + number, CAMERA_8MP) for number in (0, 1)]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A place in memory, watched: nothing may stay in it."""
    place = copies.MEMORY / f"test-{os.getpid()}-{tmp_path.name}"
    place.mkdir()
    yield place
    left = list(place.rglob("*"))
    for path in sorted(left, reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    place.rmdir()
    assert left == []


@pytest.fixture(scope="module")
def made(pages: list[Picture]) -> tuple[CopyFile, list[int]]:
    async def make() -> tuple[CopyFile, list[int]]:
        job = CopyJob.begin(pages, title="Nachweis des neuen Namens")
        seen = [job.done]
        job.changed = lambda: seen.append(job.done)
        file = await job.result()
        assert job.state is CopyState.DONE
        return file, seen

    return asyncio.run(make())


def run(*command: str, data: bytes | None = None) -> str:
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def text_of(pdf: bytes) -> str:
    return run("pdftotext", "-layout", "-", "-", data=pdf)


def error_rate(read: str, printed: str) -> float:
    """Character error rate without white space (Levenshtein)."""
    a, b = (re.sub(r"\s", "", text) for text in (read, printed))
    row = np.arange(len(b) + 1)
    for i, letter in enumerate(a, 1):
        other = np.array([letter != wanted for wanted in b])
        fresh = np.minimum(row[1:] + 1, row[:-1] + other)
        result = np.empty_like(row)
        result[0] = i
        for j in range(len(b)):
            result[j + 1] = min(fresh[j], result[j] + 1)
        row = result
    return float(row[-1]) / len(b)


def test_a_copy_says_that_it_is_pdf_a_2b_and_brings_its_colours(
    made: tuple[CopyFile, list[int]], tmp_path: Path
) -> None:
    path = tmp_path / "copy.pdf"
    path.write_bytes(made[0].pdf)
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(path))
    plain = run("qpdf", "--qdf", "--object-streams=disable", str(path), "-")
    assert "/OutputIntents" in plain
    assert "/GTS_PDFA1" in plain
    assert re.search(r"pdfaid:part\s*(=\s*[\"']|>)2", plain)
    assert re.search(r"pdfaid:conformance\s*(=\s*[\"']|>)B", plain)


def test_every_font_of_a_copy_is_embedded(made: tuple[CopyFile, list[int]], tmp_path: Path) -> None:
    path = tmp_path / "copy.pdf"
    path.write_bytes(made[0].pdf)
    lines = run("pdffonts", str(path)).splitlines()[2:]
    assert lines
    assert all(line.split()[-5] == "yes" for line in lines), lines


def test_several_pages_are_one_file_of_a4_sheets(made: tuple[CopyFile, list[int]], tmp_path: Path) -> None:
    path = tmp_path / "copy.pdf"
    path.write_bytes(made[0].pdf)
    facts = run("pdfinfo", str(path))
    assert re.search(r"Pages:\s+2", facts)
    wide, high = sorted(float(n) for n in re.findall(r"Page size:\s+([\d.]+) x ([\d.]+)", facts)[0])
    assert (wide, high) == pytest.approx((595.3, 841.9), abs=1)
    assert made[0].pages == 2


def test_a_copy_can_be_searched_umlauts_included(made: tuple[CopyFile, list[int]]) -> None:
    text = text_of(made[0].pdf)
    for word in ("Namensänderung", "Eheschließung", "Gültigkeit", "Mustermann", "Köln", "Öffnungszeiten"):
        assert word in text, word
    assert error_rate(text, words("deed", 0) + words("deed", 1)) < 0.02


def test_progress_goes_from_nothing_to_every_page(made: tuple[CopyFile, list[int]]) -> None:
    _, seen = made
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 2)
    assert 1 in seen


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - of processes of others there is no event
            await asyncio.sleep(0.01)


def modes(folder: Path) -> list[int]:
    """Access modes of what lies in the folder."""
    return [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()]


def at_work(folder: Path) -> list[int]:
    """Processes that work in the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                said = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in said and int(entry.name) != os.getpid():
                found.append(int(entry.name))
    return found


def reading(folder: Path) -> list[int]:
    """Those of them that are ocrmypdf itself, once it has begun to work on the pages."""
    if not any(folder.glob("*/ocrmypdf.*")):
        return []
    return [pid for pid in at_work(folder) if b"ocrmypdf" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def test_a_copy_that_is_cancelled_leaves_no_file_and_no_process(
    pages: list[Picture], folder: Path
) -> None:
    job = CopyJob.begin(pages, title="Kopie", folder=folder)
    await until(lambda: reading(folder))
    assert modes(folder) == [0o700]
    job.cancel()
    await job.closed()
    assert modes(folder) == []
    await until(lambda: not at_work(folder))
    assert job.state is CopyState.CANCELLED
    with pytest.raises(CopyCancelled):
        await job.result()


async def test_when_ocrmypdf_is_killed_there_is_no_copy_and_nothing_is_left(
    pages: list[Picture], folder: Path
) -> None:
    job = CopyJob.begin(pages, title="Kopie", folder=folder)
    await until(lambda: reading(folder))
    os.kill(min(reading(folder)), signal.SIGKILL)
    with pytest.raises(CopyFailed, match="signal 9"):
        await job.result()
    assert job.state is CopyState.FAILED
    assert modes(folder) == []
    await until(lambda: not at_work(folder))


async def test_a_copy_that_takes_too_long_is_given_up(
    pages: list[Picture], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_START_S", 0.4)
    monkeypatch.setattr(copies, "_PAGE_S", 0.0)
    job = CopyJob.begin(pages, title="Kopie", folder=folder)
    with pytest.raises(CopyFailed, match="in time"):
        await job.result()
    assert modes(folder) == []
    await until(lambda: not at_work(folder))


async def test_without_ocrmypdf_the_sentence_says_what_to_install(
    pages: list[Picture], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "PROGRAM", "ocrmypdf-is-not-here")
    job = CopyJob.begin(pages[:1], title="Kopie", folder=folder)
    with pytest.raises(CopyFailed, match=r"is not installed: install what requirements/apt\.txt lists"):
        await job.result()
    assert copies.missing(("ocrmypdf-is-not-here", "sh")) == ("ocrmypdf-is-not-here",)


async def test_what_a_killed_robot_left_in_memory_is_swept_away(
    pages: list[Picture], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await asyncio.create_subprocess_exec("true")
    await gone.wait()
    left = folder / f"lotse-copy-{gone.pid}-abc"
    left.mkdir()
    (left / "pages.pdf").write_bytes(b"%PDF")
    monkeypatch.setattr(copies, "PROGRAM", "false")
    with pytest.raises(CopyFailed):
        await CopyJob.begin(pages[:1], title="Kopie", folder=folder).result()
    assert not left.exists()


def test_the_place_for_what_is_worked_on_is_memory_not_a_disk() -> None:
    mounts = {line.split()[1]: line.split()[2] for line in Path("/proc/mounts").read_text().splitlines()}
    assert mounts[str(copies.MEMORY)] == "tmpfs"


@pytest.mark.parametrize("count", [0, copies.MOST_PAGES + 1])
async def test_a_copy_has_at_least_one_page_and_not_endlessly_many(count: int) -> None:
    with pytest.raises(ValueError, match="pages"):
        CopyJob.begin([np.zeros((4, 4), np.uint8)] * count, title="Kopie")
