"""Columns of projects x months: numbers with holes, laid out month after month, as the files keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

#: Stands for "nothing known" while a column is filled.
NONE = np.iinfo(np.int64).min
Numbers = Any  # an array of int64, projects x months


def empty(projects: int, months: int, value: int = NONE) -> Numbers:
    """Nothing known of any project in any month (or a value everywhere)."""
    return np.full((projects, months), value, dtype=np.int64)


def spread(values: Sequence[int | None], months: int) -> Numbers:
    """One value of each project, the same in every month."""
    column = np.array([NONE if value is None else value for value in values], dtype=np.int64)
    return np.repeat(column[:, None], months, axis=1)


def filled_forward(numbers: Numbers) -> Numbers:
    """Where a month knows nothing, what the latest month before it knew."""
    found = numbers.copy()
    for month in range(1, found.shape[1]):
        hole = found[:, month] == NONE
        found[hole, month] = found[hole, month - 1]
    return found


def summed(events: Iterable[tuple[int, int, int]], projects: int, months: int) -> Numbers:
    """Events (project, month, amount) added up to each month."""
    found = empty(projects, months, 0)
    for project, month, amount in events:
        found[project, month] += amount
    return np.cumsum(found, axis=1)


def whole(numbers: Numbers, kind: pa.DataType) -> pa.Array:
    """A column of whole numbers, months in order, holes as null."""
    flat = numbers.T.ravel()
    return pa.array(flat, mask=flat == NONE).cast(kind)


def flags(yes: Any, known: Any = None) -> pa.Array:
    """A column of yes and no; null where it is not known."""
    return pa.array(yes.T.ravel(), mask=None if known is None else ~known.T.ravel())


def repeated(values: Sequence[Any], months: int) -> pa.Array:
    """A text of each project, the same in every month."""
    return pa.array(values, pa.string()).take(pa.array(np.tile(np.arange(len(values)), months)))


def each_month(values: Sequence[Any], projects: int, kind: pa.DataType) -> pa.Array:
    """A value of each month, the same for every project."""
    return pa.array(values, kind).take(pa.array(np.repeat(np.arange(len(values)), projects)))


def texts(found: Mapping[tuple[int, int], str], projects: int, months: int) -> pa.Array:
    """A text of some projects in some months, "" otherwise."""
    words = ["", *sorted(set(found.values()) - {""})]
    number = {word: place for place, word in enumerate(words)}
    places = empty(projects, months, 0)
    for (project, month), word in found.items():
        places[project, month] = number[word]
    return pa.array(words, pa.string()).take(pa.array(places.T.ravel()))
