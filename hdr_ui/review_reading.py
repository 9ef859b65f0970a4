"""A new batch: its pictures out of files and zip files, read one by one and kept at once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import hdr_core
from hdr_core import records
from hdr_core.errors import DataError, ImageError
from hdr_core.records import Batch
from hdr_core.records.plain_text import cleaned
from hdr_core.review.risk import passes
from hdr_core.review.rule_files import rules_from_json, rules_to_json
from hdr_core.review.rules import Rule
from hdr_core.storage import inbox
from hdr_core.storage.in_use import model_in_use
from hdr_core.storage.inbox import Fault, Uploaded
from hdr_core.storage.models import list_models
from hdr_core.storage.zip_files import DAMAGED_ZIP, zip_entries
from hdr_ui import loaders

if TYPE_CHECKING:
    from sqlalchemy import Engine


_NO_PICTURES = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def rules_of(batch: Batch) -> tuple[Rule, ...]:
    """The batch's rules.

    Raises:
        RuleError: what was kept is no rule.
    """
    return rules_from_json(batch.rules.get("rules", []))


def kept_rules(rules: Sequence[Rule]) -> dict[str, object]:
    """The same as they are kept."""
    return {"rules": rules_to_json(rules)}


def read_waiting(
    engine: Engine, owner_id: str, batch: Batch, tell: Callable[[float], None], ask_room: Callable[[int], None]
) -> None:
    """Read into the batch what waits in its inbox, unless another process does so already.

    A picture that the batch holds under this name is passed over: so nothing is there twice when a reading that was
    cut off is taken up again.  ``ask_room`` is asked about the bytes of each: a zip file holds more than its own.

    Raises:
        ModelError: the model is missing or damaged; what was not read waits on.
        QuotaError: ``ask_room`` has refused; what was not read waits on.
        RecordError: the database cannot be reached; what was not read waits on.
    """
    with inbox.reading(batch.id) as is_mine:
        if not is_mine:
            return
        reader = _Reader(engine, owner_id, batch, ask_room)
        for parcel in inbox.parcels(batch.id):
            count = inbox.count_files(parcel)
            for number, file in enumerate(inbox.files_of(parcel)):
                reader.read(file, partial(_tell_part, tell, number, count))
            parcel.unlink(missing_ok=True)


def _tell_part(tell: Callable[[float], None], number: int, count: int, share: float) -> None:
    tell((number + share) / count)


class _Reader:
    """Reads files into one batch, one behind the other."""

    def __init__(self, engine: Engine, owner_id: str, batch: Batch, ask_room: Callable[[int], None]) -> None:
        self.engine, self.owner_id, self.batch, self.ask_room = engine, owner_id, batch, ask_room
        self.rules = rules_of(batch)
        # Its own model may have been discarded since: better read by another than not at all.
        self.model = batch.model_name if batch.model_name in list_models() else model_in_use()
        self.version = loaders.model_version(self.model)
        there = records.batch_readings(engine, owner_id, batch.id, with_digits=False)
        self.known = {(one.file_name, one.picture_sha256) for one in there}
        self.place = max((one.place for one in there), default=-1) + 1

    def read(self, file: Uploaded, tell: Callable[[float], None]) -> None:
        faults: list[Fault] = []
        pictures = list(_pictures(file, faults))
        for number, (name, content_of) in enumerate(pictures, 1):
            try:
                self._keep(name, content_of())
            except (ImageError, DataError) as error:
                faults.append((name, str(error)))
            except DAMAGED_ZIP as error:
                faults.append((name, f"It is damaged in the zip file ({error}). Pack it again."))
            tell(number / len(pictures))
        inbox.tell_unread(self.batch.id, faults)

    def _keep(self, name: str, content: bytes) -> None:
        if (cleaned(name), loaders.digest_of(content)) in self.known:
            return
        self.ask_room(len(content))
        reading = hdr_core.read_number(content, model=self.model, name=name)
        is_sure = passes(reading.text, reading.probability, self.rules, self.batch.threshold)
        kept = records.keep_reading(
            self.engine,
            self.owner_id,
            reading=reading,
            content=content,
            media_type=loaders.media_type_of(name),
            source="review",
            file_name=name,
            model_name=self.model,
            model_digest=self.version,
            batch_id=self.batch.id,
            place=self.place,
            state="read" if is_sure else "open",
        )
        self.known.add((kept.file_name, kept.picture_sha256))
        self.place += 1


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


def _pictures(file: Uploaded, faults: list[Fault]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    if not file.name.lower().endswith(".zip"):
        yield file.name, lambda: file.data
        return
    try:
        for name, read in zip_entries(zipfile.ZipFile(io.BytesIO(file.data))):
            if not name.startswith(_NO_PICTURES) and not PurePosixPath(name).name.startswith((".", *_NO_PICTURES)):
                yield name, read
    except DataError as error:
        faults.append((file.name, str(error)))
    except DAMAGED_ZIP as error:
        faults.append((file.name, f"It is no whole zip file ({error}). Pack or upload it again."))
