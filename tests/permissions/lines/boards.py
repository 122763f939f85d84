"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from datetime import date

from citywright.indicators.actions import boards, snapshots
from citywright.projects import facts, samples

WORKING = "crxovyl"
PAGES: dict[str, tuple[str, str]] = {
    "indicators:board": ("/indicators/", WORKING),
    "indicators:board_export": ("/indicators/export/", WORKING),
    "indicators:catalogue": ("/indicators/catalogue/", WORKING),
    "indicators:indicator": ("/indicators/START_DUE/", WORKING),
    "indicators:rows": ("/indicators/START_DUE/list/", WORKING),
    "indicators:lake": ("/lake/", WORKING),
    "indicators:board_new": ("/boards/new/", WORKING),
    "indicators:board_edit": ("/boards/{board}/", "o"),
    "indicators:snapshots": ("/snapshots/", WORKING),
    "indicators:snapshot": ("/snapshots/{snapshot}/", "ovyl"),
    "indicators:snapshot_figure": ("/snapshots/{snapshot}/COUNT/", "ovyl"),
    "indicators:snapshot_take": ("/snapshots/take/", "oy"),
}
ELSEWHERE: set[str] = {"indicators:board_act", "board_act"}


def made(world: dict[str, str]) -> dict[str, str]:
    """The rows these pages need; `world` holds the keys made before (`code`, `list`, `problem` …)."""
    area, by = samples.district(), samples.office()
    facts.publish(area=area, run=None, on=date(2024, 3, 27))
    board = boards.make(name="示例看板", area=area, codes=["COUNT"], columns=1, is_shared=False, by=by, at=samples.AT)
    taken = snapshots.take(area=area, period=date(2024, 3, 1), title="示例", codes=["COUNT"], by=by, at=samples.AT)
    return {"board": str(board.pk), "snapshot": str(taken.pk)}
