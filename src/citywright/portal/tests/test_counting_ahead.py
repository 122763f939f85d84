"""Who counts ahead? A whole night and a whole rebuild; the night of one area leaves it to the reader."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from citywright.indicators.queries import remembered
from citywright.kernel.models import Area
from citywright.kernel.words import AreaLevel
from citywright.portal import publishing
from citywright.portal.management.commands import nightly

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 27)


@pytest.fixture()
def ahead(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> list[date]:
    """The days for which was counted ahead, over an empty lake and a district whose night is empty."""
    settings.LAKE_ROOT = tmp_path
    Area.objects.create(code="990101", path="990101", name="示例区", level=AreaLevel.COUNTY)
    found: list[date] = []
    monkeypatch.setattr(remembered, "keep", found.append)
    monkeypatch.setattr(nightly.Command, "one", lambda self, area, on: None)
    return found


def test_a_whole_night_counts_ahead(ahead: list[date]) -> None:
    call_command("nightly", "--on", "2024-03-27")
    assert ahead == [DAY]


def test_the_night_of_one_area_does_not(ahead: list[date]) -> None:
    call_command("nightly", "--on", "2024-03-27", "--area", "990101")
    assert ahead == []


def test_a_whole_rebuild_counts_ahead(ahead: list[date]) -> None:
    assert list(publishing.rebuild(areas=[], on=DAY, only=False)) == [] and ahead == [DAY]
    assert list(publishing.rebuild(areas=[], on=DAY, only=True)) == [] and ahead == [DAY]


def test_an_empty_lake_has_nothing_to_count(settings: Any, tmp_path: Path) -> None:
    settings.LAKE_ROOT = tmp_path
    publishing.count_ahead(on=DAY)
    assert list(tmp_path.iterdir()) == []
