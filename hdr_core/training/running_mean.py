"""A mean over all so far, taken apart again."""

from __future__ import annotations


class RunningMean:
    """What Keras tells after each batch is the mean over the epoch so far; this is what the batch itself added to it.

    >>> loss = RunningMean()
    >>> loss.part(2.0, 32), loss.part(1.75, 32)
    (2.0, 1.5)
    """

    def __init__(self) -> None:
        self.total, self.count = 0.0, 0

    def part(self, mean: float, added: int) -> float:
        """The mean of the ``added`` values that took the running mean to ``mean``; never below 0.

        Keras' mean has 24 bits, so the answer is off by about 1e-7 · mean · values so far / ``added``.
        """
        before, self.count = self.total, self.count + added
        self.total = mean * self.count
        return max((self.total - before) / added, 0.0)
