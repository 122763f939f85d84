"""./citywright journal verify: is the journal's chain whole?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from citywright.kernel import journal
from citywright.kernel.models import JournalEntry


class Command(BaseCommand):
    help = "校验日志链 / verify the journal's chain"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print that the chain is whole, or name the first broken line and end with 1."""
        broken = journal.first_broken()
        if broken is not None:
            self.stdout.write(f"日志链在第 {broken} 条断开：该条或其前一条被改动过，请立即保全数据库并报告审计管理员")
            sys.exit(1)
        self.stdout.write(f"日志链完整，共 {JournalEntry.objects.count()} 条")
