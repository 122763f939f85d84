"""How does one version of a catalogue differ from another, and what is it after an entry was changed? Pure.

A catalogue is what its file holds: lists of entries with codes, attributes by code, the applicant's documents.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citywright.kernel.errors import Refusal

Content = dict[str, Any]
#: The parts of a catalogue that have entries, in the order they are shown.
PARTS = ("items", "packages", "attributes", "departments", "stages", "documents")
#: The applicant's documents are one entry with one field.
DOCUMENTS, WHOLE, LISTED = "documents", "all", "applicant_documents"
CODE = "code"
ENTIRE = "*"


class CannotEditEntry(Refusal):
    """There is no such entry, or one of that code is there already."""


@dataclass(frozen=True)
class Change:
    """One field of an entry, before and after; the field `*` stands for a whole entry that came or went."""

    part: str
    code: str
    name: str
    field: str
    before: Any
    after: Any


def entries(content: Mapping[str, Any], part: str) -> dict[str, dict[str, Any]]:
    """The entries of a part by code."""
    if part == DOCUMENTS:
        return {WHOLE: {LISTED: list(content.get(LISTED) or ())}}
    found = content.get(part)
    if isinstance(found, dict):
        return {str(code): row for code, row in found.items() if isinstance(row, dict)}
    return {str(row.get(CODE)): row for row in (found or ()) if isinstance(row, dict)}


def entry(content: Mapping[str, Any], part: str, code: str) -> dict[str, Any]:
    """One entry; refused when there is none."""
    found = entries(content, part).get(code) if part in PARTS else None
    if found is None:
        raise CannotEditEntry("目录里没有“%(code)s”", code=code[:40])
    return found


def name_of(row: Mapping[str, Any], code: str) -> str:
    """What an entry is called."""
    return str(row.get("name_zh") or row.get("label_zh") or code)


def _empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _same(one: Any, other: Any) -> bool:
    """Nothing, no, an empty text and an empty list say the same; so do a number and its digits (codes of stages)."""
    if _empty(one) or _empty(other):
        return _empty(one) and _empty(other)
    texts = isinstance(one, int | str) and isinstance(other, int | str)
    return bool(one == other) or (texts and str(one) == str(other))


def amended(content: Content, part: str, code: str, fields: Mapping[str, Any]) -> tuple[Content, list[Change]]:
    """The catalogue with some fields of an entry changed, and what really changed."""
    before = entry(content, part, code)
    changes = [Change(part, code, name_of(before, code), field, before.get(field), value)
               for field, value in fields.items() if not _same(before.get(field), value)]
    after = copy.deepcopy(content)
    if part == DOCUMENTS:
        after |= {change.field: change.after for change in changes}
    else:
        entry(after, part, code).update({change.field: change.after for change in changes})
    return after, changes


def added(content: Content, part: str, code: str, row: Mapping[str, Any]) -> tuple[Content, list[Change]]:
    """The catalogue with one more entry; refused when the code is taken."""
    if part == DOCUMENTS or part not in PARTS or code in entries(content, part):
        raise CannotEditEntry("目录里已有“%(code)s”", code=code[:40])
    after = copy.deepcopy(content)
    if part == "attributes":
        after.setdefault(part, {})[code] = dict(row)
    else:
        after.setdefault(part, []).append({CODE: code, **row})
    return after, [Change(part, code, name_of(row, code), ENTIRE, None, dict(row))]


def removed(content: Content, part: str, code: str) -> tuple[Content, list[Change]]:
    """The catalogue without an entry."""
    row = entry(content, part, code)
    if part == DOCUMENTS:
        raise CannotEditEntry("目录里没有“%(code)s”", code=code[:40])
    after = copy.deepcopy(content)
    if part == "attributes":
        del after[part][code]
    else:
        after[part] = [one for one in after[part] if str(one.get(CODE)) != code]
    return after, [Change(part, code, name_of(row, code), ENTIRE, dict(row), None)]


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Everything that came, went or changed from one catalogue to another, entry by entry, field by field."""
    found: list[Change] = []
    for part in PARTS:
        old, new = entries(before, part), entries(after, part)
        for code in dict.fromkeys([*old, *new]):
            found += _between(part, code, old.get(code), new.get(code))
    return found


def _between(part: str, code: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[Change]:
    if old is None or new is None:
        return [Change(part, code, name_of(new or old or {}, code), ENTIRE, old, new)]
    fields = dict.fromkeys([*old, *new])
    return [Change(part, code, name_of(new, code), field, old.get(field), new.get(field))
            for field in fields if field != CODE and not _same(old.get(field), new.get(field))]
