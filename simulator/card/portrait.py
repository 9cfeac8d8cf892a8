"""A drawn portrait, nobody's, as passports store it: JPEG or JPEG 2000 of about 15 KB."""

from __future__ import annotations

import io
import zlib
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 413, 531  # 35 x 45 mm at 300 dpi
_SIZE = 15_000  # octets aimed at
_HAIR = ((62, 44, 32), (120, 84, 48), (34, 32, 34), (170, 168, 164), (146, 72, 38))
_CLOTHES = ((70, 84, 120), (60, 96, 84), (110, 64, 72), (84, 84, 90))


@cache
def portrait(who: str, kind: str = "jpeg") -> bytes:
    """The encoded picture. `who`: any text, it decides the looks; `kind`: "jpeg" or "jpeg2000"."""
    picture = _draw(who)
    out = io.BytesIO()
    if kind == "jpeg2000":
        ratio = WIDTH * HEIGHT * 3 / _SIZE
        picture.save(out, "JPEG2000", quality_mode="rates", quality_layers=[ratio], no_jp2=False)
        return out.getvalue()
    data = b""
    for quality in range(40, 96, 5):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if data and out.tell() > _SIZE * 1.05:
            break
        data = out.getvalue()
    return data


def _draw(who: str) -> Image.Image:
    seed = zlib.crc32(who.encode())
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), (214, 219, 226))
    draw = ImageDraw.Draw(image)
    hair, clothes = _HAIR[seed % len(_HAIR)], _CLOTHES[seed // 7 % len(_CLOTHES)]
    w, h = WIDTH, HEIGHT
    draw.ellipse((w * 0.2, h * 0.08, w * 0.8, h * 0.72), fill=hair)
    draw.rectangle((w * 0.42, h * 0.66, w * 0.58, h * 0.86), fill=(222, 186, 164))
    draw.ellipse((w * 0.27, h * 0.16, w * 0.73, h * 0.76), fill=(235, 200, 178))
    draw.pieslice((0, h * 0.78, w, h * 1.3), 180, 360, fill=clothes)
    for x in (0.4, 0.6):
        draw.ellipse((w * (x - 0.05), h * 0.41, w * (x + 0.05), h * 0.45), fill=(250, 250, 250))
        draw.ellipse((w * (x - 0.02), h * 0.412, w * (x + 0.02), h * 0.448), fill=(60, 70, 70))
        draw.arc((w * (x - 0.07), h * 0.36, w * (x + 0.07), h * 0.42), 200, 340, fill=hair, width=5)
    draw.line((w * 0.5, h * 0.45, w * 0.48, h * 0.54, w * 0.52, h * 0.55), fill=(200, 160, 140), width=4)
    draw.arc((w * 0.42, h * 0.56, w * 0.58, h * 0.65), 20, 160, fill=(150, 70, 70), width=6)
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), np.float32)
    grain = rng.normal(0, 4, soft.shape).astype(np.float32)
    return Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))
