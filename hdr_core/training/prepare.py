"""What every kind of training does first: hold digits back, choose the hard ones, and tell that it starts."""

from __future__ import annotations

from dataclasses import dataclass

from hdr_core.training.data import Dataset
from hdr_core.training.datasets import split_validation
from hdr_core.training.panel import save_panel
from hdr_core.training.session import Session
from hdr_core.types import UInt8Image


@dataclass(frozen=True, eq=False)
class Lesson:
    """What is learned, and what is watched: the ``x_test`` and ``y_test`` of ``watched``.

    Where nothing is held back the test digits are watched, and choose nothing.
    """

    learned: Dataset
    watched: Dataset
    has_validation: bool
    panel: UInt8Image

    @property
    def monitor(self) -> str:
        """What tells a better epoch: the validation accuracy, else the training loss; never the test digits."""
        return "val_accuracy" if self.has_validation else "loss"


def prepare(session: Session, dataset: Dataset, validation_share: float, watch_tile: UInt8Image | None) -> Lesson:
    """Split the training digits and write the panel of hard digits, the user's own drawing among them."""
    learned, held_back = split_validation(dataset, validation_share)
    watched = held_back or dataset
    panel = save_panel(session.run_dir / "panel.npz", watched.x_test, watched.y_test, watch_tile)
    return Lesson(learned, watched, held_back is not None, panel)


def tell_started(
    session: Session, lesson: Lesson, *, first_epoch: int, epochs: int, steps: int, parameters: int, unit: str = "epoch"
) -> None:
    """Write the event that a chart is set up from."""
    session.events.write(
        "started",
        first_epoch=first_epoch,
        epochs=epochs,
        unit=unit,
        steps=steps,
        train=len(lesson.learned.y_train),
        watched=len(lesson.watched.y_test),
        watches="validation" if lesson.has_validation else "test",
        parameters=parameters,
        source=lesson.learned.source,
    )
