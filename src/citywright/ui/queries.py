"""What can be asked? The views a person may choose on a list."""

from __future__ import annotations

from django.db.models import Q

from citywright.kernel.access import memberships
from citywright.kernel.models import Person

from .models import SavedView
from .tables import View


def saved_views(person: Person, page: str) -> list[View]:
    """The person's own views of a list, and those of the units the person belongs to; only one's own can be deleted."""
    units = {m.organisation_id for m in memberships(person)}
    rows = SavedView.objects.filter(Q(person=person) | Q(unit__in=units), page=page)
    return [View(v.name, v.query, saved=v.pk if v.person_id == person.pk else None) for v in rows]
