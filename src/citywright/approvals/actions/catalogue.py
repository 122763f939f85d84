"""What can be done to catalogues: load a draft from a file, publish it, say which unit stands behind a department."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import Role

from ..imports import catalogue as imports
from ..models import CatalogueChange, CatalogueVersion, DepartmentUnit
from ..rules import editing
from ..words import VersionStep


class CannotPublishCatalogue(Refusal):
    """The version is not a draft, or would begin before the one in force or after today."""


class CannotLoadCatalogue(Refusal):
    """A version of that name is there already."""


class CannotEditCatalogue(Refusal):
    """The version is published, or the entry would be nameless."""


def digest_of(content: Any) -> str:
    """SHA-256 (hex) of a catalogue as JSON."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _require(by: Person | None, area: Area) -> None:
    """The office of the area or the city; the installation itself while the area has no catalogue."""
    if by is not None:
        access.require(by, Role.OFFICE, Role.CITY, area=area)
    elif CatalogueVersion.objects.filter(area=area).exists():
        raise CannotLoadCatalogue("%(area)s已有目录，请由项目办维护", area=area.name)


@transaction.atomic
def load(*, area: Area, label: str, text: str, by: Person | None, at: datetime, source: str = "") -> CatalogueVersion:
    """A draft holds the catalogue of a YAML text, without faults; refused with all of them otherwise."""
    return _drafted(area, label, imports.plain(text), by, at, source)


@transaction.atomic
def take_in(*, area: Area, label: str, content: dict[str, Any], by: Person, at: datetime,
            source: str = "") -> CatalogueVersion:
    """A draft holds the catalogue that was read from a sheet, without faults; refused with all of them otherwise."""
    return _drafted(area, label, content, by, at, source)


@transaction.atomic
def copy(*, version: CatalogueVersion, area: Area, label: str, by: Person, at: datetime) -> CatalogueVersion:
    """A draft holds what a version holds, to be edited field by field; the version itself stays as it is."""
    return _drafted(area, label, version.content, by, at, version.label)


def _drafted(area: Area, label: str, content: dict[str, Any], by: Person | None, at: datetime,
             source: str) -> CatalogueVersion:
    _require(by, area)
    imports.made(content)
    name = label.strip()[:40]
    if not name:
        raise CannotLoadCatalogue("请填写版本名称")
    if CatalogueVersion.objects.filter(area=area, label=name).exists():
        raise CannotLoadCatalogue("已有名为“%(label)s”的目录版本", label=name)
    previous = CatalogueVersion.objects.filter(area=area, step=VersionStep.PUBLISHED).first()
    made = CatalogueVersion.objects.create(area=area, label=name, source=source[:160], content=content,
                                           digest=digest_of(content), previous=previous, made_by=by, made_at=at)
    journal.write(verb="catalogue.loaded", by=by, at=at, subject=made, area=area,
                  data={"label": made.label, "items": len(content["items"]), "digest": made.digest})
    return made


@transaction.atomic
def amend(*, version: CatalogueVersion, part: str, code: str, fields: Mapping[str, Any], by: Person,
          at: datetime) -> CatalogueVersion:
    """The entry of the draft has these values; each that differs is a row of changes. Nothing changed: no row."""
    kept = _draft(version, by)
    return _changed(kept, *editing.amended(kept.content, part, code, fields), by, at)


@transaction.atomic
def add_entry(*, version: CatalogueVersion, part: str, code: str, fields: Mapping[str, Any], by: Person,
              at: datetime) -> CatalogueVersion:
    """The draft has one more entry; refused when its code is empty or taken."""
    kept = _draft(version, by)
    if not code.strip():
        raise CannotEditCatalogue("请填写代码")
    return _changed(kept, *editing.added(kept.content, part, code.strip()[:20], fields), by, at)


