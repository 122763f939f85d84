"""./citywright calendar FILE --by USER: enter the city's own workdays and days off."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from citywright.kernel import actions, clock
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person


class Command(BaseCommand):
    help = "录入放假和调休日期：CSV，每行“日期,休或班,说明” / enter days off and make-up days from a CSV file"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="系统管理员的登录名 / the system administrator's user name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter every line or none."""
        by = Person.objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(f"没有用户 {options['by']}")
        with options["file"].open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file) if line]
        with transaction.atomic():
            for number, line in enumerate(lines, 1):
                self._enter(number, line, by)
        self.stdout.write(f"工作历已录入 {len(lines)} 天")

    def _enter(self, number: int, line: list[str], by: Person) -> None:
        day, kind, note = [*(text.strip() for text in line), "", ""][:3]
        try:
            if kind not in {"休", "班"}:
                raise ValueError(kind)
            actions.set_calendar_day(day=date.fromisoformat(day), is_workday=kind == "班", note=note, by=by,
                                     at=clock.now())
        except ValueError as error:
            read = ",".join(line)
            raise CommandError(f"第 {number} 行应为“2027-02-10,休,春节”这样的写法（休或班），读到：{read}") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
