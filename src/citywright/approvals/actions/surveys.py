"""What can be done about surveys? 多测合一: each package ordered once, one contract, one set of coordinates."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Attachment, Person
from citywright.kernel.words import Role

from ..models import Dossier, Material, SurveyOrder
from ..queries import surveys
from ..queries.dossiers import File
from ..rules import window as rules

#: What the applicant hands in for every survey.
CONTRACT = "多测合一委托合同"


class CannotOrderSurvey(Refusal):
    """The package is none of surveys, was ordered before, has another contract or other coordinates."""


@transaction.atomic
def order(*, dossier: Dossier, package: str, surveyor: str, contract_no: str, by: Person, at: datetime,
          datum: str = rules.DATUM) -> SurveyOrder:
    """The surveys of the package are ordered once, under the dossier's one contract, in CGCS2000.

    Refused for a package without a survey of this project, for a second order, another contract, other coordinates.
    """
    kept = _locked(dossier, by)
    file, first = File(kept), SurveyOrder.objects.filter(dossier=kept).order_by("pk").first()
    if package not in rules.SURVEYS or not surveys.items_of(file, package):
        raise CannotOrderSurvey("这个项目没有“%(package)s”的测绘事项", package=package[:20])
    name = file.catalogue.package(package).name
    if SurveyOrder.objects.filter(dossier=kept, package=package).exists():
        raise CannotOrderSurvey("“%(name)s”已经委托，成果共享，不重复测绘", name=name)
    if datum.strip().upper() != rules.DATUM:
        raise CannotOrderSurvey("多测合一统一采用 %(datum)s 坐标系", datum=rules.DATUM)
    if not surveyor.strip() or not contract_no.strip():
        raise CannotOrderSurvey("请填写测绘单位和合同编号")
    if first is not None and (first.contract_no, first.surveyor) != (contract_no.strip(), surveyor.strip()):
        raise CannotOrderSurvey("多测合一只签一份合同：%(surveyor)s，%(number)s", surveyor=first.surveyor,
                                number=first.contract_no)
    made = SurveyOrder.objects.create(dossier=kept, package=package, surveyor=surveyor.strip(), datum=rules.DATUM,
                                      contract_no=contract_no.strip(), ordered_by=by, ordered_on=clock.day_of(at))
    if first is None:
        _share(kept, (CONTRACT,), made, None, at)
    _tell("survey.ordered", made, by, at)
    return made


@transaction.atomic
def deliver(*, order: SurveyOrder, results: Attachment | None, by: Person, at: datetime) -> SurveyOrder:
    """The results are here and stand in the dossier for every item that needs them. Refused a second time."""
    dossier = _locked(order.dossier, by)
    kept = SurveyOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if kept.delivered_on is not None:
        raise CannotOrderSurvey("测绘成果已经交付")
    file = File(dossier)
    kept.dossier, kept.delivered_on, kept.results = dossier, clock.day_of(at), results
    kept.save(update_fields=["delivered_on", "results"])
    _share(dossier, tuple(name for item in surveys.items_of(file, kept.package) for name in item.produces), kept,
           results, at)
    _tell("survey.delivered", kept, by, at)
    return kept


def _locked(dossier: Dossier, by: Person) -> Dossier:
    """The dossier, locked; refused to whoever does not act for the project."""
    kept = (Dossier.objects.select_for_update(of=("self",))
            .select_related("project__area", "project__lead_unit", "version").get(pk=dossier.pk))
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.STEWARD, unit=kept.project.lead_unit_id,
                   area=kept.project.area)
    return kept


def _share(dossier: Dossier, names: tuple[str, ...], order: SurveyOrder, file: Attachment | None,
           at: datetime) -> None:
    """Documents of the survey stand in the dossier once, for whichever items need them."""
    last = dict(Material.objects.filter(dossier=dossier, name__in=names).values_list("name").annotate(Max("version")))
    Material.objects.bulk_create(
        Material(dossier=dossier, name=name, version=last.get(name, 0) + 1, attachment=file,
                 doc_no=order.contract_no, given_by=order.surveyor[:60], at=at) for name in dict.fromkeys(names))


def _tell(verb: str, order: SurveyOrder, by: Person, at: datetime) -> None:
    project = order.dossier.project
    journal.write(verb=verb, by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "package": order.package, "surveyor": order.surveyor,
                        "contract_no": order.contract_no, "datum": order.datum})
