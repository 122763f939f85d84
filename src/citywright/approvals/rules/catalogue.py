"""What is asked of a project, by whom, in what time? The catalogue of approval items, and what makes it whole. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from citywright.kernel.errors import Fault, Said

from ..words import AttributeKind, DaysSource, ItemMode, PackageKind
from . import logic

#: Names of attributes that stand for numbers.
NUMBERS = (int, float)


@dataclass(frozen=True)
class Department:
    """审批部门."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class ApprovalStage:
    """阶段: exactly one department leads it."""

    code: str
    name: str
    lead: str


@dataclass(frozen=True)
class Package:
    """打包办: joint = one submission, members start together, one limit; bundle = one form, own limits."""

    code: str
    name: str
    kind: PackageKind
    lead: str
    joint_days: int | None = None
    name_en: str = ""


@dataclass(frozen=True)
class Attribute:
    """What the one form asks: its kind, its values (of a choice) or unit (of a number), whether the map can tell."""

    code: str
    label: str
    kind: AttributeKind
    values: tuple[str, ...] = ()
    unit: str = ""
    from_map: bool = False


@dataclass(frozen=True)
class Item:
    """审批事项. Days are working days; `source` says whether the figure was read somewhere or is a sample (样例)."""

    code: str
    name: str
    stage: str
    department: str
    mode: ItemMode
    working_days_statutory: int
    working_days_committed: int
    applies_when: str = "true"
    prerequisites: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    package: str = ""
    name_en: str = ""
    source: str = ""
    days_by_class: Mapping[str, int] = field(default_factory=dict)
    deferrable: bool = False
    commitment_ok: bool = False
    milestone: bool = False
    pre_review: bool = False

    def days(self, project_class: str = "") -> int:
        """Committed working days, by the class of the project where the catalogue says so."""
        return self.days_by_class.get(project_class, self.working_days_committed)

    @property
    def is_sample(self) -> bool:
        """Whether its days are general knowledge only, to be shown as 样例 until a local guide is loaded."""
        return self.source.split(";")[0].strip() == DaysSource.GENERAL


@dataclass(frozen=True)
class Catalogue:
    """One version of everything: departments, stages, packages, attributes, documents of the applicant, items."""

    version: str
    departments: tuple[Department, ...]
    stages: tuple[ApprovalStage, ...]
    packages: tuple[Package, ...]
    attributes: tuple[Attribute, ...]
    applicant_documents: frozenset[str]
    items: tuple[Item, ...]

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def _packages(self) -> dict[str, Package]:
        return {package.code: package for package in self.packages}

    def item(self, code: str) -> Item:
        """The item with this code."""
        return self._items[code]

    def package(self, code: str) -> Package:
        """The package with this code."""
        return self._packages[code]


@dataclass(frozen=True)
class Decided:
    """Which items apply, which do not, and which are still open, by code."""

    applies: tuple[str, ...]
    does_not: tuple[str, ...]
    is_open: tuple[str, ...]


def decide(catalogue: Catalogue, known: Mapping[str, Any]) -> Decided:
    """Every item answered from what is known of the project; what is not known leaves items open."""
    found: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    answers: dict[str, bool | None] = {}
    for item in catalogue.items:
        text = item.applies_when
        if text not in answers:
            answers[text] = logic.condition(text).decide(known)
        found[answers[text]].append(item.code)
    return Decided(tuple(found[True]), tuple(found[False]), tuple(found[None]))


