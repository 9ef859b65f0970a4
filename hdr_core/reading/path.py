"""The best way through a lattice of candidates, by dynamic programming.

LeCun, Bottou, Bengio, Haffner 1998, section IV: a row is cut into more parts than it has digits; every
run of neighbouring parts is a candidate, an edge from the cut before it to the cut after it, scored by
the network.  The reading is the path from the first cut to the last with the highest total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Edge:
    """A candidate from node ``start`` to node ``end`` > ``start``, with its log score.

    ``candidate`` is an index for the caller, or None for parts that are passed over as no digit.
    """

    start: int
    end: int
    score: float
    candidate: int | None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"expected 0 ≤ start < end, got {self.start} and {self.end}")


def best_path(node_count: int, edges: Iterable[Edge]) -> list[Edge]:
    """Edges of the highest-scoring path from node 0 to node ``node_count - 1``, in order.

    Time is linear in the number of edges.  Of equal paths the one found first wins, so the result does
    not depend on chance.

    Raises:
        ValueError: an edge leads beyond the last node, or no path leads through.
    """
    best_score = [0.0] + [-inf] * (node_count - 1)
    best_edge: list[Edge | None] = [None] * node_count
    for edge in sorted(edges, key=lambda edge: edge.start):
        if edge.end >= node_count:
            raise ValueError(f"edge ends at node {edge.end}, but there are {node_count} nodes")
        score = best_score[edge.start] + edge.score
        if score > best_score[edge.end]:
            best_score[edge.end], best_edge[edge.end] = score, edge
    return _walk_back(best_edge)


def _walk_back(best_edge: Sequence[Edge | None]) -> list[Edge]:
    path: list[Edge] = []
    node = len(best_edge) - 1
    while node > 0:
        edge = best_edge[node]
        if edge is None:
            raise ValueError("no path leads from the first node to the last")
        path.append(edge)
        node = edge.start
    return path[::-1]
