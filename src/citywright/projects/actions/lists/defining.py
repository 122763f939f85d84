"""Lists that an office defines itself: the project list's filters under a name, or hand-picked projects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Organisation, Person
from citywright.kernel.words import Role

from ...models import ListDefinition, ListIssue
from ...queries.listing import Filters
from ...rules.lists import OWN
from ...words import ListKind, ListStatus
from .entering import CannotList


@transaction.atomic
def define(*, name: str, definition: str, kind: ListKind, unit: Organisation, by: Person, at: datetime,
           filters: Filters | None = None) -> ListDefinition:
    """定义清单: the unit's own list stands under a new code; refused without a name, twice, or unfilled."""
    access.require(by, Role.OFFICE, Role.CITY, area=unit.area)
    if not name.strip():
        raise CannotList("清单须有名称")
    if kind is not ListKind.MANUAL and not filters:
        raise CannotList("按口径生成的清单须带筛选条件，请先在项目清单里筛选")
    if ListDefinition.objects.filter(name=name.strip(), ended_on__isnull=True).exists():
        raise CannotList("已有清单“%(name)s”", name=name.strip())
    last = (ListDefinition.objects.select_for_update().filter(code__startswith=OWN, unit__isnull=False)
            .order_by("-code").first())
    number = int(last.code[len(OWN):]) + 1 if last else 1
    rule: Mapping[str, Any] = {key: value for key, value in vars(filters).items() if value} if filters else {}
    made = ListDefinition.objects.create(
        code=f"{OWN}{number:04d}", name=name.strip(), definition=definition.strip(), kind=kind, unit=unit,
        rule=dict(rule) if kind is not ListKind.MANUAL else {}, position=1000 + number)
    journal.write(verb="list.defined", by=by, at=at, subject=made, area=unit.area, unit=unit,
                  data={"list": made.code, "name": made.name, "rule": made.rule})
    return made


@transaction.atomic
def end_definition(*, definition: ListDefinition, by: Person, at: datetime) -> ListDefinition:
    """停用: no batch of the unit's own list is drafted any more; what was issued stays. Refused while a draft waits."""
    made = ListDefinition.objects.select_for_update(of=("self",)).select_related("unit__area").get(pk=definition.pk)
    if made.unit is None:
        raise CannotReach("只有自定义的清单可以停用")
    access.require(by, Role.OFFICE, Role.CITY, area=made.unit.area)
    if made.ended_on:
        raise CannotList("“%(name)s”不印发或已停用", name=made.name)
    if ListIssue.objects.filter(definition=made, status=ListStatus.DRAFT).exists():
        raise CannotList("还有草稿没有印发，请先印发")
    made.ended_on = clock.day_of(at)
    made.save(update_fields=["ended_on"])
    journal.write(verb="list.ended", by=by, at=at, subject=made, area=made.unit.area, unit=made.unit,
                  data={"list": made.code, "name": made.name})
    return made
