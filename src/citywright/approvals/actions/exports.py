"""What can be taken out: the event log of an area's handlings; the journal says who took how many."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from citywright.kernel import access, journal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

from ..queries import process


@transaction.atomic
def export_log(*, area: Area, by: Person, at: datetime) -> bytes:
    """The handlings of the area that the person sees, as a gzipped XES file; the journal says how many, and its sum."""
    access.require(by, *(set(Role) - THREE_ADMINISTRATORS))
    content, log = process.exported(process.visible(by, area))
    journal.write(verb="process.exported", by=by, at=at, area=area, data={
        "cases": len(log.cases), "events": sum(len(case.events) for case in log.cases),
        "sha256": hashlib.sha256(content).hexdigest()})
    return content
