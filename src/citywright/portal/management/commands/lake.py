"""./citywright lake rebuild [--area CODE] | list [--json] | check: the files dashboards read."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from citywright.kernel import areas, clock
from citywright.kernel.errors import Refusal
from citywright.lake import store
from citywright.portal import publishing
from citywright.projects.queries import judging

SAID = {"broken": "缺失或损坏，已丢弃 broken", "written": "写入 written", "removed": "不再需要，已删除 removed"}


class Command(BaseCommand):
    """数据湖：重建、目录、检查. The catalogue says of each table what a row is, its version, rows, day and source."""

    help = "数据湖：重建、目录、检查 / the lake: rebuild, list, check"

    def add_arguments(self, parser: ArgumentParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True)
        rebuild = ways.add_parser("rebuild", help="从数据库重建全部数据文件 / write every file anew from the database")
        rebuild.add_argument("--area", help="区划代码（默认所有发布数据的区划）/ area code")
        rebuild.add_argument("--on", type=date.fromisoformat, help="日期（默认今天）/ the day")
        listed = ways.add_parser("list", help="数据目录 / the catalogue")
        listed.add_argument("--json", action="store_true", help="JSON")
        ways.add_parser("check", help="逐个核对数据文件 / is every file whole")

    def handle(self, *args: Any, way: str, **options: Any) -> None:
        try:
            {"rebuild": self.made_anew, "list": self.listed, "check": self.checked}[way](**options)
        except Refusal as refused:
            raise CommandError(str(refused)) from refused

    def made_anew(self, area: str | None = None, on: date | None = None, **options: Any) -> None:
        """Every fact table is as the database tells it."""
        places = [areas.area_of(area)] if area else judging.publishing_areas()
        for kind, text in publishing.rebuild(areas=places, on=on or clock.day_of(clock.now()), only=bool(area)):
            self.stdout.write(f"{SAID[kind]}  {text}")
        self.stdout.write("重建完成。Rebuilt.")

    def listed(self, *, json: bool = False, **options: Any) -> None:
        """What is published, table by table."""
        found = list(catalogue())
        if json:
            self.stdout.write(dumped(found))
            return
        for table in found:
            self.stdout.write(f"{table['table']}  v{table['version']}  {table['row']}")
            self.stdout.write(f"    {table['partitions']} 个文件 files，{table['rows']} 行 rows，截至 as of "
                              f"{table['as_of'] or '—'}，{table['digest'][:16] or '—'}")
            self.stdout.write("    " + "，".join(f"{name} {kind}" for name, kind in table["schema"].items()))

    def checked(self, **options: Any) -> None:
        """Refuses when a file is broken or missing; every one is named."""
        found = store.broken()
        for name in found:
            self.stdout.write(f"{SAID['broken'].split('，')[0]}  {name}.parquet")
        if found:
            raise CommandError(f"{len(found)} 个数据文件缺失或损坏：请运行 {store.REBUILD}。Missing or broken.")
        whole = sum(len(store.partitions(name)) for name in store.names())
        self.stdout.write(f"{whole} 个数据文件完好。All files are whole.")


def catalogue() -> Iterator[dict[str, Any]]:
    """Each fact table: its sentence, version and columns, and what of it is published."""
    for table in publishing.TABLES:
        kept = store.partitions(table.name)
        yield {
            "table": table.name, "row": table.row, "version": table.version, "partitions": len(kept),
            "rows": sum(entry.rows for entry in kept.values()), "as_of": str(store.as_of(table.name) or ""),
            "digest": store.digest(table.name), "schema": {f.name: str(f.type) for f in table.schema},
            "sources": {name: {"rows": e.rows, "as_of": e.as_of, "source": e.source} for name, e in kept.items()},
        }


def dumped(found: list[dict[str, Any]]) -> str:
    """The catalogue as JSON."""
    return json.dumps(found, ensure_ascii=False, indent=2)
