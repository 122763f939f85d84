"""What can be done to a project itself: take it in, amend it, pack parts together, relate two, say who answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Length
from pypinyin import Style, lazy_pinyin

from citywright.kernel import access, clock, codes, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Organisation, Person, Post
from citywright.kernel.words import Role

from ..models import Category, Project, ProjectRelation, Responsibility
from ..words import FundingType, RelationKind, ResponsibleRole

#: Fields that `adopt` takes besides the named ones, and `amend` changes.
AMENDABLE = frozenset({
    "name", "national_code", "category", "industry_code", "funding_type", "nature", "origin", "secrecy", "area",
    "lead_unit", "owner_name", "owner_uscc", "location", "longitude", "latitude", "summary", "remark",
    "total_investment", "fixed_investment", "land_mu", "floor_area", "planned_output", "planned_tax", "planned_jobs",
    "build_from", "build_to", "stat_name", "stat_code", "stat_total",
})
#: How long the code and the path of a district are; streets and communities below it have longer ones.
DISTRICT = 6
#: Whose project it is: only the project office moves it to another unit or area.
OFFICE_ONLY = frozenset({"area", "lead_unit"})


class CannotAdopt(Refusal):
    """The project is known already, or a code or field is wrong."""


class CannotAmend(Refusal):
    """A field cannot be changed so."""


class CannotPack(Refusal):
    """The parts cannot be packed into this package."""


class CannotRelate(Refusal):
    """The two projects cannot be related so."""


def initials_of(name: str) -> str:
    """First letters of the pinyin of each sign, upper case, as people type them into the search box."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).upper()[:160]


def next_code(area: Area, year: int) -> str:
    """The next free code `<district code>-<year>-<4 digits>`; the district's row is locked, so codes never clash."""
    Area.objects.select_for_update().filter(path=area.path[:DISTRICT]).first()
    start = f"{area.code[:DISTRICT]}-{year}-"
    given = Project.objects.filter(code__regex=rf"^{start}\d+$").order_by(Length("code").desc(), "-code")
    last = given.values_list("code", flat=True).first()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:04d}"


@transaction.atomic
def adopt(*, name: str, category: Category, area: Area, lead_unit: Organisation, funding_type: FundingType,
          by: Person, at: datetime, code: str = "", **fields: Any) -> Project:
    """The project stands in the ledger at 谋划 with a code; refused when the area knows its name or code already.

    The unit's own people or the area's project office may do it. `fields` are those of AMENDABLE, and `is_sample`.
    """
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=lead_unit, area=area)
    name = name.strip()
    sample = bool(fields.pop("is_sample", False))
    checked(CannotAdopt, {**fields, "name": name})
    refuse_known(name, area, code)
    project = Project.objects.create(
        code=code or next_code(area, clock.day_of(at).year), name=name, initials=initials_of(name), category=category,
        area=area, lead_unit=lead_unit, funding_type=funding_type, created_at=at, created_by=by, changed_at=at,
        changed_by=by, is_sample=sample, **fields)
    journal.write(verb="project.adopted", by=by, at=at, subject=project, area=area, unit=lead_unit,
                  data={"code": project.code, "name": name, **{key: plain(value) for key, value in fields.items()}})
    return project


def refuse_known(name: str, area: Area, code: str) -> None:
    """Refuse a code in use, and a name that a living project of the same district has."""
    if code and Project.objects.filter(code=code).exists():
        raise CannotAdopt("项目编号 %(code)s 已被使用，请换一个编号或留空由系统编号", code=code)
    here = Project.objects.filter(area__path__startswith=area.path[:DISTRICT], name=name)
    twin = here.exclude(exit__in=["dropped", "merged"]).first()
    if twin:
        raise CannotAdopt("本区已有同名项目（%(code)s）：如是同一项目请在原项目上修改，如是分期请在名称中写明期次",
                          code=twin.code)


def checked(refusal: type[Refusal], fields: Mapping[str, Any]) -> None:
    """Refuse an unknown field, an empty name, a code of wrong form, a negative amount."""
    unknown = sorted(set(fields) - AMENDABLE)
    if unknown:
        raise refusal("没有这一栏：%(field)s", field="、".join(unknown))
    if "name" in fields and not str(fields["name"]).strip():
        raise refusal("项目名称不能为空")
    national, uscc = fields.get("national_code") or "", fields.get("owner_uscc") or ""
    if national and not codes.project_code_valid(national):
        raise refusal("项目代码“%(code)s”不对，应为投资在线平台赋予的 24 位代码", code=national)
    if uscc and not codes.uscc_valid(uscc):
        raise refusal("统一社会信用代码“%(code)s”不对，请核对 18 位代码", code=uscc)
    if any((fields.get(key) or 0) < 0 for key in ("total_investment", "fixed_investment", "land_mu", "floor_area")):
        raise refusal("金额和面积不能为负数")


