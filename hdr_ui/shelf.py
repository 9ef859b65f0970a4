"""Values made from pictures, shared by all visits: the latest used are kept, and all of one picture can be forgotten.

``st.cache_data`` forgets one call or all of them, and hands out a copy at every look: a thousand readings take long.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

NO_DIGEST = ""
"""In the place of a picture's digest where it is not known: goes whenever any picture is forgotten."""

_shelves: list[Shelf[Any]] = []


class Shelf(Generic[Value]):
    """At most ``max_entries`` values, each under a picture's digest and whatever else it depends on.

    Make one per module, not per call.  Everybody gets the same value: put nothing here that is changed.
    """

    def __init__(self, max_entries: int) -> None:
        self._max_entries = max_entries
        self._values: OrderedDict[tuple[str, Hashable], Value] = OrderedDict()
        self._lock = Lock()
        _shelves.append(self)

    def get(self, digest: str, about: Hashable, make: Callable[[], Value]) -> Value:
        """The value that lies here; else the one that ``make`` gives.  What ``make`` raises is not kept."""
        key = digest, about
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()  # others need not wait for it; at worst two make the same
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._max_entries:
                self._values.popitem(last=False)
        return value

    def forget(self, digest: str | None = None) -> None:
        """Leave nothing of this picture here; of None: nothing at all."""
        with self._lock:
            for key in [key for key in self._values if digest is None or key[0] in (digest, NO_DIGEST)]:
                del self._values[key]

    def __len__(self) -> int:
        return len(self._values)


def forget_everywhere(digest: str | None) -> None:
    """Leave nothing of this picture on any shelf; of None: nothing at all."""
    for shelf in _shelves:
        shelf.forget(digest)
