"""The sample's butlers: two of them with the largest projects, what they noted, what enterprises asked and rated."""

from __future__ import annotations

from datetime import datetime, timedelta

from citywright.approvals.actions import butlers, people
from citywright.approvals.models import Dossier
from citywright.approvals.queries import desk
from citywright.approvals.words import ServicePhase
from citywright.kernel.clock import CITY

from .approvals import WEIGHTS
from .diary import Act as Telling
from .diary import Diary
from .figures import rows

#: After the dossiers came over, on the morning before the sample's day.
FROM = datetime(2024, 3, 26, 21, 0, tzinfo=CITY)
STEWARDS = ("steward", "steward-two")
#: How many projects have a butler, and how many of them an enterprise that writes.
SERVED, WRITING = 24, 5
NOTES = (
    (ServicePhase.APPROVAL, "与企业核对一套材料，缺项已列清单（示例）", True),
    (ServicePhase.APPROVAL, "陪同企业到窗口送件，现场预审通过（示例）", True),
    (ServicePhase.SIGNING, "签约前踏勘，地块无压覆（示例）", False),
    (ServicePhase.CONSTRUCTION, "现场协调临时用水用电接入（示例）", True),
)
QUESTIONS = ("环评表在哪里下载？（示例）", "图纸可以分批送审吗？（示例）", "临时用电什么时候能接？（示例）",
             "联合验收要提前几天预约？（示例）", "变更法人需要重新备案吗？（示例）")
ANSWERS = ("已发到您邮箱，填写说明附后（示例）", "可以，先送基础部分（示例）")


def note_butlers(diary: Diary) -> None:
    """The largest projects have a butler each; some enterprises write, urge and rate."""
    largest = sorted(rows(), key=lambda row: (-row.total, row.number))
    served = [row for row in largest if row.total >= WEIGHTS[-2][0]][:SERVED] or largest[:SERVED]
    for number, row in enumerate(served):
        diary.note(FROM + timedelta(minutes=number), serving(diary, row.number, number))


def serving(diary: Diary, project: int, number: int) -> Telling:
    """One project has its butler, a note, and perhaps a letter."""
    def act(at: datetime) -> None:
        dossier = Dossier.objects.filter(project=diary.projects[project]).first()
        if dossier is None:
            return
        by = diary.ground.people[STEWARDS[number % len(STEWARDS)]]
        butlers.assign(dossier=dossier, person=by, by=by, at=at)
        phase, text, told = NOTES[number % len(NOTES)]
        butlers.note(dossier=dossier, phase=phase, text=text, by=by, at=at, is_told=told)
        if number < WRITING:
            written(diary, dossier, number, at)
    return act


def written(diary: Diary, dossier: Dossier, number: int, at: datetime) -> None:
    """The enterprise asks, urges what runs, rates what ended; the first questions are answered."""
    by = diary.ground.people[STEWARDS[number % len(STEWARDS)]]
    token = people.open_page(dossier=dossier, by=by, at=at)
    asked = people.ask(token=token, text=QUESTIONS[number], by=None, at=at)
    if number < len(ANSWERS):
        people.reply(message=asked, text=ANSWERS[number], by=by, at=at)
    running = dossier.handlings.filter(desk.unfinished()).order_by("due_on", "code").first()
    if running is not None and number % 2:
        people.urge(token=token, handling=running.pk, by=None, at=at)
    for stars, row in zip((5, 4, 3), dossier.handlings.filter(ended_on__isnull=False).order_by("-ended_on", "code")[:3],
                          strict=False):
        people.rate(token=token, handling=row.pk, stars=stars, by=None, at=at)
