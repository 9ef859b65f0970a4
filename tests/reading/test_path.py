"""Dynamic programming against every path there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.reading.path import Edge, best_path, best_paths


def every_path(node_count: int, edges: list[Edge], node: int = 0) -> list[list[Edge]]:
    """All paths from ``node`` to the last node: the slow oracle."""
    if node == node_count - 1:
        return [[]]
    return [[edge, *rest] for edge in edges if edge.start == node for rest in every_path(node_count, edges, edge.end)]


@st.composite
def lattices(draw: st.DrawFn) -> tuple[int, list[Edge]]:
    """2–6 nodes, a chain that leads through, and some longer edges."""
    nodes = draw(st.integers(2, 6))
    score = st.floats(-20, 0)
    chain = [Edge(node, node + 1, draw(score), None) for node in range(nodes - 1)]
    pairs = st.tuples(st.integers(0, nodes - 2), st.integers(1, nodes - 1)).filter(lambda pair: pair[0] < pair[1])
    extra = [Edge(start, end, draw(score), 0) for start, end in draw(st.lists(pairs, max_size=8))]
    return nodes, draw(st.permutations(chain + extra))


@given(lattices())
def test_agrees_with_brute_force(lattice: tuple[int, list[Edge]]) -> None:
    nodes, edges = lattice
    best = max(sum(edge.score for edge in path) for path in every_path(nodes, edges))
    assert sum(edge.score for edge in best_path(nodes, edges)) == pytest.approx(best)


@given(lattices(), st.integers(1, 6))
def test_next_best_paths_agree_with_brute_force(lattice: tuple[int, list[Edge]], count: int) -> None:
    nodes, edges = lattice
    found = [sum(edge.score for edge in path) for path in best_paths(nodes, edges, count)]
    wanted = sorted((sum(edge.score for edge in path) for path in every_path(nodes, edges)), reverse=True)
    assert found == pytest.approx(wanted[:count])


@given(lattices())
def test_path_is_connected_from_first_to_last(lattice: tuple[int, list[Edge]]) -> None:
    nodes, edges = lattice
    path = best_path(nodes, edges)
    assert [edge.start for edge in path] == [0, *[edge.end for edge in path[:-1]]]
    assert path[-1].end == nodes - 1


def test_of_equal_paths_the_first_found_wins() -> None:
    first, second = Edge(0, 1, -1.0, 7), Edge(0, 1, -1.0, 8)
    assert best_path(2, [first, second]) == [first]


def test_single_node_needs_no_edge() -> None:
    assert best_path(1, []) == []


def test_no_way_through_is_told() -> None:
    with pytest.raises(ValueError, match="no path"):
        best_path(3, [Edge(0, 1, -1.0, 0)])


def test_edge_beyond_the_end_is_told() -> None:
    with pytest.raises(ValueError, match="node 5"):
        best_path(3, [Edge(0, 5, -1.0, 0)])


def test_backward_edge_is_refused() -> None:
    with pytest.raises(ValueError, match="start < end"):
        Edge(2, 2, 0.0, None)
