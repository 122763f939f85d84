"""The Excel list as it comes in: its columns, what headers mean, and how its cells are read. Pure: no Django."""

from .columns import BY_CODE, FIELDS, GATE_OF, Field, Kind
from .mapping import CannotMap, MappingFile, Match, known, load, matches, signature
from .reading import SPAN_PARTS, Directory, Options, read

#: Columns that are kept, in their order; a span is kept as its two ends.
STORED: tuple[str, ...] = tuple(
    code for field in FIELDS if not field.derived
    for code in (SPAN_PARTS if field.kind is Kind.SPAN else (field.code,)) if code not in {"code", "unit"})
#: Chinese names, of the ends of a span too.
NAMES: dict[str, str] = {field.code: field.zh for field in FIELDS} | {
    "build_from": "建设起始", "build_to": "建设终止"}

__all__ = [
    "BY_CODE", "FIELDS", "GATE_OF", "NAMES", "SPAN_PARTS", "STORED", "CannotMap", "Directory", "Field", "Kind",
    "MappingFile", "Match", "Options", "known", "load", "matches", "read", "signature",
]
