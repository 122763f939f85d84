"""Give me a project in the middle of its approvals: small data for tests, built by actions, on the sample people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from citywright.kernel.clock import CITY
from citywright.kernel.models import Organisation, Person
from citywright.projects import samples
from citywright.projects.models import Project
from citywright.projects.words import Stage

from .actions import catalogue, dossiers, handlings
from .models import CatalogueVersion, Dossier, Handling
from .queries import samples as shipped
from .words import ItemVerb

#: The first moment of the approvals of a sample.
AT = datetime(2024, 2, 19, 9, 0, tzinfo=CITY)
#: Department of the sample catalogue to the short name of its unit.
UNITS = {"SP": "审批局", "FG": "发改局", "ZG": "自然资源局", "ZJ": "住建局", "RF": "人防办", "HB": "生态环境局",
         "SW": "水务局", "CG": "城管局", "YL": "园林局", "JT": "交通局", "YJ": "应急局", "WW": "文旅局"}
INDUSTRIAL = 1


def published() -> CatalogueVersion:
    """The sample catalogue published in the sample district, a unit behind each department."""
    area = samples.district()
    found = CatalogueVersion.objects.filter(area=area).first()
    if found is not None:
        return found
    by = samples.office()
    made = catalogue.load(area=area, label="样例 2024-1", text=shipped.text(), by=by, at=AT)
    for code, name in UNITS.items():
        catalogue.assign_unit(area=area, department=code, unit=samples.unit(name), windows=4, by=by, at=AT)
    return catalogue.publish(version=made, valid_from=date(2024, 1, 1), by=by, at=AT)


def dossier(project: Project | None = None, profile: int = INDUSTRIAL) -> Dossier:
    """A dossier that knows everything of one of the six sample projects (the industrial one when none is said)."""
    published()
    given = shipped.profiles()[profile]
    row = project or samples.project("示例储能电池基地", stage=Stage.COMMITTED)
    return dossiers.open_dossier(project=row, by=samples.clerk(row.lead_unit), at=AT, answers=given.known,
                                 project_class=given.project_class)


def window(unit: Organisation) -> Person:
    """The clerk at the window of a department's unit."""
    return samples.clerk(unit)


def received(row: Dossier, *codes: str, at: datetime = AT) -> list[Handling]:
    """Items received in one submission by the unit's clerk."""
    return handlings.receive(dossier=row, codes=codes, by=samples.clerk(row.project.lead_unit), at=at)


def moved(row: Handling, *verbs: ItemVerb, days: int = 0, **given: Any) -> Handling:
    """The item moved by the clerk of its department, so many days after AT."""
    assert row.unit is not None
    for verb in verbs:
        told = {"result_no": f"示例〔2024〕{row.code}号"} if verb in (ItemVerb.PASS, ItemVerb.PASS_LACKING) else {}
        at = AT + timedelta(days=days)
        row = handlings.move(handling=row, verb=verb, by=window(row.unit), at=at, **(told | given))
    return row