@transaction.atomic
def remove_entry(*, version: CatalogueVersion, part: str, code: str, by: Person, at: datetime) -> CatalogueVersion:
    """The draft has the entry no more; the row of changes keeps it whole."""
    kept = _draft(version, by)
    return _changed(kept, *editing.removed(kept.content, part, code), by, at)


def _draft(version: CatalogueVersion, by: Person) -> CatalogueVersion:
    """The draft, locked; refused for others than the office, and for what is published."""
    kept = CatalogueVersion.objects.select_for_update(of=("self",)).select_related("area").get(pk=version.pk)
    access.require(by, Role.OFFICE, Role.CITY, area=kept.area)
    if kept.step != VersionStep.DRAFT:
        raise CannotEditCatalogue("“%(label)s”已发布，不能再改；请另存为草稿后修改", label=kept.label)
    return kept


def _changed(kept: CatalogueVersion, content: dict[str, Any], changes: list[editing.Change], by: Person,
             at: datetime) -> CatalogueVersion:
    if not changes:
        return kept
    kept.content, kept.digest = content, digest_of(content)
    kept.save(update_fields=["content", "digest"])
    CatalogueChange.objects.bulk_create(
        CatalogueChange(version=kept, part=change.part, code=change.code, field=change.field, before=change.before,
                        after=change.after, by=by, at=at) for change in changes)
    journal.write(verb="catalogue.amended", by=by, at=at, subject=kept, area=kept.area,
                  data={"label": kept.label, "part": changes[0].part, "code": changes[0].code,
                        "fields": [change.field for change in changes], "digest": kept.digest})
    return kept


@transaction.atomic
def publish(*, version: CatalogueVersion, valid_from: date, by: Person | None, at: datetime) -> CatalogueVersion:
    """The draft is in force from a day; the version before it ends, and dossiers that began with it keep it."""
    kept = CatalogueVersion.objects.select_for_update(of=("self",)).select_related("area").get(pk=version.pk)
    if by is not None:
        access.require(by, Role.OFFICE, Role.CITY, area=kept.area)
    if kept.step != VersionStep.DRAFT:
        raise CannotPublishCatalogue("“%(label)s”不是草稿，不能再发布", label=kept.label)
    if valid_from > clock.day_of(at):
        raise CannotPublishCatalogue("发布即起用，起用日期不能晚于今天")
    imports.made(kept.content)
    before = CatalogueVersion.objects.filter(area=kept.area, step=VersionStep.PUBLISHED).first()
    if before is not None and before.valid_from is not None and valid_from < before.valid_from:
        raise CannotPublishCatalogue("起用日期不能早于现行版本的%(day)s", day=before.valid_from.isoformat())
    CatalogueVersion.objects.filter(area=kept.area, step=VersionStep.PUBLISHED).update(
        step=VersionStep.ENDED, valid_to=valid_from)
    kept.step, kept.valid_from, kept.published_by, kept.published_at = VersionStep.PUBLISHED, valid_from, by, at
    kept.save(update_fields=["step", "valid_from", "published_by", "published_at"])
    journal.write(verb="catalogue.published", by=by, at=at, subject=kept, area=kept.area,
                  data={"label": kept.label, "valid_from": valid_from, "digest": kept.digest})
    return kept


@transaction.atomic
def assign_unit(*, area: Area, department: str, unit: Organisation, windows: int, by: Person | None,
                at: datetime) -> DepartmentUnit:
    """The unit stands behind the department of the catalogue, with so many windows."""
    if by is not None:
        access.require(by, Role.OFFICE, Role.CITY, area=area)
    if windows < 1 or not unit.area.path.startswith(area.path):
        raise CannotLoadCatalogue("窗口至少一个，单位须在本区")
    kept, _ = DepartmentUnit.objects.update_or_create(area=area, department=department,
                                                      defaults={"unit": unit, "windows": windows})
    journal.write(verb="department.assigned", by=by, at=at, subject=kept, area=area, unit=unit,
                  data={"department": department, "windows": windows})
    return kept
