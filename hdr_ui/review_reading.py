"""A new batch: its pictures out of files and zip files, read one by one and kept at once."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import hdr_core
from hdr_core import records
from hdr_core.errors import DataError, ImageError
from hdr_core.records import Batch
from hdr_core.review.risk import passes
from hdr_core.review.rule_files import rules_from_json, rules_to_json
from hdr_core.review.rules import Rule
from hdr_core.storage.zip_files import DAMAGED_ZIP, zip_entries
from hdr_ui import loaders

if TYPE_CHECKING:
    from sqlalchemy import Engine


Fault = tuple[str, str]
"""A file's name, and the sentence that says why it was not read."""

_NO_PICTURES = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Uploaded:
    """A file as it was uploaded: a picture or a zip of pictures."""

    name: str
    data: bytes


def rules_of(batch: Batch) -> tuple[Rule, ...]:
    """The batch's rules.

    Raises:
        RuleError: what was kept is no rule.
    """
    return rules_from_json(batch.rules.get("rules", []))


def kept_rules(rules: Sequence[Rule]) -> dict[str, object]:
    """The same as they are kept."""
    return {"rules": rules_to_json(rules)}


def read_and_keep(
    engine: Engine, owner_id: str, batch: Batch, files: Sequence[Uploaded], tell: Callable[[float], None]
) -> list[Fault]:
    """Read every picture into the batch; returns what could not be read.

    Raises:
        ModelError: the model is missing or damaged.
        RecordError: the database cannot be reached.
    """
    rules = rules_of(batch)
    faults: list[Fault] = []
    pictures = list(_pictures(files, faults))
    version = loaders.model_version(batch.model_name)
    for place, (name, read) in enumerate(pictures):
        try:
            content = read()
            reading = hdr_core.read_number(content, model=batch.model_name, name=name)
        except (ImageError, DataError) as error:
            faults.append((name, str(error)))
        except DAMAGED_ZIP as error:
            faults.append((name, f"It is damaged in the zip file ({error}). Pack it again."))
        else:
            is_sure = passes(reading.text, reading.probability, rules, batch.threshold)
            records.keep_reading(
                engine,
                owner_id,
                reading=reading,
                content=content,
                media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
                source="review",
                file_name=name,
                model_name=batch.model_name,
                model_digest=version,
                batch_id=batch.id,
                place=batch.total + place,
                state="read" if is_sure else "open",
            )
        tell((place + 1) / len(pictures))
    return faults


def part_anew(engine: Engine, owner_id: str, batch: Batch) -> None:
    """After a change of rules or threshold: who is asked about, of the numbers that nobody has decided.

    Raises:
        RecordError: the database cannot be reached.
    """
    rules = rules_of(batch)
    for reading in records.batch_readings(engine, owner_id, batch.id, with_digits=False):
        is_untouched = reading.state in ("read", "open") and reading.text == reading.text_read
        is_sure = passes(reading.text, reading.probability, rules, batch.threshold)
        if is_untouched and (reading.state == "read") != is_sure:
            whole = records.open_reading(engine, owner_id, reading.id)
            records.correct(
                engine,
                owner_id,
                reading.id,
                digits=whole.digits,
                text=whole.text,
                state="read" if is_sure else "open",
                revision=reading.revision,
            )


def _pictures(files: Sequence[Uploaded], faults: list[Fault]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    for file in files:
        if not file.name.lower().endswith(".zip"):
            yield file.name, lambda data=file.data: data  # type: ignore[misc]
            continue
        try:
            for name, read in zip_entries(zipfile.ZipFile(io.BytesIO(file.data))):
                if not name.startswith(_NO_PICTURES) and not PurePosixPath(name).name.startswith((".", *_NO_PICTURES)):
                    yield name, read
        except DataError as error:
            faults.append((file.name, str(error)))
        except DAMAGED_ZIP as error:
            faults.append((file.name, f"It is no whole zip file ({error}). Pack or upload it again."))
