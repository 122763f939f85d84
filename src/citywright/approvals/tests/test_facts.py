"""What lies in the lake of approvals is what the ledger says, row by row, and nothing people wrote."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from citywright.approvals import facts, samples
from citywright.approvals.models import Handling, HandlingEvent
from citywright.approvals.words import ItemVerb
from citywright.lake import engines
from citywright.projects import samples as people

pytestmark = pytest.mark.django_db
ON = date(2024, 3, 20)
EPOCH = date(1970, 1, 1)


def handled() -> Handling:
    """An item with a supplement, ended, and another just received."""
    row = samples.dossier()
    first, _ = samples.received(row, "ZG101", "SP101")
    samples.moved(first, ItemVerb.ACCEPT)
    samples.moved(first, ItemVerb.ASK_MORE, days=1, lines=("补盖公章（内部意见）",))
    samples.moved(first, ItemVerb.GOT_MORE, days=3)
    return samples.moved(first, ItemVerb.PASS, days=7)


def published(name: str) -> list[dict[str, object]]:
    """The rows that lie in the lake."""
    engine = engines.engine()
    return engine.run(engine.table(name))


class TestFacts:
    def test_one_row_a_handling_with_its_clock(self) -> None:
        row = handled()
        assert facts.publish(area=people.district(), apart=[], on=ON) == {"handling": 2, "handling_event": 6}
        found = {line["item"]: line for line in published("handling")}
        told = found["ZG101"]
        assert row.ended_on is not None and row.unit is not None
        assert (told["status"], told["used_days"], told["owner_days"]) == ("11", row.used_days, row.owner_days)
        assert told["ended_day"] == (row.ended_on - EPOCH).days
        assert (told["unit"], told["district"], told["lacking"]) == (row.unit.code, people.district().code, 0)
        assert (found["SP101"]["ended_day"], found["SP101"]["was_late"]) == (None, False)

    def test_one_row_an_event_without_what_people_wrote(self) -> None:
        handled()
        facts.publish(area=people.district(), apart=[], on=ON)
        found = published("handling_event")
        assert len(found) == HandlingEvent.objects.count()
        asked = next(line for line in found if line["status"] == "06")
        first = HandlingEvent.objects.get(status="06")
        assert (asked["lines"], asked["at_second"]) == (1, int(first.at.timestamp()))
        assert asked["on_day"] == (first.on - EPOCH).days
        assert "内部意见" not in repr(found)

    def test_writes_nothing_when_nothing_changed_and_leaves_out_what_others_tell(self) -> None:
        row = handled()
        area = people.district()
        facts.publish(area=area, apart=[], on=ON)
        assert facts.publish(area=area, apart=[], on=ON + timedelta(days=1)) == {"handling": 0, "handling_event": 0}
        above = area.parent
        assert above is not None
        assert facts.publish(area=above, apart=[area.path], on=ON) == {"handling": 0, "handling_event": 0}
        assert row.code in {line["item"] for line in published("handling")}
