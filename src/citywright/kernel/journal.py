"""The journal: append-only lines, each carrying the hash of the one before (等保 audit duty; PRACTICE 9.3)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from .models import Area, JournalEntry, JournalHead, Organisation, Person


def subject_of(row: models.Model | None) -> str:
    """The name under which a row stands in the journal: "app.model:key", or "" for no row."""
    return "" if row is None else f"{row._meta.label_lower}:{row.pk}"


def digest_of(entry: JournalEntry) -> str:
    """SHA-256 (hex) of a line's canonical JSON; a changed field changes it and every digest after it."""
    line = {
        "number": entry.number, "at": entry.at.astimezone(UTC).isoformat(), "by": entry.by_id, "verb": entry.verb,
        "subject": entry.subject, "area_path": entry.area_path, "unit": entry.unit_id, "data": entry.data,
        "previous": entry.previous,
    }
    return hashlib.sha256(json.dumps(line, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def write(
    *,
    verb: str,
    by: Person | None,
    at: datetime,
    subject: models.Model | None = None,
    area: Area | None = None,
    unit: Organisation | None = None,
    data: dict[str, Any] | None = None,
) -> JournalEntry:
    """Append one line inside the caller's transaction; `verb` reads `noun.past` ("project.adopted").

    `data` takes what JSON takes, and Decimal, date and datetime as text. The head row is locked, so lines never fork.
    """
    head, _ = JournalHead.objects.select_for_update().get_or_create(id=1)
    entry = JournalEntry(
        number=head.number + 1,
        at=at,
        by=by,
        verb=verb,
        subject=subject_of(subject),
        area_path=area.path if area else "",
        unit=unit,
        data=json.loads(json.dumps(data or {}, cls=DjangoJSONEncoder, ensure_ascii=False)),
        previous=head.digest,
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    head.number, head.digest = entry.number, entry.digest
    head.save(update_fields=["number", "digest"])
    return entry


def first_broken() -> int | None:
    """The number of the first line that does not follow from the one before, or None when the chain is whole."""
    previous, expected = "0" * 64, 1
    for entry in JournalEntry.objects.order_by("number").iterator(chunk_size=2000):
        if entry.number != expected or entry.previous != previous or entry.digest != digest_of(entry):
            return expected
        previous, expected = entry.digest, expected + 1
    head = JournalHead.objects.filter(id=1).first()
    if head and (head.number, head.digest) != (expected - 1, previous):
        return expected
    return None
