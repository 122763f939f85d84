"""./citywright areas load | find CODE: the code table of areas."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from citywright.kernel import clock
from citywright.kernel.areas import area_of, load_areas
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area


class Command(BaseCommand):
    help = "装入行政区划代码、按新旧代码查找 / load the area codes, find an area by a code of today or before"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        load = acts.add_parser("load", help="装入 / load")
        load.add_argument("--within", default="", help="只装入这一区划（代码） / only this area and what lies above it")
        acts.add_parser("find", help="查找 / find").add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many are new, or print the area a code leads to."""
        if options["act"] == "find":
            self._find(options["code"])
            return
        touched = load_areas(at=clock.now(), within=options["within"])
        self.stdout.write(f"区划共 {Area.objects.count()} 个，本次新增或更名 {touched} 个")

    def _find(self, code: str) -> None:
        try:
            area = area_of(code)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{area.code} {area.name}")
