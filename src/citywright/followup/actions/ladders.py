"""What can be done with ladders? The presets are laid once; a change is a new version, the old one stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotAccept, Fault, Refusal
from citywright.kernel.models import Person

from ..models import Ladder
from ..rules import letters as rules

#: From which day the presets are in force.
LAID_FROM = date(2020, 1, 1)


class CannotReviseLadder(Refusal):
    """The ladder is not known, begins before its version in force, or is the same as before."""


@transaction.atomic
def lay_ladders(*, by: Person | None, at: datetime) -> int:
    """The preset ladders are there, what a city changed stays; how many are new. Only commands reach it."""
    made = 0
    known = set(Ladder.objects.values_list("code", flat=True))
    for preset in rules.PRESETS:
        if preset.code not in known:
            Ladder.objects.create(code=preset.code, name=preset.name, source=preset.source, valid_from=LAID_FROM,
                                  rungs=[rung.as_data() for rung in preset.rungs])
            made += 1
    if made:
        journal.write(verb="ladders.laid", by=by, at=at, data={"made": made})
    return made


@transaction.atomic
def revise_ladder(*, code: str, name: str, rungs: Sequence[Mapping[str, Any]], source: str, by: Person,
                  at: datetime) -> Ladder:
    """From today on the ladder is this, as a new version; letters written stay on the version they were written by.

    Refuses a ladder with faults, naming all of them, and one that is the same as before.
    """
    access.require(by, *rules.ISSUERS)
    before = Ladder.objects.select_for_update().filter(code=code, valid_to__isnull=True).first()
    if before is None:
        raise CannotReviseLadder("没有这个督查阶梯：%(code)s", code=code)
    if not name.strip() or not source.strip():
        raise CannotReviseLadder("请写明名称和依据")
    faults = rules.faults_of(rungs)
    if faults:
        raise CannotAccept("督查阶梯有 %(count)s 处错误，没有保存", [Fault(said) for said in faults], count=len(faults))
    kept = [rung.as_data() for rung in rules.rungs_of(rungs)]
    if (before.name, before.source, before.rungs) == (name.strip(), source.strip(), kept):
        raise CannotReviseLadder("与现行版本相同，没有保存")
    on = clock.day_of(at)
    before.valid_to = on
    before.save(update_fields=["valid_to"])
    made = Ladder.objects.create(code=code, name=name.strip(), source=source.strip(), rungs=kept, valid_from=on,
                                 version=before.version + 1)
    journal.write(verb="ladder.revised", by=by, at=at, subject=made, data={"code": code, "version": made.version,
                                                                          "source": made.source})
    return made
