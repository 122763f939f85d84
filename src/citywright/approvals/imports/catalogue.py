"""How is a catalogue of approval items read? YAML as the sample catalogue has it; every slip is named at once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from citywright.kernel.errors import CannotAccept, Fault, Said

from ..rules.catalogue import ApprovalStage, Attribute, Catalogue, Department, Item, Package, faults
from ..words import AttributeKind, ItemMode, PackageKind

#: What a file may at most be, in characters.
LARGEST = 4_000_000


class CannotReadCatalogue(CannotAccept):
    """The file is no catalogue, or does not hold together; everything wrong is in `faults`."""


def read(text: str) -> Catalogue:
    """The catalogue of a YAML text, whole and without faults; refuses with all of them."""
    return made(plain(text))


def plain(text: str) -> Any:
    """What a YAML text holds, as plain lists and dicts; refuses what is no YAML, or no map."""
    if len(text) > LARGEST:
        raise CannotReadCatalogue("目录文件过大")
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise CannotReadCatalogue("目录文件不是正确的 YAML：%(why)s", why=str(error)[:200]) from error
    if not isinstance(found, dict):
        raise CannotReadCatalogue("目录文件里没有事项")
    return found


def made(found: Any) -> Catalogue:
    """The catalogue of what a file, or a version, holds as plain lists and dicts; refuses with every fault."""
    whole, wrong = loose(found)
    if wrong:
        raise CannotReadCatalogue("目录有 %(count)s 处不对", wrong, count=len(wrong))
    return whole


def loose(found: Any) -> tuple[Catalogue, list[Fault]]:
    """As `made`, for a draft that may still be faulty: what can be read of it, and every fault."""
    if not isinstance(found, dict):
        raise CannotReadCatalogue("目录文件里没有事项")
    wrong: list[Fault] = []
    whole = Catalogue(
        version=str(found.get("version", "")),
        departments=_all(found, "departments", _department, wrong), stages=_all(found, "stages", _stage, wrong),
        packages=_all(found, "packages", _package, wrong),
        attributes=tuple(_attributes(found.get("attributes"), wrong)),
        applicant_documents=frozenset(map(str, _list(found, "applicant_documents"))),
        items=_all(found, "items", _item, wrong))
    wrong += [] if wrong else faults(whole)
    return whole, wrong


def _list(found: Mapping[str, Any], key: str) -> list[Any]:
    """What stands under a key, when it is a list; else nothing."""
    listed = found.get(key)
    return listed if isinstance(listed, list) else []


def _all(found: Mapping[str, Any], key: str, make: Callable[[Mapping[str, Any]], Any], wrong: list[Fault]) -> Any:
    rows = []
    for number, row in enumerate(_list(found, key), 1):
        try:
            rows.append(make(row))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            where = row.get("code", number) if isinstance(row, dict) else number
            wrong.append(Fault(Said("第 %(number)s 条读不懂：%(why)s", {"number": number, "why": str(error)[:120]}),
                               sheet=key, cell=str(where)))
    if not rows and not wrong:
        wrong.append(Fault(Said("目录里没有“%(part)s”", {"part": key}), sheet=key))
    return tuple(rows)


def _department(row: Mapping[str, Any]) -> Department:
    return Department(str(row["code"]), str(row["name_zh"]), str(row.get("name_en") or ""))


def _stage(row: Mapping[str, Any]) -> ApprovalStage:
    return ApprovalStage(str(row["code"]), str(row["name_zh"]), str(row["lead"]))


def _package(row: Mapping[str, Any]) -> Package:
    days = row.get("joint_days")
    return Package(str(row["code"]), str(row["name_zh"]), PackageKind(row["kind"]), str(row["lead"]),
                   None if days is None else int(days), str(row.get("name_en") or ""))


def _attributes(found: Any, wrong: list[Fault]) -> list[Attribute]:
    rows = []
    for code, row in (found if isinstance(found, dict) else {}).items():
        try:
            kind, values = AttributeKind(row["type"]), str(row.get("values") or "")
            rows.append(Attribute(str(code), str(row["label_zh"]), kind,
                                  tuple(values.split("|")) if kind == AttributeKind.ENUM else (),
                                  values if kind == AttributeKind.NUMBER else "", row.get("fill") == "map"))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            wrong.append(Fault(Said("属性“%(code)s”读不懂：%(why)s", {"code": str(code), "why": str(error)[:120]}),
                               sheet="attributes", cell=str(code)))
    return rows


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        code=str(row["code"]), name=str(row["name_zh"]), stage=str(row["stage"]), department=str(row["department"]),
        mode=ItemMode(row["mode"]), working_days_statutory=int(row["working_days_statutory"]),
        working_days_committed=int(row["working_days_committed"]), applies_when=str(row.get("applies_when") or "true"),
        prerequisites=tuple(map(str, row.get("prerequisites") or ())), needs=tuple(map(str, row.get("needs") or ())),
        produces=tuple(map(str, row.get("produces") or ())), package=str(row.get("package") or ""),
        name_en=str(row.get("name_en") or ""), source=str(row.get("days_source") or ""),
        days_by_class={str(k): int(v) for k, v in (row.get("working_days_by_class") or {}).items()},
        deferrable=bool(row.get("deferrable")), commitment_ok=bool(row.get("commitment_ok")),
        milestone=bool(row.get("milestone")), pre_review=bool(row.get("pre_review")))
