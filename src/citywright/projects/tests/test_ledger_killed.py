"""The process that applies a sheet is killed in the middle: nothing is half saved, and it can be applied again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from citywright.kernel import attachments
from citywright.projects import samples
from citywright.projects.actions import ledger, setup
from citywright.projects.tests import ledger_sheets
from pathlib import Path
from datetime import date
by = samples.office(); samples.unit()
setup.lay_ground(by=by, at=samples.AT)
path = ledger_sheets.write(Path(__import__("os").environ["CITYWRIGHT_HOME"]) / "a.xlsx", ledger_sheets.rows(40))
with path.open("rb") as stream:
    file = attachments.keep(name="a.xlsx", stream=stream, by=by, organisation=None, at=samples.AT)
print(ledger.plan(file=file, area=samples.district(), period=date(2024, 3, 1), by=by, at=samples.AT).pk)
"""
APPLY = """
import django; django.setup()
import sys, time
from citywright.projects import samples
from citywright.projects.actions import ledger
from citywright.projects.actions.ledger import way
from citywright.projects.models import ImportBatch, InvestmentFact, Project
def stop(*_):
    print("inside", Project.objects.count(), InvestmentFact.objects.count(), flush=True)
    time.sleep(60)
if sys.argv[2] == "stop":
    way.write_days = stop
ledger.apply(batch=ImportBatch.objects.get(pk=sys.argv[1]), by=samples.office(), at=samples.AT)
"""
COUNT = """
import django; django.setup()
from citywright.kernel import journal
from citywright.kernel.models import JournalEntry
from citywright.projects.models import AnnualPlan, ImportBatch, InvestmentFact, Project
print(Project.objects.count(), AnnualPlan.objects.count(), InvestmentFact.objects.count(),
      JournalEntry.objects.filter(verb="ledger.applied").count(), ImportBatch.objects.get().step,
      journal.first_broken())
"""


class TestKilled:
    def test_nothing_is_half_saved_and_applying_again_works(self, tmp_path: Path) -> None:
        environment = os.environ | {"CITYWRIGHT_HOME": str(tmp_path), "CITYWRIGHT_DATABASE_URL": "",
                                    "DJANGO_SETTINGS_MODULE": "citywright.portal.settings",
                                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

        def run(code: str, *arguments: str) -> str:
            done = subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True,
                                  text=True, timeout=120, check=True)
            return done.stdout.strip()

        batch = run(PREPARE)
        applying = subprocess.Popen([sys.executable, "-c", APPLY, batch, "stop"], env=environment, text=True,
                                    stdout=subprocess.PIPE)
        try:
            assert applying.stdout is not None
            assert applying.stdout.readline().split() == ["inside", "40", "40"]
        finally:
            os.kill(applying.pid, signal.SIGKILL)
            applying.communicate()
        assert run(COUNT) == "0 0 0 0 planned None"
        run(APPLY, batch, "go")
        assert run(COUNT) == "40 40 40 1 applied None"
