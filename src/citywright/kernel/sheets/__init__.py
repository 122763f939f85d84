"""Sheets in and out: reading what people send (`read_table`), and giving it back in their own layout (`write_back`).

Values are read with calamine, structure by shape, text by the readers of `texts` and `days`.
"""

from .books import CannotReadSheet, Grid, address, grids, kind_of, letters
from .days import day, span
from .layouts import Addition, plain_rows, write_back, write_rows
from .tables import Column, Row, RowKind, Table, cell_of, read_table, unit_of
from .texts import UNITS, CannotReadText, Day, Mark, Span, clean, mark_of, money, number, percent, shown, words, yes_no

__all__ = [
    "UNITS", "Addition", "CannotReadSheet", "CannotReadText", "Column", "Day", "Grid", "Mark", "Row", "RowKind", "Span",
    "Table", "address", "cell_of", "clean", "day", "grids", "kind_of", "letters", "mark_of", "money", "number",
    "percent", "plain_rows", "read_table", "shown", "span", "unit_of", "words", "write_back", "write_rows", "yes_no",
]
