"""What can be done with campaigns: make, amend, group lists, set targets, type in what was reached, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import Role

from ..models import Campaign, CampaignList, CampaignTarget, ListDefinition, TargetFact
from ..queries import campaigns as queries
from ..rules import campaigns as rules
from ..words import CampaignKind, Qualifier, TargetMeasure

LARGEST = Decimal("99999999999999")


class CannotRun(Refusal):
    """The campaign lacks its name, its days are out of order, it may not hang there, or it is closed."""


class CannotTarget(Refusal):
    """The target lacks its name or amount, is there already, is not typed in, or its list is not the campaign's."""


def locked(one: Campaign) -> Campaign:
    """The campaign as it stands now, with its row locked."""
    return Campaign.objects.select_for_update(of=("self",)).select_related("area", "office", "parent").get(pk=one.pk)


def opened(one: Campaign, by: Person) -> Campaign:
    """The campaign with its row locked, for somebody who may change it; refused when it is closed."""
    one = locked(one)
    access.require(by, Role.OFFICE, Role.CITY, area=one.area)
    if one.closed_on:
        raise CannotRun("“%(name)s”已于 %(day)s 结束，不能再改", name=one.name, day=str(one.closed_on))
    return one


def tell(verb: str, one: Campaign, by: Person, at: datetime, **data: Any) -> None:
    """One line in the journal about a campaign."""
    journal.write(verb=verb, by=by, at=at, subject=one, area=one.area, unit=one.office, data={"name": one.name} | data)


def _check(name: str, kind: CampaignKind, parent: Campaign | None, area: Area, office: Organisation, from_on: date,
           to_on: date) -> None:
    if not name or len(name) > 60:
        raise CannotRun("请写明专项行动的名称，不超过 60 个字")
    if to_on < from_on:
        raise CannotRun("结束日期早于开始日期")
    if not queries.units_for(area).filter(pk=office.pk).exists():
        raise CannotRun("“%(unit)s”不是本区域的单位", unit=office.short_name)
    if not rules.may_hang(kind, CampaignKind(parent.kind) if parent else None):
        if parent is None:
            raise CannotRun("%(kind)s须列在上级行动之下", kind=kind.zh)
        raise CannotRun("%(kind)s不能列在%(parent)s之下", kind=kind.zh, parent=CampaignKind(parent.kind).zh)
    if parent and (parent.area_id != area.pk or parent.closed_on):
        raise CannotRun("上级行动“%(name)s”不在本区域，或已结束", name=parent.name)
    if parent and not (parent.from_on <= from_on and to_on <= parent.to_on):
        raise CannotRun("起止日期须在“%(name)s”的起止日期之内", name=parent.name)


@transaction.atomic
def make(*, area: Area, name: str, kind: CampaignKind, office: Organisation, from_on: date, to_on: date, by: Person,
         at: datetime, parent: Campaign | None = None, mandate: str = "", position: int = 0,
         lists: Sequence[ListDefinition] = (), is_sample: bool = False) -> Campaign:
    """The campaign stands with its lists; refused when one of that name begins on that day in the area."""
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    name = name.strip()
    _check(name, kind, parent, area, office, from_on, to_on)
    if Campaign.objects.filter(area=area, name=name, from_on=from_on).exists():
        raise CannotRun("已有同日开始的“%(name)s”", name=name)
    made = Campaign.objects.create(area=area, name=name, kind=kind, parent=parent, office=office, from_on=from_on,
                                   to_on=to_on, mandate=mandate.strip(), position=position, is_sample=is_sample)
    CampaignList.objects.bulk_create(CampaignList(campaign=made, definition=one) for one in dict.fromkeys(lists))
    tell("campaign.made", made, by, at, kind=kind.value, parent=str(parent.pk) if parent else None, from_on=from_on,
         to_on=to_on, lists=[one.code for one in lists])
    return made


@transaction.atomic
def amend(*, campaign: Campaign, name: str, office: Organisation, from_on: date, to_on: date, by: Person, at: datetime,
          parent: Campaign | None = None, mandate: str = "", position: int = 0,
          lists: Sequence[ListDefinition] = ()) -> Campaign:
    """The campaign says this and groups these lists; its kind stays. Refused when it is closed."""
    one = opened(campaign, by)
    name = name.strip()
    _check(name, CampaignKind(one.kind), parent, one.area, office, from_on, to_on)
    if parent and parent.pk == one.pk:
        raise CannotRun("专项行动不能列在自己之下")
    for child in queries.open_below(one):
        if not (from_on <= child.from_on and child.to_on <= to_on):
            raise CannotRun("下级“%(name)s”的起止日期在外面，请先改它", name=child.name)
    if Campaign.objects.filter(area=one.area, name=name, from_on=from_on).exclude(pk=one.pk).exists():
        raise CannotRun("已有同日开始的“%(name)s”", name=name)
    given = {"name": name, "office": office, "from_on": from_on, "to_on": to_on, "parent": parent,
             "mandate": mandate.strip(), "position": position}
    before = {key: str(getattr(one, key)) for key, value in given.items() if getattr(one, key) != value}
    for key, value in given.items():
        setattr(one, key, value)
    one.save(update_fields=list(given))
    tell("campaign.amended", one, by, at, before=before, after={key: str(given[key]) for key in before},
         lists=_group(one, lists))
    return one


