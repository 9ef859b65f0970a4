"""Every error this package raises on purpose, in one tree.

HdrError
├── ImageError            a picture cannot be read
│   ├── EmptyImageError       no bytes at all
│   ├── UnsupportedImageError not a picture, or a kind that is not supported
│   ├── DamagedImageError     a picture that ends early or is corrupt
│   └── ImageTooLargeError    more pixels or bytes than the limit
├── TileError             an array that is not a stack of 28×28 tiles
├── ModelError            a model is missing, damaged or has a bad name
│   └── ModelFileError        a model file from outside is not taken in
├── DataError             a data set is missing, damaged or of the wrong shape
├── EditError             a change to a reading that cannot be made
├── RecipeError           a recipe, a setting or a stack of layers that cannot be trained
├── RunError              a training run is missing, or cannot do now what was asked
├── RuleError             a rule for numbers that makes no sense
├── RecordError           the records cannot be reached, or cannot hold what was given
│   ├── NotFoundError         there is no such record, or it belongs to somebody else
│   └── ConflictError         the record was changed meanwhile, by another tab or another person
├── AccountError          an account cannot be made or changed as asked
│   └── SignInError           who this is could not be shown
│       ├── TooManyAttemptsError  too many wrong passwords: wait
│       └── SignedOutError        the session is over: sign in again
├── QuotaError            a limit of this server is reached
└── BackupError           a backup cannot be made, or cannot be put back

Core code raises these; pages and the command line show ``str(error)``.  A message says what was
expected, what came, and what to do.
"""

from __future__ import annotations

from typing import Any


class HdrError(Exception):
    """Base of every deliberate error; catch this to catch them all."""


class ImageError(HdrError):
    """A picture cannot be read."""


class EmptyImageError(ImageError):
    """The file has no bytes, or the picture no pixels."""


class UnsupportedImageError(ImageError):
    """The bytes are not a picture, or a kind of picture that is not supported."""


class DamagedImageError(ImageError):
    """The picture ends early or its data are corrupt."""


class ImageTooLargeError(ImageError):
    """The picture has more pixels or bytes than the limit."""


class TileError(HdrError):
    """An array that is not a stack of 28×28 tiles."""


class ModelError(HdrError):
    """A model is missing, damaged, or badly named."""


class ModelFileError(ModelError):
    """A model file from outside is damaged, too large, of another kind, or holds what could do harm."""


class DataError(HdrError):
    """A data set is missing, damaged, or of the wrong shape."""


class EditError(HdrError):
    """A change to a reading that cannot be made: no such digit, a box outside the picture or without ink."""


class RecipeError(HdrError):
    """There is no such recipe, or one of its settings is impossible."""


class RuleError(HdrError):
    """A rule for numbers that makes no sense, or that cannot be read from where it was kept."""


class RunError(HdrError):
    """A training run is missing, or cannot do now what was asked of it."""


class RecordError(HdrError):
    """The records cannot be reached, or cannot hold what was given."""


class NotFoundError(RecordError):
    """There is no such record, or it belongs to somebody else."""


class ConflictError(RecordError):
    """The record was changed meanwhile; nothing was written.

    ``current`` is what is there now: a ``KeptReading`` after a correction, a ``Batch`` after new rules.
    """

    def __init__(self, message: str, current: Any = None) -> None:
        super().__init__(message)
        self.current = current


class AccountError(HdrError):
    """An account cannot be made or changed as asked."""


class SignInError(AccountError):
    """The e-mail address and the password do not belong together, or the provider's word cannot be taken."""


class TooManyAttemptsError(SignInError):
    """Too many wrong passwords; nothing is tried before ``wait_seconds`` have passed."""

    def __init__(self, message: str, wait_seconds: float) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


class SignedOutError(SignInError):
    """Nobody is signed in here, or not any more."""


class BackupError(HdrError):
    """A backup cannot be made, or cannot be put back."""


class QuotaError(HdrError):
    """A limit of this server is reached: room on the disk, or trainings at once."""
