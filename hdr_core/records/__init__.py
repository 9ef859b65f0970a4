"""What people keep: readings, corrections, batches and retrainings, in SQLite or PostgreSQL."""

from hdr_core.records.batches import batch_readings, delete_batch, list_batches, new_batch, open_batch, set_rules
from hdr_core.records.corrections import correct, corrected_digits, corrections_mark
from hdr_core.records.database import open_database, opened_database
from hdr_core.records.deleting import delete_all, delete_reading
from hdr_core.records.owners import Kept, delete_owner, kept_by
from hdr_core.records.pictures import picture_content
from hdr_core.records.readings import (
    changed_pictures,
    digits_of,
    keep_reading,
    latest_of_picture,
    open_reading,
)
from hdr_core.records.retrainings import list_retrainings, propose, set_state
from hdr_core.records.searching import HistoryQuery, find_readings
from hdr_core.records.values import (
    Batch,
    CorrectedDigits,
    KeptDigit,
    KeptReading,
    Page,
    Retraining,
    text_of,
)
from hdr_core.types import NOT_A_DIGIT

__all__ = [
    "NOT_A_DIGIT",
    "Batch",
    "CorrectedDigits",
    "HistoryQuery",
    "Kept",
    "KeptDigit",
    "KeptReading",
    "Page",
    "Retraining",
    "batch_readings",
    "changed_pictures",
    "correct",
    "corrected_digits",
    "corrections_mark",
    "delete_all",
    "delete_batch",
    "delete_owner",
    "delete_reading",
    "digits_of",
    "find_readings",
    "keep_reading",
    "kept_by",
    "latest_of_picture",
    "list_batches",
    "list_retrainings",
    "new_batch",
    "open_batch",
    "open_database",
    "open_reading",
    "opened_database",
    "picture_content",
    "propose",
    "set_rules",
    "set_state",
    "text_of",
]
