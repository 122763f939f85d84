"""What can be done to dossiers: open one, answer the one form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotAccept, Fault, Refusal, Said
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.projects.models import Project

from ..models import CatalogueVersion, Dossier
from ..queries import catalogue
from ..rules.catalogue import Attribute, Catalogue
from ..words import AnswerSource, AttributeKind

#: The largest number an answer may hold.
LARGEST = 10_000_000_000


class CannotOpenDossier(Refusal):
    """The project has a dossier already, is a package, or has left."""


class CannotMoveDossier(Refusal):
    """The version is not in force for the project, is the same one, or lacks an item that is under way."""


class CannotAnswer(CannotAccept):
    """An answer that is none of the form's, or of the wrong kind; all of them in `faults`."""


@transaction.atomic
def open_dossier(*, project: Project, by: Person, at: datetime, answers: Mapping[str, Any] | None = None,
                 project_class: str = "", weight: int = 1) -> Dossier:
    """The project has a dossier, pinned to the catalogue in force; what the ledger knows is filled in."""
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.STEWARD, unit=project.lead_unit_id,
                   area=project.area)
    Project.objects.select_for_update().get(pk=project.pk)
    if Dossier.objects.filter(project=project).exists():
        raise CannotOpenDossier("“%(name)s”已有审批档案", name=project.name)
    if not project.is_leaf or project.exit:
        raise CannotOpenDossier("打包项目和已退出的项目不能开办审批")
    version = catalogue.required(project.area)
    given = dict(answers or {})
    _refuse_wrong(catalogue.content(version), given)
    made = Dossier.objects.create(project=project, version=version, answers=given, project_class=project_class,
                                  sources=dict.fromkeys(given, AnswerSource.PROJECT.value), weight=weight, opened_by=by,
                                  opened_at=at, begins_on=clock.day_of(at))
    journal.write(verb="dossier.opened", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "catalogue": version.label, "answers": given})
    return made


@transaction.atomic
def answer(*, dossier: Dossier, answers: Mapping[str, Any], source: AnswerSource, by: Person | None,
           at: datetime) -> Dossier:
    """The form knows these answers too; None takes one back. `by=None` is the enterprise through its own page."""
    kept = (Dossier.objects.select_for_update(of=("self",))
            .select_related("project__area", "project__lead_unit", "version").get(pk=dossier.pk))
    project = kept.project
    if by is not None:
        access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.STEWARD, unit=project.lead_unit_id,
                       area=project.area)
    given = {name: value for name, value in answers.items() if value is not None}
    _refuse_wrong(catalogue.content(kept.version), given)
    before = {name: kept.answers.get(name) for name in answers}
    kept.answers = {name: v for name, v in (kept.answers | dict(answers)).items() if v is not None}
    kept.sources = {name: s for name, s in (kept.sources | dict.fromkeys(given, source.value)).items()
                    if name in kept.answers}
    kept.save(update_fields=["answers", "sources"])
    journal.write(verb="dossier.answered", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "source": source, "before": before, "after": dict(answers)})
    return kept


@transaction.atomic
def move_version(*, dossier: Dossier, version: CatalogueVersion, by: Person, at: datetime) -> Dossier:
    """The dossier goes by the version in force; items received keep their limits, answers nobody asks any more go.

    Refused for another version, and while an item that is under way is not in it.
    """
    kept = (Dossier.objects.select_for_update(of=("self",))
            .select_related("project__area", "project__lead_unit", "version").get(pk=dossier.pk))
    project = kept.project
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.STEWARD, unit=project.lead_unit_id,
                   area=project.area)
    in_force = catalogue.in_force(project.area)
    if in_force is None or in_force.pk != version.pk or kept.version_id == version.pk or kept.closed_on:
        raise CannotMoveDossier("只能换用现行目录，且档案还没有换用")
    after = catalogue.content(version)
    codes = {item.code for item in after.items}
    lost = [row.name for row in kept.handlings.filter(ended_on=None) if row.code not in codes]
    if lost:
        raise CannotMoveDossier("在办的%(items)s不在新目录里，办结或撤件后再换", items=lost)
    known = {attribute.code: attribute for attribute in after.attributes}
    dropped = {name: value for name, value in kept.answers.items() if _fault(known.get(name), name, value)}
    before, kept.version = kept.version, version
    kept.answers = {name: value for name, value in kept.answers.items() if name not in dropped}
    kept.sources = {name: source for name, source in kept.sources.items() if name not in dropped}
    kept.save(update_fields=["version", "answers", "sources"])
    journal.write(verb="dossier.moved", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "before": before.label, "after": version.label, "dropped": dropped})
    return kept


def _refuse_wrong(found: Catalogue, given: Mapping[str, Any]) -> None:
    """Refuse answers the form does not ask, or of the wrong kind; every one of them at once."""
    known = {attribute.code: attribute for attribute in found.attributes}
    faults = [fault for name, value in given.items() if (fault := _fault(known.get(name), name, value))]
    if faults:
        raise CannotAnswer("表单有 %(count)s 处不对", faults, count=len(faults))


def _fault(attribute: Attribute | None, name: str, value: Any) -> Fault | None:
    if attribute is None:
        return Fault(Said("表单没有“%(name)s”这一项", {"name": name[:40]}), cell=name)
    fits = {
        AttributeKind.BOOL: isinstance(value, bool),
        AttributeKind.NUMBER: isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LARGEST,
        AttributeKind.ENUM: value in attribute.values,
    }[attribute.kind]
    if fits:
        return None
    return Fault(Said("“%(label)s”不能填“%(value)s”", {"label": attribute.label, "value": str(value)[:40]}), cell=name)
