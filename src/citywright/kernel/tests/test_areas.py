"""The code table, and areas found by codes of today and of before a merger."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from citywright.kernel.areas import FIXTURES, CannotFindArea, area_of, load_areas, path_of
from citywright.kernel.models import Area, AreaChange, JournalEntry
from citywright.kernel.words import AreaLevel

#: Where the published list is wrong: 370802 is 市中区 of 济宁, which the list gives to 济南.
LIST_IS_WRONG = {"370802"}


def changes() -> list[dict[str, str]]:
    with (FIXTURES / "area_changes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestPathOf:
    @pytest.mark.parametrize(
        ("code", "path"),
        [
            ("370000", "37"), ("370100", "3701"), ("371000", "3710"), ("370115", "370115"), ("370110", "370110"),
            ("370115001", "370115001"), ("370115100", "370115100"), ("370115001002", "370115001002"),
            ("370115001000", "370115001"), ("370115000000", "370115"), ("370000000000", "37"),
        ],
    )
    def test_drops_only_the_zeros_that_fill_up(self, code: str, path: str) -> None:
        assert path_of(code) == path


@pytest.mark.django_db
class TestLoadAreas:
    def test_loads_a_district_with_what_lies_above_it_and_again_changes_nothing(self, at: datetime) -> None:
        assert load_areas(at=at, within="370126") > 500
        assert list(Area.objects.filter(level__in=["province", "city", "county"]).values_list("code", flat=True)) == [
            "370000", "370100", "370126"]
        assert JournalEntry.objects.get().verb == "areas.loaded"
        assert load_areas(at=at, within="370126") == 0
        assert JournalEntry.objects.count() == 1

    def test_every_area_hangs_under_the_one_its_path_begins_with(self, at: datetime) -> None:
        load_areas(at=at, within="370126")
        for area in Area.objects.exclude(parent=None).select_related("parent"):
            assert area.path.startswith(area.parent.path)
            assert len(area.path) > len(area.parent.path)

    def test_gives_an_area_its_official_name_back(self, at: datetime) -> None:
        load_areas(at=at, within="370126001")
        Area.objects.filter(code="370126").update(name="商河")
        assert load_areas(at=at, within="370126001") == 1
        assert Area.objects.get(code="370126").name == "商河县"

    def test_leaves_areas_of_our_own_alone(self, city: Area, at: datetime) -> None:
        load_areas(at=at, within="370126001")
        assert Area.objects.filter(path__startswith="99").count() == 4


@pytest.mark.django_db
class TestTheWholeTable:
    def test_has_the_country_and_jinan(self, at: datetime) -> None:
        load_areas(at=at)
        jinan = Area.objects.filter(path__startswith="3701")
        assert jinan.filter(level=AreaLevel.STREET).count() == 164
        assert jinan.filter(level=AreaLevel.COMMUNITY).count() == 5758
        assert jinan.filter(level=AreaLevel.COUNTY).count() == 12
        assert [zone.name for zone in jinan.filter(level=AreaLevel.ZONE)] == ["济南高新技术产业开发区"]
        assert Area.objects.filter(level=AreaLevel.PROVINCE).count() == 34
        assert AreaChange.objects.count() == len(changes())


@pytest.mark.django_db
class TestAreaOf:
    @pytest.fixture(autouse=True)
    def _merged_districts(self, at: datetime) -> None:
        for code in ("370114", "370115", "370116", "370117"):
            load_areas(at=at, within=code + "001")

    @pytest.mark.parametrize(
        ("code", "name"),
        [("370000", "山东省"), ("370100", "济南市"), ("370115", "济阳区"), ("370115001", "济阳街道"),
         ("370115001000", "济阳街道"), ("370115000000", "济阳区"), (" ３７０１１５ ", "济阳区")],
    )
    def test_finds_a_code_of_today(self, code: str, name: str) -> None:
        assert area_of(code).name == name

    @pytest.mark.parametrize(
        ("code", "now"),
        [("371200", "370116"), ("371202", "370116"), ("371203", "370117"), ("370125", "370115"), ("370181", "370114"),
         ("371202000000", "370116"), ("371202100", "370116"), ("370181001", "370114"), ("370181104205", "370114"),
         ("371203002", "370117"), ("371200000000", "370116")],
    )
    def test_a_code_of_before_the_merger_finds_the_district_of_today(self, code: str, now: str) -> None:
        assert area_of(code).code == now

    @pytest.mark.parametrize("code", ["370199", "370115999", "37", "3701", "37011", "", "济阳区", "370115001999",
                                      "①②③④⑤⑥", "371299"])
    def test_refuses_an_unknown_code_by_name(self, code: str) -> None:
        with pytest.raises(CannotFindArea, match=f"没有区划代码“{code}”"):
            area_of(code)

    def test_a_code_given_out_twice_is_read_as_of_its_day(self) -> None:
        new, old = Area.objects.get(code="370114"), Area.objects.get(code="370115")
        AreaChange.objects.create(old_code=new.code, old_name="旧区", area=old, changed_on=date(2010, 1, 1),
                                  source="假设")
        assert area_of(new.code) == new
        assert area_of(new.code, on=date(2009, 12, 31)) == old
        assert area_of(new.code, on=date(2010, 1, 1)) == new

    def test_takes_at_most_two_queries(self, django_assert_max_num_queries: object) -> None:
        with django_assert_max_num_queries(2):  # type: ignore[operator]
            area_of("371202100")

    def test_is_a_command_too(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("areas", "find", "371202")
        assert capsys.readouterr().out == "370116 莱芜区\n"
        with pytest.raises(CommandError, match="没有区划代码"):
            call_command("areas", "find", "123")


class TestAreaChanges:
    def test_agree_with_the_published_list(self, shared: Path) -> None:
        published = json.loads((shared / "data/region_history/diff.json").read_text())
        names = json.loads((shared / "data/region_history/history.json").read_text())
        for row in changes():
            if row["old_code"] in LIST_IS_WRONG:
                assert published[row["old_code"]] != [row["code"]], "the list was corrected: no exception any more"
                continue
            assert published[row["old_code"]] == [row["code"]], row
            assert names[row["old_code"]] == row["old_name"]

    def test_lead_to_areas_of_the_table_and_say_whence(self) -> None:
        with (FIXTURES / "areas.csv").open(encoding="utf-8", newline="") as file:
            today = {row["code"] for row in csv.DictReader(file)}
        for row in changes():
            assert row["code"] in today
            assert row["old_code"] not in today
            assert row["source"]
