"""The desk under the camera: what a viewer gets, from one seed the same, and every fault."""

from __future__ import annotations

import contextlib
import itertools
import socket
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import cast

import cv2
import numpy as np
import pytest

from hardware.camera.mrz_format import german_serial_ok, parse
from simulator.camera import CameraDesk
from simulator.documents import render_document
from simulator.personas import persona, personas
from simulator.scene import Shot


@pytest.fixture
def desk() -> Iterator[CameraDesk]:
    with CameraDesk(size=(640, 360), fps=30) as running:
        yield running


def pictures(desk: CameraDesk) -> Iterator[bytes]:
    """JPEGs of the stream, as a plain HTTP client gets them."""
    with cast(HTTPResponse, urllib.request.urlopen(desk.url, timeout=60)) as response:
        assert response.headers.get_content_type() == "multipart/x-mixed-replace"
        while True:
            length = 0
            while line := response.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if length:
                yield response.read(length)
                response.readline()
            elif response.isclosed() or not response.peek(1):
                return


def test_a_viewer_gets_pictures_that_move_a_little(desk: CameraDesk) -> None:
    desk.lay("mustermann")
    seen = set(itertools.islice(pictures(desk), 40))
    assert len(seen) > 1
    picture = cv2.imdecode(np.frombuffer(seen.pop(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (360, 640, 3)


def test_several_viewers_watch_at_once(desk: CameraDesk) -> None:
    first, second = pictures(desk), pictures(desk)
    assert next(first)
    assert next(second)
    assert desk.watchers == 2
    assert next(first)
    first.close()
    assert next(second)
    second.close()


def test_a_stalled_desk_is_silent_until_it_resumes(desk: CameraDesk) -> None:
    watching = pictures(desk)
    next(watching)
    desk.stall()
    served = desk.served
    with pytest.raises(TimeoutError), urllib.request.urlopen(desk.url, timeout=0.4) as late:
        late.read(10)
    assert desk.served <= served + 1  # a picture may have been under way
    desk.resume()
    assert next(watching)
    watching.close()


def test_an_unplugged_desk_cuts_and_refuses_and_comes_back_at_its_address(desk: CameraDesk) -> None:
    address = desk.url
    watching = pictures(desk)
    next(watching)
    desk.go_away()
    with contextlib.suppress(OSError):
        assert len(list(watching)) < 50  # it ends, after what was under way
    with pytest.raises(OSError):
        urllib.request.urlopen(address, timeout=2)
    desk.come_back()
    assert desk.url == address
    assert next(pictures(desk))


def test_two_desks_cannot_share_a_port(desk: CameraDesk) -> None:
    port = int(desk.url.split(":")[2].split("/")[0])
    with pytest.raises(OSError):
        CameraDesk(port)


def test_a_viewer_that_hangs_up_is_let_go(desk: CameraDesk) -> None:
    host, port = desk.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET /stream HTTP/1.0\r\n\r\n")
        assert client.recv(20)
    watching = pictures(desk)
    for _ in range(200):
        next(watching)
        if desk.watchers == 1:
            break
    assert desk.watchers == 1
    watching.close()


def test_one_seed_gives_one_picture() -> None:
    flat = render_document("mustermann")
    first, again = (Shot(flat, "hard", seed=8).frame(2) for _ in range(2))
    other = Shot(flat, "hard", seed=9).frame(2)
    assert (first == again).all()
    assert (first != other).any()


def test_unknown_people_documents_and_levels_are_named(desk: CameraDesk) -> None:
    with pytest.raises(KeyError, match="mustermann"):
        desk.lay("nobody")
    with pytest.raises(KeyError, match="id_card_back"):
        desk.lay("mustermann", "licence")
    with pytest.raises(KeyError, match="id_card"):
        desk.lay("mustermann", "passport")
    with pytest.raises(KeyError, match="easy"):
        desk.lay("mustermann", level="impossible")


def test_every_zone_of_every_persona_holds_and_says_who_they_are() -> None:
    assert len(personas()) >= 6
    for who in personas().values():
        assert who.documents
        for document in who.documents.values():
            parsed = parse(document.mrz)
            assert parsed.valid, (who.id, parsed.failed)
            assert parsed.fields["number"] == document.number
            assert parsed.fields["birth_date"] == who.birth_date.isoformat()
            assert parsed.fields["expiry_date"] == document.expires.isoformat()
            if document.issuer == "D":
                assert german_serial_ok(document.number)
                assert "0" not in document.number


def test_persona_knows_what_an_application_asks() -> None:
    erika = persona("mustermann")
    assert erika.name == "Erika Mustermann"
    assert erika.birth_name == "Gabler"
    assert 100 < erika.height_cm < 230
    assert len(erika.eye_colour) <= 19
