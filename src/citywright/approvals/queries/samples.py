"""The sample catalogue that comes with the product, and how long its sample projects take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .. import imports, plan
from ..imports import xes
from ..rules import catalogue as rules
from ..rules import events
from ..rules.catalogue import Catalogue

PLACE = Path(__file__).resolve().parents[1] / "catalogue"


@dataclass(frozen=True)
class Profile:
    """A sample project (示例): its names, what is known of it, its class."""

    name: str
    name_en: str
    known: Mapping[str, Any]
    project_class: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the table: a sample project, or the whole catalogue as one network, and its working days."""

    name: str
    name_en: str
    days: plan.Comparison
    holds: tuple[str, ...] = ()
    land: plan.LandStart | None = None


@cache
def shipped() -> Catalogue:
    """The sample catalogue of the product: 12 departments, 115 items; most of its days are 样例."""
    return imports.read(text())


def text() -> str:
    """The file of the sample catalogue."""
    return (PLACE / "sample.yaml").read_text(encoding="utf-8")


@cache
def profiles() -> tuple[Profile, ...]:
    """The six sample projects."""
    found = yaml.safe_load((PLACE / "profiles.yaml").read_text(encoding="utf-8"))
    return tuple(Profile(row["name_zh"], row["name_en"], found["all"] | row["known"], row.get("class", ""))
                 for row in found["projects"])


def comparison(catalogue: Catalogue) -> list[Row]:
    """Every sample project decided and planned, and last all items as one network; with the items that hold each."""
    rows = []
    for profile in profiles():
        codes = rules.decide(catalogue, profile.known).applies
        rows.append(_row(catalogue, profile.name, profile.name_en, codes, profile.project_class))
    everything = tuple(item.code for item in catalogue.items)
    return [*rows, _row(catalogue, f"全部 {len(everything)} 项", f"all {len(everything)} as one network", everything)]


def _row(catalogue: Catalogue, name: str, name_en: str, codes: tuple[str, ...], project_class: str = "") -> Row:
    path = plan.critical_path(plan.with_packages(catalogue, codes, project_class))
    return Row(name, name_en, plan.compare(catalogue, codes, project_class), tuple(path),
               plan.land_start(catalogue, codes, project_class))


def catalogue_of(path: Path) -> Catalogue:
    """The catalogue in a file; refused with every fault when it does not hold together."""
    try:
        return imports.read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise imports.CannotReadCatalogue("打不开目录文件 %(path)s", path=str(path)) from error


def log_of(path: Path) -> events.Log:
    """The event log in an XES file, gzipped or not; refused by name when it is none."""
    try:
        with path.open("rb") as stream:
            return xes.read(stream)
    except OSError as error:
        raise xes.CannotReadLog("打不开事件日志 %(path)s", path=str(path)) from error


def told(log: events.Log) -> events.Told:
    """What a log tells: counts, variants, who follows whom, durations, what was late."""
    return events.tell(log)


def write_log(log: events.Log, path: Path) -> None:
    """The log as a gzipped XES file."""
    path.write_bytes(packed(log))


def packed(log: events.Log) -> bytes:
    """The bytes of the log as a gzipped XES file: the same log gives the same bytes."""
    return xes.written(log)
