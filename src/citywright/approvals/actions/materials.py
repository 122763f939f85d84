"""What can be done to materials: hand in a version of a document, withdraw one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from citywright.kernel import access, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Attachment, Person

from ..models import Dossier, Material
from ..queries import materials
from ..queries.dossiers import File
from ..queries.form import KEEPERS


class CannotHandIn(Refusal):
    """No item of the project needs the document, or neither a file nor a number was given."""


class CannotWithdraw(Refusal):
    """The document is withdrawn already, has no reason, or items rest on it."""


def _locked(dossier: Dossier, by: Person) -> File:
    kept = (Dossier.objects.select_for_update(of=("self",))
            .select_related("project__area", "project__lead_unit", "version").get(pk=dossier.pk))
    access.require(by, *KEEPERS, unit=kept.project.lead_unit_id, area=kept.project.area)
    return File(kept)


@transaction.atomic
def hand_in(*, dossier: Dossier, name: str, by: Person, at: datetime, attachment: Attachment | None = None,
            doc_no: str = "") -> Material:
    """The document has a new version that holds from now on; earlier versions stay."""
    file = _locked(dossier, by)
    kept, project = file.dossier, file.dossier.project
    if not any(name in item.needs for item in file.catalogue.items):
        raise CannotHandIn("没有事项需要材料“%(name)s”", name=name[:80])
    if attachment is None and not doc_no.strip():
        raise CannotHandIn("请上传文件，或填写文号")
    latest = kept.materials.filter(name=name).aggregate(latest=Max("version"))["latest"] or 0
    made = Material.objects.create(dossier=kept, name=name, version=latest + 1, attachment=attachment,
                                   doc_no=doc_no.strip()[:80], given_by=by.full_name[:60], at=at)
    journal.write(verb="material.handed_in", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "name": name, "version": made.version, "doc_no": made.doc_no,
                        "sha256": attachment.sha256 if attachment else ""})
    return made


@transaction.atomic
def withdraw(*, material: Material, reason: str, by: Person, at: datetime) -> Material:
    """The version no longer holds and says why; refused while an item rests on it and no newer version holds."""
    file = _locked(material.dossier, by)
    project = file.dossier.project
    kept = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    if kept.withdrawn_at is not None:
        raise CannotWithdraw("“%(name)s”第 %(version)s 版已撤回", name=kept.name, version=kept.version)
    if not reason.strip():
        raise CannotWithdraw("撤回材料须写明理由")
    newer = file.dossier.materials.filter(name=kept.name, version__gt=kept.version, withdrawn_at=None).exists()
    resting = [] if newer else materials.users(file, kept.name)
    if resting:
        raise CannotWithdraw("“%(name)s”已用于%(items)s，不能撤回；请先上传新版本",
                             name=kept.name, items=[row.name for row in resting])
    kept.withdrawn_at, kept.withdrawn_reason = at, reason.strip()[:200]
    kept.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    journal.write(verb="material.withdrawn", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "name": kept.name, "version": kept.version, "reason": reason.strip()})
    return kept
