"""DG2: portraits come out of both containers, and no chip makes us believe in a picture that is not there."""

from __future__ import annotations

import pytest

from hardware.cards import tlv
from hardware.cards.emrtd import lds
from hardware.cards.emrtd.portrait import LARGEST, Portrait
from tests.hardware.cards.emrtd import pictures


def portrait_of(group: bytes) -> Portrait:
    portrait = lds.parse({"DG2": group}).portrait
    assert portrait is not None
    return portrait


@pytest.mark.parametrize("form, name", [("JPEG", "jpeg"), ("JPEG2000", "jpeg2000")])
@pytest.mark.parametrize("points", [0, 3])
def test_a_portrait_comes_out_of_a_face_record(form: str, name: str, points: int) -> None:
    image = pictures.picture(form)
    portrait = portrait_of(pictures.group(pictures.record(image, points=points)))
    assert (portrait.format, portrait.image, portrait.width, portrait.height) == (name, image, 120, 160)


@pytest.mark.parametrize("form, name", [("JPEG", "jpeg"), ("JPEG2000", "jpeg2000")])
def test_a_portrait_comes_out_of_an_asn1_face_image_block(form: str, name: str) -> None:
    image = pictures.picture(form, (300, 400))
    portrait = portrait_of(pictures.group(pictures.asn1_block(image), 0x7F2E))
    assert (portrait.format, portrait.image, portrait.width, portrait.height) == (name, image, 300, 400)


def test_a_bare_jpeg_2000_codestream_is_measured() -> None:
    image = pictures.picture("JPEG2000", (64, 96))
    image = image[image.index(b"\xff\x4f\xff\x51") :]
    portrait = portrait_of(pictures.group(pictures.record(image)))
    assert (portrait.format, portrait.width, portrait.height) == ("jpeg2000", 64, 96)


def test_a_portrait_never_shows_its_octets_when_printed() -> None:
    portrait = portrait_of(pictures.group(pictures.record(pictures.picture())))
    assert "120x160" in repr(portrait)
    assert len(repr(portrait)) < 60


JPEG = pictures.picture()


@pytest.mark.parametrize(
    "group, words",
    [
        (pictures.group(pictures.record(JPEG, size=0x7FFFFFFF)), "announces 2147483647 octets"),
        (pictures.group(pictures.record(JPEG, size=20)), "ends before the picture"),
        (pictures.group(pictures.record(JPEG, count=0)), "holds no picture"),
        (pictures.group(pictures.record(JPEG).replace(b"010\x00", b"030\x00")), "version"),
        (pictures.group(pictures.record(b"GIF89a" + bytes(60))), "neither JPEG nor JPEG 2000"),
        (pictures.group(pictures.record(JPEG[:30])), "no frame"),
        (pictures.group(pictures.record(pictures.picture("JPEG2000")[:90])), "JPEG 2000 picture has no"),
        (pictures.group(b"FAC\x00"), "no face record"),
        (pictures.group(b"", 0x7F2E), "no face image block"),
        (pictures.group(tlv.encode(0x65, b""), 0x7F2E), "no two-dimensional picture"),
        (pictures.group(b"", 0x5F2D), "holds no biometric data"),
        (tlv.encode(0x75, tlv.encode(0x7F61, b"\x02\x01\x00")), "no biometric template"),
        (tlv.encode(0x75, b"\x7f\x61\x84\x7f\xff\xff\xff\x00"), "announces 2147483647 octets"),
    ],
)
def test_a_group_without_a_usable_portrait_is_refused_by_name(group: bytes, words: str) -> None:
    with pytest.raises(lds.LdsError, match=words) as caught:
        lds.parse({"DG2": group})
    assert str(caught.value).startswith("DG2 cannot be used: ")


def test_a_picture_that_claims_billions_of_pixels_is_refused() -> None:
    frame = JPEG.index(b"\xff\xc0")
    bomb = JPEG[: frame + 5] + b"\xff\xff\xff\xff" + JPEG[frame + 9 :]
    with pytest.raises(lds.LdsError, match="65535 x 65535 pixels"):
        lds.parse({"DG2": pictures.group(pictures.record(bomb))})


def test_a_picture_larger_than_any_chip_is_refused() -> None:
    with pytest.raises(lds.LdsError, match="more than any chip"):
        lds.parse({"DG2": pictures.group(pictures.record(JPEG + bytes(LARGEST)))})
