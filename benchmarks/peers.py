"""Readers that anyone can install, measured beside this one: Tesseract and RapidOCR, both told that they read digits.

Neither is a requirement of the project.  Tesseract is a program (Debian: ``apt-get install tesseract-ocr``).  RapidOCR
is a package that can be kept apart from the project's own (``--no-deps``: NumPy and OpenCV stay the project's):

    pip install --target var/peers --no-deps rapidocr onnxruntime pyclipper shapely omegaconf \\
        antlr4-python3-runtime==4.9.3 colorlog pyyaml tqdm six flatbuffers requests urllib3 \\
        charset-normalizer idna certifi
    PYTHONPATH=var/peers python -m benchmarks.strings --peers

The picture is handed over upright, and Tesseract is told whether it holds one row or several.  RapidOCR is measured
twice: as it is installed, searching every picture for rows, and as "RapidOCR row", told where there is only one, which
it then recognises without searching.  The second way was added because the search finds nothing in some small
pictures; it is help that this project's reader does not get, and a long row spread wide may fare better searched.
"""

from __future__ import annotations

import csv
import importlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any, Protocol

import cv2
import numpy as np

from hdr_core.types import UInt8Image


class Peer(Protocol):
    """A reader by somebody else."""

    name: str

    def read(self, pixels: UInt8Image, *, one_row: bool) -> tuple[str, float]:
        """What (H, W, 3) uint8 RGB says, rows joined by ``|``, and how sure it is, in [0, 1]."""
        ...


def installed_peers() -> list[Peer]:
    """Those that are installed here; RapidOCR both ways."""
    peers: list[Peer] = []
    if shutil.which("tesseract"):
        peers.append(Tesseract())
    if importlib.util.find_spec("rapidocr"):
        peers += [RapidOCR(), RapidOCR(is_told_rows=True)]
    return peers


class Tesseract:
    """The program ``tesseract`` (Smith 2007), digits only; a process for each picture."""

    name = "Tesseract"

    def read(self, pixels: UInt8Image, *, one_row: bool) -> tuple[str, float]:
        """See ``Peer.read``; page segmentation 7 is a single row, 6 a block of rows."""
        command = ["tesseract", "stdin", "stdout", "--psm", "7" if one_row else "6"]
        command += ["-c", "tessedit_char_whitelist=0123456789", "tsv"]
        picture = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
        # One thread: for pictures this small its threads cost more than they bring.
        environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
        done = subprocess.run(command, input=picture, env=environment, capture_output=True, check=False)
        return parse_tsv(done.stdout.decode("utf-8", "replace"))


def parse_tsv(table: str) -> tuple[str, float]:
    """Tesseract's table of words → rows joined by ``|``, and the product of the words' confidences (percent)."""
    rows: dict[tuple[str, ...], str] = {}
    sure = 1.0
    for word in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        digits = only_digits(word["text"] or "")
        if digits:
            place = (word["block_num"], word["par_num"], word["line_num"])
            rows[place] = rows.get(place, "") + digits
            sure *= min(max(float(word["conf"]) / 100, 0.0), 1.0)
    return "|".join(rows.values()), sure if rows else 0.0


class RapidOCR:
    """The package ``rapidocr`` (PaddleOCR's networks in onnxruntime), of whose answer the digits are taken.

    With ``is_told_rows`` it does not search for the row where there is only one.
    """

    def __init__(self, *, is_told_rows: bool = False) -> None:
        self.name = "RapidOCR row" if is_told_rows else "RapidOCR"
        self._is_told_rows = is_told_rows
        self._engine: Any = importlib.import_module("rapidocr").RapidOCR(params={"Global.log_level": "error"})

    def read(self, pixels: UInt8Image, *, one_row: bool) -> tuple[str, float]:
        """See ``Peer.read``."""
        picture = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        if one_row and self._is_told_rows:
            found = self._engine(picture, use_det=False, use_cls=False, use_rec=True)
            return join_words([(0.0, 0.0, 1.0)] * len(found.txts or ()), found.txts or (), found.scores or ())
        found = self._engine(picture, use_det=True, use_cls=True, use_rec=True)
        boxes = np.asarray(found.boxes if found.boxes is not None else [], np.float64).reshape(-1, 4, 2)
        places = [(box[:, 0].min(), box[:, 1].mean(), np.ptp(box[:, 1])) for box in boxes]
        return join_words(places, found.txts or (), found.scores or ())


def join_words(
    places: Sequence[tuple[float, float, float]], texts: Sequence[str], scores: Sequence[float]
) -> tuple[str, float]:
    """Words at (left, middle, height) → rows joined by ``|``, and the product of the scores of those with digits.

    A word belongs to the row above it when its middle lies less than half that row's height below.
    """
    words = [(*place, only_digits(text), score) for place, text, score in zip(places, texts, scores, strict=True)]
    rows: list[list[tuple[float, float, float, str, float]]] = []
    for word in sorted((word for word in words if word[3]), key=lambda word: word[1]):
        if rows and word[1] - rows[-1][-1][1] < rows[-1][-1][2] / 2:
            rows[-1].append(word)
        else:
            rows.append([word])
    text = "|".join("".join(word[3] for word in sorted(row)) for row in rows)
    sure = float(np.prod([word[4] for row in rows for word in row])) if rows else 0.0
    return text, min(max(sure, 0.0), 1.0)


def only_digits(text: str) -> str:
    """The ASCII digits of a text, in order."""
    return re.sub(r"[^0-9]", "", text)