def plain(value: Any) -> Any:
    """A value as the journal keeps it: rows by their code, amounts without idle zeros, everything else as it is."""
    if isinstance(value, Area | Category | Organisation):
        return value.code
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


@transaction.atomic
def amend(*, project: Project, changes: Mapping[str, Any], by: Person, at: datetime) -> Project:
    """The fields hold the new values and the journal says old and new; nothing is written when nothing differs."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    roles = (Role.OFFICE,) if OFFICE_ONLY & set(changes) else (Role.CLERK, Role.REVIEWER, Role.OFFICE)
    access.require(by, *roles, unit=project.lead_unit_id, area=project.area)
    checked(CannotAmend, changes)
    differing = {key: [plain(getattr(project, key)), plain(value)] for key, value in changes.items()
                 if getattr(project, key) != value}
    if not differing:
        return project
    if "name" in differing:
        refuse_known(str(changes["name"]).strip(), changes.get("area", project.area), "")
    for key in differing:
        setattr(project, key, changes[key])
    project.initials, project.changed_at, project.changed_by = initials_of(project.name), at, by
    project.save()
    journal.write(verb="project.amended", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "changes": differing})
    return project


@transaction.atomic
def pack(*, package: Project, parts: Sequence[Project], by: Person, at: datetime) -> Project:
    """打包: the parts stand under the package, which is no longer counted itself; counts run over the parts.

    Refused for a package inside a package, a part of another package, or parts of another area.
    """
    access.require(by, Role.OFFICE, area=package.area)
    if package.parent_id or not parts:
        raise CannotPack("打包项目须至少有一个子项目，且不能再放进别的打包项目")
    for part in parts:
        if part.pk == package.pk or not part.is_leaf or part.parent_id not in (None, package.pk):
            raise CannotPack("“%(name)s”已是打包项目，或已属于别的打包项目", name=part.name)
        if not part.area.path.startswith(package.area.path):
            raise CannotPack("“%(name)s”不在打包项目所在区域内", name=part.name)
    Project.objects.filter(pk__in=[part.pk for part in parts]).update(parent=package, changed_at=at, changed_by=by)
    package.is_leaf, package.changed_at, package.changed_by = False, at, by
    package.save(update_fields=["is_leaf", "changed_at", "changed_by"])
    journal.write(verb="project.packed", by=by, at=at, subject=package, area=package.area, unit=package.lead_unit,
                  data={"code": package.code, "parts": [part.code for part in parts]})
    return package


@transaction.atomic
def relate(*, kind: RelationKind, source: Project, target: Project, by: Person, at: datetime) -> ProjectRelation:
    """`source` is 分期 of, excludes, follows, supplies or replaces `target`; refused twice, to itself, in a circle."""
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=source.lead_unit_id, area=source.area)
    if source.pk == target.pk:
        raise CannotRelate("项目不能与自己建立关系")
    if ProjectRelation.objects.filter(kind=kind, source=source, target=target).exists():
        raise CannotRelate("这一关系已经登记过")
    if ProjectRelation.objects.filter(kind=kind, source=target, target=source).exists():
        raise CannotRelate("相反的关系已经登记过，请先核对方向")
    relation = ProjectRelation.objects.create(kind=kind, source=source, target=target)
    journal.write(verb="project.related", by=by, at=at, subject=source, area=source.area, unit=source.lead_unit,
                  data={"kind": kind, "code": source.code, "target": target.code})
    return relation


@transaction.atomic
def entrust(*, project: Project, role: ResponsibleRole, name: str, from_on: date, by: Person, at: datetime,
            phone: str = "", post: Post | None = None, organisation: Organisation | None = None) -> Responsibility:
    """包保: the person answers for the project in this role from a day; whoever did before stands until that day."""
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=project.lead_unit_id, area=project.area)
    if not name.strip():
        raise CannotAmend("责任人姓名不能为空")
    earlier = Responsibility.objects.filter(project=project, role=role, to_on__isnull=True)
    if earlier.filter(from_on__gt=from_on).exists():
        raise CannotAmend("%(role)s已登记到更晚的日期，不能倒着登记", role=role.zh)
    earlier.update(to_on=from_on)
    found = Responsibility.objects.create(project=project, role=role, name=name.strip(), phone=phone, post=post,
                                          organisation=organisation, from_on=from_on)
    journal.write(verb="project.entrusted", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "role": role, "name": found.name})
    return found