def still_asked(catalogue: Catalogue, known: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Attributes that some open item still asks, with how many; the one that may settle most comes first."""
    counts: dict[str, int] = {}
    for code in decide(catalogue, known).is_open:
        for name in logic.condition(catalogue.item(code).applies_when).names:
            if known.get(name) is None:
                counts[name] = counts.get(name, 0) + 1
    places = {attribute.code: place for place, attribute in enumerate(catalogue.attributes)}
    return sorted(counts.items(), key=lambda pair: (-pair[1], places.get(pair[0], len(places))))


# --- what makes a catalogue whole -----------------------------------------------------------------------------------

def faults(catalogue: Catalogue) -> list[Fault]:
    """Everything that stands in the way of publishing, all at once, each with the item or package it concerns."""
    return [*_names_twice(catalogue), *_unknown_references(catalogue), *_stages_led(catalogue), *_limits(catalogue),
            *_documents(catalogue), *_conditions(catalogue), *_circle(catalogue)]


def _fault(where: str, text: str, **values: object) -> Fault:
    return Fault(Said(text, dict(values)), sheet=where)


def _names_twice(catalogue: Catalogue) -> Iterator[Fault]:
    for rows in (catalogue.departments, catalogue.stages, catalogue.packages, catalogue.attributes, catalogue.items):
        seen: set[str] = set()
        for row in rows:  # type: ignore[attr-defined]
            if row.code in seen:
                yield _fault(row.code, "代码“%(code)s”出现了两次", code=row.code)
            seen.add(row.code)


def _unknown_references(catalogue: Catalogue) -> Iterator[Fault]:
    departments = {department.code for department in catalogue.departments}
    stages, packages = {stage.code for stage in catalogue.stages}, {package.code for package in catalogue.packages}
    items = {item.code for item in catalogue.items}
    for item in catalogue.items:
        if item.department not in departments:
            yield _fault(item.code, "没有部门“%(code)s”", code=item.department)
        if item.stage not in stages:
            yield _fault(item.code, "没有阶段“%(code)s”", code=item.stage)
        if item.package and item.package not in packages:
            yield _fault(item.code, "没有打包“%(code)s”", code=item.package)
        for code in item.prerequisites:
            if code not in items:
                yield _fault(item.code, "前置事项“%(code)s”不在目录中", code=code)


def _stages_led(catalogue: Catalogue) -> Iterator[Fault]:
    departments = {department.code for department in catalogue.departments}
    for stage in catalogue.stages:
        if stage.lead not in departments:
            yield _fault(stage.code, "阶段“%(name)s”须有且只有一个牵头部门", name=stage.name)


def _limits(catalogue: Catalogue) -> Iterator[Fault]:
    for item in catalogue.items:
        if item.working_days_committed < 0 or item.working_days_statutory < 0:
            yield _fault(item.code, "时限不能为负数")
        if item.working_days_committed > item.working_days_statutory:
            yield _fault(item.code, "承诺时限 %(committed)s 天超过法定时限 %(statutory)s 天",
                         committed=item.working_days_committed, statutory=item.working_days_statutory)
    for package in catalogue.packages:
        if package.kind == PackageKind.JOINT and not package.joint_days:
            yield _fault(package.code, "联合办理的打包须有共同时限")


def _documents(catalogue: Catalogue) -> Iterator[Fault]:
    """Every needed document is produced by an item or supplied by the applicant; its producer stands before."""
    produced = {name: item.code for item in catalogue.items for name in item.produces}
    for item in catalogue.items:
        for name in item.needs:
            if name not in produced and name not in catalogue.applicant_documents:
                yield _fault(item.code, "材料“%(name)s”既没有事项产生，也不由申请人提供", name=name)


def _conditions(catalogue: Catalogue) -> Iterator[Fault]:
    attributes = {attribute.code: attribute for attribute in catalogue.attributes}
    for item in catalogue.items:
        try:
            read = logic.condition(item.applies_when)
        except logic.CannotUnderstand as refused:
            yield Fault(refused.said, sheet=item.code)
            continue
        for test in read.tests:
            attribute = attributes.get(test.name)
            if attribute is None:
                yield _fault(item.code, "没有属性“%(name)s”", name=test.name)
            elif not _fits(attribute, test):
                yield _fault(item.code, "属性“%(name)s”不能与“%(value)s”比较", name=test.name, value=str(test.value))


def _fits(attribute: Attribute, test: logic.Test) -> bool:
    """Whether the attribute can be compared with the value at all."""
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    if attribute.kind == AttributeKind.NUMBER:
        return all(isinstance(v, NUMBERS) and not isinstance(v, bool) for v in values)
    if attribute.kind == AttributeKind.BOOL:
        return all(isinstance(v, bool) for v in values)
    return all(v in attribute.values for v in values)


def _circle(catalogue: Catalogue) -> Iterator[Fault]:
    """Items that wait for one another."""
    left = {item.code: set(item.prerequisites) for item in catalogue.items}
    while free := [code for code, before in left.items() if not before & left.keys()]:
        for code in free:
            del left[code]
    if left:
        yield _fault("", "事项互为前置，成了环：%(codes)s", codes=sorted(left))


def labels(attributes: Iterable[Attribute]) -> dict[str, str]:
    """Attribute code to the words people read."""
    return {attribute.code: attribute.label for attribute in attributes}