def _group(one: Campaign, wanted: Sequence[ListDefinition]) -> dict[str, list[str]]:
    """The campaign groups exactly these lists; answers which came and which went."""
    had = {link.definition_id: link for link in one.lists.select_related("definition")}
    new = [each for each in dict.fromkeys(wanted) if each.pk not in had]
    gone = [link for key, link in had.items() if key not in {each.pk for each in wanted}]
    used = set(one.targets.filter(definition__in=[link.definition_id for link in gone]).values_list(
        "definition_id", flat=True))
    for link in gone:
        if link.definition_id in used:
            raise CannotRun("清单“%(name)s”有目标在用，不能移出", name=link.definition.name)
    CampaignList.objects.filter(pk__in=[link.pk for link in gone]).delete()
    CampaignList.objects.bulk_create(CampaignList(campaign=one, definition=each) for each in new)
    return {"added": [each.code for each in new], "removed": [link.definition.code for link in gone]}


@transaction.atomic
def close(*, campaign: Campaign, by: Person, at: datetime) -> Campaign:
    """The campaign is over from today and no longer changes; refused while something below it runs."""
    one = opened(campaign, by)
    running = [child.name for child in queries.open_below(one)]
    if running:
        raise CannotRun("下级还没有结束：%(names)s", names=running)
    one.closed_on = clock.day_of(at)
    one.save(update_fields=["closed_on"])
    tell("campaign.closed", one, by, at, on=one.closed_on)
    return one


# --- targets

@transaction.atomic
def set_target(*, campaign: Campaign, name: str, measure: TargetMeasure, target: Decimal, by: Person, at: datetime,
               qualifier: Qualifier = Qualifier.AT_LEAST, unit: str = "", definition: ListDefinition | None = None,
               position: int = 0, row: CampaignTarget | None = None) -> CampaignTarget:
    """The target stands (`row` is amended, else a new one); measured ones have their measure's unit.

    Refused twice under one name, below zero, or over a list the campaign does not group.
    """
    one = opened(campaign, by)
    name = name.strip()
    _check_target(one, name, measure, target, unit, definition)
    if one.targets.filter(name=name).exclude(pk=row.pk if row else 0).exists():
        raise CannotTarget("已有目标“%(name)s”", name=name)
    given = {"name": name, "measure": measure, "target": target, "qualifier": qualifier, "position": position,
             "unit": rules.UNITS.get(measure) or unit.strip(), "definition": definition}
    before = {}
    if row is None:
        row = CampaignTarget.objects.create(campaign=one, **given)
    else:
        row = CampaignTarget.objects.select_for_update(of=("self",)).get(pk=row.pk, campaign=one)
        if row.measure == TargetMeasure.HAND and measure != TargetMeasure.HAND and row.facts.exists():
            raise CannotTarget("已有填报，不能改为由台账计量")
        before = {key: str(getattr(row, key)) for key, value in given.items() if getattr(row, key) != value}
        for key, value in given.items():
            setattr(row, key, value)
        row.save(update_fields=list(given))
    tell("campaign.target_set", one, by, at, target=row.pk, before=before, after={
        "name": name, "measure": measure.value, "qualifier": qualifier.value, "value": target, "unit": row.unit,
        "list": definition.code if definition else None})
    return row


def _check_target(one: Campaign, name: str, measure: TargetMeasure, target: Decimal, unit: str,
                  definition: ListDefinition | None) -> None:
    if not name or len(name) > 80:
        raise CannotTarget("请写明目标，不超过 80 个字")
    if not 0 <= target <= LARGEST:
        raise CannotTarget("目标值不能为负数，也不能超过 14 位")
    if measure == TargetMeasure.HAND and not (unit.strip() and len(unit.strip()) <= 12):
        raise CannotTarget("人工填报的目标须写明单位，不超过 12 个字")
    if definition and (measure in (TargetMeasure.HAND, TargetMeasure.TASKS)
                       or not one.lists.filter(definition=definition).exists()):
        raise CannotTarget("只有由台账计量的目标能指定清单，并且须是本行动的清单")


@transaction.atomic
def report(*, target: CampaignTarget, as_of: date, value: Decimal, by: Person, at: datetime,
           note: str = "") -> TargetFact:
    """填报: this was reached up to that day; a value of the same day is superseded and stays on record.

    Refused for targets that the ledger measures, for a day still to come, and twice the same.
    """
    one = opened(target.campaign, by)
    row = CampaignTarget.objects.select_for_update(of=("self",)).get(pk=target.pk)
    if row.measure != TargetMeasure.HAND:
        raise CannotTarget("“%(name)s”由台账计量，不能填报", name=row.name)
    if as_of > clock.day_of(at) or as_of < one.from_on:
        raise CannotTarget("截至日期须在行动开始之后、今天以前")
    if not 0 <= value <= LARGEST or len(note.strip()) > 200:
        raise CannotTarget("完成值不能为负数，说明不超过 200 个字")
    kept = row.facts.filter(as_of=as_of, in_force=True).first()
    if kept and kept.value == value and kept.note == note.strip():
        raise CannotTarget("这一天已填报同样的数")
    row.facts.filter(as_of=as_of, in_force=True).update(in_force=False)
    made = TargetFact.objects.create(target=row, as_of=as_of, value=value, note=note.strip(), by=by, at=at)
    tell("campaign.reported", one, by, at, target=row.name, as_of=as_of, value=value,
         before=str(kept.value) if kept else None)
    return made
