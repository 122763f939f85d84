"""./citywright bulletin --area 990101 --month 2024-03 --out FILE.docx [--xlsx FILE.xlsx] [--by office]"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from citywright.kernel import clock, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role
from citywright.projects.actions import bulletin
from citywright.projects.queries import ledger


class Command(BaseCommand):
    """Writes the bulletin of an area and month as Word, and as Excel beside it, in the name of a person.

    Without `--by` that is the area's project office, when just one person holds it.
    """

    help = "通报：写成 Word（GB/T 9704），可另写 Excel。The monthly bulletin as Word and Excel."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--area", required=True, help="区划代码，如 990101")
        parser.add_argument("--month", required=True, help="月份，如 2024-03")
        parser.add_argument("--out", required=True, help="Word 文件，以 .docx 结尾")
        parser.add_argument("--xlsx", default="", help="Excel 文件，以 .xlsx 结尾")
        parser.add_argument("--by", default="", help="以谁的名义：登录名；不写则为该区划唯一的项目办人员")
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="系统地址：数字由此链接到清单")

    def handle(self, *args: Any, **options: Any) -> None:
        """Both files are made first and written only when both succeeded."""
        area = Area.objects.filter(code=options["area"]).first()
        if area is None:
            raise CommandError(f"没有区划 {options['area']}")
        person = _named(options["by"], area)
        wanted = {Path(options["out"]): bulletin.WORD}
        if options["xlsx"]:
            wanted[Path(options["xlsx"])] = bulletin.EXCEL
        try:
            made = {target: self._export(person, area, form, options) for target, form in wanted.items()}
            for target, content in made.items():
                target.write_bytes(content)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"写不了文件 {error.filename}：{error.strerror}") from error
        for target, content in made.items():
            self.stdout.write(f"{target}（{len(content):,} 字节）")

    def _export(self, person: Person, area: Area, form: str, options: dict[str, Any]) -> bytes:
        at = clock.now()
        period = periods.month_of(options["month"])
        run = ledger.run_in_force(area, min(clock.day_of(at), periods.last_of(period)))
        return bulletin.export(area=area, period=period, form=form, run=run, by=person, at=at,
                               address=options["address"])


def _named(username: str, area: Area) -> Person:
    """The person of a sign-in name; without one, the only person of the area's project office."""
    people = Person.objects.filter(is_active=True)
    if username:
        found = people.filter(username=username).first()
        if found is None:
            raise CommandError(f"没有登录名 {username}")
        return found
    office = people.filter(memberships__role=Role.OFFICE, memberships__area=area, memberships__valid_to=None).distinct()
    if len(office) != 1:
        raise CommandError(f"{area.name}有 {len(office)} 名项目办人员，请用 --by 写明登录名")
    return office[0]
