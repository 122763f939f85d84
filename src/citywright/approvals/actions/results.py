"""What follows from a decision? Its documents feed the next items, its certificate claims the project's gate."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from citywright.kernel.models import Person
from citywright.projects.actions import gates
from citywright.projects.actions.gates import CannotClaim, Given
from citywright.projects.words import EvidenceKind

from ..models import Handling, Material
from ..queries.dossiers import File
from ..rules import window as rules


def issue(kept: Handling, file: File, by: Person | None, at: datetime) -> None:
    """The result is a material of the dossier for whoever needs it (零材料); land that is still missing makes it 蓝章.

    A certificate claims the project's gate; where the way is not ready the claim stays with the unit.
    """
    item = file.items.get(kept.code)
    if item is None:
        return
    kept.is_preview = rules.waits_for_land(item, file.decided.applies, file.passed - {kept.code})
    produce(kept, item.produces, at)
    if by is not None and not kept.is_preview:
        claim(kept, file, by, at)


def produce(kept: Handling, names: tuple[str, ...], at: datetime) -> None:
    """Each document the item produces stands in the dossier as its next version."""
    last = dict(Material.objects.filter(dossier=kept.dossier_id, name__in=names).values_list("name")
                .annotate(Max("version")))
    given_by = kept.unit.short_name if kept.unit else ""
    Material.objects.bulk_create(
        Material(dossier_id=kept.dossier_id, name=name, version=last.get(name, 0) + 1, attachment=kept.certificate,
                 doc_no=kept.result_no, produced_by=kept, given_by=given_by, at=at) for name in names)


def claim(kept: Handling, file: File, by: Person, at: datetime) -> None:
    """The certificate claims the gate it proves; nothing is claimed while the way is not ready."""
    if kept.code not in rules.GATES or kept.issued_on is None:
        return
    gate, kind = rules.GATES[kept.code]
    beside = [(file.handlings[code], other) for code, other in rules.BESIDE.get(gate, {}).items()
              if code in file.passed]
    evidence = [_given(kept, kind), *(_given(row, other) for row, other in beside)]
    try:
        with transaction.atomic():
            gates.claim_by_document(project=kept.dossier.project, gate=gate, event_on=day_of(kept), evidence=evidence,
                                    by=by, at=at)
    except CannotClaim:
        return


def day_of(kept: Handling) -> date:
    """The day on which the certificate holds: that of the 红章 where it was exchanged."""
    day = kept.exchanged_on or kept.issued_on
    assert day is not None, "an item that passed has its day"
    return day


def _given(row: Handling, kind: EvidenceKind) -> Given:
    return Given(kind=kind, attachment=row.certificate, doc_no=row.result_no, issued_on=row.issued_on,
                 expires_on=row.expires_on, issuer=row.unit.short_name if row.unit else "", note=row.name)


def recall(kept: Handling, reason: str, at: datetime) -> int:
    """What the item produced counts no longer; how many documents they were."""
    return Material.objects.filter(produced_by=kept, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_reason=reason[:200])
