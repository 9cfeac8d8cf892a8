"""Train the OCR-B character model of hardware/camera from Debian's fonts-ocr-b.

    python -m venv /tmp/train
    /tmp/train/bin/pip install torch numpy opencv-python-headless pillow zxing-cpp
    PYTHONPATH=. /tmp/train/bin/python scripts/train_ocrb.py --out hardware/camera/ocrb.npz

Deterministic for one seed and one version of torch. Torch is needed here only, never by the robot.
Each sample is one character between two neighbours, printed in one of several weights, seen by a
camera (scale, slant, blur, motion, shading, glare, background lines, noise, JPEG) and rectified with
the small errors that a real rectification makes.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import nn

from hardware.camera.glyphs import ALPHABET, BLANK, CLASSES, PATCH_H, PATCH_W, PITCH, normalise

FONTS = Path("/usr/share/fonts/opentype/ocr-b")
VARIANTS = ("OCRB", "OCRBS", "OCRBL")  # rounded, sharp, oblique
MASTER_PITCH = 48
MASTER_H = 96


def master_glyphs() -> list[dict[str, NDArray[np.uint8]]]:
    """Every character (ink = 255) of every variant and weight on a canvas MASTER_PITCH wide."""
    sets = []
    for variant in VARIANTS:
        probe = ImageFont.truetype(str(FONTS / f"{variant}.otf"), 200)
        size = round(200 * MASTER_PITCH / probe.getlength("M"))
        font = ImageFont.truetype(str(FONTS / f"{variant}.otf"), size)
        box = font.getbbox("H")
        middle = (box[1] + box[3]) / 2
        for weight in (-2, -1, 0, 1, 2, 3):
            if variant == "OCRBL" and weight not in (0, 1):
                continue
            glyphs = {}
            for char in ALPHABET:
                image = Image.new("L", (MASTER_PITCH, MASTER_H), 0)
                ImageDraw.Draw(image).text((0, MASTER_H / 2 - middle), char, font=font, fill=255)
                ink = np.asarray(image)
                side = abs(weight) + 2
                kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
                if weight < 0:
                    ink = cv2.erode(ink, kernel[:-1, :-1] if weight == -1 else kernel)
                elif weight > 0:
                    ink = cv2.dilate(ink, kernel)
                glyphs[char] = np.asarray(ink, np.uint8)
            sets.append(glyphs)
    return sets


class Press:
    """Prints and photographs characters."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.sets = master_glyphs()
        # what is often confused gets more of the lessons
        self.choice = ALPHABET + "0O0OQD1I8B5S2Z6G<KMNHWVYXUJLC"

    def _neighbour(self) -> str:
        r = self.rng.random()
        if r < 0.15:
            return ""
        if r < 0.45:
            return "<"
        return ALPHABET[self.rng.integers(len(ALPHABET))]

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """One patch and its class."""
        rng = self.rng
        glyphs = self.sets[rng.integers(len(self.sets))]
        blank = rng.random() < 0.06
        middle = "" if blank else self.choice[rng.integers(len(self.choice))]
        canvas = np.zeros((MASTER_H * 2, MASTER_PITCH * 5), np.float32)
        texts = [self._neighbour() for _ in range(5)]
        texts[2] = middle
        if blank and rng.random() < 0.5:
            texts[1 if rng.random() < 0.5 else 3] = ""
        y0 = MASTER_H // 2
        for i, char in enumerate(texts):
            if char:
                canvas[y0 : y0 + MASTER_H, i * MASTER_PITCH : (i + 1) * MASTER_PITCH] = glyphs[char]
        if rng.random() < 0.35:  # the line above or below comes close
            dy = int(MASTER_PITCH * rng.uniform(1.35, 1.7)) * (1 if rng.random() < 0.5 else -1)
            for i in range(5):
                other = glyphs[ALPHABET[rng.integers(len(ALPHABET))]]
                top = y0 + dy
                a, b = max(top, 0), min(top + MASTER_H, canvas.shape[0])
                where = canvas[a:b, i * MASTER_PITCH : (i + 1) * MASTER_PITCH]
                np.maximum(where, other[a - top : b - top], out=where)
        canvas /= 255.0

        # camera: pitch in pixels of the photograph, any direction
        pitch = float(np.exp(rng.uniform(np.log(10.5), np.log(34))))
        angle = rng.uniform(0, 2 * np.pi)
        scale = pitch / MASTER_PITCH
        size = int(pitch * 3.6) + 4
        cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
        squash = rng.uniform(0.85, 1.15)
        shear = rng.uniform(-0.12, 0.12)
        forward = np.array([[cos, -sin], [sin, cos]]) @ np.array([[1, shear], [0, squash]])
        centre = np.array([MASTER_PITCH * 2.5, MASTER_H])
        target = np.array([size / 2, size / 2]) + rng.uniform(-0.5, 0.5, 2)
        matrix = np.hstack([forward, (target - forward @ centre)[:, None]])
        if scale < 0.6:  # as the sensor integrates over its pixels
            sigma = 0.42 / scale
            canvas = cv2.GaussianBlur(canvas, (0, 0), sigma)
        ink = cv2.warpAffine(canvas, matrix, (size, size), flags=cv2.INTER_LINEAR)
        blur = rng.uniform(0.0, 0.15) * pitch if rng.random() < 0.75 else 0.0
        blur = min(blur, 2.6)
        if blur > 0.3:
            ink = cv2.GaussianBlur(ink, (0, 0), blur)
        if rng.random() < 0.3:
            length = int(min(rng.uniform(2, 0.38 * pitch + 2), 9))
            kernel = np.zeros((length * 2 + 1, length * 2 + 1), np.float32)
            a = rng.uniform(0, np.pi)
            d = np.array([np.cos(a), np.sin(a)]) * length / 2
            c = np.array([length, length])
            p, q = (c - d).round().astype(int), (c + d).round().astype(int)
            cv2.line(kernel, (int(p[0]), int(p[1])), (int(q[0]), int(q[1])), 1.0)
            ink = cv2.filter2D(ink, -1, kernel / kernel.sum())

        paper = rng.uniform(60, 250)
        black = rng.uniform(0.05, 0.55) * paper
        yy, xx = np.mgrid[0:size, 0:size].astype(np.float32) / size - 0.5
        light = 1 + rng.normal(0, 0.12) * xx + rng.normal(0, 0.12) * yy
        ground = np.full((size, size), paper, np.float32)
        for _ in range(rng.integers(0, 4)):  # background print
            p, q = rng.uniform(-0.2, 1.2, (2, 2)) * size
            shade = paper * rng.uniform(0.80, 1.05)
            cv2.line(ground, (int(p[0]), int(p[1])), (int(q[0]), int(q[1])), float(shade), 1, cv2.LINE_AA)
        if rng.random() < 0.12:  # edge of a shadow or of the card
            a = rng.uniform(0, 2 * np.pi)
            edge = np.cos(a) * xx + np.sin(a) * yy - rng.uniform(-0.4, 0.4)
            width = rng.uniform(0.01, 0.3)
            light *= 1 - rng.uniform(0.1, 0.5) / (1 + np.exp(-edge / width))
        image = (ground + (black - ground) * ink) * light
        if rng.random() < 0.12:  # glare
            gx, gy = rng.uniform(-0.7, 0.7, 2)
            width = rng.uniform(0.2, 0.9)
            image = image + rng.uniform(20, 220) * np.exp(-((xx - gx) ** 2 + (yy - gy) ** 2) / width**2)
        image = image + rng.normal(0, 1, image.shape) * rng.uniform(0, 9)
        image = np.clip(image, 0, 255).astype(np.uint8)
        if rng.random() < 0.3:
            ok, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(55, 95))])
            image = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE) if ok else image

        # rectification, with its errors
        back = np.linalg.inv(forward) * (PITCH / MASTER_PITCH)
        wobble = rng.normal(0, 0.025)
        zoom = rng.normal(1, 0.035, 2)
        error = np.array([[zoom[0], rng.normal(0, 0.05)], [wobble, zoom[1]]])
        back = error @ back
        shift = np.array([rng.normal(0, 1.3), rng.normal(0, 1.4)])
        offset = np.array([PATCH_W / 2, PATCH_H / 2]) + shift - back @ target
        patch = cv2.warpAffine(
            image,
            np.hstack([back, offset[:, None]]),
            (PATCH_W, PATCH_H),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return patch, BLANK if blank else ALPHABET.index(middle)

    def batch(self, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Many samples."""
        patches = np.empty((count, PATCH_H, PATCH_W), np.uint8)
        labels = np.empty(count, np.int64)
        for i in range(count):
            patches[i], labels[i] = self.sample()
        return patches, labels


class Net(nn.Module):
    """The network that glyphs.GlyphModel evaluates."""

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 16, 3, padding=1)
        self.c2 = nn.Conv2d(16, 32, 3, padding=1)
        self.f1 = nn.Linear(32 * (PATCH_H // 4) * (PATCH_W // 4), 96)
        self.drop = nn.Dropout(0.15)
        self.f2 = nn.Linear(96, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.max_pool2d(torch.relu(self.c1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.c2(x)), 2)
        x = x.permute(0, 2, 3, 1).flatten(1)  # the order in which numpy flattens
        return self.f2(self.drop(torch.relu(self.f1(x))))


def tensor(patches: NDArray[np.uint8]) -> torch.Tensor:
    return torch.from_numpy(normalise(patches))[:, None]


def means(seed: int) -> NDArray[np.float16]:
    """(characters, PATCH_H, PATCH_W): the mean patch of every character, by which a grid is aligned."""
    patches, labels = Press(seed).batch(8_000)
    values = normalise(patches)
    return np.stack([values[labels == i].mean(axis=0) for i in range(len(ALPHABET))]).astype(np.float16)


def export(net: Net, temperature: float, means: NDArray[np.float16], path: Path) -> None:
    def conv(layer: nn.Conv2d) -> NDArray[np.float16]:
        w = layer.weight.detach().numpy()  # k, c, 3, 3 → (3, 3, c) x k
        return w.transpose(2, 3, 1, 0).reshape(-1, w.shape[0]).astype(np.float16)

    def half(values: torch.Tensor) -> NDArray[np.float16]:
        return values.detach().numpy().astype(np.float16)

    np.savez_compressed(
        path,
        w1=conv(net.c1), b1=half(net.c1.bias),
        w2=conv(net.c2), b2=half(net.c2.bias),
        w3=half(net.f1.weight.T), b3=half(net.f1.bias),
        w4=half(net.f2.weight.T), b4=half(net.f2.bias),
        temperature=np.float16(temperature), means=means,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("hardware/camera/ocrb.npz"))
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=9303)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    start = time.monotonic()
    patches, labels = Press(args.seed).batch(args.samples)
    held, held_labels = Press(args.seed + 1).batch(max(args.samples // 20, 2000))
    print(f"{args.samples} samples in {time.monotonic() - start:.0f} s", flush=True)
    mean_patches = means(args.seed + 5)
    net = Net()
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-3)
    batch = 256
    steps = args.epochs * (args.samples // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02)
    answers = torch.from_numpy(labels)
    for epoch in range(args.epochs):
        net.train()
        order = torch.randperm(args.samples)
        for i in range(args.samples // batch):
            index = order[i * batch : (i + 1) * batch]
            optimiser.zero_grad()
            loss = loss_of(net(tensor(patches[index.numpy()])), answers[index])
            loss.backward()
            optimiser.step()
            schedule.step()
        net.eval()
        with torch.no_grad():
            scores = net(tensor(held))
        right = (scores.argmax(1).numpy() == held_labels).mean()
        print(f"epoch {epoch + 1}: held-out {right:.4f}  {time.monotonic() - start:.0f} s", flush=True)
        export(net, temperature(scores, held_labels), mean_patches, args.out)
    print(f"{args.out}: {args.out.stat().st_size} bytes")


def temperature(scores: torch.Tensor, labels: NDArray[np.int64]) -> float:
    """The divisor of the scores that makes the probabilities honest on held-out samples."""
    answers = torch.from_numpy(labels)
    candidates = np.linspace(0.3, 2.0, 35)
    losses = [float(nn.functional.cross_entropy(scores / t, answers)) for t in candidates]
    return float(candidates[int(np.argmin(losses))])


if __name__ == "__main__":
    main()
