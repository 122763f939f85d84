"""What can be done with notices? Write those of a day, one for each person; mark one's own as read."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from citywright.kernel import journal
from citywright.kernel.models import Area, Person

from ..models import Notice
from ..queries import notices as queries


@transaction.atomic
def write_day(*, area: Area, on: date, by: Person | None, at: datetime) -> int:
    """Whoever has something to hear has one notice of the day: units their own lines, managers one line per unit.

    Said again, it changes nothing but what is not read yet; answers how many notices are new.
    """
    day = queries.day_in(area, on)
    summary = queries.summary_lines(day)
    posts = queries.posts_in(area)
    known = {n.person_id: n for n in Notice.objects.filter(on=on, person__in=list(posts))}
    fresh, renewed = [], []
    for person, (manages, units) in posts.items():
        lines = summary if manages else queries.unit_lines(day, units)
        kept = known.get(person)
        if kept is None and lines:
            fresh.append(Notice(person_id=person, on=on, is_summary=manages, lines=lines))
        elif kept is not None and kept.read_at is None and lines and _fuller(kept, manages, lines):
            kept.lines, kept.is_summary = lines, manages
            renewed.append(kept)
    Notice.objects.bulk_create(fresh, batch_size=500)
    Notice.objects.bulk_update(renewed, ["lines", "is_summary"], batch_size=500)
    if fresh or renewed:
        journal.write(verb="notices.written", by=by, at=at, area=area,
                      data={"on": on, "new": len(fresh), "renewed": len(renewed)})
    return len(fresh)


def _fuller(kept: Notice, manages: bool, lines: list[dict[str, object]]) -> bool:
    """Whether the new lines say something else, and not less than a manager's summary already there."""
    return kept.lines != lines and manages >= kept.is_summary


@transaction.atomic
def read_all(*, by: Person, at: datetime) -> int:
    """The person opened the own notices: those not read before are read now; answers how many. Nobody else's."""
    days = list(Notice.objects.filter(person=by, read_at__isnull=True).values_list("on", flat=True))
    if days:
        Notice.objects.filter(person=by, read_at__isnull=True).update(read_at=at)
        journal.write(verb="notices.read", by=by, at=at, data={"days": days})
    return len(days)
