"""The sample's boards: that of the district, one for the weekly meeting, and February's figures as they were frozen."""

from __future__ import annotations

from datetime import date, datetime

from citywright.indicators.actions import boards, snapshots

from .diary import Diary
from .way import at_nine

DISTRICT = ("INV_SUM", "INV_DONE", "INV_PACE", "INV_TIME", "START_DUE", "START_YEAR", "START_LATE", "STAT_IN",
"FUND_IN",
            "INV_STAT_GAP", "RED", "YELLOW", "REP_OK", "REP_MISSING", "ISS_OK", "TSK_OK")
MEETING = ("INV_PACE", "START_LATE", "RED", "ISS_OK", "TSK_LATE", "SIGN_START_12")


def note_boards(diary: Diary) -> None:
    """The board is made in January and set as the district's; February is frozen when its bulletin goes out."""
    ground = diary.ground

    def making(at: datetime) -> None:
        board = boards.make(name="区重点项目看板（示例）", area=ground.district, codes=DISTRICT, columns=4,
        is_shared=True,
                            by=ground.office, at=at)
        boards.make_default(board=board, by=ground.office, at=at)
        boards.make(name="周调度会（示例）", area=ground.district, codes=MEETING, columns=3, is_shared=True,
                    by=ground.office, at=at)

    def freezing(at: datetime) -> None:
        snapshots.take(area=ground.district, period=date(2024, 2, 1), title="2024年2月重点项目通报（示例）",
        codes=DISTRICT,
                       by=ground.office, at=at)

    diary.note(at_nine(date(2024, 1, 8), 5), making)
    diary.note(at_nine(date(2024, 3, 6), 5), freezing)
